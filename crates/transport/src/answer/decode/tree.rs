//! Reading a response as a tree, with the place of each mismatch.
//!
//! Numbers are read with more patience than by `serde_json`:
//!
//! - An integer may be written as `1.0` or `1e3`.
//! - The fraction of an integer is cut off and reported; in a strict pass it is a mismatch.
//! - A floating-point number may be one of the strings `NaN`, `Infinity` and `-Infinity`, for which
//!   JSON has no numbers.

use std::cell::RefCell;
use std::iter::Enumerate;
use std::slice;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Error, Number, Value};

use super::Unreadable;
use super::change::Change;

/// Decodes a tree. Returns the integers that lost a fraction, too.
pub(super) fn read<T: DeserializeOwned>(
    tree: &Value,
    strict: bool,
) -> Result<(T, Vec<Change>), Unreadable> {
    let notes = Notes {
        strict,
        failed: RefCell::default(),
        cut: RefCell::default(),
    };
    let root = Node {
        value: tree,
        place: Place::Root,
        notes: &notes,
    };
    match T::deserialize(root) {
        Ok(value) => Ok((value, notes.cut.into_inner())),
        Err(cause) => Err(Unreadable {
            pointer: notes.failed.into_inner().unwrap_or_default(),
            cause,
        }),
    }
}

/// What is noted during a pass.
struct Notes {
    strict: bool,
    /// The place of the first mismatch, which is the innermost.
    failed: RefCell<Option<String>>,
    /// The integers whose fraction was cut off.
    cut: RefCell<Vec<Change>>,
}

/// Where a value is.
#[derive(Clone, Copy)]
enum Place<'p> {
    Root,
    Element(&'p Place<'p>, usize),
    Field(&'p Place<'p>, &'p str),
}

impl Place<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Element(list, index) => format!("{}/{index}", list.pointer()),
            Self::Field(object, name) => {
                let name = name.replace('~', "~0").replace('/', "~1");
                format!("{}/{name}", object.pointer())
            }
        }
    }
}

/// A value of the tree.
struct Node<'de, 'p> {
    value: &'de Value,
    place: Place<'p>,
    notes: &'p Notes,
}

impl<'de> Node<'de, '_> {
    /// Reads this value, and notes its place if it does not match.
    fn read<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Error> {
        let (place, notes) = (self.place, self.notes);
        let read = seed.deserialize(self);
        if read.is_err() {
            let mut failed = notes.failed.borrow_mut();
            failed.get_or_insert_with(|| place.pointer());
        }
        read
    }

    fn integer<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let float = self.value.as_f64().filter(|_| self.value.is_f64());
        let Some((float, integer)) = float.and_then(|float| Some((float, to_integer(float)?)))
        else {
            return self.deserialize_any(visitor);
        };
        if float.fract() == 0.0 {
            return visitor.visit_i64(integer);
        }
        let cause = Error::invalid_type(Unexpected::Float(float), &visitor);
        if self.notes.strict {
            return Err(cause);
        }
        let read = visitor.visit_i64(integer)?;
        let pointer = self.place.pointer();
        self.notes.cut.borrow_mut().push(Change {
            place: pointer.clone(),
            pointer,
            cause,
            found: self.value.clone(),
            instead: Some(integer.into()),
        });
        Ok(read)
    }

    fn float<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value.as_str() {
            Some("NaN") => visitor.visit_f64(f64::NAN),
            Some("Infinity") => visitor.visit_f64(f64::INFINITY),
            Some("-Infinity") => visitor.visit_f64(f64::NEG_INFINITY),
            _ => self.deserialize_any(visitor),
        }
    }
}

/// A number without its fraction.
fn to_integer(number: f64) -> Option<i64> {
    // Beyond these bounds, not every integer has a float of its own.
    let is_exact = number.abs() < 9e15;
    // Truncated on purpose.
    #[allow(clippy::cast_possible_truncation)]
    is_exact.then_some(number as i64)
}

/// Methods that read a number in one of the two ways.
macro_rules! numbers {
    ($($method:ident => $read:ident,)+) => {
        $(
            fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
                self.$read(visitor)
            }
        )+
    };
}

impl<'de> Deserializer<'de> for Node<'de, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let Self { place, notes, .. } = self;
        match self.value {
            Value::Array(items) => {
                let mut elements = Elements {
                    items: items.iter().enumerate(),
                    place,
                    notes,
                };
                let read = visitor.visit_seq(&mut elements)?;
                if elements.items.next().is_some() {
                    return Err(Error::invalid_length(items.len(), &"fewer elements"));
                }
                Ok(read)
            }
            Value::Object(members) => {
                let mut fields = Fields {
                    members: members.iter(),
                    current: None,
                    place,
                    notes,
                };
                let read = visitor.visit_map(&mut fields)?;
                if fields.members.next().is_some() {
                    return Err(Error::invalid_length(members.len(), &"fewer fields"));
                }
                Ok(read)
            }
            scalar => scalar.deserialize_any(visitor),
        }
    }

    numbers! {
        deserialize_i8 => integer,
        deserialize_i16 => integer,
        deserialize_i32 => integer,
        deserialize_i64 => integer,
        deserialize_i128 => integer,
        deserialize_u8 => integer,
        deserialize_u16 => integer,
        deserialize_u32 => integer,
        deserialize_u64 => integer,
        deserialize_u128 => integer,
        deserialize_f32 => float,
        deserialize_f64 => float,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.value.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.value.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}

/// The elements of a list.
struct Elements<'de, 'p> {
    items: Enumerate<slice::Iter<'de, Value>>,
    place: Place<'p>,
    notes: &'p Notes,
}

impl<'de> SeqAccess<'de> for Elements<'de, '_> {
    type Error = Error;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        let Some((index, value)) = self.items.next() else {
            return Ok(None);
        };
        let node = Node {
            value,
            place: Place::Element(&self.place, index),
            notes: self.notes,
        };
        node.read(seed).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

/// The fields of an object.
struct Fields<'de, 'p> {
    members: serde_json::map::Iter<'de>,
    current: Option<(&'de String, &'de Value)>,
    place: Place<'p>,
    notes: &'p Notes,
}

impl<'de> MapAccess<'de> for Fields<'de, '_> {
    type Error = Error;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Error> {
        self.current = self.members.next();
        let name = self.current.map(|(name, _)| Name(name));
        name.map(|name| seed.deserialize(name)).transpose()
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Error> {
        let Some((name, value)) = self.current else {
            return Err(Error::custom("a value was asked for before its name"));
        };
        let node = Node {
            value,
            place: Place::Field(&self.place, name),
            notes: self.notes,
        };
        node.read(seed)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.members.len())
    }
}

/// The name of a field; in a map, it may stand for a number.
struct Name<'de>(&'de str);

impl<'de> Name<'de> {
    fn number<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.parse::<Number>() {
            Ok(number) => number.deserialize_any(visitor),
            Err(_) => self.deserialize_any(visitor),
        }
    }
}

impl<'de> Deserializer<'de> for Name<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    numbers! {
        deserialize_i8 => number,
        deserialize_i16 => number,
        deserialize_i32 => number,
        deserialize_i64 => number,
        deserialize_i128 => number,
        deserialize_u8 => number,
        deserialize_u16 => number,
        deserialize_u32 => number,
        deserialize_u64 => number,
        deserialize_u128 => number,
        deserialize_f32 => number,
        deserialize_f64 => number,
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        BorrowedStrDeserializer::new(self.0).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
        identifier ignored_any
    }
}
