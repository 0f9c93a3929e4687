//! Requests over TLS, and what their failures mean.

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use ureq::http::{HeaderMap, Response, StatusCode, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};
use ureq::{Agent, Body, Proxy, ResponseExt, Timeout};

use super::retry::{Failure, Passing, Retries};
use crate::error::{At, Error, Result};

/// How often one address may lead on to another.
const REDIRECTS: u32 = 10;

/// No answer that is read whole is longer: an item of the catalogue lists some dozen files.
const LONGEST: u64 = 8 << 20;

const NETWORK: &str = "is there a network here? A proxy is taken from HTTPS_PROXY or ALL_PROXY";
const AUTHORITY: &str = "a proxy that looks into connections has an authority of its own: give its \
                         certificate with --ca-file";
const BUSY: &str = "the service is busy or down: try again later";
pub(super) const LATER: &str = "what came is kept: the next run goes on from there; --retries and --timeout \
                     give it more time";

/// A client that speaks TLS only, whatever a server leads on to.
#[derive(Debug)]
pub struct Client {
    agent: Agent,
    timeout: Duration,
}

/// From where on a file is wanted, and of which version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rest<'a> {
    /// The first byte.
    pub from: u64,
    /// The tag or time of the version, where one is known.
    pub version: Option<&'a str>,
}

