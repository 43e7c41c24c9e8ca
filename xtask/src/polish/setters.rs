//! Constructors and setters of request types: the structs may grow, so they cannot be written as literals.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Field, ItemStruct, Type};

use super::names::{inside, is_named};

/// `new(required…)` and a `set_…` for each other field.
pub fn write(object: &ItemStruct) -> TokenStream {
    let name = &object.ident;
    let (required, optional): (Vec<_>, Vec<_>) =
        object.fields.iter().partition(|field| is_required(field));
    let arguments = required.iter().map(|field| {
        let (ident, accepted) = (&field.ident, accepted(&field.ty));
        quote!(#ident: #accepted)
    });
    let given = required.iter().map(|field| {
        let (ident, converted) = (&field.ident, converted(field));
        quote!(#ident: #converted)
    });
    let left = optional.iter().map(|field| {
        let ident = &field.ident;
        quote!(#ident: Default::default())
    });
    let docs = if required.is_empty() {
        " Creates one with all fields unset."
    } else {
        " Creates one with the required fields; the others are unset."
    };
    let setters = optional.iter().map(|field| setter(field));
    quote! {
        impl #name {
            #[doc = #docs]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#given,)* #(#left,)* }
            }
            #(#setters)*
        }
    }
}

fn is_required(field: &Field) -> bool {
    let flattened = field
        .attrs
        .iter()
        .any(|attribute| quote!(#attribute).to_string().contains("flatten"));
    let has_default = ["Option", "Patch"].map(|name| inside(&field.ty, name).is_some());
    !flattened && has_default == [false, false] && !is_named(&field.ty, "KeyChoice")
}

fn setter(field: &Field) -> TokenStream {
    let Some(ident) = &field.ident else {
        return TokenStream::new();
    };
    let plain = ident.to_string();
    let setter = format_ident!(
        "set_{}",
        plain.trim_start_matches("r#").trim_end_matches('_')
    );
    let docs = format!(" Sets [`{plain}`](Self::{plain}).");
    let (accepted, value) = match (inside(&field.ty, "Patch"), inside(&field.ty, "Option")) {
        (Some(_), _) => {
            let ty = &field.ty;
            (quote!(impl Into<#ty>), quote!(#ident.into()))
        }
        (None, Some(inner)) => {
            let value = converted_as(ident, inner);
            (accepted(inner), quote!(Some(#value)))
        }
        (None, None) => (accepted(&field.ty), converted(field)),
    };
    quote! {
        #[doc = #docs]
        #[must_use]
        pub fn #setter(mut self, #ident: #accepted) -> Self {
            self.#ident = #value;
            self
        }
    }
}

fn accepted(ty: &Type) -> TokenStream {
    if let Some(item) = inside(ty, "Vec") {
        return quote!(impl IntoIterator<Item = impl Into<#item>>);
    }
    if is_plain(ty) {
        quote!(#ty)
    } else {
        quote!(impl Into<#ty>)
    }
}

fn converted(field: &Field) -> TokenStream {
    field
        .ident
        .as_ref()
        .map(|ident| converted_as(ident, &field.ty))
        .unwrap_or_default()
}

fn converted_as(ident: &syn::Ident, ty: &Type) -> TokenStream {
    if inside(ty, "Vec").is_some() {
        quote!(#ident.into_iter().map(Into::into).collect())
    } else if is_plain(ty) {
        quote!(#ident)
    } else {
        quote!(#ident.into())
    }
}

/// Numbers and flags: `impl Into` would make literals ambiguous.
fn is_plain(ty: &Type) -> bool {
    ["bool", "f64", "i32", "i64"]
        .iter()
        .any(|name| is_named(ty, name))
}
