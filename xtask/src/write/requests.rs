//! `requests/`: one module for each group of operations, one builder for each operation.

use heck::{ToPascalCase, ToSnakeCase};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::setters::{
    BodyForm, Setter, about_list, body_form, body_object, body_setters, clear_ident,
    parameter_ident, required_parameters, setter, setter_ident,
};
use super::{Source, doc_lines, docs, example, format, ident, operations, pages};
use crate::finding::Findings;
use crate::generate::{Argument, FieldParts, Home, OperationParts, Type};
use crate::model::{Operation, Parameter, Place, Presence};

const HERE: Home = Home::Elsewhere;

/// The name of a group's method and module.
pub fn group_ident(group: &str) -> Ident {
    ident(&group.to_snake_case())
}

/// The name of a group's struct.
pub fn group_struct(group: &str) -> Ident {
    ident(&group.to_pascal_case())
}

/// The name of an operation's method on its group.
pub fn method_ident(operation: &OperationParts<'_>) -> Ident {
    ident(&operation.operation.name.to_snake_case())
}

/// The name of an operation's builder.
pub fn builder_ident(operation: &OperationParts<'_>) -> Ident {
    format_ident!("{}", operation.operation.id.to_pascal_case())
}

/// Writes the modules of all groups, by name, and the one that holds them.
pub fn write(source: Source<'_>) -> Result<Vec<(String, String)>, Findings> {
    let mut files = Vec::new();
    let mut names = Vec::new();
    for (group, _) in source.model.groups() {
        let name = group_ident(group);
        files.push((name.to_string(), module(source, group)?));
        names.push(name);
    }
    let index = quote! {
        //! The requests, in groups.
        //!
        //! A group is reached from the [`Client`](super::Client), and its methods create requests.
        //! A request has a setter for each parameter and each field of its body, and for the options
        //! of the call. It is sent when it is awaited.
        #(mod #names;)*
        #(pub use #names::*;)*
    };
    files.push(("mod".to_owned(), format(source.spec, index)?));
    Ok(files)
}

fn module(source: Source<'_>, group: &str) -> Result<String, Findings> {
    let name = group_struct(group);
    let parts = source.parts.operations.iter();
    let operations = parts
        .filter(|parts| parts.operation.group == group)
        .collect::<Vec<_>>();
    let mut methods = TokenStream::new();
    let mut builders = TokenStream::new();
    for operation in &operations {
        methods.extend(method(source, operation)?);
        builders.extend(builder(source, operation)?);
    }
    let method = group_ident(group);
    let title = format!(" The operations of [`Client::{method}`].");
    let body = quote! {
        #[doc = #title]
        #[derive(Clone, Debug)]
        pub struct #name { pub(crate) client: Client }

        impl #name {
            #methods
        }
        #builders
    };
    let imports = imports(source, &operations);
    let docs = format!(" The operations of the group `{group}`.");
    format(
        source.spec,
        quote! {
            #![doc = #docs]
            #imports
            #body
        },
    )
}

