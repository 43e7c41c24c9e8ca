//! Typed details of vendors' error codes.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Error;

/// Defines the details of one API's error codes: a variant for each code that has details, and
/// `Other` for everything else. Takes the API, and the JSON pointers to the details in an error
/// body, tried in order.
///
/// ```
/// use serde::Deserialize;
/// use threadline_transport::{Api, Error, ErrorKind};
///
/// static ACME: Api = Api::new("acme", "Acme Inbox", "https://api.acme.example");
///
/// #[derive(Clone, Debug, PartialEq, Deserialize)]
/// pub struct NameTaken {
///     name: String,
/// }
///
/// threadline_transport::error_details! {
///     /// What Acme adds to an error's code.
///     pub enum Details of ACME at ["/details"] {
///         /// `nameTaken`.
///         NameTaken(NameTaken) = "nameTaken",
///     }
/// }
///
/// let error = Error::new(ErrorKind::Conflict, "acme", "There is a Retail already.")
///     .with_code("nameTaken")
///     .with_body(r#"{"code":"nameTaken","details":{"name":"Retail"}}"#);
/// let taken = NameTaken { name: "Retail".to_owned() };
/// assert_eq!(Details::of(&error), Some(Details::NameTaken(taken)));
///
/// let unknown = error.with_code("nameTooDull");
/// assert!(matches!(Details::of(&unknown), Some(Details::Other(_))));
/// ```
#[macro_export]
macro_rules! error_details {
    ($(#[$meta:meta])* pub enum $name:ident of $api:ident at [$($pointer:literal),+] {
        $( $(#[$vmeta:meta])* $variant:ident($ty:ty) = $code:literal ),+ $(,)?
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$vmeta])* $variant($ty), )+
            /// The details of a code without documented ones, or details of an undocumented shape,
            /// as received.
            Other($crate::__private::serde_json::Value),
        }

        impl $name {
            /// Returns the details of an error of this API.
            ///
            /// `None` if the error is another provider's, has no code, or has no details. The
            /// details are read from [`Error::body`], so a truncated body yields none either.
            ///
            /// [`Error::body`]: threadline_transport::Error::body
            pub fn of(error: &$crate::Error) -> ::std::option::Option<Self> {
                let (code, details) =
                    $crate::__private::details_of(error, $api.provider, &[$($pointer),+])?;
                let known = match code {
                    $( $code => $crate::__private::typed_details(&details).map(Self::$variant), )+
                    _ => ::std::option::Option::None,
                };
                ::std::option::Option::Some(known.unwrap_or(Self::Other(details)))
            }
        }
    };
}

/// The code of an error, if it is this provider's.
pub fn code_of<'e>(error: &'e Error, provider: &str) -> Option<&'e str> {
    error.code().filter(|_| error.provider() == provider)
}

/// The code of an error, if it is this provider's, and the value at the first pointer that leads to
/// anything in its body.
pub fn details_of<'e>(
    error: &'e Error,
    provider: &str,
    pointers: &[&str],
) -> Option<(&'e str, Value)> {
    let code = code_of(error, provider)?;
    let mut body = serde_json::from_slice::<Value>(error.body()?).ok()?;
    let details = pointers.iter().find_map(|pointer| {
        let details = body.pointer_mut(pointer)?;
        (!details.is_null()).then(|| details.take())
    })?;
    Some((code, details))
}

/// Decodes an object, if it has the type's shape.
pub fn typed_details<T: DeserializeOwned>(details: &Value) -> Option<T> {
    // serde would also decode a struct from a list of field values, which no vendor documents.
    let object = Some(details).filter(|details| details.is_object())?;
    T::deserialize(object).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::ErrorKind;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wait {
        #[serde(default)]
        seconds: Option<u32>,
    }

    fn error(body: impl Into<Vec<u8>>) -> Error {
        Error::new(ErrorKind::RateLimited, "acme", "Wait.")
            .with_code("busy")
            .with_body(body)
    }

    fn details(error: &Error) -> Option<Value> {
        let found = details_of(error, "acme", &["/details", "/error/details"]);
        found.map(|(_, details)| details)
    }

    #[test]
    fn details_are_found_where_the_pointers_lead() {
        let found = |body: &str| details(&error(body));
        assert_eq!(found(r#"{"details":{"a":1}}"#), Some(json!({"a": 1})));
        let second = r#"{"details":null,"error":{"details":7}}"#;
        assert_eq!(found(second), Some(json!(7)));
        for nothing in [
            "",
            "<html>",
            "{}",
            r#"{"details":null}"#,
            "[]",
            r#"{"details":{"#,
        ] {
            assert_eq!(found(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn another_providers_error_and_one_without_a_code_have_none() {
        let body = r#"{"details":{"a":1}}"#;
        assert_eq!(code_of(&error(body), "acme"), Some("busy"));
        let other = error(body).with_provider("apex");
        assert_eq!((code_of(&other, "acme"), details(&other)), (None, None));
        let unnamed = Error::new(ErrorKind::InvalidResponse, "acme", "?").with_body(body);
        assert_eq!((code_of(&unnamed, "acme"), details(&unnamed)), (None, None));
        let bodiless = Error::new(ErrorKind::Conflict, "acme", "?").with_code("busy");
        assert_eq!(details(&bodiless), None);
    }

    #[test]
    fn only_an_object_is_read_as_one() {
        let read = |details: Value| typed_details::<Wait>(&details);
        assert_eq!(
            read(json!({"seconds": 3, "new": []})),
            Some(Wait { seconds: Some(3) })
        );
        assert_eq!(read(json!({})), Some(Wait { seconds: None }));
        for other in [json!([]), json!([3]), json!(3), json!({"seconds": "soon"})] {
            assert_eq!(read(other.clone()), None, "{other}");
        }
    }

    #[test]
    fn a_body_that_was_not_kept_whole_has_none() {
        let long = json!({"details": {"text": "na".repeat(40_000)}}).to_string();
        let error = error(long);
        assert_eq!(error.body().map(<[u8]>::len), Some(crate::error::KEPT_BODY));
        assert_eq!(details(&error), None);
    }

    proptest! {
        #[test]
        fn any_body_is_fine(body: Vec<u8>) {
            let _ = details(&error(body));
        }
    }
}
