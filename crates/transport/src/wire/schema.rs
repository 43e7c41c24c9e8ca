//! Names of JSON Schemas.

/// The `JsonSchema` methods that name a type; qualified, because modules may share type names.
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
