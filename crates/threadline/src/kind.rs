//! Provider kinds.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{Config, Error, Result, ThreadProvider};

/// The kind of a provider: one of this crate's, or [another](Self::Other).
///
/// Kinds are equal if their names are.
///
/// ```
/// use threadline::ProviderKind;
///
/// assert_eq!("inboxapp".parse::<ProviderKind>()?, ProviderKind::InboxappV2);
/// assert_eq!(ProviderKind::InboxappV1.as_str(), "inboxapp-v1");
/// assert_eq!(ProviderKind::ContactShip.credential_variable(), Some("CONTACTSHIP_API_KEY"));
///
/// const BACKLOG: ProviderKind = ProviderKind::other("backlog");
/// assert_eq!(BACKLOG.to_string(), "backlog");
/// assert_eq!(BACKLOG.credential_variable(), None);
/// # Ok::<(), threadline::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProviderKind {
    /// ContactShip.
    ContactShip,
    /// Inboxapp, API v2.
    InboxappV2,
    /// Inboxapp, API v1.
    InboxappV1,
    /// A provider outside this crate, by name.
    Other(Cow<'static, str>),
}

type Connect = fn(Config) -> Result<Box<dyn ThreadProvider>>;

/// Facts about a provider of this crate.
struct Known {
    kind: ProviderKind,
    name: &'static str,
    title: &'static str,
    credential: &'static str,
    base_url: &'static str,
    connect: Option<Connect>,
}

/// Creates a provider if its feature is enabled.
macro_rules! connect {
    ($feature:literal, $provider:ident) => {{
        #[cfg(feature = $feature)]
        let connect: Option<Connect> =
            Some(|config| Ok(Box::new(crate::$provider::with_config(config)?)));
        #[cfg(not(feature = $feature))]
        let connect = None;
        connect
    }};
}

static CONTACTSHIP: Known = Known {
    kind: ProviderKind::ContactShip,
    name: "contactship",
    title: "ContactShip",
    credential: "CONTACTSHIP_API_KEY",
    base_url: "CONTACTSHIP_BASE_URL",
    connect: connect!("contactship", ContactShip),
};

static INBOXAPP_V2: Known = Known {
    kind: ProviderKind::InboxappV2,
    name: "inboxapp",
    title: "Inboxapp, API v2",
    credential: "INBOX_API_TOKEN",
    base_url: "INBOX_API_BASE_URL",
    connect: connect!("inboxapp-v2", InboxappV2),
};

static INBOXAPP_V1: Known = Known {
    kind: ProviderKind::InboxappV1,
    name: "inboxapp-v1",
    title: "Inboxapp, API v1",
    credential: "INBOX_API_TOKEN",
    base_url: "INBOX_API_V1_BASE_URL",
    connect: connect!("inboxapp-v1", InboxappV1),
};

static KNOWN: [&Known; 3] = [&CONTACTSHIP, &INBOXAPP_V2, &INBOXAPP_V1];

/// The provider of this crate that has a name.
fn named(name: &str) -> Option<&'static Known> {
    KNOWN.into_iter().find(|known| known.name == name)
}

/// The provider of this crate that a person means by a name.
fn meant(name: &str) -> Option<&'static Known> {
    match &*name.trim().to_ascii_lowercase().replace('_', "-") {
        "inboxapp-v2" => Some(&INBOXAPP_V2),
        name => named(name),
    }
}

/// The error for a name that is none of these providers'.
fn unknown(name: &str, known: impl Iterator<Item = &'static Known>) -> Error {
    let names: Vec<_> = known.map(|known| known.name).collect();
    let names = names.join(", ");
    Error::invalid_config("", format!("unknown provider {name:?}: there are {names}"))
}

impl ProviderKind {
    /// All providers of this crate, including those whose feature is disabled.
    pub const ALL: [Self; 3] = [Self::ContactShip, Self::InboxappV2, Self::InboxappV1];

    /// Creates the kind of a provider outside this crate.
    pub const fn other(name: &'static str) -> Self {
        Self::Other(Cow::Borrowed(name))
    }

