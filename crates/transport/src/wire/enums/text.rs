//! Deserializing strings.

use std::borrow::Cow;

use serde::Deserialize;

/// A string borrowed from the input if possible. All enumerations share this type, so that the code
/// to read a string is compiled once.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct Text<'a>(#[serde(borrow)] pub Cow<'a, str>);
