//! What an update does to one field.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

/// What an update does to one field: leave it, clear it, or set it.
///
/// On the wire these are an absent member, `null`, and the value. Put
/// `#[serde(default, skip_serializing_if = "Patch::is_keep")]` on the field.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use threadline_transport::Patch;
///
/// #[derive(Serialize, Deserialize)]
/// struct Update {
///     #[serde(default, skip_serializing_if = "Patch::is_keep")]
///     assignee: Patch<String>,
/// }
///
/// let json = |assignee| serde_json::to_string(&Update { assignee });
/// assert_eq!(json(Patch::Keep)?, "{}");
/// assert_eq!(json(Patch::Clear)?, r#"{"assignee":null}"#);
/// assert_eq!(json(Patch::Set("a".into()))?, r#"{"assignee":"a"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Patch<T> {
    /// Leave the field as it is.
    #[default]
    Keep,
    /// Make the field empty.
    Clear,
    /// Give the field this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Whether the field is left as it is.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Whether the field is made empty.
    pub const fn is_clear(&self) -> bool {
        matches!(self, Self::Clear)
    }

    /// The same with a reference to the value.
    pub const fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(value),
        }
    }

    /// The same with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// The value to set, if there is one.
    pub fn value(self) -> Option<T> {
        match self {
            Self::Keep | Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }

    /// What a field that holds `current` holds after the update.
    pub fn apply(self, current: Option<T>) -> Option<T> {
        match self {
            Self::Keep => current,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<T> From<T> for Patch<T> {
    fn from(value: T) -> Self {
        Self::Set(value)
    }
}

impl From<&str> for Patch<String> {
    fn from(value: &str) -> Self {
        Self::Set(value.to_owned())
    }
}

/// `None` clears the field: leaving it alone has its own word.
impl<T> From<Option<T>> for Patch<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    /// # Errors
    ///
    /// For [`Patch::Keep`]: there is no JSON value that leaves a field alone, so the field must be
    /// skipped.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep => Err(ser::Error::custom(
                "a field to keep cannot be written: it needs \
                 #[serde(skip_serializing_if = \"Patch::is_keep\")]",
            )),
            Self::Clear => serializer.serialize_none(),
            Self::Set(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(feature = "schemars")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Patch<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Patch_of_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Option::<T>::json_schema(generator)
    }

    fn _schemars_private_non_optional_json_schema(
        generator: &mut schemars::SchemaGenerator,
    ) -> schemars::Schema {
        T::_schemars_private_non_optional_json_schema(generator)
    }

    fn _schemars_private_is_option() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
    struct Update {
        #[serde(default, skip_serializing_if = "Patch::is_keep")]
        name: Patch<String>,
        #[serde(default, skip_serializing_if = "Patch::is_keep")]
        tags: Patch<Vec<u32>>,
    }

    #[test]
    fn three_states_on_the_wire() {
        for (json, name) in [
            ("{}", Patch::Keep),
            (r#"{"name":null}"#, Patch::Clear),
            (r#"{"name":"x"}"#, Patch::Set("x".to_owned())),
        ] {
            let update = Update {
                name,
                tags: Patch::Keep,
            };
            assert_eq!(serde_json::to_string(&update).unwrap(), json);
            assert_eq!(serde_json::from_str::<Update>(json).unwrap(), update);
        }
    }

    #[test]
    fn an_empty_list_can_be_sent() {
        let update = Update {
            name: Patch::Keep,
            tags: Vec::new().into(),
        };
        assert_eq!(serde_json::to_string(&update).unwrap(), r#"{"tags":[]}"#);
    }

    #[test]
    fn keeping_is_never_written_as_null() {
        let error = serde_json::to_string(&Patch::<u8>::Keep).unwrap_err();
        assert!(error.to_string().contains("skip_serializing_if"), "{error}");
    }

    #[test]
    fn conversions() {
        assert_eq!(Patch::from(1), Patch::Set(1));
        assert_eq!(Patch::from(Some(1)), Patch::Set(1));
        assert_eq!(Patch::<u8>::from(None), Patch::Clear);
        assert_eq!(Patch::Set(1).map(|n| n + 1).as_ref().value(), Some(&2));
        assert!(Patch::<u8>::Clear.is_clear());
        assert_eq!(Patch::Keep.apply(Some(1)), Some(1));
        assert_eq!(Patch::Clear.apply(Some(1)), None);
        assert_eq!(Patch::Set(2).apply(Some(1)), Some(2));
    }

    #[cfg(feature = "schemars")]
    #[test]
    fn the_schema_is_that_of_an_option() {
        let schema = schemars::schema_for!(Update);
        assert_eq!(
            schema.pointer("/properties/name/type"),
            Some(&serde_json::json!(["string", "null"]))
        );
        assert_eq!(schema.get("required"), None);
    }

    proptest! {
        #[test]
        fn what_goes_out_comes_back(name: Patch<String>, tags: Patch<Vec<u32>>) {
            let update = Update { name, tags };
            let json = serde_json::to_string(&update).unwrap();
            prop_assert_eq!(serde_json::from_str::<Update>(&json).unwrap(), update);
        }
    }

    impl<T: Arbitrary + Clone + 'static> Arbitrary for Patch<T>
    where
        T::Strategy: 'static,
    {
        type Parameters = ();
        type Strategy = BoxedStrategy<Self>;

        fn arbitrary_with((): ()) -> Self::Strategy {
            prop_oneof![
                Just(Self::Keep),
                Just(Self::Clear),
                any::<T>().prop_map(Self::Set)
            ]
            .boxed()
        }
    }
}
