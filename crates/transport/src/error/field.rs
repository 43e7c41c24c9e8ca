//! What a vendor says about the fields of a refused request.

use std::fmt;

use super::display::Line;
use super::excerpt;

/// A field of the request that the vendor refused, and why; listed in
/// [`Error::fields`](crate::Error::fields).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub(crate) field: String,
    pub(crate) message: String,
}

impl FieldError {
    getters! { self:
        /// The path of the field in the request as the vendor names it, such as `target.id` or
        /// `filters[0]`; empty for the request as a whole.
        field: &str = &self.field;
        /// The vendor's reason.
        message: &str = &self.message;
    }
}

/// The field and the reason on one line, at most 200 characters of each.
impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Some vendors repeat the name of the field at the beginning of the reason.
        if !self.message.starts_with(&self.field) {
            write!(f, "{}: ", Line(&excerpt(&self.field)))?;
        }
        write!(f, "{}", Line(&excerpt(&self.message)))
    }
}
