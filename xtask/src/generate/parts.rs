//! Takes the generator's output apart. Everything in it is matched with the model, in both directions: what the model
//! has and the output lacks is a finding, and so is what this step does not recognize.

use std::collections::BTreeMap;

use proc_macro2::Ident;
use syn::{ImplItem, Item};

use super::types::Type;
use super::{method, structure};
use crate::finding::{Finding, Findings};
use crate::model::{Field, Model, Object, Operation, Parameter, PathParameter, Presence};

/// What the generator contributes to the model: names, types, and how a request is built.
pub struct Parts<'m> {
    /// In the order of the model.
    pub operations: Vec<OperationParts<'m>>,
    /// By name.
    pub objects: BTreeMap<&'m str, ObjectParts<'m>>,
}

/// The parts of an operation.
pub struct OperationParts<'m> {
    pub operation: &'m Operation,
    pub path: Vec<(&'m PathParameter, Argument)>,
    /// Query and header parameters, in spec order.
    pub parameters: Vec<(&'m Parameter, Argument)>,
    pub body: Option<Type>,
    /// The type of the result.
    pub value: Type,
}

/// An argument of the generated method.
#[derive(Clone)]
pub struct Argument {
    pub ident: Ident,
    pub ty: Type,
}

/// The parts of an object.
pub struct ObjectParts<'m> {
    pub name: &'m str,
    pub object: &'m Object,
    /// In spec order.
    pub fields: Vec<FieldParts<'m>>,
}

impl<'m> ObjectParts<'m> {
    /// The fields that a constructor needs.
    pub fn required(&self) -> impl Iterator<Item = &FieldParts<'m>> {
        self.fields.iter().filter(|field| field.is_required())
    }

    /// The fields that have setters.
    pub fn optional(&self) -> impl Iterator<Item = &FieldParts<'m>> {
        self.fields.iter().filter(|field| !field.is_required())
    }
}

/// The parts of a field.
pub struct FieldParts<'m> {
    pub field: &'m Field,
    pub ident: Ident,
    /// Without `Option`.
    pub ty: Type,
}

impl FieldParts<'_> {
    /// Whether a constructor needs the field.
    fn is_required(&self) -> bool {
        self.field.presence == Presence::Required
    }
}

/// Matches the generator's output with the model.
pub fn take(generated: syn::File, model: &Model) -> Result<Parts<'_>, Findings> {
    let mut structs = Vec::new();
    let mut methods = Vec::new();
    for item in generated.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                structs = module.content.map(|(_, items)| items).unwrap_or_default();
            }
            // The client's own methods and traits are replaced.
            Item::Impl(block) if block.trait_.is_none() => methods.extend(block.items),
            Item::Impl(_) | Item::Use(_) | Item::Struct(_) => {}
            Item::Mod(module) if module.ident == "prelude" => {}
            other => {
                return Err(surprise(format!("an unexpected item: {}", summary(&other))).into());
            }
        }
    }
    let mut findings = Vec::new();
    let mut objects = BTreeMap::new();
    for item in structs {
        match structure::read(item, model) {
            Ok(Some(object)) => {
                objects.insert(object.name, object);
            }
            Ok(None) => {}
            Err(finding) => findings.push(finding),
        }
    }
    for name in model
        .objects
        .keys()
        .filter(|name| !objects.contains_key(name.as_str()))
    {
        findings.push(surprise(format!("the component {name} has no type")));
    }
    let mut operations = Vec::new();
    for operation in &model.operations {
        let name = method::name(operation);
        let found = methods.iter().find_map(|item| match item {
            ImplItem::Fn(function) if function.sig.ident == name => Some(function),
            _ => None,
        });
        let read = found
            .ok_or_else(|| surprise(format!("{} has no method {name}", operation.id)))
            .and_then(|function| method::read(function, operation));
        match read {
            Ok(parts) => operations.push(parts),
            Err(finding) => findings.push(finding),
        }
    }
    if findings.is_empty() {
        Ok(Parts {
            operations,
            objects,
        })
    } else {
        Err(Findings(findings))
    }
}

/// Output of the generator that does not match the model.
pub fn surprise(problem: impl Into<String>) -> Finding {
    Finding::new(
        "",
        "generator",
        format!("unexpected output of the generator: {}", problem.into()),
    )
    .remedy("adapt xtask/src/generate to the pinned generator")
}

fn summary(item: &Item) -> String {
    let text = quote::ToTokens::to_token_stream(item).to_string();
    text.chars().take(80).collect()
}
