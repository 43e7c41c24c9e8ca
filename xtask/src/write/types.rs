//! `types.rs` and `webhooks.rs`: the objects, enumerations and unions.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::setters::{Setter, about_list, clear_ident, has_required_struct, setter, setter_ident};
use super::{Source, doc_lines, docs, enums, invalid, item_text, preamble};
use crate::finding::Findings;
use crate::generate::{FieldParts, Home, ObjectParts, Type};
use crate::model::{Object, Presence, UnionKind};

/// Writes the module, its types in alphabetical order.
pub fn write(source: Source<'_>, home: Home) -> Result<String, Findings> {
    let is_here = |name: &str| source.home_of(name) == home;
    let mut items = BTreeMap::new();
    for (name, object) in source
        .parts
        .objects
        .iter()
        .filter(|(name, _)| is_here(name))
    {
        items.insert((*name).to_owned(), structure(source, home, object)?);
    }
    for known in source
        .model
        .enums
        .iter()
        .filter(|known| is_here(&known.name))
    {
        items.insert(known.name.clone(), enums::words(known));
    }
    for known in source
        .model
        .unions
        .iter()
        .filter(|known| is_here(&known.name))
    {
        items.insert(known.name.clone(), enums::union(source, home, known));
    }
    let body = items.into_values().collect::<Vec<_>>().join("\n");
    let docs = match home {
        Home::Webhooks => "The payloads of webhooks.",
        _ => "The types of requests and responses.",
    };
    let imports = imports(source, home);
    Ok(format!(
        "// {}\n\n//! {docs}\n{imports}\n{body}",
        preamble(source.spec)
    ))
}

/// Imports only what is used.
fn imports(source: Source<'_>, home: Home) -> String {
    let objects = source.parts.objects.values();
    let objects = objects.filter(|object| source.home_of(object.name) == home);
    let fields = objects
        .clone()
        .flat_map(|object| &object.fields)
        .collect::<Vec<_>>();
    let any = |is_such: &dyn Fn(&Type) -> bool| fields.iter().any(|field| field.ty.any(is_such));
    let mut text = String::new();
    if any(&|ty| matches!(ty, Type::Map(_))) {
        text.push_str("use std::collections::BTreeMap;\n\n");
    }
    if objects.count() > 0 {
        text.push_str("use serde::{Deserialize, Serialize};\n");
    }
    if fields
        .iter()
        .any(|field| field.field.presence == Presence::Patch)
    {
        text.push_str("use threadline_transport::Patch;\n");
    }
    if any(&|ty| *ty == Type::Timestamp) {
        text.push_str("use threadline_transport::Timestamp;\n");
    }
    text
}

/// Whether the types refer to `serde_json`.
pub fn use_json(source: Source<'_>) -> bool {
    let is_json = |ty: &Type| matches!(ty, Type::Json | Type::JsonObject);
    let fields = source
        .parts
        .objects
        .values()
        .flat_map(|object| &object.fields);
    let parameters = source
        .parts
        .operations
        .iter()
        .flat_map(|operation| &operation.parameters);
    let by_type = source.model.unions.iter().any(|union| match &union.kind {
        UnionKind::ByJsonType { variants } => {
            variants.iter().any(|variant| variant.shape.is_json())
        }
        UnionKind::Tagged { .. } => false,
    });
    by_type
        || source
            .parts
            .objects
            .values()
            .any(|object| object.object.open)
        || fields.into_iter().any(|field| field.ty.any(&is_json))
        || parameters
            .into_iter()
            .any(|(_, argument)| argument.ty.any(&is_json))
        || source
            .parts
            .operations
            .iter()
            .any(|operation| operation.value.any(&is_json))
}

/// Writes a struct and, if a request can contain it, its constructor and setters.
fn structure(source: Source<'_>, home: Home, object: &ObjectParts<'_>) -> Result<String, Findings> {
    let name = format_ident!("{}", object.name);
    let docs = doc_lines(&object.object.description);
    let fields = object
        .fields
        .iter()
        .map(|field| member(source, home, field));
    let more = object.object.open.then(|| {
        quote! {
            /// Undocumented fields.
            #[serde(flatten)]
            pub more: serde_json::Map<String, serde_json::Value>,
        }
    });
    let default = has_default(object.object).then(|| quote!(Default,));
    let mut tokens = quote! {
        #docs
        #[derive(Clone, Debug, #default PartialEq, Deserialize, Serialize)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
        #[non_exhaustive]
        pub struct #name { #(#fields,)* #more }
    };
    if object.object.sent {
        tokens.extend(construction(source, home, object));
    }
    let file = syn::parse2::<syn::File>(tokens).map_err(|error| invalid(&error))?;
    let items = file.items.into_iter().map(item_text);
    Ok(items.collect::<Vec<_>>().join("\n"))
}

fn has_default(object: &Object) -> bool {
    object
        .fields
        .iter()
        .all(|field| field.presence != Presence::Required)
}

