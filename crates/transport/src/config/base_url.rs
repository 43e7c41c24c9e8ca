//! Base URLs.

use std::net::IpAddr;

use url::{Host, Url};

use crate::Api;

/// A validated base URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl {
    /// The URL without a trailing slash.
    pub(crate) text: String,
    url: Url,
    /// Whether the host is loopback.
    pub(crate) is_loopback: bool,
}

impl BaseUrl {
    /// Validates a base URL; the error describes the problem. It never quotes the URL, because a
    /// misconfigured variable may contain anything.
    pub(crate) fn parse(text: &str, allow_insecure_http: bool) -> Result<Self, String> {
        let url = Url::parse(text.trim()).map_err(|error| {
            format!("the base URL cannot be read ({error}): expected https://host/path")
        })?;
        let scheme = url.scheme();
        if scheme != "https" && scheme != "http" {
            return Err(format!(
                "the base URL must start with https://, not {scheme}:"
            ));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("the base URL must not carry a user name or password: \
                        give the credential on its own"
                .to_owned());
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("the base URL must not have a query (`?`) or a fragment (`#`)".to_owned());
        }
        let Some(host) = url.host() else {
            return Err("the base URL has no host".to_owned());
        };
        let is_loopback = is_loopback(&host);
        if scheme == "http" && !is_loopback && !allow_insecure_http {
            return Err(format!(
                "the base URL would send the credential to {host} unencrypted: use https://, \
                 or allow insecure HTTP explicitly"
            ));
        }
        Ok(Self {
            text: url.as_str().trim_end_matches('/').to_owned(),
            is_loopback,
            url,
        })
    }

    /// The base URL of an API from one that was given with or without the path of the API's
    /// version. The error describes the path of another version.
    pub(crate) fn of_api(mut self, api: &Api) -> Result<Self, String> {
        let own = Url::parse(api.default_base_url).ok();
        let own = own
            .as_ref()
            .map_or("", |url| url.path().trim_end_matches('/'));
        let path = self.path().to_owned();
        // Without one of its own, the version is in the paths of the operations.
        let mut first = api
            .operations
            .iter()
            .filter_map(|known| first_version(known.path));
        let version = if own.is_empty() {
            first.next().unwrap_or("")
        } else {
            own
        };
        if let Some(other) = other_version(&path, version) {
            return Err(format!(
                "the base URL ends with {other}, but {} is at {version}",
                api.title
            ));
        }
        let wanted = match path.strip_suffix(version) {
            _ if path.is_empty() => own,
            Some(prefix) if own.is_empty() => prefix,
            _ => &path,
        };
        self.url.set_path(wanted);
        self.url
            .as_str()
            .trim_end_matches('/')
            .clone_into(&mut self.text);
        Ok(self)
    }

    /// The host, for display.
    pub(crate) fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The host with the port, also the default one.
    pub(crate) fn address(&self) -> String {
        match self.url.port_or_known_default() {
            Some(port) => format!("{}:{port}", self.host()),
            None => self.host().to_owned(),
        }
    }

    /// The origin: scheme, host and port.
    pub(crate) fn server(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Whether a URL has the same origin.
    pub(crate) fn serves(&self, url: &Url) -> bool {
        url.scheme() == self.url.scheme()
            && url.host_str() == self.url.host_str()
            && url.port_or_known_default() == self.url.port_or_known_default()
    }

    /// The path prefix: empty, or a path without a trailing slash.
    pub(crate) fn path(&self) -> &str {
        self.url.path().trim_end_matches('/')
    }

    /// The URL with this path, whose segments are already encoded. Parsing a whole URL again would
    /// cost several times as much.
    pub(crate) fn with_path(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(path);
        url
    }
}

/// The first segment of a path with its slash, if it is a version such as `/v1`.
fn first_version(path: &str) -> Option<&str> {
    let end = path.strip_prefix('/')?.find('/')?;
    let first = path.get(..=end)?;
    is_version(first.strip_prefix('/')?).then_some(first)
}

/// The end of a path that is this version's but for its number.
fn other_version<'p>(path: &'p str, version: &str) -> Option<&'p str> {
    let (stem, own) = version.rsplit_once('/')?;
    let (before, last) = path.rsplit_once('/')?;
    let is_other = is_version(own) && is_version(last) && last != own;
    let start = before.strip_suffix(stem)?.len();
    path.get(start..).filter(|_| is_other)
}

