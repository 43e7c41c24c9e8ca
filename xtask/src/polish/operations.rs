//! `operations.rs`: every operation as data.

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
        //! Every operation as data: what the transport decides by, and what tests and tools iterate over.
        use threadline_transport::{#(#imports),*};

        #api

        /// Every operation, sorted by id.
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
        quote!(CodeRule { code: #code, status: #status, retry: CodeRetry::#retry })
    });
    let rate_limits = windows(&api.rate_limits);
    let rate_budgets = api.rate_budgets.iter().map(|budget| {
        let (name, windows) = (&budget.name, windows(&budget.windows));
        let headers = option(budget.headers.as_ref());
        quote!(RateLimitBudget { name: #name, windows: #windows, headers: #headers })
    });
    quote! {
        /// What holds for the whole API.
        pub static API: Api = Api {
            provider: #provider,
            title: #title,
            default_base_url: #base_url,
            auth: #auth,
            errors: ErrorShape {
                code: &[#(#code),*],
                message: &[#(#message),*],
                request_id: &[#(#request_id),*],
                retry_after_seconds: &[#(#seconds),*],
                reset_at: &[#(#reset_at),*],
                codes: &[#(#codes),*],
            },
            rate_limits: #rate_limits,
            rate_budgets: &[#(#rate_budgets),*],
            operations: OPERATIONS,
        };
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
    let vendor_id = option(operation.vendor_id.as_ref());
    let server = option(operation.server.as_ref());
    let params = operation.path_params.iter().map(|param| {
        let (name, reserved) = (&param.name, &param.reserved);
        quote!(PathParam { name: #name, reserved: &[#(#reserved),*] })
    });
    let errors = operation.errors.iter().map(|error| {
        let (status, codes) = (error.status, &error.codes);
        quote!(DocumentedError { status: #status, codes: &[#(#codes),*] })
    });
    let bounds = operation.bounds.iter().map(|bound| {
        let (place, at) = (format_ident!("{}", bound.place), &bound.at);
        let rule = format_ident!("{}", bound.rule.0);
        let limit = match &bound.rule.1 {
            Limit::Count(count) => quote!(#count),
            Limit::Number(number) => quote!(#number),
            Limit::Pattern(pattern) => quote!(#pattern),
        };
        quote!(Bound { place: Place::#place, at: #at, rule: Rule::#rule(#limit) })
    });
    let idempotency = match &operation.idempotency {
        IdempotencyFacts::Harmless => quote!(Harmless),
        IdempotencyFacts::NotHarmless => quote!(NotHarmless),
        IdempotencyFacts::WithKey(header) => quote!(WithKey(#header)),
    };
    let envelope = option(operation.envelope.as_ref());
    let pagination = pagination(operation.pagination.as_ref());
    let rate_budget = option(operation.rate_budget.as_ref());
    quote! {
        #[doc = #documentation]
        pub const #name: Operation = Operation {
            id: #id,
            vendor_id: #vendor_id,
            method: #method,
            path: #path,
            server: #server,
            path_params: &[#(#params),*],
            bounds: &[#(#bounds),*],
            success: &[#(#success),*],
            errors: &[#(#errors),*],
            idempotency: Idempotency::#idempotency,
            envelope: #envelope,
            pagination: #pagination,
            rate_budget: #rate_budget,
            summary: #summary,
            docs: #docs,
        };
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

fn pagination(pagination: Option<&PaginationFacts>) -> TokenStream {
    let pairs = |next: &[(String, String)]| {
        let pairs = next
            .iter()
            .map(|(parameter, pointer)| quote!((#parameter, #pointer)));
        quote!(&[#(#pairs),*])
    };
    let Some(PaginationFacts { style, items, .. }) = pagination else {
        return quote!(None);
    };
    match style {
        PagingStyle::Cursor { limit, next } => {
            let (limit, next) = (option(limit.as_ref()), pairs(next));
            quote!(Some(Pagination::Cursor { items: #items, limit: #limit, next: #next }))
        }
        PagingStyle::Sequence { limit, next, more } => {
            let (limit, next) = (option(limit.as_ref()), pairs(next));
            quote!(Some(Pagination::Sequence { items: #items, limit: #limit, next: #next, more: #more }))
        }
        PagingStyle::Offset {
            limit,
            offset,
            page_size,
            total,
        } => {
            let page_size = page_size.map_or_else(|| quote!(None), |size| quote!(Some(#size)));
            quote!(Some(Pagination::Offset {
                items: #items,
                limit: Some(#limit),
                offset: #offset,
                page_size: #page_size,
                total: &[#(#total),*],
            }))
        }
    }
}
