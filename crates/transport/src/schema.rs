//! What JSON Schemas are called.

/// The members of a `JsonSchema` that name a type: types of different modules may share a name.
#[doc(hidden)]
#[macro_export]
macro_rules! __schema_names {
    ($name:ident) => {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            ::std::borrow::Cow::Borrowed(::std::stringify!($name))
        }

        fn schema_id() -> ::std::borrow::Cow<'static, str> {
            ::std::borrow::Cow::Borrowed(::std::concat!(
                ::std::module_path!(),
                "::",
                ::std::stringify!($name)
            ))
        }
    };
}