/// Whether a segment of a path is a version: `v` and a number.
fn is_version(segment: &str) -> bool {
    let number = segment.strip_prefix('v').unwrap_or_default();
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a host is loopback.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).to_canonical().is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Operation;

    fn parse(text: &str) -> Result<BaseUrl, String> {
        BaseUrl::parse(text, false)
    }

    #[test]
    fn good_ones() {
        for (text, kept, is_loopback) in [
            (
                "https://api.acme.example",
                "https://api.acme.example",
                false,
            ),
            (
                " https://api.acme.example/v2// ",
                "https://api.acme.example/v2",
                false,
            ),
            ("http://localhost:8080/", "http://localhost:8080", true),
            ("http://127.9.9.9", "http://127.9.9.9", true),
            ("http://[::1]:1", "http://[::1]:1", true),
        ] {
            let url = parse(text).unwrap();
            assert_eq!(
                (url.text.as_str(), url.is_loopback),
                (kept, is_loopback),
                "{text}"
            );
        }
    }

    #[test]
    fn bad_ones() {
        for (text, words) in [
            ("", "cannot be read"),
            ("api.acme.example", "cannot be read"),
            ("ftp://api.acme.example", "not ftp:"),
            ("file:///etc", "not file:"),
            ("https://canary@h", "user name or password"),
            ("https://:canary@h", "user name or password"),
            ("https://h?canary", "query"),
            ("https://h#canary", "fragment"),
            ("http://api.acme.example", "unencrypted"),
            ("http://10.0.0.1", "unencrypted"),
            ("http://localhost.acme.example", "unencrypted"),
        ] {
            let message = parse(text).unwrap_err();
            assert!(
                message.contains("base URL") && message.contains(words),
                "{message}"
            );
            assert!(!message.contains("canary"), "{message}");
        }
    }

    const INBOX: Api = Api::new("inbox", "Inbox API v2", "https://inbox.example/api/v2");
    const SHIP: Api = Api::new("ship", "Ship", "https://api.ship.example/").operations(&[
        Operation::new("send", "POST", "/api/integrations/send"),
        Operation::new("threads.get", "GET", "/v1/thread/{threadId}"),
    ]);

    #[test]
    fn the_path_of_the_version_may_be_left_out_and_given() {
        for (api, given, expected) in [
            (INBOX, "https://h", "https://h/api/v2"),
            (INBOX, "https://h/", "https://h/api/v2"),
            (INBOX, "http://127.0.0.1:81//", "http://127.0.0.1:81/api/v2"),
            (INBOX, "https://h/api/v2/", "https://h/api/v2"),
            (INBOX, "https://h/prefix/api/v2", "https://h/prefix/api/v2"),
            // Whatever else a proxy may have for a prefix.
            (INBOX, "https://h/prefix", "https://h/prefix"),
            (INBOX, "https://h/v1", "https://h/v1"),
            (INBOX, "https://h/api/vanity", "https://h/api/vanity"),
            (SHIP, "https://h", "https://h"),
            (SHIP, "https://h/v1/", "https://h"),
            (SHIP, "https://h/prefix/v1", "https://h/prefix"),
            (SHIP, "https://h/prefix/", "https://h/prefix"),
            (SHIP, "https://h/dev1", "https://h/dev1"),
        ] {
            let url = parse(given).unwrap().of_api(&api).unwrap();
            assert_eq!(url.text, expected, "{given}");
            let joined = url.with_path(&format!("{}/threads", url.path()));
            assert_eq!(joined.as_str(), format!("{expected}/threads"), "{given}");
        }
    }

    #[test]
    fn the_path_of_another_version_is_an_error_that_names_both() {
        for (api, given, other, own) in [
            (INBOX, "https://h/api/v1", "/api/v1", "/api/v2"),
            (INBOX, "https://h/prefix/api/v12/", "/api/v12", "/api/v2"),
            (SHIP, "https://h/v2", "/v2", "/v1"),
        ] {
            let message = parse(given).unwrap().of_api(&api).unwrap_err();
            assert!(
                message.contains(&format!("ends with {other},")),
                "{message}"
            );
            assert!(
                message.contains(own) && message.contains(api.title),
                "{message}"
            );
        }
    }

    #[test]
    fn a_path_makes_the_url_that_reading_the_whole_text_makes() {
        for base in [
            "https://h.example",
            "http://localhost:81/",
            "http://[::1]/api/v2//",
        ] {
            let base = parse(base).unwrap();
            for path in [
                "/threads",
                "/threads/a%2Fb%252e%C3%A9-._~",
                "/threads/.../x",
            ] {
                let url = base.with_path(&format!("{}{path}", base.path()));
                assert_eq!(url, Url::parse(&format!("{}{path}", base.text)).unwrap());
            }
        }
    }

    #[test]
    fn insecure_http_can_be_allowed() {
        assert!(BaseUrl::parse("http://inbox.internal", true).is_ok());
        assert!(BaseUrl::parse("ftp://inbox.internal", true).is_err());
    }
}
