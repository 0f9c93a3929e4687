//! A server on this machine that stands in for the catalogue and its storage: over TLS, and as badly
//! behaved as a test wants.
#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// A request.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The path, with the query.
    pub path: String,
    headers: Vec<(String, String)>,
}

impl Asked {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The first byte that is asked for.
    pub fn from(&self) -> usize {
        let range = self.header("Range").and_then(|range| range.strip_prefix("bytes="));
        range.and_then(|range| range.strip_suffix('-')).map_or(0, |from| from.parse().unwrap())
    }
}

/// How an answer ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// As it should.
    Whole,
    /// The connection breaks after so many bytes of the body.
    Cut(usize),
    /// Nothing more comes after so many bytes of the body.
    Stall(usize),
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    end: End,
}

impl Reply {
    /// An answer with a body and its length.
    pub fn new(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let length = body.len().to_string();
        let headers = vec![("Content-Length".to_owned(), length)];
        Reply { status, headers, body, end: End::Whole }
    }

    /// A good answer.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Reply::new(200, body)
    }

    /// A page for people.
    pub fn page() -> Self {
        Reply::ok("<!DOCTYPE html><title>Sign in</title>").with("Content-Type", "text/html")
    }

    /// An answer that leads on.
    pub fn to(location: &str) -> Self {
        Reply::new(302, "").with("Location", location)
    }

    /// The same with a header, in place of one of that name.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The same without a header.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// The same, broken off after so many bytes of the body.
    pub fn cut(mut self, after: usize) -> Self {
        self.end = End::Cut(after);
        self
    }

    /// The same, stalled after so many bytes of the body.
    pub fn stalled(mut self, after: usize) -> Self {
        self.end = End::Stall(after);
        self
    }

    /// A file as a good server gives it: the rest that is asked for, where the version is still that
    /// one, else the whole.
    pub fn file(asked: &Asked, body: &[u8], tag: &str) -> Self {
        let fresh = asked.header("If-Range").is_none_or(|version| version == tag);
        let (from, all) = (asked.from(), body.len());
        let reply = match asked.header("Range") {
            Some(_) if fresh && from >= all => {
                Reply::new(416, "").with("Content-Range", &format!("bytes */{all}"))
            }
            Some(_) if fresh => Reply::new(206, &body[from..])
                .with("Content-Range", &format!("bytes {from}-{}/{all}", all - 1)),
            _ => Reply::ok(body),
        };
        reply.with("ETag", tag)
    }
}

/// The server. It runs until the test's process ends.
#[derive(Clone)]
pub struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Starts a server with answers, each to a request that is the nth of its path, from 0.
    pub fn start(answer: impl Fn(&Asked, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::<Asked>::new()));
        let (config, answer, log) = (config(), Arc::new(answer), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, answer, log) = (config.clone(), Arc::clone(&answer), Arc::clone(&log));
                // A client that goes away is no failure of the server.
                thread::spawn(move || serve(stream, config, &log, &*answer));
            }
        });
        Server { port, asked }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// The requests of paths that begin so, in order.
    pub fn asked(&self, path: &str) -> Vec<Asked> {
        let asked = self.asked.lock().unwrap();
        asked.iter().filter(|asked| asked.path.starts_with(path)).cloned().collect()
    }
}

/// The authority that vouches for the server.
pub fn authority() -> PathBuf {
    fixture("ca.pem")
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls").join(name)
}

fn config() -> Arc<ServerConfig> {
    let certificate = CertificateDer::from_pem_file(fixture("localhost.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(fixture("localhost.key")).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    Arc::new(config)
}

fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    log: &Mutex<Vec<Asked>>,
    answer: &dyn Fn(&Asked, usize) -> Reply,
) -> io::Result<()> {
    let tls = ServerConnection::new(config).map_err(io::Error::other)?;
    let mut stream = BufReader::new(StreamOwned::new(tls, stream));
    let lines = head(&mut stream)?;
    let path = lines.first().and_then(|line| line.split(' ').nth(1)).unwrap_or_default();
    let headers = lines.iter().skip(1).filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let asked = Asked { path: path.to_owned(), headers };
    let nth = {
        let mut log = log.lock().unwrap();
        let nth = log.iter().filter(|known| known.path == asked.path).count();
        log.push(asked.clone());
        nth
    };
    let reply = answer(&asked, nth);

    let mut stream = stream.into_inner();
    write!(stream, "HTTP/1.1 {} As told\r\nConnection: close\r\n", reply.status)?;
    for (name, value) in &reply.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    write!(stream, "\r\n")?;
    match reply.end {
        End::Whole => {
            stream.write_all(&reply.body)?;
            stream.conn.send_close_notify();
            stream.flush()?;
            // Closed only once all of it was read: a reset would take what is on its way with it.
            stream.sock.shutdown(Shutdown::Write)?;
            io::copy(&mut stream.sock, &mut io::sink())?;
        }
        End::Cut(after) => {
            stream.write_all(&reply.body[..after])?;
            stream.flush()?;
            stream.sock.shutdown(Shutdown::Write)?;
            io::copy(&mut stream.sock, &mut io::sink())?;
        }
        End::Stall(after) => {
            stream.write_all(&reply.body[..after])?;
            stream.flush()?;
            io::copy(&mut stream.sock, &mut io::sink())?;
        }
    }
    Ok(())
}

/// The lines of a request, to the empty one.
fn head(stream: &mut impl BufRead) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        match line.trim_end() {
            "" => return Ok(lines),
            line => lines.push(line.to_owned()),
        }
    }
}

/// A proxy that connects to whatever it is asked to (`CONNECT`), and remembers.
pub struct Proxy {
    port: u16,
    connects: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Starts a proxy.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connects = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&connects);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                thread::spawn(move || pass(stream, &log));
            }
        });
        Proxy { port, connects }
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The hosts that it was asked for.
    pub fn connects(&self) -> Vec<String> {
        self.connects.lock().unwrap().clone()
    }
}

fn pass(stream: TcpStream, log: &Mutex<Vec<String>>) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let lines = head(&mut reader)?;
    let host = lines.first().and_then(|line| line.strip_prefix("CONNECT "));
    let host = host.and_then(|rest| rest.split(' ').next()).unwrap_or_default().to_owned();
    let far = TcpStream::connect(host.replace("localhost", "127.0.0.1"))?;
    log.lock().unwrap().push(host);
    (&stream).write_all(b"HTTP/1.1 200 Connected\r\n\r\n")?;
    let (mut near_in, mut far_out) = (reader, far.try_clone()?);
    thread::spawn(move || {
        let _ = io::copy(&mut near_in, &mut far_out);
        let _ = far_out.shutdown(Shutdown::Write);
    });
    let mut far_in: Box<dyn Read> = Box::new(far);
    io::copy(&mut far_in, &mut (&stream))?;
    stream.shutdown(Shutdown::Write)
}