impl Client {
    /// A client that waits so long for a connection, for an answer and for each next byte of it. It
    /// trusts the authorities that the system trusts, or those of `SSL_CERT_FILE` and `SSL_CERT_DIR`,
    /// and those of `ca_file`. Proxies are those of `HTTPS_PROXY` or `ALL_PROXY`, but for the hosts of
    /// `NO_PROXY`.
    ///
    /// # Errors
    /// A file of authorities that can't be read or holds none; a system that trusts nobody; a proxy
    /// that can't be understood.
    pub fn new(timeout: Duration, ca_file: Option<&Path>) -> Result<Self> {
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .root_certs(RootCerts::Specific(Arc::new(authorities(ca_file)?)))
            .build();
        let config = Agent::config_builder()
            .https_only(true)
            .tls_config(tls)
            .proxy(proxy()?)
            .http_status_as_error(false)
            .max_redirects(REDIRECTS)
            .user_agent(concat!("reemap/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .timeout_resolve(Some(timeout))
            .timeout_connect(Some(timeout))
            .timeout_send_request(Some(timeout))
            .timeout_recv_response(Some(timeout))
            // A large file may take hours, as long as it goes on.
            .timeout_per_read(Some(timeout))
            .build();
        Ok(Client { agent: config.new_agent(), timeout })
    }

    /// What an address gives, or the rest of it from some byte on. The status is 200, 206 or 416.
    pub(super) fn get(
        &self,
        url: &str,
        rest: Option<&Rest<'_>>,
    ) -> std::result::Result<Response<Body>, Failure> {
        let mut request = self.agent.get(url);
        if let Some(rest) = rest {
            request = request.header(header::RANGE, format!("bytes={}-", rest.from));
            if let Some(version) = rest.version {
                request = request.header(header::IF_RANGE, version);
            }
        }
        let response = request.call().map_err(|error| self.failure(url, error))?;
        let status = response.status();
        if matches!(
            status,
            StatusCode::OK | StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE
        ) {
            return Ok(response);
        }
        let reason = format!("answers {status}");
        if !passes(status) {
            return Err(Failure::Refused(Error::input(At::file(url), reason)));
        }
        let asked = text(response.headers(), header::RETRY_AFTER);
        let asked = asked.and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        match asked {
            Some(asked) if asked > Retries::LONGEST => {
                let wait = format!("{reason} and asks to come back in {} s", asked.as_secs());
                Err(Failure::Refused(Error::input(At::file(url), wait)))
            }
            asked => {
                Err(Failure::Passing(Passing { reason, hint: Some(BUSY), asked, anew: false }))
            }
        }
    }

    /// The whole of a short answer.
    pub(super) fn short(&self, url: &str) -> std::result::Result<Vec<u8>, Failure> {
        let mut response = self.get(url, None)?;
        let read = response.body_mut().with_config().limit(LONGEST).read_to_vec();
        read.map_err(|error| match error {
            ureq::Error::BodyExceedsLimit(_) => {
                let reason = format!("answers with more than {} MiB", LONGEST >> 20);
                Failure::Refused(Error::input(At::file(url), reason))
            }
            error => self.failure(url, error),
        })
    }

    /// The address that an address leads on to, at last.
    pub(super) fn landing(&self, url: &str) -> std::result::Result<String, Failure> {
        Ok(self.get(url, None)?.get_uri().to_string())
    }

    /// What an error of a body's reader means.
    pub(super) fn broken(&self, url: &str, cause: io::Error) -> Failure {
        self.failure(url, ureq::Error::from(cause))
    }

    fn failure(&self, url: &str, error: ureq::Error) -> Failure {
        let seconds = self.timeout.as_secs_f64();
        let at_last = |reason: String, hint: Option<&str>| {
            let error = Error::input(At::file(url), reason);
            Failure::Final(match hint {
                Some(hint) => error.with_hint(hint),
                None => error,
            })
        };
        match error {
            ureq::Error::Timeout(Timeout::PerRead) => {
                Failure::passing(format!("nothing came for {seconds} s"), Some(LATER))
            }
            ureq::Error::Timeout(_) => {
                Failure::passing(format!("no answer within {seconds} s"), Some(NETWORK))
            }
            ureq::Error::HostNotFound => Failure::passing("the host can't be found", Some(NETWORK)),
            ureq::Error::RequireHttpsOnly(other) => {
                at_last(format!("leads on to {other}, which is not https"), None)
            }
            ureq::Error::TooManyRedirects => {
                at_last(format!("leads on more than {REDIRECTS} times"), None)
            }
            ureq::Error::BadUri(reason) => at_last(format!("is no address: {reason}"), None),
            ureq::Error::ConnectProxyFailed(reason) => {
                Failure::passing(format!("the proxy does not connect: {reason}"), Some(NETWORK))
            }
            ureq::Error::Rustls(cause) => tls(&cause, at_last),
            ureq::Error::Io(cause) => {
                if let Some(cause) = rustls_within(&cause) {
                    return tls(cause, at_last);
                }
                let reason = match cause.kind() {
                    io::ErrorKind::UnexpectedEof => "the connection broke off".to_owned(),
                    _ => cause.to_string(),
                };
                let hint = match cause.kind() {
                    io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => LATER,
                    _ => NETWORK,
                };
                Failure::passing(reason, Some(hint))
            }
            error => Failure::passing(error.to_string(), Some(LATER)),
        }
    }
}

/// The error of TLS in one of the system's kind.
fn rustls_within(cause: &io::Error) -> Option<&rustls::Error> {
    let mut within: Option<&(dyn std::error::Error + 'static)> = Some(cause.get_ref()?);
    while let Some(error) = within {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        within = error.source();
    }
    None
}

/// What an error of TLS means: who is not trusted now won't be in a moment.
fn tls(cause: &rustls::Error, at_last: impl Fn(String, Option<&str>) -> Failure) -> Failure {
    match cause {
        rustls::Error::InvalidCertificate(_) => {
            at_last(format!("can't be trusted: {cause}"), Some(AUTHORITY))
        }
        _ => Failure::passing(format!("TLS fails: {cause}"), Some(NETWORK)),
    }
}

/// Whether a status tells of a passing state.
fn passes(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// A header's text.
pub(super) fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

/// Whether an answer is a web page.
pub(super) fn is_page(headers: &HeaderMap) -> bool {
    let kind = text(headers, header::CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    kind.starts_with("text/html") || kind.starts_with("application/xhtml")
}

/// The authorities whose certificates are trusted.
fn authorities(ca_file: Option<&Path>) -> Result<Vec<Certificate<'static>>> {
    let system = rustls_native_certs::load_native_certs();
    let mut trusted: Vec<Certificate<'static>> =
        system.certs.iter().map(|one| Certificate::from_der(one).to_owned()).collect();
    if let Some(path) = ca_file {
        let pem = fs::read(path).map_err(|cause| Error::io(path, cause))?;
        let before = trusted.len();
        for item in parse_pem(&pem) {
            match item {
                Ok(PemItem::Certificate(certificate)) => trusted.push(certificate),
                Ok(_) => {}
                Err(cause) => return Err(Error::input(At::file(path), cause)),
            }
        }
        if trusted.len() == before {
            return Err(Error::input(At::file(path), "holds no certificate")
                .with_hint("--ca-file takes certificates in PEM: -----BEGIN CERTIFICATE-----"));
        }
    }
    if trusted.is_empty() {
        let cause = system.errors.first().map(|error| format!(": {error}")).unwrap_or_default();
        return Err(Error::not_found(format!("the system trusts no authority for TLS{cause}"))
            .with_hint(
                "install its certificates (the package ca-certificates), or give some with --ca-file",
            ));
    }
    Ok(trusted)
}

/// The proxy that the environment names. [`Proxy`] would take a broken name for none, and a proxy for
/// plain HTTP where there is no other.
fn proxy() -> Result<Option<Proxy>> {
    let mut named = false;
    for variable in ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"] {
        let Some(value) = env::var_os(variable).filter(|value| !value.is_empty()) else { continue };
        let value = value.to_string_lossy();
        if Proxy::new(&value).is_err() {
            // The address is not told: it may hold a password.
            return Err(Error::usage(format!("{variable} holds no proxy's address"))
                .with_hint("such as http://proxy.example.org:8080"));
        }
        named = true;
    }
    Ok(named.then(Proxy::try_from_env).flatten())
}
