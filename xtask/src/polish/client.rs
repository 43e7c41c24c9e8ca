//! `client.rs`: the client and its operations.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{ImplItem, Item};

use super::params::Params;
use super::{defect, doc_lines, file, method};
use crate::facts::Facts;
use crate::finding::Findings;

/// Rewrites the generator's client.
pub fn polish(
    items: Vec<Item>,
    facts: &Facts,
) -> Result<(syn::File, Vec<Params>, Vec<TokenStream>), Findings> {
    let mut operations = TokenStream::new();
    let mut params = Vec::new();
    let mut arms = Vec::new();
    for function in items.into_iter().filter_map(operations_of).flatten() {
        let ImplItem::Fn(function) = function else {
            continue;
        };
        let known = facts
            .operations
            .iter()
            .find(|operation| function.sig.ident == operation.id);
        // Its constructors are replaced by one that takes a transport.
        let Some(known) = known else { continue };
        let polished = method::polish(&function, known, facts)?;
        operations.extend(polished.tokens);
        params.extend(polished.params);
        arms.push(polished.arm);
    }
    if arms.len() != facts.operations.len() {
        return Err(defect(&format!(
            "{} methods for {} operations",
            arms.len(),
            facts.operations.len()
        )));
    }
    let types = operations
        .to_string()
        .contains("types ::")
        .then(|| quote!(, types));
    let paging = facts
        .operations
        .iter()
        .any(|operation| operation.pagination.is_some());
    let paging = paging.then(|| quote!(, Items, Next, Pages));
    let client = client(facts);
    let file = file(quote! {
        //! The client: one method per operation.
        use threadline_transport::{CallOptions, Config, Credential, Error, Response, Transport #paging};

        use super::{operations #types};

        #client

        impl Client {
            #operations
        }
    })?;
    Ok((file, params, arms))
}

fn operations_of(item: Item) -> Option<Vec<ImplItem>> {
    match item {
        Item::Impl(block) if block.trait_.is_none() => Some(block.items),
        _ => None,
    }
}

fn client(facts: &Facts) -> TokenStream {
    let docs = doc_lines(&format!(
        "Client for {}.\n\nClones are cheap and share their connections. [The vendor's documentation]({}).",
        facts.api.title, facts.api.docs
    ));
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct Client {
            transport: Transport,
            options: CallOptions,
        }

        impl Client {
            /// Creates a client with this credential and the default settings.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::InvalidConfig`](threadline_transport::ErrorKind::InvalidConfig) if
            /// the credential is malformed.
            pub fn new(credential: Credential) -> Result<Self, Error> {
                Self::with_config(Config::new().with_credential(credential))
            }

            /// Creates a client with these settings.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::InvalidConfig`](threadline_transport::ErrorKind::InvalidConfig) if
            /// a setting is missing or invalid.
            pub fn with_config(config: Config) -> Result<Self, Error> {
                Transport::new(&operations::API, config).map(Self::from_transport)
            }

            /// Creates a client from a transport for [`operations::API`].
            pub fn from_transport(transport: Transport) -> Self {
                Self { transport, options: CallOptions::new() }
            }

            /// The underlying transport.
            pub fn transport(&self) -> &Transport {
                &self.transport
            }

            /// The default options of this client's calls.
            pub fn options(&self) -> &CallOptions {
                &self.options
            }

            /// Returns this client with these call options merged over its current ones, field by field.
            #[must_use]
            pub fn with_options(&self, options: &CallOptions) -> Self {
                Self { transport: self.transport.clone(), options: self.options.merge(options) }
            }
        }
    }
}
