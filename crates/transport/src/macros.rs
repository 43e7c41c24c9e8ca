//! Methods that would be written many times.

/// Methods that return what a value holds.
macro_rules! getters {
    ($self:ident: $($(#[$docs:meta])* $name:ident: $type:ty = $value:expr;)+) => {
        $($(#[$docs])*
        pub fn $name(&$self) -> $type {
            $value
        })+
    };
}

/// Methods that change one setting and return the rest as it was.
macro_rules! setters {
    ($self:ident: $($(#[$docs:meta])* $name:ident($($value:ident: $type:ty),+) => $set:expr;)+) => {
        $($(#[$docs])*
        #[must_use = "the changed value is returned"]
        pub fn $name(mut $self, $($value: $type),+) -> Self {
            $set;
            $self
        })+
    };
}

/// Types of data about an API, with a `const` constructor that takes the first fields, and
/// a `const` method that sets each of those with a default.
macro_rules! data {
    ($($(#[$docs:meta])* pub struct $name:ident {
        $($(#[$field_docs:meta])* $field:ident: $type:ty,)*
    } $(defaults {
        $($(#[$option_docs:meta])* $option:ident: $option_type:ty = $default:expr,)+
    })?)+) => {
        $($(#[$docs])*
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_docs])* pub $field: $type,)*
            $($($(#[$option_docs])* pub $option: $option_type,)+)?
        }

        impl $name {
            /// Creates a value from what it always has.
            pub const fn new($($field: $type),*) -> Self {
                Self { $($field,)* $($($option: $default,)+)? }
            }

            $($($(#[$option_docs])*
            #[must_use = "the changed value is returned"]
            pub const fn $option(mut self, $option: $option_type) -> Self {
                self.$option = $option;
                self
            })+)?
        })+
    };
}
