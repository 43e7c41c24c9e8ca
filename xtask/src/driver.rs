//! The test driver: calls every operation by name through its builder, with arguments as JSON, so that the parity test
//! covers new operations and setters without new test code. It is no part of the crates.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::finding::Findings;
use crate::generate::{FieldParts, Home, OperationParts, Type};
use crate::model::Presence;
use crate::write::{self, BodyForm, Source};

/// Writes the driver.
pub fn write(source: Source<'_>) -> Result<String, Findings> {
    let package = format_ident!("{}", source.crate_name());
    let arms = source
        .parts
        .operations
        .iter()
        .map(|operation| arm(source, operation));
    let arms = arms.collect::<Vec<_>>();
    write::format(
        source.spec,
        quote! {
            //! Calls every operation by name, with its arguments as JSON.
            #![allow(unused_imports)]

            use std::collections::BTreeMap;

            use #package::{Client, types};
            use threadline_transport::Timestamp;

            use crate::arguments::{Arguments, Member, Outcome, outcome};

            /// Calls the operation.
            pub async fn call(client: &Client, operation: &str, arguments: &Arguments) -> Outcome {
                match operation {
                    #(#arms)*
                    other => panic!("the driver knows no {other}"),
                }
            }
        },
    )
}

/// How one operation is called.
fn arm(source: Source<'_>, operation: &OperationParts<'_>) -> TokenStream {
    let known = operation.operation;
    let id = &known.id;
    let (group, method) = (
        write::group_ident(&known.group),
        write::method_ident(operation),
    );
    let mut arguments = TokenStream::new();
    let mut setters = TokenStream::new();
    for (parameter, argument) in &operation.path {
        let (wire, ty) = (&parameter.name, rust(source, &argument.ty));
        arguments.extend(quote!(arguments.required::<#ty>(#wire),));
    }
    for (parameter, argument) in &operation.parameters {
        let (wire, ty) = (&parameter.name, rust(source, &argument.ty));
        let ident = write::parameter_ident(argument);
        if parameter.required {
            arguments.extend(quote!(arguments.required::<#ty>(#wire),));
        } else if known.is_key(parameter) {
            setters.extend(quote!(request = request.#ident(arguments.key(#wire));));
        } else {
            setters.extend(quote! {
                if let Some(value) = arguments.optional::<#ty>(#wire) {
                    request = request.#ident(value);
                }
            });
        }
    }
    if let Some(body) = &operation.body {
        let ty = rust(source, body);
        match write::body_form(source, operation) {
            BodyForm::Fields(object) => {
                for field in object.required() {
                    let (wire, ty) = (&field.field.wire, rust(source, &field.ty));
                    arguments.extend(quote!(arguments.member::<#ty>(#wire).value(),));
                }
                let delegated = write::body_setters(operation, object);
                setters.extend(delegated.iter().map(|field| member(source, field)));
                // The others are set on the body itself.
                if object.optional().count() > delegated.len() {
                    setters.extend(quote!(request = request.body(arguments.body::<#ty>());));
                }
            }
            BodyForm::Collected(object) => {
                let required = format_ident!("{}Required", object.name);
                let fields = object.required().map(|field| {
                    let (ident, wire) = (&field.ident, &field.field.wire);
                    let ty = rust(source, &field.ty);
                    quote!(#ident: arguments.member::<#ty>(#wire).value())
                });
                arguments.extend(quote!(types::#required { #(#fields),* },));
                let delegated = write::body_setters(operation, object);
                setters.extend(delegated.iter().map(|field| member(source, field)));
            }
            BodyForm::Whole => arguments.extend(quote!(arguments.body::<#ty>(),)),
        }
    }
    let mutable = (!setters.is_empty()).then(|| quote!(mut));
    quote! {
        #id => {
            let #mutable request = client.#group().#method(#arguments);
            #setters
            outcome(request.await)
        }
    }
}

/// Sets a field of the body, if the arguments have it.
fn member(source: Source<'_>, field: &FieldParts<'_>) -> TokenStream {
    let (ident, wire) = (&field.ident, &field.field.wire);
    let name = write::setter_ident(ident);
    let ty = rust(source, &field.ty);
    let null = if field.field.presence == Presence::Patch {
        let clear = write::clear_ident(ident);
        quote!(request.#clear())
    } else {
        quote!(request)
    };
    quote! {
        request = match arguments.member::<#ty>(#wire) {
            Member::Value(value) => request.#name(value),
            Member::Null => #null,
            Member::Absent => request,
        };
    }
}

fn rust(source: Source<'_>, ty: &Type) -> TokenStream {
    source.rust(Home::Elsewhere, ty)
}
