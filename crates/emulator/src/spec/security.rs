//! Security schemes: where a request carries its credential.

use http::header::{AUTHORIZATION, HeaderMap, HeaderName};

use super::document::{Node, SpecError};

/// Where a request carries its credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    /// `Authorization: Bearer …`.
    Bearer,
    /// A header of its own.
    Header(HeaderName),
}

impl Credential {
    /// Whether the request carries this secret.
    pub(crate) fn is_carried_by(&self, headers: &HeaderMap, secret: &str) -> bool {
        self.value(headers).is_some_and(|value| value == secret)
    }

    fn value<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        match self {
            Self::Header(name) => headers.get(name)?.to_str().ok(),
            Self::Bearer => {
                let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
                scheme
                    .eq_ignore_ascii_case("bearer")
                    .then(|| token.trim_start())
            }
        }
    }
}

/// The schemes of a `security` list, any of which suffices.
pub(super) fn credentials(
    security: &Node<'_>,
    anywhere: &Node<'_>,
) -> Result<Vec<Credential>, SpecError> {
    let schemes = anywhere
        .document_root()
        .require("components")?
        .require("securitySchemes")?;
    let mut credentials = Vec::new();
    for alternative in security.items()? {
        match alternative.members()?.as_slice() {
            [] => return Ok(Vec::new()),
            [(name, _)] => credentials.push(credential(&schemes.require(name)?)?),
            _ => return Err(alternative.error("several credentials at once are not emulated")),
        }
    }
    Ok(credentials)
}

fn credential(scheme: &Node<'_>) -> Result<Credential, SpecError> {
    let word = |name| scheme.require(name).and_then(|node| node.text());
    match word("type")? {
        "http" if word("scheme")?.eq_ignore_ascii_case("bearer") => Ok(Credential::Bearer),
        "apiKey" if word("in")? == "header" => match word("name")?.parse() {
            Ok(name) => Ok(Credential::Header(name)),
            Err(_) => Err(scheme.error("not a header's name")),
        },
        _ => Err(scheme.error("this kind of credential is not emulated")),
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn bearer(value: &'static str) -> bool {
        let headers = [(AUTHORIZATION, HeaderValue::from_static(value))]
            .into_iter()
            .collect();
        Credential::Bearer.is_carried_by(&headers, "secret")
    }

    #[test]
    fn a_bearer_token_is_compared_whole() {
        assert!(bearer("Bearer secret"));
        assert!(bearer("bearer secret"));
        assert!(!bearer("Bearer secre"));
        assert!(!bearer("Bearer secrets"));
        assert!(!bearer("Basic secret"));
        assert!(!bearer("secret"));
    }

    #[test]
    fn a_key_stands_in_its_own_header() {
        let key = Credential::Header(HeaderName::from_static("x-api-key"));
        let name = HeaderName::from_static("x-api-key");
        let headers: HeaderMap = [(name, HeaderValue::from_static("secret"))]
            .into_iter()
            .collect();
        assert!(key.is_carried_by(&headers, "secret"));
        assert!(!key.is_carried_by(&headers, "other"));
        assert!(!key.is_carried_by(&HeaderMap::new(), "secret"));
    }
}
