//! `operations.rs`: all operations as data.

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{Source, format};
use crate::finding::Findings;
use crate::model::{
    Auth, CodeRetry, Idempotency, Model, Operation, PageStyle, Pagination, Place, Rule,
};

/// Writes the table.
pub fn write(source: Source<'_>) -> Result<String, Findings> {
    let model = source.model;
    let mut sorted = model.operations.iter().collect::<Vec<_>>();
    sorted.sort_by(|one, other| one.id.cmp(&other.id));
    let names = sorted
        .iter()
        .map(|operation| constant(operation))
        .collect::<Vec<_>>();
    let rows = sorted.iter().map(|operation| row(operation));
    let any = |used: fn(&Operation) -> bool| model.operations.iter().any(used);
    let mut imports = vec!["Api", "Auth", "ErrorShape", "Idempotency", "Operation"];
    let optional = [
        ("CodeRetry", !model.api.errors.codes.is_empty()),
        ("CodeRule", !model.api.errors.codes.is_empty()),
        (
            "DocumentedError",
            any(|operation| !operation.errors.is_empty()),
        ),
        ("NextPage", any(|operation| operation.pagination.is_some())),
        (
            "Pagination",
            any(|operation| operation.pagination.is_some()),
        ),
        ("RateLimitBudget", !model.api.rate_budgets.is_empty()),
        (
            "RateLimitWindow",
            !model.api.rate_limits.is_empty() || !model.api.rate_budgets.is_empty(),
        ),
        ("Bound", any(|operation| !operation.bounds.is_empty())),
        ("Place", any(|operation| !operation.bounds.is_empty())),
        ("Rule", any(|operation| !operation.bounds.is_empty())),
        (
            "PathParam",
            any(|operation| !operation.path_parameters.is_empty()),
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
    let api = api(model);
    let tokens = quote! {
        //! All operations as data, for the transport, tests and tools.
        use threadline_transport::{#(#imports),*};

        #api

        /// All operations, sorted by id.
        pub const OPERATIONS: &[Operation] = &[#(#names),*];

        #(#rows)*
    };
    format(source.spec, tokens)
}

/// The name of an operation's constant.
pub fn constant(operation: &Operation) -> proc_macro2::Ident {
    format_ident!("{}", operation.id.to_shouty_snake_case())
}

fn api(model: &Model) -> TokenStream {
    let api = &model.api;
    let (provider, title, base_url) = (&api.provider, &api.title, &api.base_url);
    let auth = match &api.auth {
        Auth::Bearer => quote!(Auth::Bearer),
        Auth::Header(name) => quote!(Auth::Header(#name)),
    };
    let errors = &api.errors;
    let (code, message, request_id) = (&errors.code, &errors.message, &errors.request_id);
    let (fields, details) = (&errors.fields, &errors.details);
    let (seconds, reset_at) = (&errors.retry_after_seconds, &errors.reset_at);
    let codes = errors.codes.iter().map(|rule| {
        let (code, status) = (&rule.code, rule.status);
        let retry = match rule.retry {
            CodeRetry::Never => quote!(Never),
            CodeRetry::Yes => quote!(Yes),
            CodeRetry::SameKey => quote!(SameKey),
            CodeRetry::No => quote!(No),
        };
        quote!(CodeRule::new(#code, #status, CodeRetry::#retry))
    });
    let variables = api
        .variables
        .as_ref()
        .map(|(credential, base_url)| quote!(.variables(Some((#credential, #base_url)))));
    let rate_limits = windows(&api.rate_limits);
    let rate_budgets = api.rate_budgets.iter().map(|budget| {
        let (name, windows) = (&budget.name, windows(&budget.windows));
        let headers = option(budget.headers.as_ref());
        let separate = budget.separate.then(|| quote!(.separate(true)));
        quote!(RateLimitBudget::new(#name, #windows, #headers) #separate)
    });
    quote! {
        /// The API.
        pub static API: Api = Api::new(#provider, #title, #base_url)
            .auth(#auth)
            .errors(
                ErrorShape::new()
                    .code(&[#(#code),*])
                    .message(&[#(#message),*])
                    .fields(&[#(#fields),*])
                    .details(&[#(#details),*])
                    .request_id(&[#(#request_id),*])
                    .retry_after_seconds(&[#(#seconds),*])
                    .reset_at(&[#(#reset_at),*])
                    .codes(&[#(#codes),*])
            )
            .rate_limits(#rate_limits)
            .rate_budgets(&[#(#rate_budgets),*])
            #variables
            .operations(OPERATIONS);
    }
}

fn row(operation: &Operation) -> TokenStream {
    let name = constant(operation);
    let Operation {
        id,
        method,
        path,
        summary,
        docs,
        ..
    } = operation;
    let documentation = format!(" `{method} {path}`: {summary}.");
    let given = |text: Option<&String>, setter: &str| {
        let setter = format_ident!("{setter}");
        text.map(|text| quote!(.#setter(Some(#text))))
    };
    let server = given(operation.server.as_ref(), "server");
    let envelope = given(operation.envelope.as_ref(), "envelope");
    let rate_budget = given(operation.rate_budget.as_ref(), "rate_budget");
    let params = operation.path_parameters.iter().map(|param| {
        let (name, reserved) = (&param.name, &param.reserved);
        quote!(PathParam::new(#name, &[#(#reserved),*]))
    });
    let params =
        (!operation.path_parameters.is_empty()).then(|| quote!(.path_params(&[#(#params),*])));
    let success = operation.success.iter().map(|answer| answer.status);
    let errors = operation.errors.iter().map(|error| {
        let (status, codes) = (error.status, &error.codes);
        quote!(DocumentedError::new(#status, &[#(#codes),*]))
    });
    let bounds = operation.bounds.iter().map(|bound| {
        let at = &bound.at;
        let place = match bound.place {
            Place::Path => quote!(Path),
            Place::Query => quote!(Query),
            Place::Header => quote!(Header),
            Place::Body => quote!(Body),
        };
        let rule = match &bound.rule {
            Rule::MinLength(limit) => quote!(MinLength(#limit)),
            Rule::MaxLength(limit) => quote!(MaxLength(#limit)),
            Rule::MinItems(limit) => quote!(MinItems(#limit)),
            Rule::MaxItems(limit) => quote!(MaxItems(#limit)),
            Rule::Minimum(limit) => quote!(Minimum(#limit)),
            Rule::Maximum(limit) => quote!(Maximum(#limit)),
            Rule::Pattern(pattern) => quote!(Pattern(#pattern)),
        };
        quote!(Bound::new(Place::#place, #at, Rule::#rule))
    });
    let bounds = (!operation.bounds.is_empty()).then(|| quote!(.bounds(&[#(#bounds),*])));
    let idempotency = match &operation.idempotency {
        Idempotency::Harmless => quote!(Harmless),
        Idempotency::NotHarmless => quote!(NotHarmless),
        Idempotency::WithKey(header) => quote!(WithKey(#header)),
    };
    let pagination = pagination(operation.pagination.as_ref());
    quote! {
        #[doc = #documentation]
        pub const #name: Operation = Operation::new(#id, #method, #path)
            #server
            #params
            #bounds
            .success(&[#(#success),*])
            .errors(&[#(#errors),*])
            .idempotency(Idempotency::#idempotency)
            #envelope
            #pagination
            #rate_budget
            .summary(#summary)
            .docs(#docs);
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

fn pagination(pagination: Option<&Pagination>) -> Option<TokenStream> {
    let pairs = |next: &[(String, String)]| {
        let pairs = next
            .iter()
            .map(|(parameter, pointer)| quote!((#parameter, #pointer)));
        quote!(&[#(#pairs),*])
    };
    let Pagination { style, items, .. } = pagination?;
    let (limit, next) = match style {
        PageStyle::Cursor { limit, next } => {
            let next = pairs(next);
            (option(limit.as_ref()), quote!(NextPage::cursor(#next)))
        }
        PageStyle::Sequence { limit, next, more } => {
            let next = pairs(next);
            let next = quote!(NextPage::sequence(#next, #more));
            (option(limit.as_ref()), next)
        }
        PageStyle::Offset {
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
    Some(quote!(.pagination(Some(Pagination::new(#items, #limit, #next)))))
}
