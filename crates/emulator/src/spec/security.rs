//! Security schemes: where a request carries its credential.

use http::header::{AUTHORIZATION, HeaderMap, HeaderName};

use super::document::{Node, SpecError};

/// Where a request carries its credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SecurityScheme {
    /// `Authorization: Bearer …`.
    Bearer,
    /// A header of its own.
    Header(HeaderName),
}

impl SecurityScheme {
    /// Whether the request carries this secret.
    pub(crate) fn matches(&self, headers: &HeaderMap, secret: &str) -> bool {
        self.value(headers).is_some_and(|value| value == secret)
    }

    /// The header line that carries a secret.
    pub(crate) fn header_line(&self, secret: &str) -> String {
        match self {
            Self::Bearer => format!("authorization: Bearer {secret}"),
            Self::Header(name) => format!("{name}: {secret}"),
        }
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

/// Reads a `security` list: the schemes it accepts, any of which suffices.
///
/// `node` can be any node of the document.
pub(super) fn read(security: &Node<'_>, node: &Node<'_>) -> Result<Vec<SecurityScheme>, SpecError> {
    let schemes = node
        .document_root()
        .require("components")?
        .require("securitySchemes")?;
    let mut accepted = Vec::new();
    for alternative in security.items()? {
        match alternative.members()?.as_slice() {
            [] => return Ok(Vec::new()),
            [(name, _)] => accepted.push(read_scheme(&schemes.require(name)?)?),
            _ => return Err(alternative.error("several credentials at once are not emulated")),
        }
    }
    Ok(accepted)
}

fn read_scheme(scheme: &Node<'_>) -> Result<SecurityScheme, SpecError> {
    let text = |name| scheme.require(name).and_then(|node| node.text());
    match text("type")? {
        "http" if text("scheme")?.eq_ignore_ascii_case("bearer") => Ok(SecurityScheme::Bearer),
        "apiKey" if text("in")? == "header" => match text("name")?.parse() {
            Ok(name) => Ok(SecurityScheme::Header(name)),
            Err(_) => Err(scheme.error("not a header name")),
        },
        _ => Err(scheme.error("this security scheme is not emulated")),
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
        SecurityScheme::Bearer.matches(&headers, "secret")
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
    fn an_api_key_is_read_from_its_header() {
        let key = SecurityScheme::Header(HeaderName::from_static("x-api-key"));
        let name = HeaderName::from_static("x-api-key");
        let headers: HeaderMap = [(name, HeaderValue::from_static("secret"))]
            .into_iter()
            .collect();
        assert!(key.matches(&headers, "secret"));
        assert!(!key.matches(&headers, "other"));
        assert!(!key.matches(&HeaderMap::new(), "secret"));
    }
}