/// A field with its presence on the wire.
fn member(source: Source<'_>, home: Home, parts: &FieldParts<'_>) -> TokenStream {
    let (field, ident) = (parts.field, &parts.ident);
    let inner = source.rust(home, &parts.ty);
    let inner = match (field.boxed, &parts.ty) {
        (true, Type::Named(_)) => quote!(Box<#inner>),
        _ => inner,
    };
    let (ty, presence) = match field.presence {
        Presence::Required => (inner, quote!()),
        Presence::Nullable => (quote!(Option<#inner>), quote!(default,)),
        Presence::Optional => (
            quote!(Option<#inner>),
            quote!(default, skip_serializing_if = "Option::is_none",),
        ),
        Presence::Patch => (
            quote!(Patch<#inner>),
            quote!(default, skip_serializing_if = "Patch::is_keep",),
        ),
    };
    let reader = reader(source, parts).map(|reader| quote!(deserialize_with = #reader,));
    let wire = &field.wire;
    let rename = (ident != wire.as_str()).then(|| quote!(rename = #wire,));
    let serde = quote!(#rename #presence #reader);
    let serde = (!serde.is_empty()).then(|| quote!(#[serde(#serde)]));
    let docs = doc_lines(&docs::of_field(field));
    quote!(#docs #serde pub #ident: #ty)
}

/// The function that reads a field, if it is not the type's own: serde would read an object that
/// needs no member from an empty list.
fn reader(source: Source<'_>, parts: &FieldParts<'_>) -> Option<&'static str> {
    let name = match &parts.ty {
        Type::Named(name) => name.as_str(),
        Type::Boxed(inner) => inner.component()?,
        _ => return None,
    };
    let object = source.model.objects.get(name)?;
    if object.fields.is_empty() || !has_default(object) {
        return None;
    }
    match parts.field.presence {
        Presence::Required => Some("threadline_transport::__private::object"),
        Presence::Nullable | Presence::Optional => {
            Some("threadline_transport::__private::optional_object")
        }
        Presence::Patch => None,
    }
}

/// The constructor and the setters.
fn construction(source: Source<'_>, home: Home, object: &ObjectParts<'_>) -> TokenStream {
    let name = format_ident!("{}", object.name);
    let left = object.optional().map(|field| {
        let ident = &field.ident;
        quote!(#ident: Default::default())
    });
    let more = object.object.open.then(|| quote!(more: Default::default()));
    let left = quote!(#(#left,)* #more);
    let setters = object
        .optional()
        .map(|field| field_setter(source, home, field));
    let docs = if object.required().next().is_none() {
        " Creates one with all fields unset."
    } else {
        " Creates one with the required fields; the others are unset."
    };
    if has_required_struct(object) {
        let collected = format_ident!("{}Required", object.name);
        let fields = object.required().map(|field| {
            let (ident, docs) = (&field.ident, doc_lines(&docs::of_field(field.field)));
            let ty = source.rust(home, &field.ty);
            quote!(#docs pub #ident: #ty)
        });
        let idents = object.required().map(|field| &field.ident);
        let idents = idents.collect::<Vec<_>>();
        let about = format!(" The required fields of [`{name}`].");
        return quote! {
            #[doc = #about]
            #[derive(Clone, Debug, PartialEq)]
            pub struct #collected { #(#fields,)* }

            impl From<#collected> for #name {
                fn from(required: #collected) -> Self {
                    Self::new(required)
                }
            }

            impl #name {
                #[doc = #docs]
                pub fn new(required: #collected) -> Self {
                    let #collected { #(#idents),* } = required;
                    Self { #(#idents,)* #left }
                }
                #(#setters)*
            }
        };
    }
    let arguments = object.required().map(|field| {
        let ident = &field.ident;
        let Setter { accepted, .. } = setter(source, home, &field.ty, ident);
        quote!(#ident: #accepted)
    });
    let given = object.required().map(|field| {
        let ident = &field.ident;
        let Setter { converted, .. } = setter(source, home, &field.ty, ident);
        quote!(#ident: #converted)
    });
    quote! {
        impl #name {
            #[doc = #docs]
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#given,)* #left }
            }
            #(#setters)*
        }
    }
}

/// The setter of an optional field, and the method that clears it where `null` means something.
fn field_setter(source: Source<'_>, home: Home, field: &FieldParts<'_>) -> TokenStream {
    let (ident, name) = (&field.ident, setter_ident(&field.ident));
    let Setter {
        accepted,
        converted,
    } = setter(source, home, &field.ty, ident);
    let converted = match (field.field.boxed, &field.ty) {
        (true, Type::Named(_)) => quote!(Box::new(#converted)),
        _ => converted,
    };
    let plain = ident.to_string();
    let list = about_list(source, &field.ty);
    let docs = format!(" Sets [`{plain}`](Self::{plain}). {list}");
    let docs = docs.trim_end();
    let set = if field.field.presence == Presence::Patch {
        quote!(Patch::Set(#converted))
    } else {
        quote!(Some(#converted))
    };
    let clear = (field.field.presence == Presence::Patch).then(|| {
        let clear = clear_ident(ident);
        let docs = format!(" Clears [`{plain}`](Self::{plain}).");
        quote! {
            #[doc = #docs]
            #[must_use]
            pub fn #clear(mut self) -> Self {
                self.#ident = Patch::Clear;
                self
            }
        }
    });
    quote! {
        #[doc = #docs]
        #[must_use]
        pub fn #name(mut self, #ident: #accepted) -> Self {
            self.#ident = #set;
            self
        }
        #clear
    }
}
