//! What constructors and setters accept, and how they convert it.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Source;
use crate::generate::{Argument, FieldParts, Home, ObjectParts, OperationParts, Type};
use crate::model::Openness;

/// The methods and fields that every request has besides the setters of its own.
const TAKEN: [&str; 15] = [
    "attempt_timeout",
    "attempts",
    "body",
    "client",
    "clone",
    "deadline",
    "decode_as",
    "dry_run",
    "into_future",
    "into_request",
    "items",
    "next",
    "options",
    "pages",
    "repeat",
];

/// The name of a parameter's setter and field; not that of a method that every request has.
pub fn parameter_ident(argument: &Argument) -> Ident {
    let name = argument.ident.to_string();
    if TAKEN.contains(&name.as_str()) {
        format_ident!("{name}_")
    } else {
        argument.ident.clone()
    }
}

/// A value that a constructor or a setter takes.
pub struct Setter {
    /// The type of the argument.
    pub accepted: TokenStream,
    /// The argument as the field's type.
    pub converted: TokenStream,
}

/// How a value of this type is taken from an argument.
pub fn setter(source: Source<'_>, here: Home, ty: &Type, ident: &Ident) -> Setter {
    let rust = source.rust(here, ty);
    let plain = Setter {
        accepted: quote!(#rust),
        converted: quote!(#ident),
    };
    match ty {
        Type::Bool | Type::I32 | Type::I64 | Type::Tuple(_) | Type::Array(..) => plain,
        Type::Named(name) if is_closed(source, name) => plain,
        Type::List(item) => {
            let item = source.rust(here, item);
            Setter {
                accepted: quote!(impl IntoIterator<Item = impl Into<#item>>),
                converted: quote!(#ident.into_iter().map(Into::into).collect()),
            }
        }
        Type::Map(item) => {
            let item = source.rust(here, item);
            Setter {
                accepted: quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<#item>)>),
                converted: quote! {
                    #ident.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
                },
            }
        }
        Type::Boxed(inner) => {
            let inner = source.rust(here, inner);
            Setter {
                accepted: quote!(impl Into<#inner>),
                converted: quote!(Box::new(#ident.into())),
            }
        }
        _ => Setter {
            accepted: quote!(impl Into<#rust>),
            converted: quote!(#ident.into()),
        },
    }
}

/// What the documentation of a setter says about a list, as the type of its argument is hard to read.
pub fn about_list(source: Source<'_>, ty: &Type) -> &'static str {
    let Type::List(item) = ty else {
        return "";
    };
    match &**item {
        Type::Text => "Takes any iterator of texts, such as `[\"a\", \"b\"]`.",
        Type::Named(name) if is_open(source, name) => {
            "Takes any iterator of values or texts, such as `[\"a\", \"b\"]`."
        }
        _ => "Takes any iterator of values, such as an array.",
    }
}

/// Whether a component is an enumeration that any text converts into.
fn is_open(source: Source<'_>, name: &str) -> bool {
    let known = source.model.enumeration(name);
    known.is_some_and(|known| known.openness == Openness::Open)
}

/// Whether a component is an enumeration that no text converts into.
fn is_closed(source: Source<'_>, name: &str) -> bool {
    let known = source.model.enumeration(name);
    known.is_some_and(|known| known.openness != Openness::Open)
}

/// Whether more than two of these types in a row are text, which callers would confuse.
pub fn is_confusing<'t>(types: impl IntoIterator<Item = &'t Type>) -> bool {
    let mut run = 0;
    types.into_iter().any(|ty| {
        run = if *ty == Type::Text { run + 1 } else { 0 };
        run > 2
    })
}

/// Whether the required fields of an object are collected in a struct of their own.
pub fn has_required_struct(object: &ObjectParts<'_>) -> bool {
    is_confusing(object.required().map(|field| &field.ty))
}

/// The object that is an operation's body, if it is one.
pub fn body_object<'a>(
    source: Source<'a>,
    operation: &OperationParts<'_>,
) -> Option<&'a ObjectParts<'a>> {
    match operation.body.as_ref()? {
        Type::Named(name) => source.parts.objects.get(name.as_str()),
        _ => None,
    }
}

/// How an operation takes its body.
pub enum BodyForm<'a> {
    /// The required fields are arguments, of which there may be none.
    Fields(&'a ObjectParts<'a>),
    /// The required fields are one argument, a struct of their own.
    Collected(&'a ObjectParts<'a>),
    /// The whole body is one argument.
    Whole,
}

/// Decides how an operation takes its body.
pub fn body_form<'a>(source: Source<'a>, operation: &OperationParts<'_>) -> BodyForm<'a> {
    let Some(object) = body_object(source, operation) else {
        return BodyForm::Whole;
    };
    if has_required_struct(object) {
        return BodyForm::Collected(object);
    }
    let path = operation.path.iter().map(|(_, argument)| &argument.ty);
    let parameters = required_parameters(operation).map(|argument| &argument.ty);
    let fields = object.required().map(|field| &field.ty).collect::<Vec<_>>();
    if fields.is_empty() || !is_confusing(path.chain(parameters).chain(fields)) {
        BodyForm::Fields(object)
    } else {
        BodyForm::Whole
    }
}

/// The required query and header parameters.
pub fn required_parameters<'a>(
    operation: &'a OperationParts<'_>,
) -> impl Iterator<Item = &'a Argument> {
    let required = operation
        .parameters
        .iter()
        .filter(|(known, _)| known.required);
    required.map(|(_, argument)| argument)
}

/// The fields of a body that the request has setters for: not those named like a parameter or like
/// a method that every request has, which are set on the body itself.
pub fn body_setters<'a>(
    operation: &OperationParts<'_>,
    object: &'a ObjectParts<'a>,
) -> Vec<&'a FieldParts<'a>> {
    let is_free = |field: &&FieldParts<'_>| {
        let name = field.ident.to_string();
        let parameters = operation.parameters.iter().map(|(_, argument)| argument);
        let path = operation.path.iter().map(|(_, argument)| argument);
        !TAKEN.contains(&name.as_str())
            && parameters
                .chain(path)
                .all(|argument| argument.ident != name)
    };
    object.optional().filter(is_free).collect()
}

/// The name of a field's setter; not that of the constructor.
pub fn setter_ident(field: &Ident) -> Ident {
    if field == "new" {
        format_ident!("new_")
    } else {
        field.clone()
    }
}

/// The name of the method that clears a field.
pub fn clear_ident(field: &Ident) -> Ident {
    let name = field.to_string();
    format_ident!(
        "clear_{}",
        name.trim_start_matches("r#").trim_end_matches('_')
    )
}
