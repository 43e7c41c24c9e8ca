//! Providers by name, for programs that learn only at run time which one it is.

use std::time::Duration;

#[cfg(feature = "contactship")]
use crate::contactship;
#[cfg(feature = "inboxapp-v1")]
use crate::inboxapp_v1;
#[cfg(feature = "inboxapp-v2")]
use crate::inboxapp_v2;
use crate::{Credential, Error, Observer, RateLimitPolicy, Result, RetryPolicy, ThreadProvider};

/// The names that [`connect`] and [`ProviderBuilder::named`] know.
pub const PROVIDERS: &[&str] = &[
    #[cfg(feature = "contactship")]
    crate::ContactShip::NAME,
    #[cfg(feature = "inboxapp-v2")]
    crate::InboxappV2::NAME,
    #[cfg(feature = "inboxapp-v1")]
    crate::InboxappV1::NAME,
];

/// The provider of a name, set up from its environment variables.
///
/// ```no_run
/// let inbox = threadline::connect("contactship")?;
/// assert_eq!(inbox.name(), "contactship");
/// # Ok::<(), threadline::Error>(())
/// ```
///
/// # Errors
///
/// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) for a name that is not in
/// [`PROVIDERS`], a missing credential, or a setting that cannot be used.
pub fn connect(name: &str) -> Result<Box<dyn ThreadProvider>> {
    ProviderBuilder::named(name)?.from_env()?.build()
}

/// Settings for the provider of a name; the same for each of them.
///
/// ```
/// use threadline::{Credential, ProviderBuilder};
///
/// let inbox = ProviderBuilder::named("inboxapp")?
///     .credential(Credential::new("a-token")?)
///     .base_url("http://localhost:8080/api/v2")
///     .build()?;
/// assert_eq!(inbox.name(), "inboxapp");
///
/// let error = ProviderBuilder::named("outbox").unwrap_err();
/// assert!(error.to_string().contains("contactship"));
/// # Ok::<(), threadline::Error>(())
/// ```
#[derive(Debug)]
#[must_use]
pub struct ProviderBuilder(Named);

#[derive(Debug)]
enum Named {
    #[cfg(feature = "contactship")]
    ContactShip(contactship::Builder),
    #[cfg(feature = "inboxapp-v1")]
    InboxappV1(inboxapp_v1::Builder),
    #[cfg(feature = "inboxapp-v2")]
    InboxappV2(inboxapp_v2::Builder),
}

/// Does the same with the builder of whichever provider it is.
macro_rules! with_builder {
    ($named:expr, $builder:ident => $change:expr) => {
        Self(match $named {
            #[cfg(feature = "contactship")]
            Named::ContactShip($builder) => Named::ContactShip($change),
            #[cfg(feature = "inboxapp-v1")]
            Named::InboxappV1($builder) => Named::InboxappV1($change),
            #[cfg(feature = "inboxapp-v2")]
            Named::InboxappV2($builder) => Named::InboxappV2($change),
        })
    };
}

impl ProviderBuilder {
    /// Settings for the provider of this name.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) for a name that is not in
    /// [`PROVIDERS`]; the message lists them.
    pub fn named(name: &str) -> Result<Self> {
        match name {
            #[cfg(feature = "contactship")]
            crate::ContactShip::NAME => Ok(Self(Named::ContactShip(crate::ContactShip::builder()))),
            #[cfg(feature = "inboxapp-v1")]
            crate::InboxappV1::NAME => Ok(Self(Named::InboxappV1(crate::InboxappV1::builder()))),
            #[cfg(feature = "inboxapp-v2")]
            crate::InboxappV2::NAME => Ok(Self(Named::InboxappV2(crate::InboxappV2::builder()))),
            _ => {
                let known = PROVIDERS.join(", ");
                let message = format!("unknown provider {name:?}: there are {known}");
                Err(Error::invalid_config("", message))
            }
        }
    }

    /// Reads the credential and, where it is set, the base URL from the environment.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) for a value that cannot be
    /// used, with the variable's name and without its value.
    pub fn from_env(self) -> Result<Self> {
        Ok(with_builder!(self.0, builder => builder.from_env()?))
    }

