//! How a list is read page by page.

use heck::ToSnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::requests::builder_ident;
use super::{Source, operations};
use crate::finding::{Finding, Findings};
use crate::generate::{Home, OperationParts, Type};
use crate::model::{Operation, PageStyle, Pagination, Place, Presence, Rule};

/// The default page size.
const PAGE_SIZE: f64 = 100.0;

/// Writes the pages and items of a list operation.
pub fn write(
    source: Source<'_>,
    operation: &OperationParts<'_>,
    paging: &Pagination,
) -> Result<TokenStream, Findings> {
    let name = builder_ident(operation);
    let constant = operations::constant(operation.operation);
    let page = format_ident!("{}", paging.page);
    let wire = paging.items.trim_start_matches('/');
    let object = source.parts.objects.get(paging.page.as_str());
    let items =
        object.and_then(|object| object.fields.iter().find(|field| field.field.wire == wire));
    let item = match items.map(|items| &items.ty) {
        Some(Type::List(item)) => source.rust(Home::Elsewhere, item),
        _ => return Err(defect(&format!("{} has no list `{wire}`", paging.page))),
    };
    let list = list(paging, source, &quote!(page))?;
    let (first, sized) = match &paging.style {
        PageStyle::Offset { limit, offset, .. } => {
            let size = page_size(operation.operation, limit);
            let (limit, offset) = (field(limit), field(offset));
            let first = quote! {
                self.#limit.get_or_insert(#size);
                self.#offset.get_or_insert(0);
            };
            (
                first,
                format!(" Requests {size} items per page unless the limit is set."),
            )
        }
        PageStyle::Cursor { .. } | PageStyle::Sequence { .. } => (quote!(), String::new()),
    };
    let mutable = (!first.is_empty()).then(|| quote!(mut));
    let next = advance(paging, source)?;
    let limit = paging.style.limit().map(|limit| {
        let limit = field(limit);
        format!(" The `{limit}` of the request is the size of a page, not of the whole list.")
    });
    let limit = limit.unwrap_or_default();
    let pages_docs = format!(" Lists the pages, starting from this one.{sized}{limit}");
    let items_docs =
        format!(" Lists the items, starting from this page; pages are fetched as needed.{limit}");
    Ok(quote! {
        impl #name {
            #[doc = #pages_docs]
            pub fn pages(#mutable self) -> Pages<Self> {
                #first
                Pages::new(self)
            }

            #[doc = #items_docs]
            pub fn items(#mutable self) -> Items<Self> {
                #first
                Items::new(self)
            }
        }

        impl PagedRequest for #name {
            type Page = types::#page;
            type Item = #item;
            const OPERATION: (&'static str, &'static str) =
                (operations::API.provider, operations::#constant.id);

            fn next(&self, page: &Self::Page) -> Next<Self> {
                #next
            }

            fn unpack(page: Self::Page) -> Vec<Self::Item> {
                #list
            }
        }
    })
}

fn defect(problem: &str) -> Findings {
    Finding::new("", "pagination", problem)
        .remedy("see `x-threadline-pagination` in specs/README.md")
        .into()
}

/// The name of a parameter's field.
fn field(parameter: &str) -> Ident {
    format_ident!("{}", parameter.to_snake_case())
}

/// The page size of an offset list: large pages save requests.
fn page_size(operation: &Operation, limit: &str) -> i64 {
    let mut bounds = operation.bounds.iter();
    let most = bounds.find_map(|bound| match bound.rule {
        Rule::Maximum(most) if bound.place == Place::Query && bound.at == limit => Some(most),
        _ => None,
    });
    // Limits of page sizes are small integers.
    #[allow(clippy::cast_possible_truncation)]
    let size = most.unwrap_or(PAGE_SIZE).min(PAGE_SIZE) as i64;
    size
}