    fn known(&self) -> Option<&'static Known> {
        match self {
            Self::ContactShip => Some(&CONTACTSHIP),
            Self::InboxappV2 => Some(&INBOXAPP_V2),
            Self::InboxappV1 => Some(&INBOXAPP_V1),
            Self::Other(name) => named(name),
        }
    }

    /// The name used in errors, traces and on the command line.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name,
            kind => kind.known().map_or("", |known| known.name),
        }
    }

    /// The display name.
    pub fn title(&self) -> &str {
        self.known().map_or(self.as_str(), |known| known.title)
    }

    /// The environment variable of the credential.
    pub fn credential_variable(&self) -> Option<&'static str> {
        Some(self.known()?.credential)
    }

    /// The environment variable of the base URL.
    pub fn base_url_variable(&self) -> Option<&'static str> {
        Some(self.known()?.base_url)
    }

    /// Whether [`connect`](Self::connect) can create this provider: it is in this crate and its
    /// feature is enabled.
    pub fn is_available(&self) -> bool {
        self.known().is_some_and(|known| known.connect.is_some())
    }

    /// Reads the configuration from this provider's environment variables.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if a value is invalid; the
    /// message contains the variable's name but not its value.
    pub fn config_from_env(&self) -> Result<Config> {
        match self.known() {
            Some(known) => Config::new()
                .with_env(known.credential, known.base_url)
                .map_err(|error| error.with_provider(self)),
            None => Ok(Config::new()),
        }
    }

    /// Creates the provider, for programs that choose it at run time.
    ///
    /// ```
    /// use threadline::{Config, Credential, ProviderKind, ThreadProvider};
    ///
    /// let config = Config::new()
    ///     .credential(Credential::new("a-token")?)
    ///     .base_url("http://localhost:8080/api/v2");
    /// let inbox = "inboxapp".parse::<ProviderKind>()?.connect(config)?;
    /// assert_eq!(*inbox.kind(), ProviderKind::InboxappV2);
    ///
    /// let error = ProviderKind::other("outbox").connect(Config::new()).unwrap_err();
    /// assert!(error.to_string().contains("contactship"));
    /// # Ok::<(), threadline::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) if the provider is not
    /// [available](Self::is_available), the credential is missing, or a setting is invalid.
    pub fn connect(&self, config: Config) -> Result<Box<dyn ThreadProvider>> {
        if let Some(connect) = self.known().and_then(|known| known.connect) {
            return connect(config);
        }
        let available = KNOWN.into_iter().filter(|known| known.connect.is_some());
        Err(unknown(self.as_str(), available))
    }
}

/// Reads the name of a provider of this crate as people write it: in any case, with `_` for `-`,
/// and `inboxapp-v2` for `inboxapp`.
///
/// ```
/// use threadline::ProviderKind;
///
/// assert_eq!("ContactShip".parse::<ProviderKind>()?, ProviderKind::ContactShip);
/// assert_eq!("Inboxapp_V2".parse::<ProviderKind>()?, ProviderKind::InboxappV2);
///
/// let error = "outbox".parse::<ProviderKind>().unwrap_err();
/// assert!(error.to_string().contains("contactship, inboxapp, inboxapp-v1"));
/// # Ok::<(), threadline::Error>(())
/// ```
impl FromStr for ProviderKind {
    type Err = Error;

    /// # Errors
    ///
    /// [`ErrorKind::InvalidConfig`](crate::ErrorKind::InvalidConfig) for any other name. The kind
    /// of a provider outside this crate is made by [`ProviderKind::other`] or `ProviderKind::from`.
    fn from_str(name: &str) -> Result<Self> {
        let known = meant(name).ok_or_else(|| unknown(name, KNOWN.into_iter()))?;
        Ok(known.kind.clone())
    }
}

/// The provider of this crate with exactly this name, or else one outside this crate.
impl From<String> for ProviderKind {
    fn from(name: String) -> Self {
        named(&name).map_or(Self::Other(Cow::Owned(name)), |known| known.kind.clone())
    }
}

