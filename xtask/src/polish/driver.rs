//! The test driver calls every operation by name, with arguments as JSON. It covers new operations in the parity test
//! without new test code.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::file;
use super::method::Argument;
use super::params::Params;
use crate::facts::OperationFacts;
use crate::finding::Findings;

/// How one operation is called.
pub fn arm(
    operation: &OperationFacts,
    required: &[&Argument<'_>],
    params: Option<&Params>,
) -> TokenStream {
    let id = &operation.id;
    let method = format_ident!("{id}");
    let mut in_path = operation.path_params.iter();
    let arguments = required.iter().map(|argument| {
        let borrowed = matches!(argument.ty, syn::Type::Reference(_)).then(|| quote!(&));
        if argument.ident == "body" {
            return quote!(&arguments.body(),);
        }
        let name = argument.param.map(|param| &param.name);
        let name = name.or_else(|| in_path.next().map(|param| &param.name));
        match &argument.ty {
            syn::Type::Reference(text) if matches!(&*text.elem, syn::Type::Path(path) if path.path.is_ident("str")) => {
                quote!(&arguments.text(#name),)
            }
            _ => quote!(#borrowed arguments.required(#name),),
        }
    });
    let arguments = arguments.collect::<TokenStream>();
    let Some(params) = params else {
        return quote!(#id => outcome(client.#method(#arguments).await),);
    };
    let name = &params.name;
    let set = params.fields.iter().map(|field| {
        let (ident, wire) = (&field.ident, &field.wire);
        if field.is_key {
            return quote!(params.#ident = arguments.key(#wire););
        }
        quote!(params.#ident = arguments.optional(#wire);)
    });
    quote! {
        #id => {
            let mut params = types::#name::new();
            #(#set)*
            outcome(client.#method(#arguments &params).await)
        }
    }
}

/// Writes the driver.
pub fn write(arms: &[TokenStream], package: &str) -> Result<syn::File, Findings> {
    let package = format_ident!("{}", package.replace('-', "_"));
    let types = arms
        .iter()
        .any(|arm| arm.to_string().contains("types ::"))
        .then(|| quote!(, types));
    file(quote! {
        //! Calls every operation by name, with its arguments as JSON.
        use #package::{Client #types};

        use crate::arguments::{Arguments, Outcome, outcome};

        /// Calls the operation.
        pub async fn call(client: &Client, operation: &str, arguments: &Arguments) -> Outcome {
            match operation {
                #(#arms)*
                other => panic!("the driver knows no {other}"),
            }
        }
    })
}
