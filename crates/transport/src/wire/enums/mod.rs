//! String enumerations on the wire.

mod closed;
mod open;

use std::borrow::Cow;

use serde::Deserialize;

pub use closed::{UnknownValue, unknown_value};

/// A string borrowed from the input if possible. All enumerations share this type, so that the code
/// to read a string is compiled once.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);

/// How the values of an enumeration are serialized.
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_output {
    ($name:ident) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::std::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl $crate::__private::serde::Serialize for $name {
            fn serialize<S: $crate::__private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    };
}

/// The JSON Schema of an enumeration, if this crate is built with schemas.
#[cfg(feature = "schemars")]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_schema {
    ($name:ident, $openness:ident) => {
        $crate::__json_schema!($name, _ => $crate::__private::schema::$openness(Self::KNOWN));
    };
}

/// The JSON Schema of an enumeration, if this crate is built without schemas.
#[cfg(not(feature = "schemars"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_schema {
    ($name:ident, $openness:ident) => {};
}
