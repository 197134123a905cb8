//! As much of HTTP/1.1 as this example needs, with a connection for each request. An application would use a library,
//! such as `reqwest` and `axum`; here these would be most of the build.

use std::fmt::{self, Display, Formatter};
use std::io::{self, ErrorKind};
use std::net::SocketAddr;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

pub const CREATED: u16 = 201;
pub const NOT_FOUND: u16 = 404;
pub const TOO_MANY_REQUESTS: u16 = 429;
pub const SERVICE_UNAVAILABLE: u16 = 503;
const OK: u16 = 200;

pub struct Request {
    pub method: String,
    pub path: String,
}

impl Request {
    pub async fn read(stream: &mut TcpStream) -> io::Result<Self> {
        let mut lines = BufReader::new(stream).lines();
        let first = lines.next_line().await?.unwrap_or_default();
        while lines.next_line().await?.is_some_and(|header| !header.is_empty()) {}
        let mut words = first.split(' ').map(str::to_owned);
        let (Some(method), Some(path)) = (words.next(), words.next()) else { return Err(malformed("request")) };
        Ok(Self { method, path })
    }
}

pub struct Response {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Response {
    /// A response without headers and body.
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    pub fn text(body: String) -> Self {
        Self { status: OK, headers: Vec::new(), body }
    }

    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    pub async fn write(&self, stream: &mut TcpStream) -> io::Result<()> {
        stream.write_all(self.to_string().as_bytes()).await?;
        stream.shutdown().await
    }

    fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(": "));
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Some(Self { status, headers, body: body.to_owned() })
    }
}

impl Display for Response {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "HTTP/1.1 {} \r\nConnection: close\r\n", self.status)?;
        self.headers.iter().try_for_each(|(name, value)| write!(f, "{name}: {value}\r\n"))?;
        write!(f, "\r\n{}", self.body)
    }
}

/// A request, and the response to it.
pub async fn send(server: SocketAddr, method: &str, path: &str) -> io::Result<Response> {
    let mut stream = TcpStream::connect(server).await?;
    let request =
        format!("{method} {path} HTTP/1.1\r\nHost: {server}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut text = String::new();
    stream.read_to_string(&mut text).await?;
    Response::parse(&text).ok_or_else(|| malformed("response"))
}

/// Ends a connection as a crash does: the other side sees a reset.
pub fn reset(stream: TcpStream) -> io::Result<()> {
    stream.set_zero_linger()?;
    drop(stream);
    Ok(())
}

fn malformed(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, format!("a malformed {what}"))
}
