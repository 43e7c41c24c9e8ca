//! Numbers that JSON cannot write.
//!
//! `serde_json` writes `null` for NaN and infinity. A vendor would clear the field, so such a body
//! must not be sent.

use std::fmt::{Display, Write as _};

use serde::Serialize;
use serde::ser::{self, Error as _, Serializer};
use serde_json::Error;

/// The message about the first number of a body that JSON cannot write. Takes the body as JSON, too:
/// without a `null` in it, there is nothing to look for.
pub(super) fn problem(body: &(impl Serialize + ?Sized), json: &[u8]) -> Option<String> {
    if !json.windows(4).any(|word| word == b"null") {
        return None;
    }
    let mut finder = Finder::default();
    // Without a number found, an error is one that writing the body would have had as well.
    let _ = body.serialize(&mut finder);
    let number = finder.found?;
    let place = match &*finder.place {
        "" => "the body",
        place => place,
    };
    Some(format!(
        "{place} is {number}: only finite numbers can be sent"
    ))
}

/// Walks through a value up to the first number that is not finite.
#[derive(Default)]
struct Finder {
    /// The current place, as in `events[0].value`.
    place: String,
    found: Option<f64>,
}

impl Finder {
    /// Walks through a part of the current value.
    fn part(
        &mut self,
        value: &(impl Serialize + ?Sized),
        step: impl FnOnce(&mut String),
    ) -> Result<(), Error> {
        let depth = self.place.len();
        step(&mut self.place);
        value.serialize(&mut *self)?;
        self.place.truncate(depth);
        Ok(())
    }

    fn field(&mut self, name: &str, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        self.part(value, |place| {
            if !place.is_empty() {
                place.push('.');
            }
            place.push_str(name);
        })
    }
}

/// Methods for values that are no numbers with a fraction.
macro_rules! harmless {
    ($($method:ident($($value:ty),*))+) => {
        $(
            fn $method(self, $(_: $value),*) -> Result<(), Error> {
                Ok(())
            }
        )+
    };
}

impl<'f> Serializer for &'f mut Finder {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Elements<'f>;
    type SerializeTuple = Elements<'f>;
    type SerializeTupleStruct = Elements<'f>;
    type SerializeTupleVariant = Elements<'f>;
    type SerializeMap = Fields<'f>;
    type SerializeStruct = Fields<'f>;
    type SerializeStructVariant = Fields<'f>;

    harmless! {
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

    fn serialize_f32(self, number: f32) -> Result<(), Error> {
        self.serialize_f64(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Error> {
        if number.is_finite() {
            return Ok(());
        }
        self.found = Some(number);
        Err(Error::custom("found"))
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
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        self.field(variant, value)
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Elements<'f>, Error> {
        Ok(Elements {
            finder: self,
            index: 0,
        })
    }

    fn serialize_tuple(self, length: usize) -> Result<Elements<'f>, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        length: usize,
    ) -> Result<Elements<'f>, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        length: usize,
    ) -> Result<Elements<'f>, Error> {
        self.serialize_seq(Some(length))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Fields<'f>, Error> {
        Ok(Fields {
            finder: self,
            name: String::new(),
        })
    }

    fn serialize_struct(self, _name: &'static str, length: usize) -> Result<Fields<'f>, Error> {
        self.serialize_map(Some(length))
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        length: usize,
    ) -> Result<Fields<'f>, Error> {
        self.serialize_map(Some(length))
    }

    fn collect_str<T: Display + ?Sized>(self, _text: &T) -> Result<(), Error> {
        Ok(())
    }
}

/// The elements of a list.
struct Elements<'f> {
    finder: &'f mut Finder,
    index: usize,
}

impl Elements<'_> {
    fn element(&mut self, value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
        let index = self.index;
        self.index += 1;
        self.finder.part(value, |place| {
            // Writing to a string cannot fail.
            let _ = write!(place, "[{index}]");
        })
    }
}

/// Lists under each of their names in serde.
macro_rules! lists {
    ($($list:ident.$method:ident)+) => {
        $(
            impl ser::$list for Elements<'_> {
                type Ok = ();
                type Error = Error;

                fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
                    self.element(value)
                }

                fn end(self) -> Result<(), Error> {
                    Ok(())
                }
            }
        )+
    };
}

lists! {
    SerializeSeq.serialize_element
    SerializeTuple.serialize_element
    SerializeTupleStruct.serialize_field
    SerializeTupleVariant.serialize_field
}

/// The fields of an object.
struct Fields<'f> {
    finder: &'f mut Finder,
    /// The name of the next field of a map.
    name: String,
}

impl ser::SerializeMap for Fields<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), Error> {
        let name = serde_json::to_value(name)?;
        self.name = name
            .as_str()
            .map_or_else(|| name.to_string(), str::to_owned);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.finder.field(&self.name, value)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

/// Structs under each of their names in serde.
macro_rules! structs {
    ($($object:ident)+) => {
        $(
            impl ser::$object for Fields<'_> {
                type Ok = ();
                type Error = Error;

                fn serialize_field<T: Serialize + ?Sized>(
                    &mut self,
                    name: &'static str,
                    value: &T,
                ) -> Result<(), Error> {
                    self.finder.field(name, value)
                }

                fn end(self) -> Result<(), Error> {
                    Ok(())
                }
            }
        )+
    };
}

structs! {
    SerializeStruct
    SerializeStructVariant
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