/// How to continue after a page.
fn advance(paging: &Pagination, source: Source<'_>) -> Result<TokenStream, Findings> {
    match &paging.style {
        PageStyle::Cursor { next, .. } => {
            let found = cursor(next, paging, source)?;
            if !paging.open_ended {
                return Ok(quote!(#found.map_or(Next::End, Next::Page)));
            }
            let empty = empty(paging, source)?;
            let same = next.iter().map(|(parameter, _)| {
                let field = field(parameter);
                quote!(next.#field == self.#field)
            });
            let same = quote!((#(#same)&&*));
            Ok(quote! {
                match #found {
                    // The vendor does not mark the last page.
                    Some(next) if #empty || #same => Next::End,
                    Some(next) => Next::Page(next),
                    None => Next::End,
                }
            })
        }
        PageStyle::Sequence { next, more, .. } => {
            let found = cursor(next, paging, source)?;
            let more = access(&paging.page, more, source, Ending::Copy)?;
            Ok(quote! {
                if !(|| #more)().unwrap_or(false) {
                    return Next::End;
                }
                #found.map_or(Next::Lost, Next::Page)
            })
        }
        PageStyle::Offset { offset, total, .. } => {
            let offset = field(offset);
            let count = counted(paging, source)?;
            let totals = total
                .iter()
                .map(|pointer| access(&paging.page, pointer, source, Ending::Copy))
                .collect::<Result<Vec<_>, _>>()?;
            Ok(quote! {
                let count = #count;
                let next = self.#offset.unwrap_or(0) + count;
                let total: Option<i64> = None #(.or_else(|| #totals))*;
                // Without a total, only an empty page is surely the last: the server may return
                // fewer items than the limit.
                if count == 0 || total.is_some_and(|total| next >= total) {
                    return Next::End;
                }
                Next::Page(Self { #offset: Some(next), ..self.clone() })
            })
        }
    }
}

/// The parameters of the next page, if the page contains them.
fn cursor(
    next: &[(String, String)],
    paging: &Pagination,
    source: Source<'_>,
) -> Result<TokenStream, Findings> {
    let set = next
        .iter()
        .map(|(parameter, pointer)| {
            let field = field(parameter);
            let value = access(&paging.page, pointer, source, Ending::Clone)?;
            // An empty cursor marks the last page.
            let filled = (type_at(source, &paging.page, pointer) == Some(&Type::Text))
                .then(|| quote!(.filter(|next| !next.is_empty())));
            Ok(quote!(next.#field = Some((|| #value)() #filled?);))
        })
        .collect::<Result<Vec<_>, Findings>>()?;
    Ok(quote! {
        (|| {
            let mut next = self.clone();
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

/// The type of the value at a JSON pointer of a page.
fn type_at<'a>(source: Source<'a>, page: &str, pointer: &str) -> Option<&'a Type> {
    let mut steps = pointer.split('/').skip(1).peekable();
    let mut object = source.parts.objects.get(page)?;
    loop {
        let step = steps.next()?;
        let field = object
            .fields
            .iter()
            .find(|field| field.field.wire == step)?;
        if steps.peek().is_none() {
            return Some(&field.ty);
        }
        object = source.parts.objects.get(field.ty.component()?)?;
    }
}

/// An expression for the value at a JSON pointer of `page`, as an `Option`.
fn access(
    page: &str,
    pointer: &str,
    source: Source<'_>,
    ending: Ending,
) -> Result<TokenStream, Findings> {
    let mut component = page.to_owned();
    let mut expression = quote!(page);
    let mut optional = false;
    for step in pointer.split('/').skip(1) {
        if optional {
            expression = quote!(#expression.as_ref()?);
        }
        let known = source.model.field(&component, step);
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

fn items_presence(paging: &Pagination, source: Source<'_>) -> Result<(Ident, bool), Findings> {
    let wire = paging.items.trim_start_matches('/');
    let known = source.model.field(&paging.page, wire);
    let known = known.ok_or_else(|| defect(&format!("{} has no `{wire}`", paging.page)))?;
    Ok((field(wire), known.presence == Presence::Required))
}

/// The items of a page, by value.
fn list(
    paging: &Pagination,
    source: Source<'_>,
    page: &TokenStream,
) -> Result<TokenStream, Findings> {
    let (field, required) = items_presence(paging, source)?;
    Ok(if required {
        quote!(#page.#field)
    } else {
        quote!(#page.#field.unwrap_or_default())
    })
}

/// Whether a page has no items.
fn empty(paging: &Pagination, source: Source<'_>) -> Result<TokenStream, Findings> {
    let (field, required) = items_presence(paging, source)?;
    Ok(if required {
        quote!(page.#field.is_empty())
    } else {
        quote!(page.#field.as_ref().is_none_or(Vec::is_empty))
    })
}

/// The number of items in a page.
fn counted(paging: &Pagination, source: Source<'_>) -> Result<TokenStream, Findings> {
    let (field, required) = items_presence(paging, source)?;
    let length = if required {
        quote!(page.#field.len())
    } else {
        quote!(page.#field.as_ref().map_or(0, Vec::len))
    };
    Ok(quote!(i64::try_from(#length).unwrap_or(i64::MAX)))
}
