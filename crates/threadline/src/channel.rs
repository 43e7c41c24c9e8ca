//! Channels and accounts.

use serde::{Deserialize, Serialize};

use crate::{Capabilities, Capability, Error, ProviderKind, Result};

threadline_transport::open_enum! {
    /// The network a conversation takes place on.
    ///
    /// ```
    /// use threadline::Channel;
    ///
    /// assert_eq!(Channel::from("whatsapp"), Channel::WhatsApp);
    /// assert_eq!(Channel::from("telegram").as_str(), "telegram");
    /// ```
    pub enum Channel {
        /// WhatsApp. On ContactShip: `WABA`.
        WhatsApp = "whatsapp",
        /// Instagram.
        Instagram = "instagram",
        /// X. On Inboxapp: `twitter`.
        X = "x",
        /// LinkedIn.
        LinkedIn = "linkedin",
        /// Phone calls.
        Voice = "voice",
    }
}

/// Contact details on one network.
///
/// ```
/// use threadline::{Channel, Identity};
///
/// let mira = Identity::username(Channel::X, "mira_okafor");
/// assert_eq!(mira.username.as_deref(), Some("mira_okafor"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Identity {
    /// The network.
    pub channel: Channel,
    /// The network's own id of the person.
    #[serde(default)]
    pub platform_id: Option<String>,
    /// The user name, without a prefix such as `@`.
    #[serde(default)]
    pub username: Option<String>,
    /// The name shown on the profile.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The phone number.
    #[serde(default)]
    pub phone: Option<String>,
}

impl Identity {
    /// Creates an identity of which only the network is known.
    pub fn new(channel: impl Into<Channel>) -> Self {
        Self {
            channel: channel.into(),
            platform_id: None,
            username: None,
            display_name: None,
            phone: None,
        }
    }

    /// A person by the network's own id.
    pub fn platform_id(channel: impl Into<Channel>, id: impl Into<String>) -> Self {
        Self {
            platform_id: Some(id.into()),
            ..Self::new(channel)
        }
    }

    /// A person by user name. A leading `@` is removed.
    pub fn username(channel: impl Into<Channel>, name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            username: Some(name.strip_prefix('@').unwrap_or(&name).to_owned()),
            ..Self::new(channel)
        }
    }

    /// A person by phone number, in the form that the vendor stores, such as `+12125550100`.
    pub fn phone(channel: impl Into<Channel>, number: impl Into<String>) -> Self {
        Self {
            phone: Some(number.into()),
            ..Self::new(channel)
        }
    }

    /// Whether another identity has everything that this one has.
    pub fn matches(&self, other: &Self) -> bool {
        let holds =
            |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
        self.channel == other.channel
            && holds(&self.platform_id, &other.platform_id)
            && holds(&self.username, &other.username)
            && holds(&self.display_name, &other.display_name)
            && holds(&self.phone, &other.phone)
    }

    /// Checks that a provider can find threads by this identity.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) unless exactly one of network
    /// id, user name and phone number is set; [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported)
    /// if the provider does not support it.
    pub fn check(&self, provider: &ProviderKind, capabilities: &Capabilities) -> Result<()> {
        let invalid = |message: &str| Err(Error::invalid_request(provider, FIND, message));
        capabilities.require(provider, Capability::FindThreads)?;
        let ways = [
            (&self.platform_id, Capability::FindThreadsPlatformId),
            (&self.username, Capability::FindThreadsUsername),
            (&self.phone, Capability::FindThreadsPhone),
        ];
        let mut set = ways
            .iter()
            .filter_map(|(value, way)| Some((value.as_ref()?, *way)));
        let Some((value, way)) = set.next() else {
            return invalid("find a contact by a network id, a user name or a phone number");
        };
        if set.next().is_some() || self.display_name.is_some() {
            return invalid("find a contact by one of network id, user name and phone number");
        }
        if value.trim().is_empty() {
            return invalid("the network id, user name or phone number to find is empty");
        }
        capabilities.require(provider, way)
    }
}

/// The operation named in errors.
const FIND: &str = "find_threads";
