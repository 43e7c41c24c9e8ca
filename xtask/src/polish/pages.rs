//! The methods that read paginated lists.

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, Type};

use super::defect;
use crate::facts::{Facts, Limit, OperationFacts, PaginationFacts, PagingStyle, Presence};
use crate::finding::Findings;

/// The default page size.
const PAGE_SIZE: f64 = 100.0;

/// The page and item streams of a list operation; `required` are its other required arguments.
pub fn write(
    operation: &OperationFacts,
    paging: &PaginationFacts,
    required: &[(Ident, Type)],
    params: &Ident,
    facts: &Facts,
) -> Result<TokenStream, Findings> {
    let id = &operation.id;
    let method = format_ident!("{id}");
    let (pages, items) = (format_ident!("{id}_pages"), format_ident!("{id}_items"));
    let page = format_ident!("{}", paging.page);
    let item = syn::parse_str::<Type>(&paging.item).map_err(|error| defect(&error.to_string()))?;
    let arguments = required
        .iter()
        .map(|(ident, ty)| quote!(#ident: #ty,))
        .collect::<TokenStream>();
    let names = required
        .iter()
        .map(|(ident, _)| quote!(#ident,))
        .collect::<TokenStream>();
    let kept = required
        .iter()
        .filter(|(_, ty)| matches!(ty, Type::Reference(_)));
    let kept = kept.map(|(ident, _)| ident).collect::<Vec<_>>();
    let passed = required
        .iter()
        .map(|(ident, ty)| {
            let borrowed = matches!(ty, Type::Reference(_)).then(|| quote!(&));
            quote!(#borrowed #ident,)
        })
        .collect::<TokenStream>();
    let list = list(paging, facts, &quote!(page))?;
    let first = first(operation, &paging.style);
    let mutable = (!first.is_empty()).then(|| quote!(mut));
    let advance = advance(paging, facts)?;
    let sized = if mutable.is_some() {
        " Requests 100 items per page unless the limit is set."
    } else {
        ""
    };
    let pages_docs =
        format!(" Lists the pages of [`{id}`](Self::{id}), starting from these parameters.{sized}");
    let items_docs =
        format!(" Lists the items of [`{id}`](Self::{id}); pages are fetched as needed.");
    Ok(quote! {
        #[doc = #pages_docs]
        pub fn #pages(&self, #arguments params: &types::#params) -> Pages<types::#params, types::#page> {
            let #mutable params = params.clone();
            #first
            let client = self.clone();
            #(let #kept = #kept.to_owned();)*
            Pages::new(
                operations::API.provider,
                #id,
                params,
                move |params| {
                    let client = client.clone();
                    #(let #kept = #kept.clone();)*
                    Box::pin(async move { client.#method(#passed &params).await })
                },
                |params, page| { #advance },
            )
        }
        #[doc = #items_docs]
        pub fn #items(&self, #arguments params: &types::#params) -> Items<types::#params, types::#page, #item> {
            self.#pages(#names params).into_items(|page| #list)
        }
    })
}

/// The name of a parameter's field.
fn field(parameter: &str) -> Ident {
    format_ident!("{}", parameter.to_snake_case())
}

/// Offsets need a known page size; large pages save requests.
fn first(operation: &OperationFacts, style: &PagingStyle) -> TokenStream {
    let PagingStyle::Offset { limit, offset, .. } = style else {
        return TokenStream::new();
    };
    let most = operation.bounds.iter().find_map(|bound| match bound.rule {
        ("Maximum", Limit::Number(most)) if bound.at == *limit => Some(most),
        _ => None,
    });
    // Limits of page sizes are small integers.
    #[allow(clippy::cast_possible_truncation)]
    let size = most.unwrap_or(PAGE_SIZE).min(PAGE_SIZE) as i64;
    let (limit, offset) = (field(limit), field(offset));
    quote! {
        params.#limit.get_or_insert(#size);
        params.#offset.get_or_insert(0);
    }
}

/// How to continue after a page.
fn advance(paging: &PaginationFacts, facts: &Facts) -> Result<TokenStream, Findings> {
    match &paging.style {
        PagingStyle::Cursor { next, .. } => {
            let found = cursor(next, paging, facts)?;
            if !paging.open_ended {
                return Ok(quote!(#found.map_or(Next::End, Next::Page)));
            }
            let empty = empty(paging, facts)?;
            Ok(quote! {
                match #found {
                    // The vendor does not mark the last page.
                    Some(next) if #empty || next == *params => Next::End,
                    Some(next) => Next::Page(next),
                    None => Next::End,
                }
            })
        }
        PagingStyle::Sequence { next, more, .. } => {
            let found = cursor(next, paging, facts)?;
            let more = access(&paging.page, more, facts, Ending::Copy)?;
            Ok(quote! {
                if !(|| #more)().unwrap_or(false) {
                    return Next::End;
                }
                #found.map_or(Next::Lost, Next::Page)
            })
        }
        PagingStyle::Offset {
            limit,
            offset,
            total,
            ..
        } => {
            let (limit, offset) = (field(limit), field(offset));
            let count = counted(paging, facts)?;
            let totals = total
                .iter()
                .map(|pointer| access(&paging.page, pointer, facts, Ending::Copy))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(quote! {
                let count = #count;
                let next = params.#offset.unwrap_or(0) + count;
                let total: Option<i64> = None #(.or_else(|| #totals))*;
                let last = match total {
                    Some(total) => next >= total,
                    None => params.#limit.is_some_and(|limit| count < limit),
                };
                if count == 0 || last {
                    return Next::End;
                }
                let mut params = params.clone();
                params.#offset = Some(next);
                Next::Page(params)
            })
        }
    }
}

/// The parameters of the next page, if the page contains them.
fn cursor(
    next: &[(String, String)],
    paging: &PaginationFacts,
    facts: &Facts,
) -> Result<TokenStream, Findings> {
    let set = next
        .iter()
        .map(|(parameter, pointer)| {
            let field = field(parameter);
            let value = access(&paging.page, pointer, facts, Ending::Clone)?;
            Ok(quote!(next.#field = Some((|| #value)()?);))
        })
        .collect::<Result<Vec<_>, Findings>>()?;
    Ok(quote! {
        (|| {
            let mut next = params.clone();
            #(#set)*
            Some(next)
        })()
    })
}

#[derive(Clone, Copy)]
enum Ending {
    Clone,
    Copy,
}

/// An expression for the value at a JSON pointer of `page`, as an `Option`.
fn access(
    page: &str,
    pointer: &str,
    facts: &Facts,
    ending: Ending,
) -> Result<TokenStream, Findings> {
    let mut component = page.to_owned();
    let mut expression = quote!(page);
    let mut optional = false;
    for step in pointer.split('/').skip(1) {
        if optional {
            expression = quote!(#expression.as_ref()?);
        }
        let known = facts
            .objects
            .get(&component)
            .and_then(|object| object.fields.iter().find(|field| field.wire == step));
        let known =
            known.ok_or_else(|| defect(&format!("{component} has no `{step}` for `{pointer}`")))?;
        let name = field(step);
        expression = quote!(#expression.#name);
        optional = known.presence != Presence::Required;
        component = known.component.clone().unwrap_or_default();
    }
    let value = match ending {
        Ending::Clone => quote!(#expression.clone()),
        Ending::Copy => expression,
    };
    Ok(if optional {
        value
    } else {
        quote!(Some(#value))
    })
}

fn items_presence(paging: &PaginationFacts, facts: &Facts) -> Result<(Ident, bool), Findings> {
    let wire = paging.items.trim_start_matches('/');
    let known = facts
        .objects
        .get(&paging.page)
        .and_then(|object| object.fields.iter().find(|field| field.wire == wire));
    let known = known.ok_or_else(|| defect(&format!("{} has no `{wire}`", paging.page)))?;
    Ok((field(wire), known.presence == Presence::Required))
}

/// The items of a page, by value.
fn list(
    paging: &PaginationFacts,
    facts: &Facts,
    page: &TokenStream,
) -> Result<TokenStream, Findings> {
    let (field, required) = items_presence(paging, facts)?;
    Ok(if required {
        quote!(#page.#field)
    } else {
        quote!(#page.#field.unwrap_or_default())
    })
}

/// Whether a page has no items.
fn empty(paging: &PaginationFacts, facts: &Facts) -> Result<TokenStream, Findings> {
    let (field, required) = items_presence(paging, facts)?;
    Ok(if required {
        quote!(page.#field.is_empty())
    } else {
        quote!(page.#field.as_ref().is_none_or(Vec::is_empty))
    })
}

/// The number of items in a page.
fn counted(paging: &PaginationFacts, facts: &Facts) -> Result<TokenStream, Findings> {
    let (field, required) = items_presence(paging, facts)?;
    let length = if required {
        quote!(page.#field.len())
    } else {
        quote!(page.#field.as_ref().map_or(0, Vec::len))
    };
    Ok(quote!(i64::try_from(#length).unwrap_or(i64::MAX)))
}
