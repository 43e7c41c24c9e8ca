//! Optional parameters of an operation, collected in one struct, so that adding a parameter is not a breaking change.

use quote::{format_ident, quote};
use syn::{Ident, ItemStruct, Type};

use super::doc_lines;
use super::names::inside;

/// The optional parameters of one operation.
pub struct Params {
    pub name: Ident,
    pub operation: String,
    pub fields: Vec<Param>,
}

/// One optional parameter.
pub struct Param {
    pub ident: Ident,
    pub wire: String,
    /// The owned type, without `Option`.
    pub ty: Type,
    pub docs: String,
    /// Whether it is the idempotency key.
    pub is_key: bool,
}

impl Params {
    /// The public struct.
    pub fn into_struct(self) -> ItemStruct {
        let docs = format!(
            " The optional parameters of [`{0}`](super::Client::{0}).",
            self.operation
        );
        let name = self.name;
        let fields = self.fields.iter().map(
            |Param {
                 ident,
                 wire,
                 ty,
                 docs,
                 is_key,
             }| {
                if *is_key {
                    let docs = format!("{}\n\nSent as `{wire}`; generated if unset.", docs.trim());
                    let docs = doc_lines(&docs);
                    return quote!(#docs pub #ident: KeyChoice);
                }
                let docs = doc_lines(&format!("{}\n\nSent as `{wire}`.", docs.trim()));
                quote!(#docs pub #ident: Option<#ty>)
            },
        );
        syn::parse_quote! {
            #[doc = #docs]
            #[derive(Clone, Debug, Default, PartialEq)]
            #[non_exhaustive]
            pub struct #name { #(#fields),* }
        }
    }
}

/// The owned type behind an argument such as `Option<&'a str>`.
pub fn owned(argument: &Type) -> Type {
    let inner = inside(argument, "Option").unwrap_or(argument);
    match inner {
        Type::Reference(reference) => match &*reference.elem {
            Type::Path(path) if path.path.is_ident("str") => {
                let owned = format_ident!("String");
                syn::parse_quote!(#owned)
            }
            other => other.clone(),
        },
        other => other.clone(),
    }
}
