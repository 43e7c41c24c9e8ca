//! JSON Schemas of the types that the macros define.

use schemars::{Schema, json_schema};

/// Implements `JsonSchema`. The name is qualified, because modules may share type names.
#[doc(hidden)]
#[macro_export]
macro_rules! __json_schema {
    ($name:ident, $generator:pat => $schema:expr) => {
        impl $crate::__private::schemars::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::stringify!($name).into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                ::std::concat!(::std::module_path!(), "::", ::std::stringify!($name)).into()
            }

            fn json_schema(
                $generator: &mut $crate::__private::schemars::SchemaGenerator,
            ) -> $crate::__private::schemars::Schema {
                $schema
            }
        }
    };
}

/// The schema of an open enumeration: any string, the known values as examples.
pub fn open(known: &[&str]) -> Schema {
    json_schema!({ "type": "string", "examples": known })
}

/// The schema of a closed enumeration.
pub fn closed(known: &[&str]) -> Schema {
    json_schema!({ "type": "string", "enum": known })
}

/// The schema of a union by JSON type: any of the variants, or anything else.
pub fn json_type_union(mut variants: Vec<Schema>) -> Schema {
    variants.push(true.into());
    json_schema!({ "anyOf": variants })
}

/// The schema of a tagged union: any of the variants with its tag, or any object with another tag.
pub fn tagged_union(tag: &str, variants: &[(&[&str], Schema)]) -> Schema {
    let tagged = variants.iter().map(|(words, variant)| {
        json_schema!({
            "allOf": [variant, {"required": [tag], "properties": {tag: {"enum": words}}}]
        })
    });
    let other = json_schema!({"type": "object", "required": [tag]});
    json_schema!({ "anyOf": tagged.chain([other]).collect::<Vec<_>>() })
}

#[cfg(test)]
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