/// The provider of this crate with exactly this name, or else one outside this crate.
impl From<&str> for ProviderKind {
    fn from(name: &str) -> Self {
        Self::from(name.to_owned())
    }
}

/// The name, as [`Error`] accepts it.
impl From<&ProviderKind> for Cow<'static, str> {
    fn from(kind: &ProviderKind) -> Self {
        match kind {
            ProviderKind::Other(name) => name.clone(),
            kind => kind
                .known()
                .map_or(Cow::Borrowed(""), |known| Cow::Borrowed(known.name)),
        }
    }
}

impl fmt::Display for ProviderKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl PartialEq for ProviderKind {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for ProviderKind {}

impl PartialOrd for ProviderKind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for ProviderKind {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for ProviderKind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl Serialize for ProviderKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ProviderKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for ProviderKind {
    fn schema_name() -> Cow<'static, str> {
        "ProviderKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let names = Self::ALL.map(|kind| kind.to_string());
        schemars::json_schema!({ "type": "string", "examples": names })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Credential, ErrorKind};

    #[test]
    fn every_name_leads_to_its_provider() {
        for kind in ProviderKind::ALL {
            let name = kind.as_str();
            assert_eq!(ProviderKind::from(name), kind);
            assert_eq!(name.parse::<ProviderKind>().unwrap(), kind);
            assert_eq!(kind.known().unwrap().kind, kind);
            assert_eq!(Cow::from(&kind), name);
            let json = serde_json::to_string(&kind).unwrap();
            assert_eq!(serde_json::from_str::<ProviderKind>(&json).unwrap(), kind);
            if kind.is_available() {
                let config = Config::new().credential(Credential::new("a-credential").unwrap());
                assert_eq!(*kind.connect(config).unwrap().kind(), kind);
            }
        }
    }

    #[test]
    fn a_name_is_read_as_people_write_it() {
        for (name, kind) in [
            ("ContactShip", ProviderKind::ContactShip),
            ("CONTACTSHIP", ProviderKind::ContactShip),
            ("Inboxapp", ProviderKind::InboxappV2),
            ("inboxapp-v2", ProviderKind::InboxappV2),
            ("Inboxapp_V2", ProviderKind::InboxappV2),
            (" inboxapp_v1 ", ProviderKind::InboxappV1),
        ] {
            assert_eq!(name.parse::<ProviderKind>().unwrap(), kind, "{name}");
        }
        for name in [
            "",
            "inbox",
            "inboxapp-v3",
            "contactship:t-1",
            "acme\u{1b}[2J",
        ] {
            let error = name.parse::<ProviderKind>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidConfig, "{name}");
            for kind in ProviderKind::ALL {
                assert!(error.message().contains(kind.as_str()), "{error}");
            }
            assert!(!error.message().contains('\u{1b}'), "{error}");
        }
    }

    #[test]
    fn a_stored_name_keeps_its_spelling() {
        let stored: ProviderKind = serde_json::from_str(r#""Backlog_V2""#).unwrap();
        assert_eq!(stored, ProviderKind::other("Backlog_V2"));
        assert_eq!(serde_json::to_string(&stored).unwrap(), r#""Backlog_V2""#);
    }

    #[test]
    fn a_known_name_in_the_wrong_variant_is_the_known_provider() {
        let wrong = ProviderKind::other("contactship");
        assert_eq!(wrong, ProviderKind::ContactShip);
        assert_eq!(wrong.credential_variable(), Some("CONTACTSHIP_API_KEY"));
    }

    #[test]
    fn a_missing_credential_is_an_error_that_names_the_variable() {
        for kind in ProviderKind::ALL {
            if kind.is_available() {
                let error = kind.connect(Config::new()).unwrap_err();
                assert_eq!(
                    (error.kind(), error.provider()),
                    (ErrorKind::InvalidConfig, kind.as_str())
                );
                let variable = kind.credential_variable().unwrap();
                assert!(error.message().contains(variable), "{error}");
            }
        }
    }
}
