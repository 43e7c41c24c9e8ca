//! The default HTTP client.

use reqwest::{Certificate, Proxy};
use secrecy::ExposeSecret as _;

use super::{BaseUrl, Config};
use crate::Error;

/// Builds the client. It does not follow redirects, which would send the credential elsewhere, and
/// does not retry, because its retries would not be counted.
pub(crate) fn http_client(
    config: &Config,
    base_url: &BaseUrl,
    servers: &[(&str, BaseUrl)],
) -> Result<reqwest::Client, Error> {
    let invalid = |problem: &str| Error::invalid_config("", problem);
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // With a maximum above 0, each request would be copied for a retry that never happens.
        .retry(reqwest::retry::never().max_retries_per_request(0))
        .connect_timeout(config.connecting());
    if let Some(connections) = config.max_idle_connections {
        builder = builder.pool_max_idle_per_host(connections);
    }
    if let Some(timeout) = config.idle_timeout {
        builder = builder.pool_idle_timeout(timeout);
    }
    match &config.proxy {
        // The error could quote the URL, and with it a password.
        Some(url) => {
            let proxy =
                Proxy::all(url.expose_secret()).map_err(|_| invalid("the proxy URL is invalid"))?;
            builder = builder.proxy(proxy);
        }
        None if base_url.is_loopback => builder = builder.no_proxy(),
        None => {}
    }
    for pem in &config.root_certificates {
        let certificates = Certificate::from_pem_bundle(pem).unwrap_or_default();
        if certificates.is_empty() {
            return Err(invalid("the root certificates are not PEM"));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    let mut urls = servers.iter().map(|(_, url)| url).chain([base_url]);
    if config.root_certificates.is_empty()
        && urls.all(|url| url.is_loopback && url.text.starts_with("http:"))
    {
        // System certificates are not needed here and may not be installed.
        builder = builder.tls_certs_only([]);
    }
    let built = builder.build();
    built.map_err(|error| invalid("failed to create the HTTP client").with_source(error))
}
