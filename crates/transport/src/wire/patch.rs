//! Partial updates of a field.

use serde::{Deserialize, Deserializer, Serialize, Serializer, ser};

/// An update of one field: keep it, clear it, or set it.
///
/// On the wire these are an absent field, `null`, and the value. Put `#[serde(default,
/// skip_serializing_if = "Patch::is_keep")]` on the field.
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
    /// Keep the current value.
    #[default]
    Keep,
    /// Clear the field.
    Clear,
    /// Set this value.
    Set(T),
}

impl<T> Patch<T> {
    /// Sets the field if there is a value; otherwise keeps it.
    ///
    /// There is no `From<Option>`, because `None` could mean either.
    ///
    /// ```
    /// use threadline_transport::Patch;
    ///
    /// assert_eq!(Patch::set_or_keep(Some(1)), Patch::Set(1));
    /// assert_eq!(Patch::<i32>::set_or_keep(None), Patch::Keep);
    /// assert_eq!(Patch::<i32>::set_or_clear(None), Patch::Clear);
    /// ```
    ///
    /// ```compile_fail,E0277
    /// use threadline_transport::Patch;
    ///
    /// let patch: Patch<String> = None::<String>.into();
    /// ```
    pub fn set_or_keep(value: Option<T>) -> Self {
        value.map_or(Self::Keep, Self::Set)
    }

    /// Sets the field if there is a value; otherwise clears it.
    pub fn set_or_clear(value: Option<T>) -> Self {
        value.map_or(Self::Clear, Self::Set)
    }

    /// Whether the field is kept.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }

    /// Borrows the value.
    pub const fn as_ref(&self) -> Patch<&T> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(value),
        }
    }

    /// Maps the value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Patch<U> {
        match self {
            Self::Keep => Patch::Keep,
            Self::Clear => Patch::Clear,
            Self::Set(value) => Patch::Set(change(value)),
        }
    }

    /// Applies the update to the field's current value.
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

impl<T: Serialize> Serialize for Patch<T> {
    /// # Errors
    ///
    /// For [`Patch::Keep`]: no JSON value means "keep", so the field must be skipped.
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
        Option::deserialize(deserializer).map(Self::set_or_clear)
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
        assert_eq!(Patch::set_or_clear(Some(1)), Patch::Set(1));
        assert_eq!(Patch::<u8>::set_or_clear(None), Patch::Clear);
        assert_eq!(Patch::<u8>::set_or_keep(None), Patch::Keep);
        assert_eq!(Patch::Set(1).map(|n| n + 1).as_ref(), Patch::Set(&2));
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
