//! Unions whose variants differ in their JSON type.

use serde::de::{DeserializeOwned, Error};
use serde_json::Value;

use crate::answer::decode::decode_variant;

/// Defines a union by JSON type: `string`, `integer`, `number`, `boolean`, `array` or `object`. The
/// type alone decides the variant, so a mismatch inside it is treated as in any other field. A
/// value of a type without a variant is kept in `Unknown` and serialized unchanged.
///
/// ```
/// threadline_transport::json_type_union! {
///     /// How long something takes.
///     pub enum Duration {
///         /// A number of seconds.
///         Seconds(f64) = number,
///         /// The steps it takes.
///         Steps(Vec<String>) = array,
///     }
/// }
///
/// let duration: Duration = serde_json::from_str("2.5")?;
/// assert_eq!(duration, Duration::Seconds(2.5));
/// assert_eq!(serde_json::to_string(&duration)?, "2.5");
///
/// let duration: Duration = serde_json::from_str(r#""long""#)?;
/// assert_eq!(duration, Duration::Unknown("long".into()));
/// assert!(serde_json::from_str::<Duration>(r#"["wait", 7]"#).is_err());
/// # Ok::<(), serde_json::Error>(())
/// ```
#[macro_export]
macro_rules! json_type_union {
    ($(#[$meta:meta])* pub enum $name:ident {
        $( $(#[$vmeta:meta])* $variant:ident($ty:ty) = $json_type:ident ),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$vmeta])* $variant($ty), )+
            /// Anything else, as received.
            Unknown($crate::__private::serde_json::Value),
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = $crate::__private::serde_json::Value::deserialize(deserializer)?;
                $(
                    let json_type = ::std::stringify!($json_type);
                    if let ::std::option::Option::Some(variant) =
                        $crate::__private::decode_json_type(&value, json_type)?
                    {
                        return ::std::result::Result::Ok(Self::$variant(variant));
                    }
                )+
                ::std::result::Result::Ok(Self::Unknown(value))
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
                            $crate::__private::serde::Serialize::serialize(value, serializer)
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
            let variants = ::std::vec![$(generator.subschema_for::<$ty>()),+];
            $crate::__private::schema::json_type_union(variants)
        });
    };
}

/// Decodes a value of a JSON type; `None` if it is of another.
pub fn decode_json_type<T: DeserializeOwned, E: Error>(
    value: &Value,
    json_type: &str,
) -> Result<Option<T>, E> {
    let is_of_type = match json_type {
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        _ => value.is_object(),
    };
    if !is_of_type {
        return Ok(None);
    }
    match decode_variant(value).map_err(E::custom)? {
        None => Err(E::custom(format!(
            "unknown {json_type}, expected a documented one"
        ))),
        known => Ok(known),
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use serde_json::json;

    use super::*;
    use crate::answer::decode::decode;

    #[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    pub struct Word {
        text: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        start: Option<f64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        index: Option<i64>,
    }

    json_type_union! {
        /// What was said.
        pub enum Speech {
            /// Word by word.
            Words(Vec<Word>) = array,
            /// One word.
            Word(Word) = object,
            /// As a text.
            Text(String) = string,
            /// How many words.
            Count(i64) = integer,
        }
    }

    json_type_union! {
        /// A setting.
        pub enum Setting {
            /// On or off.
            Flag(bool) = boolean,
            /// A level.
            Level(f64) = number,
        }
    }

    #[derive(Debug, PartialEq, Deserialize, Serialize)]
    struct Call {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        speech: Option<Speech>,
        #[serde(default)]
        more: Vec<Speech>,
    }

    /// The repaired JSON and the skipped fields, or the place of a mismatch.
    fn read(json: &Value, strict: bool) -> Result<(Value, Vec<String>), String> {
        let (call, skipped) = decode::<Call>(json.to_string().as_bytes(), strict)
            .map_err(|unreadable| unreadable.pointer)?;
        let pointers = skipped.iter().map(|field| field.pointer().to_owned());
        Ok((serde_json::to_value(call).unwrap(), pointers.collect()))
    }

    #[test]
    fn the_json_type_decides_the_variant() {
        let word = json!({"text": "hello", "start": 0.5});
        for (value, is_known) in [
            (json!([word]), true),
            (json!([]), true),
            (word, true),
            (json!("hello"), true),
            (json!(-3), true),
            (json!(2.5), false),
            (json!(u64::MAX), false),
            (json!(true), false),
            (json!(null), false),
        ] {
            let speech: Speech = serde_json::from_value(value.clone()).unwrap();
            let is_unknown = speech == Speech::Unknown(value.clone());
            assert_ne!(is_unknown, is_known, "{speech:?}");
            assert_eq!(serde_json::to_value(&speech).unwrap(), value);
        }
        let read = |text: &str| serde_json::from_str::<Setting>(text).unwrap();
        assert_eq!(read("true"), Setting::Flag(true));
        assert_eq!(read("2"), Setting::Level(2.0));
        assert_eq!(read("1e3"), Setting::Level(1000.0));
        assert_eq!(read("[{}]"), Setting::Unknown(json!([{}])));
        assert_eq!(read(r#"{"a":[]}"#), Setting::Unknown(json!({"a": []})));
    }

    #[test]
    fn a_mismatch_inside_is_left_out_alone() {
        let odd = json!({"speech": [{"text": "a", "start": "soon"}, {"text": "b", "index": 1.5}],
            "more": [{"text": "c", "index": []}]});
        let (rest, skipped) = read(&odd, false).unwrap();
        let kept = json!({"speech": [{"text": "a"}, {"text": "b", "index": 1}],
            "more": [{"text": "c"}]});
        assert_eq!(rest, kept);
        assert_eq!(
            skipped,
            ["/more/0/index", "/speech/0/start", "/speech/1/index"]
        );
        let odd = json!({"speech": [{"text": "a"}, {"text": "b", "start": "soon"}]});
        assert_eq!(read(&odd, true), Err("/speech/1/start".to_owned()));
    }

    #[test]
    fn a_variant_without_a_required_member_goes_with_what_holds_it() {
        let odd = json!({"speech": [{"text": "a"}, {"start": 1}], "more": ["b"]});
        let kept = json!({"more": ["b"]});
        assert_eq!(read(&odd, false), Ok((kept, vec!["/speech".to_owned()])));
        assert_eq!(read(&odd, true), Err("/speech/1".to_owned()));
    }

    #[test]
    fn a_type_without_a_variant_is_no_mismatch() {
        let odd = json!({"speech": true, "more": [null, 2.5]});
        for strict in [false, true] {
            assert_eq!(read(&odd, strict), Ok((odd.clone(), vec![])));
        }
    }
}
