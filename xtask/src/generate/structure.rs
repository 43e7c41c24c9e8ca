//! Reads one generated struct.

use syn::{Attribute, Fields, Item};

use super::parts::{FieldParts, ObjectParts, surprise};
use super::types::Type;
use crate::finding::Finding;
use crate::model::{Model, Presence};

/// Matches a struct with its component; `None` for items that are replaced.
pub fn read(item: Item, model: &Model) -> Result<Option<ObjectParts<'_>>, Finding> {
    let object = match item {
        Item::Struct(object) => object,
        // Errors of conversions, which are not used.
        Item::Mod(module) if module.ident == "error" => return Ok(None),
        // Conversions and builders.
        Item::Impl(_) => return Ok(None),
        _ => return Err(surprise("a type that is not a struct")),
    };
    let ident = object.ident.to_string();
    let (name, known) = model
        .objects
        .get_key_value(&ident)
        .ok_or_else(|| surprise(format!("a type without a component: {ident}")))?;
    let Fields::Named(named) = object.fields else {
        return Err(surprise(format!(
            "{name} is not a struct with named fields"
        )));
    };
    let mut fields = Vec::new();
    for field in named.named {
        let Some(ident) = field.ident else { continue };
        let wire = wire_name(&ident.to_string(), &field.attrs)?;
        let position = known.fields.iter().position(|known| known.wire == wire);
        let Some((position, known)) = position.and_then(|at| Some((at, known.fields.get(at)?)))
        else {
            return Err(surprise(format!(
                "{name}.{wire} is not a property of the component"
            )));
        };
        let ty = Type::read(&field.ty)
            .ok_or_else(|| surprise(format!("{name}.{wire} has an unknown type")))?;
        if known.presence == Presence::Required && matches!(ty, Type::Option(_)) {
            return Err(surprise(format!(
                "{name}.{wire} is required, but has an optional type"
            )));
        }
        let ty = ty.without_option();
        fields.push((
            position,
            FieldParts {
                field: known,
                ident,
                ty,
            },
        ));
    }
    fields.sort_by_key(|(position, _)| *position);
    let fields = fields
        .into_iter()
        .map(|(_, field)| field)
        .collect::<Vec<_>>();
    let has = |wire: &str| fields.iter().any(|field| field.field.wire == wire);
    if let Some(lost) = known.fields.iter().find(|known| !has(&known.wire)) {
        return Err(surprise(format!("{name} lacks the field {}", lost.wire)));
    }
    Ok(Some(ObjectParts {
        name,
        object: known,
        fields,
    }))
}

/// The name of a field on the wire.
fn wire_name(ident: &str, attributes: &[Attribute]) -> Result<String, Finding> {
    let mut name = ident.to_owned();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        let read = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename") {
                name = meta.value()?.parse::<syn::LitStr>()?.value();
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<syn::Expr>()?;
            }
            Ok(())
        });
        read.map_err(|error| surprise(format!("{ident}: {error}")))?;
    }
    Ok(name)
}
