//! `client.rs`: the client and its groups of operations.

use quote::quote;

use super::requests::{group_ident, group_struct};
use super::{Source, doc_lines, format};
use crate::finding::Findings;

/// Writes the module.
pub fn write(source: Source<'_>) -> Result<String, Findings> {
    let api = &source.model.api;
    let docs = doc_lines(&format!(
        "Client for {}.\n\nClones are cheap and share their connections. [The vendor's documentation]({}).",
        api.title, api.docs
    ));
    let groups = source.model.groups();
    let groups = groups.iter().map(|(group, operations)| {
        let (name, group) = (group_ident(group), group_struct(group));
        let listed = operations
            .iter()
            .map(|operation| operation.summary.as_str());
        let docs = format!(" {}.", listed.collect::<Vec<_>>().join(". "));
        quote! {
            #[doc = #docs]
            pub fn #name(&self) -> requests::#group {
                requests::#group { client: self.clone() }
            }
        }
    });
    let from_env = api.variables.as_ref().map(|(credential, base_url)| {
        let docs = format!(" Creates a client from `{credential}` and, if set, `{base_url}`.");
        quote! {
            #[doc = #docs]
            ///
            /// # Errors
            ///
            /// [`ErrorKind::InvalidConfig`](threadline_transport::ErrorKind::InvalidConfig) if
            /// the credential is missing or a value is invalid.
            pub fn from_env() -> Result<Self, Error> {
                Self::with_config(Config::from_env(&operations::API)?)
            }
        }
    });
    format(
        source.spec,
        quote! {
            //! The client.
            use threadline_transport::{CallOptions, Config, Credential, Error, Transport};

            use super::{operations, requests};

            #docs
            #[derive(Clone, Debug)]
            pub struct Client {
                pub(crate) transport: Transport,
                pub(crate) options: CallOptions,
            }

            impl Client {
                /// Creates a client with this credential and the default settings.
                ///
                /// # Errors
                ///
                /// [`ErrorKind::InvalidConfig`](threadline_transport::ErrorKind::InvalidConfig) if
                /// the credential is malformed.
                pub fn new(credential: impl TryInto<Credential, Error: Into<Error>>) -> Result<Self, Error> {
                    let credential = credential.try_into().map_err(Into::into)?;
                    Self::with_config(Config::new().credential(credential))
                }

                #from_env

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

            /// Groups of operations.
            impl Client {
                #(#groups)*
            }
        },
    )
}
