//! JSON Schemas of enumerations.

/// The JSON Schema of an enumeration, if this crate is built with schemas.
#[cfg(feature = "schemars")]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_schema {
    ($name:ident, $openness:ident) => {
        impl $crate::__private::schemars::JsonSchema for $name {
            $crate::__schema_names!($name);

            fn json_schema(
                _: &mut $crate::__private::schemars::SchemaGenerator,
            ) -> $crate::__private::schemars::Schema {
                $crate::__private::$openness(Self::KNOWN)
            }
        }
    };
}

/// The JSON Schema of an enumeration, if this crate is built without schemas.
#[cfg(not(feature = "schemars"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __enum_schema {
    ($name:ident, $openness:ident) => {};
}

/// The schema of an open enumeration: any string, the known values as examples.
#[cfg(feature = "schemars")]
pub fn open(known: &[&str]) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "examples": known })
}

/// The schema of a closed enumeration.
#[cfg(feature = "schemars")]
pub fn closed(known: &[&str]) -> schemars::Schema {
    schemars::json_schema!({ "type": "string", "enum": known })
}

#[cfg(all(test, feature = "schemars"))]
mod tests {
    crate::open_enum! {
        /// A colour.
        pub enum Colour {
            /// Red.
            Red = "RED",
            /// Dark blue.
            DarkBlue = "dark-blue",
        }
    }

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
    fn schemas() {
        let open = schemars::schema_for!(Colour);
        assert_eq!(
            open.get("examples"),
            Some(&serde_json::json!(["RED", "dark-blue"]))
        );
        assert_eq!(open.get("enum"), None);
        let closed = schemars::schema_for!(Direction);
        assert_eq!(closed.get("enum"), Some(&serde_json::json!(["up", "down"])));
    }
}