/// Imports only what is used.
fn imports(source: Source<'_>, operations: &[&OperationParts<'_>]) -> TokenStream {
    // What the arguments of constructors and setters and the results refer to.
    let mut types = Vec::new();
    for operation in operations {
        let path = operation.path.iter().map(|(_, argument)| &argument.ty);
        let parameters = operation
            .parameters
            .iter()
            .map(|(_, argument)| &argument.ty);
        types.extend(
            path.chain(parameters)
                .chain([&operation.value])
                .chain(&operation.body),
        );
        let body = body_object(source, operation);
        types.extend(
            body.into_iter()
                .flat_map(|body| &body.fields)
                .map(|field| &field.ty),
        );
    }
    let any = |is_such: &dyn Fn(&Type) -> bool| types.iter().any(|ty| ty.any(is_such));
    let map = any(&|ty| matches!(ty, Type::Map(_))).then(|| {
        quote!(
            use std::collections::BTreeMap;
        )
    });
    let named = any(&|ty| matches!(ty, Type::Named(_))).then(|| quote!(, types));
    let has_key = |operation: &&OperationParts<'_>| {
        let mut parameters = operation.parameters.iter();
        parameters.any(|(parameter, _)| operation.operation.is_key(parameter))
    };
    let is_list = |operation: &&OperationParts<'_>| operation.operation.pagination.is_some();
    let key = operations.iter().any(has_key);
    let list = operations.iter().any(is_list);
    let list = list.then(|| quote!(, Items, Next, PagedRequest, Pages));
    let key = key.then(|| quote!(, IdempotencyKey, KeyChoice));
    let timestamp = any(&|ty| *ty == Type::Timestamp).then(|| quote!(, Timestamp));
    quote! {
        #map
        use threadline_transport::{Request #key #list #timestamp};
        use super::super::{Client, operations #named};
    }
}

/// The method of the group that creates the request.
fn method(source: Source<'_>, operation: &OperationParts<'_>) -> Result<TokenStream, Findings> {
    let name = method_ident(operation);
    let builder = builder_ident(operation);
    let example = example::call(source, operation)?;
    let docs = doc_lines(&docs::of(operation.operation, &example));
    let mut arguments = TokenStream::new();
    let mut fields = TokenStream::new();
    for (_, argument) in &operation.path {
        let ident = &argument.ident;
        let Setter {
            accepted,
            converted,
        } = setter(source, HERE, &argument.ty, ident);
        arguments.extend(quote!(#ident: #accepted,));
        let field = field_ident(ident);
        fields.extend(quote!(#field: #converted,));
    }
    for argument in required_parameters(operation) {
        let ident = &argument.ident;
        let Setter {
            accepted,
            converted,
        } = setter(source, HERE, &argument.ty, ident);
        arguments.extend(quote!(#ident: #accepted,));
        let field = parameter_ident(argument);
        fields.extend(quote!(#field: #converted,));
    }
    for (known, argument) in operation
        .parameters
        .iter()
        .filter(|(known, _)| !known.required)
    {
        let field = parameter_ident(argument);
        let unset = if operation.operation.is_key(known) {
            quote!(IdempotencyKey::generate().into())
        } else {
            quote!(None)
        };
        fields.extend(quote!(#field: #unset,));
    }
    if let Some(body) = &operation.body {
        let ty = source.rust(HERE, body);
        match body_form(source, operation) {
            BodyForm::Fields(object) => {
                let mut names = Vec::new();
                for field in object.required() {
                    let ident = &field.ident;
                    let Setter { accepted, .. } = setter(source, HERE, &field.ty, ident);
                    arguments.extend(quote!(#ident: #accepted,));
                    names.push(ident);
                }
                fields.extend(quote!(body: #ty::new(#(#names),*),));
            }
            BodyForm::Collected(object) => {
                let required = format_ident!("{}Required", object.name);
                arguments.extend(quote!(required: types::#required,));
                fields.extend(quote!(body: #ty::new(required),));
            }
            BodyForm::Whole => {
                arguments.extend(quote!(body: impl Into<#ty>,));
                fields.extend(quote!(body: body.into(),));
            }
        }
    }
    Ok(quote! {
        #docs
        pub fn #name(&self, #arguments) -> #builder {
            #builder { client: self.client.clone(), #fields }
        }
    })
}

/// The field of a path parameter.
fn field_ident(ident: &Ident) -> Ident {
    if ident == "client" || ident == "body" {
        format_ident!("{ident}_")
    } else {
        ident.clone()
    }
}

/// The request of an operation.
fn builder(source: Source<'_>, operation: &OperationParts<'_>) -> Result<TokenStream, Findings> {
    let name = builder_ident(operation);
    let known = operation.operation;
    let (group, method) = (group_struct(&known.group), method_ident(operation));
    let about = format!(" The request of [`{group}::{method}`]. It is sent when it is awaited.");
    let mut builder = Builder::default();
    for (_, argument) in &operation.path {
        builder.path(source, argument);
    }
    for (parameter, argument) in &operation.parameters {
        builder.parameter(source, known, parameter, argument);
    }
    if let Some(body) = &operation.body {
        builder.body(source, operation, body);
    }
    let Builder {
        fields,
        unpacked,
        values,
        sent,
        setters,
    } = builder;
    let constant = operations::constant(known);
    let value = source.rust(HERE, &operation.value);
    let paging = known.pagination.as_ref();
    let paging = paging
        .map(|paging| pages::write(source, operation, paging))
        .transpose()?;
    Ok(quote! {
        #[doc = #about]
        #[derive(Clone, Debug)]
        #[must_use = "a request is sent when it is awaited"]
        pub struct #name { client: Client, #fields }

        impl #name {
            #setters

            fn into_request(self) -> (Client, Request) {
                let Self { client: sender, #unpacked } = self;
                let request = sender
                    .transport
                    .request(&operations::#constant, &[#values])
                    #sent;
                (sender, request)
            }
        }

        threadline_transport::request_builder!(#name -> #value);
        #paging
    })
}

/// The parts of a request's struct.
#[derive(Default)]
struct Builder {
    fields: TokenStream,
    /// The fields as local variables, named as in the generator's code.
    unpacked: TokenStream,
    /// The values of the path parameters.
    values: TokenStream,
    /// The calls that add query, headers and body.
    sent: TokenStream,
    setters: TokenStream,
}

impl Builder {
    fn path(&mut self, source: Source<'_>, argument: &Argument) {
        let (ident, field) = (&argument.ident, field_ident(&argument.ident));
        let ty = source.rust(HERE, &argument.ty);
        self.fields.extend(quote!(#field: #ty,));
        self.unpacked.extend(unpack(&field, ident));
        self.values.extend(if argument.ty == Type::Text {
            quote!(&#ident,)
        } else {
            quote!(&#ident.to_string(),)
        });
    }

    fn parameter(
        &mut self,
        source: Source<'_>,
        operation: &Operation,
        parameter: &Parameter,
        argument: &Argument,
    ) {
        let (ident, field) = (&argument.ident, parameter_ident(argument));
        let ty = source.rust(HERE, &argument.ty);
        let wire = &parameter.name;
        let is_header = parameter.place == Place::Header;
        self.unpacked.extend(unpack(&field, ident));
        if parameter.required {
            self.fields.extend(quote!(#field: #ty,));
            self.sent.extend(match (is_header, &argument.ty) {
                (true, _) => quote!(.header(#wire, Some(&#ident))),
                (false, Type::List(_)) => {
                    quote!(.query(&threadline_transport::__private::pairs(#wire, &#ident)))
                }
                (false, _) => quote!(.query(&[(#wire, &#ident)])),
            });
            return;
        }
        let docs = docs::of_parameter(operation, parameter);
        let docs = doc_lines(&format!("{docs} {}", about_list(source, &argument.ty)));
        if operation.is_key(parameter) {
            self.fields.extend(quote!(#field: KeyChoice,));
            self.sent.extend(quote!(.idempotency_key(#ident)));
            self.setters.extend(quote! {
                #docs
                ///
                /// Unless it is set, a key is generated when the request is created; its clones share it. With
                /// [`KeyChoice::Without`](threadline_transport::KeyChoice::Without), none is sent.
                pub fn #field(mut self, #field: impl Into<KeyChoice>) -> Self {
                    self.#field = #field.into();
                    self
                }
            });
            return;
        }
        self.fields.extend(quote!(#field: Option<#ty>,));
        self.sent.extend(match (is_header, &argument.ty) {
            (true, _) => quote!(.header(#wire, #ident.as_ref())),
            (false, Type::List(_)) => quote!(.query(&threadline_transport::__private::pairs(#wire, #ident.iter().flatten()))),
            (false, _) => quote!(.query(&[(#wire, &#ident)])),
        });
        let Setter {
            accepted,
            converted,
        } = setter(source, HERE, &argument.ty, &field);
        self.setters.extend(quote! {
            #docs
            pub fn #field(mut self, #field: #accepted) -> Self {
                self.#field = Some(#converted);
                self
            }
        });
    }

    fn body(&mut self, source: Source<'_>, operation: &OperationParts<'_>, body: &Type) {
        let ty = source.rust(HERE, body);
        self.fields.extend(quote!(body: #ty,));
        self.unpacked.extend(quote!(body: content,));
        self.sent.extend(quote!(.json(&content)));
        self.setters.extend(quote! {
            /// Sets the whole body.
            pub fn body(mut self, body: impl Into<#ty>) -> Self {
                self.body = body.into();
                self
            }
        });
        if let Some(object) = body_object(source, operation) {
            let fields = body_setters(operation, object).into_iter();
            self.setters
                .extend(fields.map(|field| delegated(source, field)));
        }
    }
}

fn unpack(field: &Ident, ident: &Ident) -> TokenStream {
    if field == ident {
        quote!(#ident,)
    } else {
        quote!(#field: #ident,)
    }
}

/// The setter of a field of the body.
fn delegated(source: Source<'_>, field: &FieldParts<'_>) -> TokenStream {
    let (ident, name) = (&field.ident, setter_ident(&field.ident));
    let Setter { accepted, .. } = setter(source, HERE, &field.ty, ident);
    let docs = docs::of_field(field.field);
    let docs = doc_lines(&format!("{docs}\n\n{}", about_list(source, &field.ty)));
    let clear = (field.field.presence == Presence::Patch).then(|| {
        let clear = clear_ident(ident);
        let about = format!(" Clears `{}`.", field.field.wire);
        quote! {
            #[doc = #about]
            pub fn #clear(mut self) -> Self {
                self.body = self.body.#clear();
                self
            }
        }
    });
    quote! {
        #docs
        pub fn #name(mut self, #ident: #accepted) -> Self {
            self.body = self.body.#name(#ident);
            self
        }
        #clear
    }
}
