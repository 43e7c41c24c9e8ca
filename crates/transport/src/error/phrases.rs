//! Texts of failures.

use std::error::Error;

/// The standard reason phrase of a status.
pub(crate) fn reason(status: u16) -> String {
    http::StatusCode::from_u16(status)
        .ok()
        .and_then(|status| status.canonical_reason())
        .map_or_else(|| format!("HTTP status {status}"), str::to_owned)
}

/// Describes a redirect that was not followed.
pub(crate) fn redirect(location: Option<&str>) -> String {
    let host = location.and_then(|location| {
        url::Url::parse(location)
            .ok()
            .and_then(|url| url.host_str().map(str::to_owned))
    });
    let to = host.map_or_else(String::new, |host| format!(" to {host}"));
    format!("the server redirected{to}; redirects are not followed: check the base URL")
}

/// The innermost cause, which is the most specific.
pub(crate) fn innermost(cause: &(dyn Error + 'static)) -> String {
    let mut innermost = cause;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses() {
        assert_eq!(reason(502), "Bad Gateway");
        assert_eq!(reason(599), "HTTP status 599");
        assert_eq!(reason(7), "HTTP status 7");
    }

    #[test]
    fn redirects_name_a_host_or_none() {
        assert!(redirect(Some("https://h.example/x?y")).contains("redirected to h.example;"));
        for location in [None, Some("/login"), Some(""), Some("https://")] {
            assert!(
                redirect(location).contains("redirected; redirects"),
                "{location:?}"
            );
        }
    }

    #[test]
    fn the_innermost_cause_speaks() {
        let inner = std::io::Error::other("inner");
        let outer = std::io::Error::other(
            crate::Error::new(crate::ErrorKind::Connect, "acme", "outer").with_source(inner),
        );
        assert_eq!(innermost(&outer), "inner");
    }
}
