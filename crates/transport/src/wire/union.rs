//! Tagged unions.

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Defines a tagged union. A variant that this version does not know, or that does not match the
/// documented shape, is kept in `Unknown` and serialized unchanged.
///
/// `=` gives the single tag of a variant; `in` gives several, and the value stores its own.
///
/// ```
/// use serde::{Deserialize, Serialize};
///
/// #[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
/// # #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
/// pub struct ToThread {
///     thread: String,
/// }
///
/// threadline_transport::tagged_union! {
///     /// Where a message goes.
///     pub enum Target by "type" {
///         /// `type` is `thread`.
///         Thread(ToThread) = "thread",
///     }
/// }
///
/// let json = r#"{"type":"thread","thread":"t-1"}"#;
/// let target: Target = serde_json::from_str(json)?;
/// assert_eq!(target, ToThread { thread: "t-1".to_owned() }.into());
/// assert_eq!(serde_json::to_string(&target)?, json);
///
/// let json = r#"{"type":"pigeon","name":"Bo"}"#;
/// let target: Target = serde_json::from_str(json)?;
/// assert!(matches!(target, Target::Unknown(_)));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! tagged_union {
    ($(#[$meta:meta])* pub enum $name:ident by $tag:literal {
        $( $(#[$vmeta:meta])* $variant:ident($ty:ty) $kind:tt $($word:literal)|+ ),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$vmeta])* $variant($ty), )+
            /// A variant that this version does not know, as received.
            Unknown($crate::__private::serde_json::Value),
        }

        $(
            impl ::std::convert::From<$ty> for $name {
                fn from(value: $ty) -> Self {
                    Self::$variant(value)
                }
            }
        )+

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = $crate::__private::serde_json::Value::deserialize(deserializer)?;
                let known = match $crate::__private::tag(&value, $tag) {
                    $(
                        ::std::option::Option::Some($($word)|+) => {
                            $crate::__private::decode_variant::<$ty>(&value)
                                .map_err($crate::__private::serde::de::Error::custom)?
                                .map(Self::$variant)
                        }
                    )+
                    _ => ::std::option::Option::None,
                };
                ::std::result::Result::Ok(known.unwrap_or(Self::Unknown(value)))
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    $(
                        Self::$variant(value) => {
                            $crate::__tagged_value!(serializer, value, $tag $kind $($word)|+)
                        }
                    )+
                    Self::Unknown(value) => {
                        $crate::__private::serde::Serialize::serialize(value, serializer)
                    }
                }
            }
        }

        // Of the crate that defines the union: its variants have schemas only then.
        #[cfg(feature = "schemars")]
        $crate::__json_schema!($name, generator => {
            let variants = [$((&[$($word),+][..], generator.subschema_for::<$ty>())),+];
            $crate::__private::schema::tagged_union($tag, &variants)
        });
    };
}

/// How a variant is serialized: with the variant's tag, or as it is.
#[doc(hidden)]
#[macro_export]
macro_rules! __tagged_value {
    ($serializer:ident, $value:ident, $tag:literal = $word:literal) => {
        $crate::__private::tagged($serializer, $value, $tag, $word)
    };
    ($serializer:ident, $value:ident, $tag:literal in $($word:literal)|+) => {
        $crate::__private::serde::Serialize::serialize($value, $serializer)
    };
}

/// The tag of a value.
pub fn tag<'a>(value: &'a Value, tag: &str) -> Option<&'a str> {
    value.get(tag)?.as_str()
}

/// Serializes an object with its tag first.
///
/// # Errors
///
/// Those of the serializer, and one for a value that is not an object.
pub fn tagged<S: Serializer>(
    serializer: S,
    value: &impl Serialize,
    tag: &'static str,
    word: &'static str,
) -> Result<S::Ok, S::Error> {
    let Value::Object(members) = serde_json::to_value(value).map_err(S::Error::custom)? else {
        return Err(S::Error::custom("only an object can carry a tag"));
    };
    let mut map = serializer.serialize_map(Some(members.len() + 1))?;
    map.serialize_entry(tag, word)?;
    for (name, member) in members.iter().filter(|(name, _)| *name != tag) {
        map.serialize_entry(name, member)?;
    }
    map.end()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;

    #[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct Card {
        url: String,
    }

    #[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct Media {
        kind: String,
        index: u32,
    }

    tagged_union! {
        /// A part of a message.
        pub enum Part by "kind" {
            /// `kind` is `card`.
            Card(Card) = "card",
            /// `kind` is `image` or `video`.
            Media(Media) in "image" | "video",
        }
    }

    fn read(value: Value) -> Part {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn each_shape_is_read_and_written_back_with_its_tag() {
        for value in [
            json!({"kind": "card", "url": "u"}),
            json!({"kind": "video", "index": 3}),
        ] {
            let part = read(value.clone());
            assert!(!matches!(part, Part::Unknown(_)), "{part:?}");
            assert_eq!(serde_json::to_value(&part).unwrap(), value);
        }
    }

    #[test]
    fn what_is_not_known_is_kept() {
        for value in [
            json!({"kind": "poll", "options": []}),
            json!({"kind": "card", "url": 7}),
            json!({"no": "tag"}),
            json!("not an object"),
            json!(null),
        ] {
            let part = read(value.clone());
            assert_eq!(part, Part::Unknown(value.clone()));
            assert_eq!(serde_json::to_value(&part).unwrap(), value);
        }
    }
}
