//! Certificates of an authority that only the settings name.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use threadline::ErrorKind;
use threadline_tests::{CREDENTIAL, Request, Vendor};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::read;

/// An authority that signs certificates.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its own certificate.
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let issuer = Issuer::new(params, key);
        Self { issuer, pem }
    }

    /// The TLS of a server at a host.
    fn server(&self, host: &str) -> TlsAcceptor {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([host.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        TlsAcceptor::from(Arc::new(config))
    }
}

/// Starts a server that answers every request with `200` and this JSON. Returns its port.
async fn serve(tls: TlsAcceptor, body: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // A client that does not trust the certificate breaks off here.
            let _ = answer(&tls, stream, &body).await;
        }
    });
    port
}

async fn answer(tls: &TlsAcceptor, stream: TcpStream, body: &str) -> std::io::Result<()> {
    let mut stream = tls.accept(stream).await?;
    let mut text = String::new();
    while Request::parse(&text).is_none() {
        text.push(stream.read_u8().await?.into());
    }
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close";
    let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await
}

#[tokio::test]
async fn a_server_is_trusted_by_the_root_certificate_that_is_set() {
    let (authority, other) = (Authority::new(), Authority::new());
    for vendor in Vendor::ALL {
        let port = serve(authority.server("127.0.0.1"), vendor.thread().to_string()).await;
        let config = || vendor.config(&format!("https://127.0.0.1:{port}"), CREDENTIAL);

        read(vendor, config()).await.unwrap_err();
        let with_other = config().root_certificates(&*other.pem);
        let error = read(vendor, with_other).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");

        let trusting = config().root_certificates(&*authority.pem);
        read(vendor, trusting).await.unwrap();
        // Several can be given, at once or one after the other.
        let bundle = config().root_certificates(other.pem.clone() + &authority.pem);
        read(vendor, bundle).await.unwrap();
        let one_by_one = config()
            .root_certificates(&*authority.pem)
            .root_certificates(&*other.pem);
        read(vendor, one_by_one).await.unwrap();
    }
}

#[tokio::test]
async fn a_certificate_of_another_host_is_refused() {
    let authority = Authority::new();
    let port = serve(authority.server("inbox.invalid"), String::new()).await;
    let vendor = Vendor::ALL[0];
    let config = vendor
        .config(&format!("https://127.0.0.1:{port}"), CREDENTIAL)
        .root_certificates(&*authority.pem);
    let error = read(vendor, config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect, "{error:?}");
}
