//! The Rust types that the generator chooses, as data.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// A type, without `Option` at the top.
#[derive(Clone, Debug, PartialEq)]
pub enum Type {
    Bool,
    I32,
    I64,
    F64,
    Text,
    Timestamp,
    /// Any JSON value.
    Json,
    /// An object without documented members.
    JsonObject,
    Unit,
    Option(Box<Type>),
    List(Box<Type>),
    Map(Box<Type>),
    Tuple(Vec<Type>),
    Array(Box<Type>, usize),
    /// A component, on the heap because it recurses.
    Boxed(Box<Type>),
    /// A component.
    Named(String),
}

/// The module that a type is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Types,
    Webhooks,
    /// Anywhere outside both.
    Elsewhere,
}

impl Type {
    /// Reads a type of the generator; `None` if it is none of those above.
    pub fn read(ty: &syn::Type) -> Option<Self> {
        match ty {
            syn::Type::Reference(reference) => Self::read(&reference.elem),
            syn::Type::Tuple(tuple) if tuple.elems.is_empty() => Some(Self::Unit),
            syn::Type::Tuple(tuple) => {
                let items = tuple.elems.iter().map(Self::read);
                items.collect::<Option<Vec<_>>>().map(Self::Tuple)
            }
            syn::Type::Array(array) => {
                let syn::Expr::Lit(syn::ExprLit {
                    lit: syn::Lit::Int(length),
                    ..
                }) = &array.len
                else {
                    return None;
                };
                let item = Box::new(Self::read(&array.elem)?);
                Some(Self::Array(item, length.base10_parse().ok()?))
            }
            syn::Type::Path(path) => Self::of_path(&path.path),
            _ => None,
        }
    }

    fn of_path(path: &syn::Path) -> Option<Self> {
        let last = path.segments.last()?;
        let inner = inner(last);
        let boxed = |ty: &syn::Type| Some(Box::new(Self::read(ty)?));
        let name = last.ident.to_string();
        let module = path.segments.iter().rev().nth(1);
        let module = module.map(|segment| segment.ident.to_string());
        match (module.as_deref(), name.as_str(), inner.as_slice()) {
            (None, "bool", []) => Some(Self::Bool),
            (None, "i32", []) => Some(Self::I32),
            (None, "i64", []) => Some(Self::I64),
            (None, "f64", []) => Some(Self::F64),
            (None, "str", []) | (Some("string"), "String", []) => Some(Self::Text),
            (Some("threadline_transport"), "Timestamp", []) => Some(Self::Timestamp),
            (Some("serde_json"), "Value", []) => Some(Self::Json),
            (Some("serde_json"), "Map", [_, _]) => Some(Self::JsonObject),
            (None | Some("option"), "Option", [inner]) => Some(Self::Option(boxed(inner)?)),
            (Some("vec"), "Vec", [inner]) => Some(Self::List(boxed(inner)?)),
            (Some("collections"), "BTreeMap", [_, inner]) => Some(Self::Map(boxed(inner)?)),
            (Some("boxed"), "Box", [inner]) => match Self::read(inner)? {
                // An optional field that recurses.
                Self::Option(inner) => Some(Self::Option(Box::new(Self::Boxed(inner)))),
                inner => Some(Self::Boxed(Box::new(inner))),
            },
            (None | Some("types"), _, []) => Some(Self::Named(name)),
            _ => None,
        }
    }

    /// Removes an `Option` at the top.
    #[must_use]
    pub fn without_option(self) -> Self {
        match self {
            Self::Option(inner) => *inner,
            other => other,
        }
    }

    /// Whether this type or one inside it is such a type.
    pub fn any(&self, is_such: &dyn Fn(&Self) -> bool) -> bool {
        let inside = match self {
            Self::Option(inner)
            | Self::List(inner)
            | Self::Map(inner)
            | Self::Array(inner, _)
            | Self::Boxed(inner) => inner.any(is_such),
            Self::Tuple(items) => items.iter().any(|item| item.any(is_such)),
            _ => false,
        };
        inside || is_such(self)
    }

    /// The component inside, also in a list or on the heap.
    pub fn component(&self) -> Option<&str> {
        match self {
            Self::Named(name) => Some(name),
            Self::Option(inner)
            | Self::List(inner)
            | Self::Map(inner)
            | Self::Array(inner, _)
            | Self::Boxed(inner) => inner.component(),
            _ => None,
        }
    }

    /// The type in Rust. `home_of` says where a component's type is.
    pub fn rust(&self, here: Home, home_of: &dyn Fn(&str) -> Home) -> TokenStream {
        let inner = |ty: &Self| ty.rust(here, home_of);
        match self {
            Self::Bool => quote!(bool),
            Self::I32 => quote!(i32),
            Self::I64 => quote!(i64),
            Self::F64 => quote!(f64),
            Self::Text => quote!(String),
            Self::Timestamp => quote!(Timestamp),
            Self::Json => quote!(serde_json::Value),
            Self::JsonObject => quote!(serde_json::Map<String, serde_json::Value>),
            Self::Unit => quote!(()),
            Self::Option(ty) => {
                let ty = inner(ty);
                quote!(Option<#ty>)
            }
            Self::List(ty) => {
                let ty = inner(ty);
                quote!(Vec<#ty>)
            }
            Self::Map(ty) => {
                let ty = inner(ty);
                quote!(BTreeMap<String, #ty>)
            }
            Self::Tuple(items) => {
                let items = items.iter().map(inner);
                quote!((#(#items),*))
            }
            Self::Array(ty, length) => {
                let ty = inner(ty);
                quote!([#ty; #length])
            }
            Self::Boxed(ty) => {
                let ty = inner(ty);
                quote!(Box<#ty>)
            }
            Self::Named(name) => {
                let ident = format_ident!("{name}");
                match (here, home_of(name)) {
                    (here, home) if here == home => quote!(#ident),
                    (Home::Elsewhere, Home::Webhooks) => quote!(webhooks::#ident),
                    (Home::Elsewhere, _) => quote!(types::#ident),
                    (_, Home::Webhooks) => quote!(super::webhooks::#ident),
                    _ => quote!(super::types::#ident),
                }
            }
        }
    }
}

/// The type arguments of a path segment.
fn inner(segment: &syn::PathSegment) -> Vec<&syn::Type> {
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return Vec::new();
    };
    let arguments = arguments.args.iter().filter_map(|argument| match argument {
        syn::GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    arguments.collect()
}
