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
        // Its constructors give way to one that takes a transport.
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
        //! The client: one method an operation.
        use threadline_transport::{CallOptions, Error, Response, Transport, TransportBuilder #paging};

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
        "Client for {}.\n\nCloning is cheap, and clones share their connections. [The vendor's documentation]({}).",
        facts.api.title, facts.api.docs
    ));
    quote! {
        #docs
        #[derive(Clone, Debug)]
        pub struct Client {
            client: reqwest::Client,
            inner: Transport,
        }

        impl Client {
            /// Settings for the transport under a client: credential, base URL, timeouts, retries.
            pub fn builder() -> TransportBuilder {
                Transport::builder(&operations::API)
            }

            /// A client on a configured transport.
            pub fn new(transport: Transport) -> Self {
                Self {
                    client: transport.http_client().clone(),
                    inner: transport,
                }
            }

            /// The transport under this client.
            pub fn transport(&self) -> &Transport {
                &self.inner
            }

            /// The same client with other options for the calls made through it.
            #[must_use]
            pub fn with_options(&self, options: CallOptions) -> Self {
                Self { inner: self.inner.with_options(options), ..self.clone() }
            }
        }
    }
}
