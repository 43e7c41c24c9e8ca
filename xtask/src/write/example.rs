//! Example calls, from the examples of the spec.

use heck::{ToKebabCase, ToSnakeCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::requests::{group_ident, method_ident};
use super::setters::{
    BodyForm, body_form, body_setters, clear_ident, has_required_struct, parameter_ident,
    setter_ident,
};
use super::{Source, invalid, item_text};
use crate::finding::Findings;
use crate::generate::{FieldParts, ObjectParts, OperationParts, Type};
use crate::model::{PageStyle, Parameter, Presence, UnionKind};

/// The code of an example call.
pub struct Code {
    pub text: String,
    /// The paths to import.
    pub imports: Vec<String>,
}

/// The documentation example of an operation.
pub fn call(source: Source<'_>, operation: &OperationParts<'_>) -> Result<String, Findings> {
    let module = source.crate_name();
    let Code { text, imports } = code(source, operation, &TokenStream::new())?;
    let imports = uses(&imports);
    let gap = if imports.is_empty() { "" } else { "\n" };
    Ok(format!(
        "```no_run\n{imports}{gap}# async fn example(client: {module}::Client) -> Result<(), {module}::transport::Error> {{\n{text}# Ok(())\n# }}\n```"
    ))
}

/// The imports of an example, one a line.
pub fn uses(imports: &[String]) -> String {
    let lines = imports.iter().map(|import| format!("use {import};"));
    let lines = lines.collect::<Vec<_>>().join("\n");
    if lines.is_empty() {
        lines
    } else {
        lines + "\n"
    }
}

/// The statements of an example call, with these options of the call.
pub fn code(
    source: Source<'_>,
    operation: &OperationParts<'_>,
    options: &TokenStream,
) -> Result<Code, Findings> {
    statements(source, operation, |call| {
        let call = quote!(#call #options);
        match (&operation.operation.pagination, &operation.value) {
            (Some(_), _) => quote! {
                let mut items = #call.items();
                while let Some(item) = items.next().await {
                    let item = item?;
                    println!("{item:?}");
                }
            },
            (None, Type::Unit) => quote!(#call.await?;),
            (None, _) => {
                let name = name_of(&operation.value);
                quote!(let #name = #call.await?;)
            }
        }
    })
}

/// The statements that are made of an operation's request.
pub fn statements(
    source: Source<'_>,
    operation: &OperationParts<'_>,
    written: impl FnOnce(TokenStream) -> TokenStream,
) -> Result<Code, Findings> {
    let mut writer = Writer {
        source,
        uses_types: false,
        uses_key: false,
    };
    let call = writer.call(operation);
    let statement = written(quote!(client #call));
    let function = quote!(async fn example() { #statement });
    let item = syn::parse2::<syn::Item>(function).map_err(|error| invalid(&error))?;
    let text = item_text(item);
    // Without the function around the statements.
    let lines = text.lines().skip(1);
    let lines = lines.take_while(|line| !line.starts_with('}'));
    let text = lines.map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line)));
    let crate_name = source.crate_name();
    let key = format!("{crate_name}::transport::IdempotencyKey");
    let types = format!("{crate_name}::types");
    let imports = [(writer.uses_key, key), (writer.uses_types, types)];
    let imports = imports
        .into_iter()
        .filter(|(is_used, _)| *is_used)
        .map(|(_, path)| path);
    Ok(Code {
        text: text.collect(),
        imports: imports.collect(),
    })
}

/// The variable for a result.
fn name_of(value: &Type) -> proc_macro2::Ident {
    let name = match value {
        Type::List(_) => "list".to_owned(),
        Type::Named(name) => name.to_snake_case(),
        _ => "value".to_owned(),
    };
    super::ident(&name)
}

struct Writer<'a> {
    source: Source<'a>,
    uses_types: bool,
    uses_key: bool,
}

impl Writer<'_> {
    /// `.threads().update("thread-id").archived(true)`
    fn call(&mut self, operation: &OperationParts<'_>) -> TokenStream {
        let known = operation.operation;
        let (group, method) = (group_ident(&known.group), method_ident(operation));
        let mut arguments = Vec::new();
        for (parameter, argument) in &operation.path {
            arguments.push(self.stand_in(&parameter.name, &argument.ty));
        }
        for (parameter, argument) in operation
            .parameters
            .iter()
            .filter(|(known, _)| known.required)
        {
            arguments.push(self.stand_in(&parameter.name, &argument.ty));
        }
        let example = known.body.as_ref().and_then(|body| body.example.clone());
        let example = example.unwrap_or(Value::Null);
        let mut setters = TokenStream::new();
        let mut parameters = TokenStream::new();
        let shown = self.shown(operation);
        let is_shown = |known: &Parameter| shown.contains(&known.name.as_str());
        for (parameter, argument) in operation
            .parameters
            .iter()
            .filter(|(known, _)| is_shown(known))
        {
            let (Some(example), ident) = (&parameter.example, parameter_ident(argument)) else {
                continue;
            };
            if known.is_key(parameter) {
                let key = example.as_str().unwrap_or_default();
                self.uses_key = true;
                parameters.extend(quote!(.#ident(IdempotencyKey::new(#key)?)));
            } else if let Some(value) = self.value(&argument.ty, example) {
                parameters.extend(quote!(.#ident(#value)));
            }
        }
        if let Some(body) = &operation.body {
            let object = match body_form(self.source, operation) {
                BodyForm::Fields(object) => {
                    arguments.extend(object.required().map(|field| self.field(field, &example)));
                    Some(object)
                }
                BodyForm::Collected(object) => {
                    arguments.push(self.required(object, &example));
                    Some(object)
                }
                BodyForm::Whole => {
                    let body = self.value(body, &example);
                    arguments.push(body.unwrap_or_else(|| quote!(Default::default())));
                    None
                }
            };
            if let Some(object) = object {
                let fields = body_setters(operation, object);
                setters = self.setters(fields.into_iter(), &example);
            }
        }
        quote!(.#group().#method(#(#arguments),*) #setters #parameters)
    }

    /// The optional parameters that the example sets: those that the README shows, otherwise the key
    /// and two more that do not belong to pagination.
    fn shown<'m>(&self, operation: &OperationParts<'m>) -> Vec<&'m str> {
        let known = operation.operation;
        let mut listed = self.source.model.api.shown.iter();
        let listed = listed
            .find(|(id, _)| *id == known.id)
            .map(|(_, names)| names);
        let optional = operation.parameters.iter().map(|(parameter, _)| *parameter);
        let optional =
            optional.filter(|parameter| !parameter.required && parameter.example.is_some());
        if let Some(listed) = listed {
            let listed = optional.filter(|parameter| listed.contains(&parameter.name));
            return listed.map(|parameter| parameter.name.as_str()).collect();
        }
        let paging = match known.pagination.as_ref().map(|paging| &paging.style) {
            Some(PageStyle::Offset { limit, offset, .. }) => vec![limit.as_str(), offset],
            Some(PageStyle::Cursor { limit, next } | PageStyle::Sequence { limit, next, .. }) => {
                let next = next.iter().map(|(parameter, _)| parameter.as_str());
                limit.iter().map(String::as_str).chain(next).collect()
            }
            None => Vec::new(),
        };
        let chosen = optional.filter(|parameter| !paging.contains(&parameter.name.as_str()));
        chosen
            .take(2)
            .map(|parameter| parameter.name.as_str())
            .collect()
    }

    /// A value for a required parameter.
    fn stand_in(&mut self, name: &str, ty: &Type) -> TokenStream {
        let text = name.to_kebab_case();
        match ty {
            Type::Bool => quote!(true),
            Type::I32 | Type::I64 => quote!(1),
            Type::F64 => quote!(1.0),
            Type::List(item) => {
                let item = self.stand_in(name, item);
                quote!([#item])
            }
            Type::Named(name) => {
                let Some(known) = self.source.model.enumeration(name) else {
                    return quote!(#text);
                };
                self.uses_types = true;
                let (name, first) = (format_ident!("{name}"), known.values.first());
                let variant = first.map(|value| format_ident!("{}", value.variant));
                quote!(types::#name::#variant)
            }
            _ => quote!(#text),
        }
    }

    /// The value of a required field.
    fn field(&mut self, field: &FieldParts<'_>, example: &Value) -> TokenStream {
        let value = example
            .get(&field.field.wire)
            .and_then(|value| self.value(&field.ty, value));
        value.unwrap_or_else(|| self.stand_in(&field.field.wire, &field.ty))
    }

    /// The struct of an object's required fields.
    fn required(&mut self, object: &ObjectParts<'_>, example: &Value) -> TokenStream {
        self.uses_types = true;
        let name = format_ident!("{}Required", object.name);
        let fields = object.required().map(|field| {
            let (ident, value) = (&field.ident, self.field(field, example));
            match field.ty {
                Type::Text | Type::Timestamp => quote!(#ident: #value.into()),
                _ => quote!(#ident: #value),
            }
        });
        let fields = fields.collect::<Vec<_>>();
        quote!(types::#name { #(#fields),* })
    }

    /// An object with its constructor and setters.
    fn object(&mut self, object: &ObjectParts<'_>, example: &Value) -> TokenStream {
        self.uses_types = true;
        let name = format_ident!("{}", object.name);
        let arguments = if has_required_struct(object) {
            vec![self.required(object, example)]
        } else {
            let required = object.required();
            required.map(|field| self.field(field, example)).collect()
        };
        let setters = self.setters(object.optional(), example);
        quote!(types::#name::new(#(#arguments),*) #setters)
    }

    /// `.archived(true).clear_assignee_id()`
    fn setters<'f>(
        &mut self,
        fields: impl Iterator<Item = &'f FieldParts<'f>>,
        example: &Value,
    ) -> TokenStream {
        let mut setters = TokenStream::new();
        for field in fields {
            let ident = &field.ident;
            match example.get(&field.field.wire) {
                Some(Value::Null) if field.field.presence == Presence::Patch => {
                    let clear = clear_ident(ident);
                    setters.extend(quote!(.#clear()));
                }
                Some(value) => {
                    if let Some(value) = self.value(&field.ty, value) {
                        let name = setter_ident(ident);
                        setters.extend(quote!(.#name(#value)));
                    }
                }
                None => {}
            }
        }
        setters
    }

    /// A value as a setter takes it; `None` if it cannot be written in a short way.
    fn value(&mut self, ty: &Type, value: &Value) -> Option<TokenStream> {
        match (ty, value) {
            (Type::Bool, Value::Bool(flag)) => Some(quote!(#flag)),
            (Type::I32 | Type::I64, Value::Number(number)) => {
                let literal = proc_macro2::Literal::i64_unsuffixed(number.as_i64()?);
                Some(quote!(#literal))
            }
            (Type::F64, Value::Number(number)) => {
                let literal = match number.as_i64() {
                    Some(whole) => proc_macro2::Literal::i64_unsuffixed(whole),
                    None => proc_macro2::Literal::f64_unsuffixed(number.as_f64()?),
                };
                Some(quote!(#literal))
            }
            (Type::Text | Type::Timestamp, Value::String(text)) => Some(quote!(#text)),
            (Type::List(item), Value::Array(items)) if !items.is_empty() => {
                let items = items.iter().map(|value| self.item(item, value));
                let items = items.collect::<Option<Vec<_>>>()?;
                Some(quote!([#(#items),*]))
            }
            (Type::Map(item), Value::Object(members)) if !members.is_empty() => {
                let members = members.iter().map(|(name, value)| {
                    let value = self.value(item, value)?;
                    Some(quote!((#name, #value)))
                });
                let members = members.collect::<Option<Vec<_>>>()?;
                Some(quote!([#(#members),*]))
            }
            (Type::Boxed(inner), value) => self.value(inner, value),
            (Type::Named(name), value) => self.component(name, value),
            _ => None,
        }
    }

    /// An item of a list, whose items all have the same type.
    fn item(&mut self, ty: &Type, value: &Value) -> Option<TokenStream> {
        let written = self.value(ty, value)?;
        let union = ty
            .component()
            .filter(|name| self.source.model.union(name).is_some());
        let Some(union) = union else {
            return Some(written);
        };
        let union = format_ident!("{union}");
        Some(quote!(types::#union::from(#written)))
    }

    fn component(&mut self, name: &str, value: &Value) -> Option<TokenStream> {
        let ident = format_ident!("{name}");
        if let Some(known) = self.source.model.enumeration(name) {
            let word = value.as_str()?;
            let variant = known.values.iter().find(|known| known.word == word)?;
            let variant = format_ident!("{}", variant.variant);
            self.uses_types = true;
            return Some(quote!(types::#ident::#variant));
        }
        if let Some(union) = self.source.model.union(name) {
            let UnionKind::Tagged { property, variants } = &union.kind else {
                return None;
            };
            let tag = value.get(property)?.as_str()?;
            let variant = variants
                .iter()
                .find(|variant| variant.tags.iter().any(|known| known == tag))?;
            let object = self.source.parts.objects.get(variant.component.as_str())?;
            return Some(self.object(object, value));
        }
        let object = self.source.parts.objects.get(name)?;
        (object.object.sent && value.is_object()).then(|| self.object(object, value))
    }
}
