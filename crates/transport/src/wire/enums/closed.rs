//! Closed enumerations.

use std::fmt;

/// Defines a closed enumeration of strings. It cannot grow, because only requests contain it.
///
/// ```
/// threadline_transport::closed_enum! {
///     /// Which way to sort.
///     pub enum Order {
///         /// Smallest first.
///         Ascending = "asc",
///         /// Largest first.
///         Descending = "desc",
///     }
/// }
///
/// assert_eq!("asc".parse::<Order>()?, Order::Ascending);
/// let error = "up".parse::<Order>().unwrap_err();
/// assert_eq!(error.to_string(), "unknown value `up`, expected one of: asc, desc");
/// # Ok::<(), threadline_transport::UnknownValue>(())
/// ```
#[macro_export]
macro_rules! closed_enum {
    ($(#[$meta:meta])* pub enum $name:ident {
        $( $(#[$vmeta:meta])* $variant:ident = $word:literal ),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $( $(#[$vmeta])* $variant, )+
        }

        impl $name {
            /// The allowed values.
            pub const KNOWN: &'static [&'static str] = &[$($word),+];

            /// The value on the wire.
            pub const fn as_str(&self) -> &'static str {
                match self {
                    $( Self::$variant => $word, )+
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::UnknownValue;

            fn from_str(word: &str) -> ::std::result::Result<Self, Self::Err> {
                match word {
                    $( $word => ::std::result::Result::Ok(Self::$variant), )+
                    _ => ::std::result::Result::Err(
                        $crate::__private::unknown_value(word, Self::KNOWN),
                    ),
                }
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let word: $crate::__private::Text =
                    $crate::__private::serde::Deserialize::deserialize(deserializer)?;
                word.0.parse().map_err($crate::__private::serde::de::Error::custom)
            }
        }

        $crate::__enum_output!($name);
        $crate::__enum_schema!($name, closed);
    };
}

/// A value that is not in an enumeration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownValue {
    value: String,
    known: &'static [&'static str],
}

impl UnknownValue {
    getters! { self:
        /// The value.
        value: &str = &self.value;
        /// The allowed values.
        known: &'static [&'static str] = self.known;
    }
}

impl fmt::Display for UnknownValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "unknown value `{}`, expected one of: ",
            self.value.escape_debug()
        )?;
        f.write_str(&self.known.join(", "))
    }
}

impl std::error::Error for UnknownValue {}

/// Creates the error for a value that is not in an enumeration.
pub fn unknown_value(value: &str, known: &'static [&'static str]) -> UnknownValue {
    UnknownValue {
        value: value.to_owned(),
        known,
    }
}

#[cfg(test)]
mod tests {
    crate::closed_enum! {
        /// A direction.
        pub enum Direction {
            /// Up.
            Up = "up",
            /// Down.
            Down = "down",
        }
    }

    #[test]
    fn closed_words() {
        assert_eq!(
            serde_json::from_str::<Direction>(r#""up""#).unwrap(),
            Direction::Up
        );
        assert_eq!(
            serde_json::to_string(&Direction::Down).unwrap(),
            r#""down""#
        );
        let error = serde_json::from_str::<Direction>(r#""left""#).unwrap_err();
        assert!(
            error.to_string().contains("expected one of: up, down"),
            "{error}"
        );
        let error = "left".parse::<Direction>().unwrap_err();
        assert_eq!((error.value(), error.known()), ("left", Direction::KNOWN));
    }
}
