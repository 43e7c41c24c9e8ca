//! `types.rs`: the objects.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::VisitMut;
use syn::{Fields, Item, ItemStruct};

use super::names::{ShortNames, inside};
use super::{defect, doc_lines, file, params, setters};
use crate::facts::{Facts, FieldFacts, ObjectFacts, Presence};
use crate::finding::Findings;

/// The maximum number of fields of an optional object that is not boxed.
const SMALL: usize = 8;

/// Rewrites the generator's structs and adds those of optional parameters.
pub fn polish(
    items: Vec<Item>,
    params: Vec<params::Params>,
    facts: &Facts,
) -> Result<syn::File, Findings> {
    let mut written = TokenStream::new();
    let mut taken = Vec::new();
    for item in items {
        let mut object = match item {
            Item::Struct(object) => object,
            // Errors of conversions that no longer exist.
            Item::Mod(module) if module.ident == "error" => continue,
            other => {
                return Err(defect(&format!(
                    "an item that is no struct: {}",
                    quote!(#other)
                )));
            }
        };
        ShortNames.visit_item_struct_mut(&mut object);
        let name = object.ident.to_string();
        let known = facts
            .objects
            .get(&name)
            .ok_or_else(|| defect(&format!("a type without component: {name}")))?;
        shape(&mut object, known, facts)?;
        written.extend(quote!(#object));
        if known.sent {
            written.extend(setters::write(&object));
        }
        taken.push(name);
    }
    for params in params {
        if taken.contains(&params.name.to_string()) {
            return Err(defect(&format!("{} is a component already", params.name)));
        }
        let object = params.into_struct();
        let setters = setters::write(&object);
        written.extend(quote!(#object #setters));
    }
    file(imports(&written))
}

/// Imports only what is used.
fn imports(written: &TokenStream) -> TokenStream {
    let text = written.to_string();
    let uses = |word: &str| {
        text.split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .any(|part| part == word)
    };
    let map = uses("BTreeMap").then(|| {
        quote!(
            use std::collections::BTreeMap;
        )
    });
    let transport = ["KeyChoice", "Patch", "Timestamp"]
        .into_iter()
        .filter(|name| uses(name))
        .map(|name| format_ident!("{name}"))
        .collect::<Vec<_>>();
    let transport =
        (!transport.is_empty()).then(|| quote!(use threadline_transport::{#(#transport),*};));
    quote! {
        //! The objects in requests and responses.
        #map
        use serde::{Deserialize, Serialize};
        #transport
        #written
    }
}

/// Orders the fields as in the spec, each with its presence on the wire.
fn shape(object: &mut ItemStruct, known: &ObjectFacts, all: &Facts) -> Result<(), Findings> {
    let name = object.ident.clone();
    let Fields::Named(fields) = &mut object.fields else {
        return Err(defect(&format!("{name} is no struct with named fields")));
    };
    let mut ordered = Vec::new();
    for field in std::mem::take(&mut fields.named) {
        let wire = wire_name(&field)?;
        let position = known.fields.iter().position(|known| known.wire == wire);
        let facts = position.and_then(|position| known.fields.get(position));
        let facts =
            facts.ok_or_else(|| defect(&format!("{name} has a field without property: {wire}")))?;
        let shape = Embedded {
            boxed: !known.sent && is_large(facts, all),
            may_be_empty: may_be_empty(facts, all),
        };
        ordered.push((position, shape_field(field, facts, &shape)?));
    }
    ordered.sort_by_key(|(position, _)| *position);
    fields.named = ordered.into_iter().map(|(_, field)| field).collect();
    if known.open {
        fields.named.push(syn::parse_quote! {
            /// Undocumented fields.
            #[serde(flatten)]
            pub more: serde_json::Map<String, serde_json::Value>
        });
    }
    let default = derives_default(object)
        || known
            .fields
            .iter()
            .all(|field| field.presence != Presence::Required);
    let default = default.then(|| quote!(Default,));
    spaced_docs(&mut object.attrs);
    object.attrs.push(
        syn::parse_quote!(#[derive(Clone, Debug, #default PartialEq, Deserialize, Serialize)]),
    );
    object
        .attrs
        .push(syn::parse_quote!(#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]));
    object.attrs.push(syn::parse_quote!(#[non_exhaustive]));
    Ok(())
}

fn derives_default(object: &ItemStruct) -> bool {
    object.attrs.iter().any(|attribute| {
        attribute.path().is_ident("derive") && quote!(#attribute).to_string().contains("Default")
    })
}

fn wire_name(field: &syn::Field) -> Result<String, Findings> {
    let mut name = field
        .ident
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    for attribute in field
        .attrs
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        attribute
            .parse_nested_meta(|meta| {
                if meta.path.is_ident("rename") {
                    name = meta.value()?.parse::<syn::LitStr>()?.value();
                } else if meta.input.peek(syn::Token![=]) {
                    meta.value()?.parse::<syn::Expr>()?;
                }
                Ok(())
            })
            .map_err(|error| defect(&error.to_string()))?;
    }
    Ok(name)
}

/// Whether a response field may hold a large object. It is boxed, because it is usually absent, but would take up space
/// in every response.
fn is_large(facts: &FieldFacts, all: &Facts) -> bool {
    let object = facts
        .component
        .as_ref()
        .and_then(|name| all.objects.get(name));
    let is_optional = matches!(facts.presence, Presence::Nullable | Presence::Optional);
    is_optional && object.is_some_and(|object| object.fields.len() > SMALL)
}

/// Whether a field holds an object that needs no member: serde would read one from an empty list.
fn may_be_empty(facts: &FieldFacts, all: &Facts) -> bool {
    let component = facts.component.as_ref();
    let object = component.and_then(|name| all.objects.get(name));
    let is_required = |field: &FieldFacts| field.presence == Presence::Required;
    object.is_some_and(|object| !object.fields.is_empty() && !object.fields.iter().any(is_required))
}

/// How a field holds an object.
struct Embedded {
    boxed: bool,
    may_be_empty: bool,
}

fn shape_field(
    mut field: syn::Field,
    facts: &FieldFacts,
    embedded: &Embedded,
) -> Result<syn::Field, Findings> {
    let ident = field
        .ident
        .clone()
        .ok_or_else(|| defect("a field without a name"))?;
    let mut inner = without_option(&field.ty);
    if embedded.boxed && inside(&inner, "Box").is_none() {
        inner = syn::parse_quote!(Box<#inner>);
    }
    let serde = match facts.presence {
        Presence::Required => quote!(),
        Presence::Nullable => quote!(default,),
        Presence::Optional => quote!(default, skip_serializing_if = "Option::is_none",),
        Presence::Patch => quote!(default, skip_serializing_if = "Patch::is_keep",),
    };
    field.ty = match facts.presence {
        Presence::Required => field.ty,
        Presence::Nullable | Presence::Optional => syn::parse_quote!(Option<#inner>),
        Presence::Patch => syn::parse_quote!(Patch<#inner>),
    };
    let docs = doc_lines(&facts.docs);
    let documented: syn::Field = syn::parse_quote!(#docs field: ());
    field.attrs = documented.attrs;
    let is_object = embedded.may_be_empty && inside(&inner, "Vec").is_none();
    let reader = match facts.presence {
        Presence::Required => "threadline_transport::__private::object",
        Presence::Nullable | Presence::Optional | Presence::Patch => {
            "threadline_transport::__private::optional_object"
        }
    };
    let is_read = is_object && facts.presence != Presence::Patch;
    let reader = is_read.then(|| quote!(deserialize_with = #reader,));
    let wire = &facts.wire;
    let rename = (ident != wire.as_str()).then(|| quote!(rename = #wire,));
    if rename.is_some() || reader.is_some() || !serde.is_empty() {
        field
            .attrs
            .push(syn::parse_quote!(#[serde(#rename #serde #reader)]));
    }
    Ok(field)
}

/// The type without its `Option`, even inside a `Box` that breaks a cycle.
fn without_option(ty: &syn::Type) -> syn::Type {
    if let Some(inner) = inside(ty, "Box").and_then(|boxed| inside(boxed, "Option")) {
        return syn::parse_quote!(Box<#inner>);
    }
    inside(ty, "Option").cloned().unwrap_or_else(|| ty.clone())
}

/// Keeps only the documentation, with a space after the slashes.
fn spaced_docs(attributes: &mut Vec<syn::Attribute>) {
    attributes.retain(|attribute| attribute.path().is_ident("doc"));
    for attribute in attributes {
        let syn::Meta::NameValue(meta) = &attribute.meta else {
            continue;
        };
        if let syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) = &meta.value
        {
            let text = format!(" {}", text.value().trim());
            *attribute = syn::parse_quote!(#[doc = #text]);
        }
    }
}
