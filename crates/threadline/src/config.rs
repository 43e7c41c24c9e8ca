//! What the providers' builders have in common.

use std::env::{self, VarError};

use threadline_transport::{Transport, TransportBuilder};

use crate::{Credential, Error, MissingCredential, Result};

/// The environment variables of a provider.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Variables {
    pub(crate) credential: &'static str,
    pub(crate) base_url: &'static str,
}

/// The settings every provider has.
#[derive(Debug)]
pub(crate) struct Settings {
    provider: &'static str,
    variables: Variables,
    transport: TransportBuilder,
    has_credential: bool,
}

impl Settings {
    pub(crate) fn new(
        provider: &'static str,
        variables: Variables,
        transport: TransportBuilder,
    ) -> Self {
        Self {
            provider,
            variables,
            transport,
            has_credential: false,
        }
    }

    /// Reads the credential and, where it is set, the base URL.
    pub(crate) fn with_env(mut self) -> Result<Self> {
        // A variable set to nothing is as good as not set.
        let secret = self
            .read(self.variables.credential)?
            .filter(|secret| !secret.is_empty());
        if let Some(secret) = secret {
            let credential = Credential::new(secret).map_err(|error| {
                let message = format!("{}: {}", self.variables.credential, error.message());
                Error::invalid_config(self.provider, message)
            })?;
            self = self.credential(credential);
        }
        if let Some(base_url) = self.read(self.variables.base_url)? {
            self = self.change(|transport| transport.base_url(base_url));
        }
        Ok(self)
    }

    fn read(&self, variable: &str) -> Result<Option<String>> {
        match env::var(variable) {
            Ok(value) => Ok(Some(value)),
            Err(VarError::NotPresent) => Ok(None),
            // The value is not shown: it may be a credential.
            Err(VarError::NotUnicode(_)) => Err(Error::invalid_config(
                self.provider,
                format!("{variable} is not valid UTF-8"),
            )),
        }
    }

    pub(crate) fn credential(mut self, credential: Credential) -> Self {
        self.has_credential = true;
        self.change(|transport| transport.credential(credential))
    }

    pub(crate) fn change(
        mut self,
        change: impl FnOnce(TransportBuilder) -> TransportBuilder,
    ) -> Self {
        self.transport = change(self.transport);
        self
    }

    pub(crate) fn build(self) -> Result<Transport> {
        if !self.has_credential {
            let message = format!(
                "no credential: set {}, or give one to the builder",
                self.variables.credential
            );
            let missing = MissingCredential::new(self.variables.credential);
            return Err(Error::invalid_config(self.provider, message).with_source(missing));
        }
        self.transport.build()
    }
}

/// The builder methods every provider has, each on its own `Settings` in field `0`.
macro_rules! builder_methods {
    ($provider:ident) => {
        /// Reads the credential and, where it is set, the base URL from the environment.
        ///
        /// # Errors
        ///
        /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) for a value that cannot be
        /// used, with the variable's name and without its value.
        pub fn from_env(self) -> $crate::Result<Self> {
            Ok(Self(self.0.with_env()?))
        }

        /// The API key or token.
        pub fn credential(self, credential: $crate::Credential) -> Self {
            Self(self.0.credential(credential))
        }

        /// Where to send requests; the vendor's server if not set. Only `https`, unless the host is
        /// this machine.
        pub fn base_url(self, base_url: impl Into<String>) -> Self {
            Self(self.0.change(|transport| transport.base_url(base_url)))
        }

        /// How long one attempt may take; 30 seconds if not set.
        pub fn attempt_timeout(self, timeout: std::time::Duration) -> Self {
            Self(
                self.0
                    .change(|transport| transport.attempt_timeout(timeout)),
            )
        }

        /// How long a call may take with all its attempts and pauses; 2 minutes if not set.
        pub fn deadline(self, deadline: std::time::Duration) -> Self {
            Self(self.0.change(|transport| transport.deadline(deadline)))
        }

        /// How long connecting may take, as a part of an attempt; 10 seconds if not set.
        pub fn connect_timeout(self, timeout: std::time::Duration) -> Self {
            Self(
                self.0
                    .change(|transport| transport.connect_timeout(timeout)),
            )
        }

        /// The size of the largest body that is read, in bytes; 16 MiB if not set.
        pub fn max_response_bytes(self, bytes: usize) -> Self {
            Self(
                self.0
                    .change(|transport| transport.max_response_bytes(bytes)),
            )
        }

        /// When and how often a failed request is sent again.
        pub fn retry(self, policy: $crate::RetryPolicy) -> Self {
            Self(self.0.change(|transport| transport.retry(policy)))
        }

        /// How fast requests may go, and whether a caller waits for its turn; the vendor's
        /// published limits if not set, shared by every client with the same credential.
        pub fn rate_limits(self, policy: $crate::RateLimitPolicy) -> Self {
            Self(self.0.change(|transport| transport.rate_limits(policy)))
        }

        /// Who is told about calls, attempts, retries and waits, for metrics.
        pub fn observer(self, observer: impl $crate::Observer + 'static) -> Self {
            Self(self.0.change(|transport| transport.observer(observer)))
        }

        /// Allows `http` to hosts other than this machine. The credential then travels in the
        /// clear.
        pub fn allow_insecure_http(self, allow: bool) -> Self {
            Self(
                self.0
                    .change(|transport| transport.allow_insecure_http(allow)),
            )
        }

        /// Prepares requests without sending them: every call ends in an error of kind
        /// [`ErrorKind::DryRun`](crate::ErrorKind::DryRun) that holds the
        /// [request](crate::Error::prepared_request).
        pub fn dry_run(self, dry_run: bool) -> Self {
            Self(self.0.change(|transport| transport.dry_run(dry_run)))
        }

        /// Checks the settings.
        ///
        /// # Errors
        ///
        /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) where the credential is
        /// missing, the base URL cannot be used, or a limit is zero.
        pub fn build(self) -> $crate::Result<$provider> {
            Ok($provider {
                client: Client::new(self.0.build()?),
            })
        }
    };
}
pub(crate) use builder_methods;
