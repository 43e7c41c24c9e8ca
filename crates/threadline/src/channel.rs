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

    /// What a provider is to search by: the first of network id, user name and phone number that is
    /// set and that the provider supports. So the identity of a thread's contact can be searched for
    /// as it is.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) if none of them is set;
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the provider supports none that
    /// is.
    pub fn search_key(&self, provider: &ProviderKind, capabilities: &Capabilities) -> Result<Self> {
        let invalid = |message: &str| Err(Error::invalid_request(provider, FIND, message));
        capabilities.require(provider, Capability::FindThreads)?;
        let channel = || Self::new(self.channel.clone());
        let ways = [
            self.platform_id.as_ref().map(|id| {
                let key = Self {
                    platform_id: Some(id.clone()),
                    ..channel()
                };
                (id, key, Capability::FindThreadsPlatformId)
            }),
            self.username.as_ref().map(|name| {
                let key = Self {
                    username: Some(name.clone()),
                    ..channel()
                };
                (name, key, Capability::FindThreadsUsername)
            }),
            self.phone.as_ref().map(|number| {
                let key = Self {
                    phone: Some(number.clone()),
                    ..channel()
                };
                (number, key, Capability::FindThreadsPhone)
            }),
        ];
        let mut refused = None;
        for (value, key, way) in ways.into_iter().flatten() {
            if value.trim().is_empty() {
                return invalid("the network id, user name or phone number to find is empty");
            }
            match capabilities.require(provider, way) {
                Ok(()) => return Ok(key),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        match refused {
            Some(error) => Err(error),
            None => invalid("find a contact by a network id, a user name or a phone number"),
        }
    }
}

/// The operation named in errors.
const FIND: &str = "find_threads";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    const ACME: ProviderKind = ProviderKind::other("acme");

    #[test]
    fn the_first_supported_way_is_searched_by() {
        let whole = Identity {
            platform_id: Some("17".to_owned()),
            username: Some("mira".to_owned()),
            display_name: Some("Mira".to_owned()),
            phone: Some("+1".to_owned()),
            ..Identity::new(Channel::X)
        };
        let find = Capabilities::none().with(Capability::FindThreads);
        let key = |capability| whole.search_key(&ACME, &find.with(capability)).unwrap();
        let (id, name) = (
            Capability::FindThreadsPlatformId,
            Capability::FindThreadsUsername,
        );
        assert_eq!(key(id), Identity::platform_id(Channel::X, "17"));
        assert_eq!(key(name), Identity::username(Channel::X, "mira"));
        let refused = whole.search_key(&ACME, &find).unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Unsupported);
        assert!(
            refused.message().contains("find_threads.platform_id"),
            "{refused}"
        );
    }

    #[test]
    fn nothing_or_an_empty_word_cannot_be_searched_by() {
        for identity in [
            Identity::new(Channel::X),
            Identity::username(Channel::X, " "),
        ] {
            let refused = identity
                .search_key(&ACME, &Capabilities::all())
                .unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::InvalidRequest);
        }
    }
}
