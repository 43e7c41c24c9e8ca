//! A vendor's JSON, preserved as received.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;
use threadline_transport::read_json;
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
use threadline_transport::{__private::Object, CallFuture, Response};

use crate::{ProviderKind, Result};

/// A vendor's JSON, preserved as received.
///
/// Serialized as is in JSON; as a string in binary formats such as `MessagePack`.
#[derive(Clone, PartialEq, Eq)]
pub struct VendorJson(Bytes);

impl VendorJson {
    /// The JSON text. Bytes that are not UTF-8 are replaced by U+FFFD.
    pub fn text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0)
    }

    /// Decodes the JSON into a type. Optional fields of another type are skipped, with a `tracing`
    /// warning.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidResponse`](crate::ErrorKind::InvalidResponse), with the place of the
    /// mismatch.
    pub fn read<T: DeserializeOwned>(&self, provider: &ProviderKind) -> Result<T> {
        read_json(&self.0).map_err(|error| error.with_provider(provider))
    }
}

/// A call whose response is read through a provider's view of it.
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
pub(crate) type ViewFuture<View> = CallFuture<Object<View>>;

/// A unified value that keeps its vendor's JSON.
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
pub(crate) trait Native: Sized {
    /// Keeps the vendor's JSON.
    fn keep(&mut self, json: VendorJson);

    /// The value in a response, read through a provider's view of it.
    fn from_response<View: Into<Self>>(response: Response<Object<View>>) -> Self {
        let (Object(view), json) = response.into_json();
        let mut value = view.into();
        // A copy, because the response's bytes are part of a larger buffer.
        value.keep(VendorJson(Bytes::copy_from_slice(&json)));
        value
    }
}

/// An item of a vendor's list: a view of it, and its JSON.
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
pub(crate) struct Item<View> {
    view: View,
    json: VendorJson,
}

#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
impl<View> Item<View> {
    /// The view.
    #[cfg(feature = "inboxapp-v1")]
    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    /// The unified value.
    pub(crate) fn unified<T: Native + From<View>>(self) -> T {
        let mut value = T::from(self.view);
        value.keep(self.json);
        value
    }

    /// The unified values of a list.
    pub(crate) fn unify<T: Native + From<View>>(items: Vec<Self>) -> Vec<T> {
        items.into_iter().map(Self::unified).collect()
    }
}

/// Optional fields of another type are skipped within the item, so that an item is never dropped.
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
impl<'de, View: DeserializeOwned> Deserialize<'de> for Item<View> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let json = VendorJson(Box::<str>::from(raw).into_string().into());
        match read_json(&json.0) {
            Ok(Object(view)) => Ok(Self { view, json }),
            Err(error) => Err(D::Error::custom(error.message())),
        }
    }
}

/// Implements [`Native`].
#[cfg(any(
    feature = "contactship",
    feature = "inboxapp-v1",
    feature = "inboxapp-v2"
))]
mod native {
    use super::{Native, VendorJson};

    macro_rules! native {
        ($($value:ty),+) => {$(
            impl Native for $value {
                fn keep(&mut self, json: VendorJson) {
                    self.vendor_json = Some(json);
                }
            }
        )+};
    }

    native!(crate::Thread, crate::Message, crate::Contact, crate::Person);
}

/// Shows the size alone: the JSON is a customer's conversation, which has no place in a log.
impl fmt::Debug for VendorJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VendorJson({} bytes)", self.0.len())
    }
}

impl Serialize for VendorJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_str(&self.text());
        }
        let text = self.text();
        let raw: &RawValue = serde_json::from_str(&text).map_err(S::Error::custom)?;
        raw.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for VendorJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if !deserializer.is_human_readable() {
            let text = String::deserialize(deserializer)?;
            serde_json::from_str::<&RawValue>(&text).map_err(D::Error::custom)?;
            return Ok(Self(text.into()));
        }
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        Ok(Self(Box::<str>::from(raw).into_string().into()))
    }
}

#[cfg(feature = "schemars")]
impl schemars::JsonSchema for VendorJson {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "VendorJson".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        serde_json::Value::json_schema(generator)
    }
}
