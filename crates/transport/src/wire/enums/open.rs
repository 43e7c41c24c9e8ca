//! Open enumerations.

/// Defines an open enumeration of strings that no text converts into, so that a typo in a request
/// does not compile. Otherwise the same as [`open_enum!`](crate::open_enum).
///
/// ```
/// threadline_transport::received_enum! {
///     /// How far a message got.
///     pub enum Delivery {
///         /// It was sent.
///         Sent = "sent",
///     }
/// }
///
/// let received: Delivery = serde_json::from_str(r#""lost""#)?;
/// assert_eq!(received, Delivery::Unknown("lost".to_owned()));
/// assert_eq!("sent".parse(), Ok(Delivery::Sent));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// ```compile_fail,E0277
/// threadline_transport::received_enum! {
///     /// How far a message got.
///     pub enum Delivery {
///         /// It was sent.
///         Sent = "sent",
///     }
/// }
///
/// let typo: Delivery = "snet".into();
/// ```
#[macro_export]
macro_rules! received_enum {
    ($(#[$meta:meta])* pub enum $name:ident {
        $( $(#[$vmeta:meta])* $variant:ident = $word:literal ),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$vmeta])* $variant, )+
            /// A value that this version does not know, as received.
            Unknown(::std::string::String),
        }

        impl $name {
            /// The values that this version knows.
            pub const KNOWN: &'static [&'static str] = &[$($word),+];

            /// The value on the wire.
            pub fn as_str(&self) -> &str {
                match self {
                    $( Self::$variant => $word, )+
                    Self::Unknown(word) => word,
                }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = ::std::convert::Infallible;

            fn from_str(word: &str) -> ::std::result::Result<Self, Self::Err> {
                ::std::result::Result::Ok(match word {
                    $( $word => Self::$variant, )+
                    _ => Self::Unknown(word.to_owned()),
                })
            }
        }

        impl<'de> $crate::__private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::__private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let word: $crate::__private::Text =
                    $crate::__private::serde::Deserialize::deserialize(deserializer)?;
                let ::std::result::Result::Ok(known) = word.0.parse();
                ::std::result::Result::Ok(known)
            }
        }

        impl ::std::cmp::PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.as_str() == other.as_str()
            }
        }

        impl ::std::cmp::Eq for $name {}

        impl ::std::cmp::PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> ::std::option::Option<::std::cmp::Ordering> {
                ::std::option::Option::Some(::std::cmp::Ord::cmp(self, other))
            }
        }

        impl ::std::cmp::Ord for $name {
            fn cmp(&self, other: &Self) -> ::std::cmp::Ordering {
                self.as_str().cmp(other.as_str())
            }
        }

        impl ::std::hash::Hash for $name {
            fn hash<H: ::std::hash::Hasher>(&self, state: &mut H) {
                self.as_str().hash(state);
            }
        }

        $crate::__enum_output!($name);
        $crate::__enum_schema!($name, open);
    };
}

/// Defines an open enumeration of strings. A value that this version does not know is kept in
/// `Unknown` and serialized unchanged.
///
/// Values are compared and ordered by their strings.
///
/// ```
/// threadline_transport::open_enum! {
///     /// Where a conversation takes place.
///     pub enum ChannelType {
///         /// Letters.
///         Mail = "MAIL",
///         /// Short texts.
///         Text = "TEXT",
///     }
/// }
///
/// assert_eq!(ChannelType::from("MAIL"), ChannelType::Mail);
/// assert_eq!(ChannelType::from("PIGEON"), ChannelType::Unknown("PIGEON".to_owned()));
/// assert_eq!(ChannelType::from("PIGEON").to_string(), "PIGEON");
/// assert_eq!(ChannelType::KNOWN, ["MAIL", "TEXT"]);
/// ```
#[macro_export]
macro_rules! open_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($values:tt)+ }) => {
        $crate::received_enum! {
            $(#[$meta])*
            pub enum $name { $($values)+ }
        }

        impl ::std::convert::From<&str> for $name {
            fn from(word: &str) -> Self {
                let ::std::result::Result::Ok(known) = word.parse();
                known
            }
        }

        impl ::std::convert::From<::std::string::String> for $name {
            fn from(word: ::std::string::String) -> Self {
                Self::from(word.as_str())
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    crate::open_enum! {
        /// A colour.
        pub enum Colour {
            /// Red.
            Red = "RED",
            /// Dark blue.
            DarkBlue = "dark-blue",
        }
    }

    #[test]
    fn known_and_unknown_words() {
        assert!(matches!(
            serde_json::from_str(r#""RED""#).unwrap(),
            Colour::Red
        ));
        assert!(matches!(
            serde_json::from_str(r#""dark\u002dblue""#).unwrap(),
            Colour::DarkBlue
        ));
        let unknown: Colour = serde_json::from_str(r#""red""#).unwrap();
        assert!(matches!(&unknown, Colour::Unknown(word) if word == "red"));
        assert_eq!(serde_json::to_string(&unknown).unwrap(), r#""red""#);
        assert!(serde_json::from_str::<Colour>("1").is_err());
        assert_eq!("RED".parse(), Ok(Colour::Red));
        assert_eq!(Colour::KNOWN, ["RED", "dark-blue"]);
        assert_eq!(format!("{:>5}", Colour::from("RED".to_owned())), "  RED");
    }

    #[test]
    fn a_known_word_in_the_wrong_variant_is_equal_all_the_same() {
        use std::collections::HashSet;
        let wrong = Colour::Unknown("RED".into());
        assert_eq!(wrong, Colour::Red);
        assert_eq!(HashSet::from([wrong, Colour::Red]).len(), 1);
        assert!(Colour::Red < Colour::DarkBlue);
    }

    #[test]
    fn an_open_enum_may_be_a_key_of_a_map() {
        use std::collections::HashMap;
        let json = r#"{"RED":1,"green":2}"#;
        let map: HashMap<Colour, u8> = serde_json::from_str(json).unwrap();
        assert_eq!(map.get(&Colour::from("green")), Some(&2));
    }

    proptest! {
        #[test]
        fn every_string_survives(word: String) {
            let json = serde_json::to_string(&word).unwrap();
            let colour: Colour = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(colour.as_str(), &word);
            prop_assert_eq!(serde_json::to_string(&colour).unwrap(), json);
        }
    }
}
