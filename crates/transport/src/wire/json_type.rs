//! Unions whose variants differ in their JSON type.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{
    BorrowedStrDeserializer, MapAccessDeserializer, SeqAccessDeserializer, StrDeserializer,
};
use serde::de::{
    Deserialize, Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor,
};
use serde_json::Value;

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

        impl<'de> $crate::__private::ByJsonType<'de> for $name {
            fn unknown(value: $crate::__private::serde_json::Value) -> Self {
                Self::Unknown(value)
            }

            $(
                fn $json_type<D: $crate::__private::serde::Deserializer<'de>>(
                    deserializer: D,
                ) -> ::std::result::Result<Self, D::Error> {
                    <$ty as $crate::__private::serde::Deserialize>::deserialize(deserializer)
                        .map(Self::$variant)
                }
            )+
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::__private::by_json_type(deserializer)
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

/// What a union makes of a value of each JSON type; by default, it has no variant for it.
pub trait ByJsonType<'de>: Sized {
    /// A value of a type without a variant.
    fn unknown(value: Value) -> Self;

    /// A string.
    fn string<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::unknown)
    }

    /// A number that is written as an integer.
    fn integer<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::number(deserializer)
    }

    /// Any number.
    fn number<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::unknown)
    }

    /// True or false.
    fn boolean<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::unknown)
    }

    /// A list.
    fn array<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::unknown)
    }

    /// An object.
    fn object<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Value::deserialize(deserializer).map(Self::unknown)
    }
}

/// Reads a union by the type of what stands there.
///
/// # Errors
///
/// Those of the variant.
pub fn by_json_type<'de, T: ByJsonType<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_any(UnionVisitor(PhantomData))
}

struct UnionVisitor<T>(PhantomData<T>);

impl<'de, T: ByJsonType<'de>> Visitor<'de> for UnionVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E: Error>(self) -> Result<T, E> {
        Ok(T::unknown(Value::Null))
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        T::boolean(value.into_deserializer())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<T, E> {
        T::integer(value.into_deserializer())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<T, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            // No variant has such large integers.
            Err(_) => T::number(value.into_deserializer()),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<T, E> {
        T::number(value.into_deserializer())
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<T, E> {
        T::string(StrDeserializer::new(value))
    }

    fn visit_borrowed_str<E: Error>(self, value: &'de str) -> Result<T, E> {
        T::string(BorrowedStrDeserializer::new(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<T, A::Error> {
        T::array(SeqAccessDeserializer::new(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
        T::object(MapAccessDeserializer::new(members))
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
