//! Typed details of vendors' error codes.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Error;

/// Defines the details of one API's error codes: a variant for each code that has details, and
/// `Other` for everything else. Takes the API.
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
///     pub enum Details of ACME {
///         /// `nameTaken`.
///         NameTaken(NameTaken) = "nameTaken",
///     }
/// }
///
/// let error = Error::new(ErrorKind::Conflict, "acme", "There is a Retail already.")
///     .with_code("nameTaken")
///     .with_details(serde_json::json!({"name": "Retail"}));
/// let taken = NameTaken { name: "Retail".to_owned() };
/// assert_eq!(Details::of(&error), Some(Details::NameTaken(taken)));
///
/// let unknown = error.with_code("nameTooDull");
/// assert!(matches!(Details::of(&unknown), Some(Details::Other(_))));
/// ```
#[macro_export]
macro_rules! error_details {
    ($(#[$meta:meta])* pub enum $name:ident of $api:ident {
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
            /// `None` if the error is another provider's, has no code, or has no
            /// [details](threadline_transport::Error::details).
            pub fn of(error: &$crate::Error) -> ::std::option::Option<Self> {
                let code = $crate::__private::code_of(error, $api.provider)?;
                let details = error.details()?;
                let known = match code {
                    $( $code => $crate::__private::typed_details(details).map(Self::$variant), )+
                    _ => ::std::option::Option::None,
                };
                ::std::option::Option::Some(known.unwrap_or_else(|| Self::Other(details.clone())))
            }
        }
    };
}

/// The code of an error, if it is this provider's.
pub fn code_of<'e>(error: &'e Error, provider: &str) -> Option<&'e str> {
    error.code().filter(|_| error.provider() == provider)
}

/// Decodes an object, if it has the type's shape.
pub fn typed_details<T: DeserializeOwned>(details: &Value) -> Option<T> {
    // serde would also decode a struct from a list of field values, which no vendor documents.
    let object = Some(details).filter(|details| details.is_object())?;
    T::deserialize(object).ok()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::ErrorKind;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Wait {
        #[serde(default)]
        seconds: Option<u32>,
    }

    #[test]
    fn another_providers_error_has_no_code() {
        let error = Error::new(ErrorKind::RateLimited, "acme", "Wait.").with_code("busy");
        assert_eq!(code_of(&error, "acme"), Some("busy"));
        assert_eq!(code_of(&error.with_provider("apex"), "acme"), None);
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
}