    /// The API key or token.
    pub fn credential(self, credential: Credential) -> Self {
        with_builder!(self.0, builder => builder.credential(credential))
    }

    /// Where to send requests; the vendor's server if not set. Only `https`, unless the host is
    /// this machine.
    pub fn base_url(self, base_url: impl Into<String>) -> Self {
        with_builder!(self.0, builder => builder.base_url(base_url))
    }

    /// How long one attempt may take; 30 seconds if not set.
    pub fn attempt_timeout(self, timeout: Duration) -> Self {
        with_builder!(self.0, builder => builder.attempt_timeout(timeout))
    }

    /// How long a call may take with all its attempts and pauses; 2 minutes if not set.
    pub fn deadline(self, deadline: Duration) -> Self {
        with_builder!(self.0, builder => builder.deadline(deadline))
    }

    /// How long connecting may take, as a part of an attempt; 10 seconds if not set.
    pub fn connect_timeout(self, timeout: Duration) -> Self {
        with_builder!(self.0, builder => builder.connect_timeout(timeout))
    }

    /// The size of the largest body that is read, in bytes; 16 MiB if not set.
    pub fn max_response_bytes(self, bytes: usize) -> Self {
        with_builder!(self.0, builder => builder.max_response_bytes(bytes))
    }

    /// When and how often a failed request is sent again.
    pub fn retry(self, policy: RetryPolicy) -> Self {
        with_builder!(self.0, builder => builder.retry(policy))
    }

    /// How fast requests may go, and whether a caller waits for its turn; the vendor's published
    /// limits if not set, shared by every client with the same credential.
    pub fn rate_limits(self, policy: RateLimitPolicy) -> Self {
        with_builder!(self.0, builder => builder.rate_limits(policy))
    }

    /// Who is told about calls, attempts, retries and waits, for metrics.
    pub fn observer(self, observer: impl Observer + 'static) -> Self {
        with_builder!(self.0, builder => builder.observer(observer))
    }

    /// Allows `http` to hosts other than this machine. The credential then travels in the clear.
    pub fn allow_insecure_http(self, allow: bool) -> Self {
        with_builder!(self.0, builder => builder.allow_insecure_http(allow))
    }

    /// Prepares requests without sending them: every call ends in an error of kind
    /// [`ErrorKind::DryRun`](crate::ErrorKind::DryRun) that holds the
    /// [request](crate::Error::prepared_request).
    pub fn dry_run(self, dry_run: bool) -> Self {
        with_builder!(self.0, builder => builder.dry_run(dry_run))
    }

    /// Checks the settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) where the credential is
    /// missing, the base URL cannot be used, or a limit is zero.
    pub fn build(self) -> Result<Box<dyn ThreadProvider>> {
        match self.0 {
            #[cfg(feature = "contactship")]
            Named::ContactShip(builder) => Ok(Box::new(builder.build()?)),
            #[cfg(feature = "inboxapp-v1")]
            Named::InboxappV1(builder) => Ok(Box::new(builder.build()?)),
            #[cfg(feature = "inboxapp-v2")]
            Named::InboxappV2(builder) => Ok(Box::new(builder.build()?)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn every_name_leads_to_its_provider() {
        for name in PROVIDERS {
            let credential = Credential::new("a-credential").unwrap();
            let builder = ProviderBuilder::named(name).unwrap();
            assert_eq!(
                builder.credential(credential).build().unwrap().name(),
                *name
            );
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones() {
        let error = ProviderBuilder::named("ContactShip").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidConfig);
        assert!(
            error
                .message()
                .starts_with("unknown provider \"ContactShip\""),
            "{error}"
        );
        assert!(
            PROVIDERS.iter().all(|name| error.message().contains(name)),
            "{error}"
        );
    }

    #[test]
    fn a_missing_credential_is_an_error() {
        for name in PROVIDERS {
            let error = ProviderBuilder::named(name).unwrap().build().unwrap_err();
            assert_eq!(
                (error.kind(), error.provider()),
                (ErrorKind::InvalidConfig, *name)
            );
        }
    }
}
