//! Numbers that JSON cannot write.
//!
//! `serde_json` writes `null` for NaN and infinity. A vendor would clear the field, so such a body
//! must not be sent.

use serde::Serialize;
use serde::ser::{self, Error as _, Serializer};
use serde_json::Error;

/// The message about the first number of a body that JSON cannot write. Takes the body as JSON,
/// too: without a `null` in it, there is nothing to look for.
pub(super) fn problem(body: &(impl Serialize + ?Sized), json: &[u8]) -> Option<String> {
    if !json.windows(4).any(|word| word == b"null") {
        return None;
    }
    let error = serde_path_to_error::serialize(body, Finite).err()?;
    let place = match error.path().to_string() {
        place if place == "." => "the body".to_owned(),
        place => place,
    };
    Some(format!("{place} is {}", error.inner()))
}

/// Fails at a number that is not finite, and writes nothing.
struct Finite;

/// Methods for values without parts.
macro_rules! scalars {
    ($($method:ident($($value:ty),*))+) => {
        $(
            fn $method(self, $(_: $value),*) -> Result<(), Error> {
                Ok(())
            }
        )+
    };
}

/// Methods for values with parts.
macro_rules! compounds {
    ($($method:ident($($about:ty),*))+) => {
        $(
            fn $method(self, $(_: $about),*) -> Result<Self, Error> {
                Ok(self)
            }
        )+
    };
}

impl Serializer for Finite {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    scalars! {
        serialize_bool(bool)
        serialize_i8(i8)
        serialize_i16(i16)
        serialize_i32(i32)
        serialize_i64(i64)
        serialize_i128(i128)
        serialize_u8(u8)
        serialize_u16(u16)
        serialize_u32(u32)
        serialize_u64(u64)
        serialize_u128(u128)
        serialize_char(char)
        serialize_str(&str)
        serialize_bytes(&[u8])
        serialize_none()
        serialize_unit()
        serialize_unit_struct(&'static str)
        serialize_unit_variant(&'static str, u32, &'static str)
    }

    compounds! {
        serialize_seq(Option<usize>)
        serialize_tuple(usize)
        serialize_tuple_struct(&'static str, usize)
        serialize_tuple_variant(&'static str, u32, &'static str, usize)
        serialize_map(Option<usize>)
        serialize_struct(&'static str, usize)
        serialize_struct_variant(&'static str, u32, &'static str, usize)
    }

    fn serialize_f32(self, number: f32) -> Result<(), Error> {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Error> {
        if number.is_finite() {
            Ok(())
        } else {
            Err(Error::custom(format!(
                "{number}: only finite numbers can be sent"
            )))
        }
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }
}

/// Goes through the parts of a value.
macro_rules! parts {
    ($($compound:ident: $($method:ident($($name:ty)?)),+;)+) => {
        $(
            impl ser::$compound for Finite {
                type Ok = ();
                type Error = Error;

                $(
                    fn $method<T: Serialize + ?Sized>(
                        &mut self,
                        $(_: $name,)?
                        part: &T,
                    ) -> Result<(), Error> {
                        part.serialize(Self)
                    }
                )+

                fn end(self) -> Result<(), Error> {
                    Ok(())
                }
            }
        )+
    };
}

parts! {
    SerializeSeq: serialize_element();
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeMap: serialize_key(), serialize_value();
    SerializeStruct: serialize_field(&'static str);
    SerializeStructVariant: serialize_field(&'static str);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::Patch;

    #[derive(Default, Serialize)]
    struct Body {
        name: Option<&'static str>,
        #[serde(skip_serializing_if = "Patch::is_keep")]
        value: Patch<f64>,
        sizes: Vec<f32>,
        inner: Vec<BTreeMap<&'static str, Event>>,
    }

    #[derive(Serialize)]
    #[serde(untagged)]
    enum Event {
        Number(f64),
        Pair(u8, Option<f64>),
    }

    fn problem_of(body: &Body) -> Option<String> {
        problem(body, &serde_json::to_vec(body).unwrap())
    }

    #[test]
    fn a_number_that_is_not_finite_is_named() {
        let map = |event| vec![BTreeMap::new(), BTreeMap::from([("a", event)])];
        for (body, expected) in [
            (
                Body {
                    value: Patch::Set(f64::NAN),
                    ..Body::default()
                },
                "value is NaN",
            ),
            (
                Body {
                    sizes: vec![0.5, f32::NEG_INFINITY],
                    ..Body::default()
                },
                "sizes[1] is -inf",
            ),
            (
                Body {
                    inner: map(Event::Number(f64::INFINITY)),
                    ..Body::default()
                },
                "inner[1].a is inf",
            ),
            (
                Body {
                    inner: map(Event::Pair(1, Some(f64::NAN))),
                    ..Body::default()
                },
                "inner[1].a[1] is NaN",
            ),
        ] {
            let expected = format!("{expected}: only finite numbers can be sent");
            assert_eq!(problem_of(&body), Some(expected));
        }
    }

    #[test]
    fn null_is_no_problem() {
        let body = Body {
            value: Patch::Clear,
            sizes: vec![1.5],
            inner: vec![BTreeMap::from([("a", Event::Pair(1, None))])],
            ..Body::default()
        };
        assert_eq!(problem_of(&body), None);
        let named = Body {
            name: Some("null"),
            ..Body::default()
        };
        assert_eq!(problem_of(&named), None);
    }

    #[test]
    fn a_body_may_be_a_number() {
        let message = problem(&f64::NAN, b"null").unwrap();
        assert!(message.starts_with("the body is NaN"), "{message}");
    }
}
