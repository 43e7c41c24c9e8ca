//! Who may use the page and the control endpoints: programs on this machine and the emulator's own
//! page, but no page of another site in a browser.
//!
//! They need no credential, so a browser must not be talked into calling them:
//!
//! - `Host` has to be a name of this machine. A foreign name that resolves to the loopback address
//!   (DNS rebinding) is refused.
//! - `Origin`, which browsers add and programs do not, has to be the emulator's own.
//! - A request that changes something has a JSON body or none. Forms cannot send JSON.
//!
//! Their responses carry no CORS headers either, so another site cannot read them.

use std::net::IpAddr;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_TYPE, HOST, HeaderName, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, StatusCode};

use super::answer;

/// Lets a request pass, or refuses it.
pub(super) async fn check(request: Request, next: Next) -> Response {
    match refusal(request.method().is_safe(), request.headers()) {
        Some((status, message)) => answer::error(status, message).into_response(),
        None => next.run(request).await,
    }
}

/// The address the sender used, if that is one of this machine.
pub(super) fn host(headers: &HeaderMap) -> Option<Authority> {
    let authority: Authority = text(headers, &HOST)?.parse().ok()?;
    is_loopback(authority.host()).then_some(authority)
}

fn refusal(is_safe: bool, headers: &HeaderMap) -> Option<(StatusCode, &'static str)> {
    let Some(host) = host(headers) else {
        let message = "the Host header must name this machine, such as 127.0.0.1 or localhost";
        return Some((StatusCode::FORBIDDEN, message));
    };
    let is_own = |origin: &str| origin.strip_prefix("http://") == Some(host.as_str());
    if headers.contains_key(ORIGIN) && !text(headers, &ORIGIN).is_some_and(is_own) {
        let message = "pages of other origins may not use the control endpoints";
        return Some((StatusCode::FORBIDDEN, message));
    }
    let is_json = |kind: &str| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("application/json")
    };
    if !is_safe && headers.contains_key(CONTENT_TYPE) {
        let kind = text(headers, &CONTENT_TYPE);
        if !kind.is_some_and(is_json) {
            let message = "the Content-Type header must be application/json";
            return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
        }
    }
    None
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let is_local = |name: &str| name == "localhost" || name.ends_with(".localhost");
    match host.parse::<IpAddr>() {
        Ok(address) => address.is_loopback(),
        Err(_) => is_local(&host.to_ascii_lowercase()),
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn status(is_safe: bool, headers: &[(HeaderName, &'static str)]) -> Option<u16> {
        let pairs = headers.iter().cloned();
        let headers = pairs.map(|(name, value)| (name, HeaderValue::from_static(value)));
        refusal(is_safe, &headers.collect()).map(|(status, _)| status.as_u16())
    }

    #[test]
    fn programs_on_this_machine_pass() {
        for host in [
            "127.0.0.1:8083",
            "localhost:8083",
            "[::1]:8083",
            "api.localhost",
        ] {
            assert_eq!(status(true, &[(HOST, host)]), None, "{host}");
            assert_eq!(status(false, &[(HOST, host)]), None, "{host}");
        }
        let json = (CONTENT_TYPE, "application/json; charset=utf-8");
        assert_eq!(status(false, &[(HOST, "localhost"), json]), None);
        let own = (ORIGIN, "http://localhost:1");
        assert_eq!(status(false, &[(HOST, "localhost:1"), own]), None);
    }

    #[test]
    fn pages_of_other_sites_do_not() {
        for host in [
            "evil.example",
            "127.0.0.1.evil.example",
            "evillocalhost",
            "10.0.0.1",
        ] {
            assert_eq!(status(true, &[(HOST, host)]), Some(403), "{host}");
        }
        assert_eq!(status(true, &[]), Some(403));
        for origin in [
            "https://evil.example",
            "null",
            "http://localhost:2",
            "http://localhost",
        ] {
            let headers = [(HOST, "localhost:1"), (ORIGIN, origin)];
            assert_eq!(status(false, &headers), Some(403), "{origin}");
        }
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
        ] {
            let headers = [(HOST, "localhost"), (CONTENT_TYPE, kind)];
            assert_eq!(status(false, &headers), Some(415), "{kind}");
        }
    }
}
