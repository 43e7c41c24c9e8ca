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

/// Same as `setters`, for values that are made at compile time; the arguments are named after the
/// fields.
macro_rules! const_setters {
    ($($(#[$docs:meta])* $name:ident($($field:ident: $type:ty),+);)+) => {
        $($(#[$docs])*
        #[must_use = "the changed value is returned"]
        pub const fn $name(mut self, $($field: $type),+) -> Self {
            $(self.$field = $field;)+
            self
        })+
    };
}
