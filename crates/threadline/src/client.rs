//! What the providers on a generated client have in common.

/// The methods of a provider that keeps its client in the field `client`.
macro_rules! client_methods {
    () => {
        /// Settings for a provider.
        pub fn builder() -> Builder {
            Builder::new()
        }

        /// The generated client, with every operation of the vendor.
        pub fn as_native(&self) -> &Client {
            &self.client
        }

        /// The same provider with other options for the calls made through it, which replace
        /// earlier ones. Connections, rate limits and the retry budget are shared.
        #[must_use]
        pub fn with_options(&self, options: $crate::CallOptions) -> Self {
            Self {
                client: self.client.with_options(options),
            }
        }

        /// The end the server has announced for this API, as far as answers have told.
        pub fn sunset(&self) -> Option<$crate::Sunset> {
            self.client.transport().sunset()
        }
    };
}
pub(crate) use client_methods;
