//! `operations.rs`: all operations as data.

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::file;
use crate::facts::{
    AuthFacts, Facts, IdempotencyFacts, Limit, OperationFacts, PaginationFacts, PagingStyle,
};
use crate::finding::Findings;

/// Writes the table.
pub fn write(facts: &Facts) -> Result<syn::File, Findings> {
    let mut sorted = facts.operations.iter().collect::<Vec<_>>();
    sorted.sort_by(|one, other| one.id.cmp(&other.id));
    let names = sorted
        .iter()
        .map(|operation| constant(operation))
        .collect::<Vec<_>>();
    let rows = sorted.iter().map(|operation| row(operation));
    let any = |used: fn(&OperationFacts) -> bool| facts.operations.iter().any(used);
    let mut imports = vec!["Api", "Auth", "ErrorShape", "Idempotency", "Operation"];
    let optional = [
        ("CodeRetry", !facts.api.errors.codes.is_empty()),
        ("CodeRule", !facts.api.errors.codes.is_empty()),
        (
            "DocumentedError",
            any(|operation| !operation.errors.is_empty()),
        ),
        ("NextPage", any(|operation| operation.pagination.is_some())),
        (
            "Pagination",
            any(|operation| operation.pagination.is_some()),
        ),
        ("RateLimitBudget", !facts.api.rate_budgets.is_empty()),
        (
            "RateLimitWindow",
            !facts.api.rate_limits.is_empty() || !facts.api.rate_budgets.is_empty(),
        ),
        ("Bound", any(|operation| !operation.bounds.is_empty())),
        ("Place", any(|operation| !operation.bounds.is_empty())),
        ("Rule", any(|operation| !operation.bounds.is_empty())),
        (
            "PathParam",
            any(|operation| !operation.path_params.is_empty()),
        ),
    ];
    imports.extend(
        optional
            .iter()
            .filter(|(_, used)| *used)
            .map(|(name, _)| name),
    );
    imports.sort_unstable();
    let imports = imports.into_iter().map(|name| format_ident!("{name}"));
    let api = api(facts);
    file(quote! {
        //! All operations as data, for the transport, tests and tools.
        use threadline_transport::{#(#imports),*};

        #api

        /// All operations, sorted by id.
        pub const OPERATIONS: &[Operation] = &[#(#names),*];

        #(#rows)*
    })
}

/// The name of an operation's constant.
pub fn constant(operation: &OperationFacts) -> proc_macro2::Ident {
    format_ident!("{}", operation.id.to_shouty_snake_case())
}

fn api(facts: &Facts) -> TokenStream {
    let api = &facts.api;
    let (provider, title, base_url) = (&api.provider, &api.title, &api.base_url);
    let auth = match &api.auth {
        AuthFacts::Bearer => quote!(Auth::Bearer),
        AuthFacts::Header(name) => quote!(Auth::Header(#name)),
    };
    let errors = &api.errors;
    let (code, message, request_id) = (&errors.code, &errors.message, &errors.request_id);
    let (seconds, reset_at) = (&errors.retry_after_seconds, &errors.reset_at);
    let codes = errors.codes.iter().map(|rule| {
        let (code, status) = (&rule.code, rule.status);
        let retry = match rule.retry.as_str() {
            "never" => quote!(Never),
            "yes" => quote!(Yes),
            "same-key" => quote!(SameKey),
            _ => quote!(No),
        };
        quote!(CodeRule::new(#code, #status, CodeRetry::#retry))
    });
    let rate_limits = windows(&api.rate_limits);
    let rate_budgets = api.rate_budgets.iter().map(|budget| {
        let (name, windows) = (&budget.name, windows(&budget.windows));
        let headers = option(budget.headers.as_ref());
        let separate = budget.separate.then(|| quote!(.with_separate(true)));
        quote!(RateLimitBudget::new(#name, #windows, #headers) #separate)
    });
    quote! {
        /// The API.
        pub static API: Api = Api::new(#provider, #title, #base_url)
            .with_auth(#auth)
            .with_errors(
                ErrorShape::EMPTY
                    .with_code(&[#(#code),*])
                    .with_message(&[#(#message),*])
                    .with_request_id(&[#(#request_id),*])
                    .with_retry_hints(&[#(#seconds),*], &[#(#reset_at),*])
                    .with_codes(&[#(#codes),*])
            )
            .with_rate_limits(#rate_limits, &[#(#rate_budgets),*])
            .with_operations(OPERATIONS);
    }
}

fn row(operation: &OperationFacts) -> TokenStream {
    let name = constant(operation);
    let OperationFacts {
        id,
        method,
        path,
        summary,
        docs,
        success,
        ..
    } = operation;
    let documentation = format!(" `{method} {path}`: {summary}.");
    let given = |text: Option<&String>, setter: &str| {
        let setter = format_ident!("{setter}");
        text.map(|text| quote!(.#setter(Some(#text))))
    };
    let vendor_id = given(operation.vendor_id.as_ref(), "with_vendor_id");
    let server = given(operation.server.as_ref(), "with_server");
    let envelope = given(operation.envelope.as_ref(), "with_envelope");
    let rate_budget = given(operation.rate_budget.as_ref(), "with_rate_budget");
    let params = operation.path_params.iter().map(|param| {
        let (name, reserved) = (&param.name, &param.reserved);
        quote!(PathParam::new(#name, &[#(#reserved),*]))
    });
    let params =
        (!operation.path_params.is_empty()).then(|| quote!(.with_path_params(&[#(#params),*])));
    let errors = operation.errors.iter().map(|error| {
        let (status, codes) = (error.status, &error.codes);
        quote!(DocumentedError::new(#status, &[#(#codes),*]))
    });
    let bounds = operation.bounds.iter().map(|bound| {
        let (place, at) = (format_ident!("{}", bound.place), &bound.at);
        let rule = format_ident!("{}", bound.rule.0);
        let limit = match &bound.rule.1 {
            Limit::Count(count) => quote!(#count),
            Limit::Number(number) => quote!(#number),
            Limit::Pattern(pattern) => quote!(#pattern),
        };
        quote!(Bound::new(Place::#place, #at, Rule::#rule(#limit)))
    });
    let bounds = (!operation.bounds.is_empty()).then(|| quote!(.with_bounds(&[#(#bounds),*])));
    let idempotency = match &operation.idempotency {
        IdempotencyFacts::Harmless => quote!(Harmless),
        IdempotencyFacts::NotHarmless => quote!(NotHarmless),
        IdempotencyFacts::WithKey(header) => quote!(WithKey(#header)),
    };
    let pagination = pagination(operation.pagination.as_ref());
    quote! {
        #[doc = #documentation]
        pub const #name: Operation = Operation::new(#id, #method, #path)
            #vendor_id
            #server
            #params
            #bounds
            .with_answers(&[#(#success),*], &[#(#errors),*])
            .with_idempotency(Idempotency::#idempotency)
            #envelope
            #pagination
            #rate_budget
            .with_docs(#summary, #docs);
    }
}

fn windows(windows: &[(u32, u32)]) -> TokenStream {
    let windows = windows
        .iter()
        .map(|(requests, per)| quote!(RateLimitWindow { requests: #requests, per_seconds: #per }));
    quote!(&[#(#windows),*])
}

fn option(text: Option<&String>) -> TokenStream {
    text.map_or_else(|| quote!(None), |text| quote!(Some(#text)))
}

fn pagination(pagination: Option<&PaginationFacts>) -> Option<TokenStream> {
    let pairs = |next: &[(String, String)]| {
        let pairs = next
            .iter()
            .map(|(parameter, pointer)| quote!((#parameter, #pointer)));
        quote!(&[#(#pairs),*])
    };
    let PaginationFacts { style, items, .. } = pagination?;
    let (limit, next) = match style {
        PagingStyle::Cursor { limit, next } => {
            let next = pairs(next);
            (option(limit.as_ref()), quote!(NextPage::cursor(#next)))
        }
        PagingStyle::Sequence { limit, next, more } => {
            let next = pairs(next);
            let next = quote!(NextPage::sequence(#next, #more));
            (option(limit.as_ref()), next)
        }
        PagingStyle::Offset {
            limit,
            offset,
            page_size,
            total,
        } => {
            let page_size = page_size.map_or_else(|| quote!(None), |size| quote!(Some(#size)));
            let next = quote!(NextPage::offset(#offset, #page_size, &[#(#total),*]));
            (option(Some(limit)), next)
        }
    };
    Some(quote!(.with_pagination(Some(Pagination::new(#items, #limit, #next)))))
}
