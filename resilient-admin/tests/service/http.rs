//! A server, and a client that writes and reads HTTP by itself, so that it can write what is wrong.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use resilient_admin::Admin;
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// Serves until the test's runtime ends.
pub(crate) async fn serve(admin: Admin) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, admin.router()).await });
    address
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub(crate) async fn get(address: SocketAddr, path: &str) -> Answer {
    send(address, "GET", path, &[], "").await
}

/// Sends a request, and reads the answer to the end of the connection.
pub(crate) async fn send(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Answer {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(request(method, path, headers, body).as_bytes()).await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_lowercase(), value.into()));
    Answer { status, headers: headers.collect(), body: body.to_owned() }
}

fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut lines = vec![format!("{method} {path} HTTP/1.1"), "Host: x".to_owned(), "Connection: close".to_owned()];
    lines.push(format!("Content-Length: {}", body.len()));
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    format!("{}\r\n\r\n{body}", lines.join("\r\n"))
}

/// A connection on which events come.
pub(crate) struct Stream(BufReader<TcpStream>);

impl Stream {
    pub(crate) async fn open(address: SocketAddr, path: &str, headers: &[(&str, &str)]) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request("GET", path, headers, "").as_bytes()).await.unwrap();
        let mut reading = Self(BufReader::new(stream));
        let head = reading.until("\r\n\r\n").await;
        assert!(head.starts_with("HTTP/1.1 200") && head.contains("text/event-stream"), "{head}");
        reading
    }

    /// The text up to and with `end`, or to the end of the connection.
    pub(crate) async fn until(&mut self, end: &str) -> String {
        let mut text = Vec::new();
        while !text.ends_with(end.as_bytes()) {
            let mut byte = [0];
            if self.0.read(&mut byte).await.unwrap() == 0 {
                break;
            }
            text.push(byte[0]);
        }
        String::from_utf8(text).unwrap()
    }

    /// The next event.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            let text = self.until("\n\n").await;
            if !text.ends_with("\n\n") {
                return None;
            }
            if let Some(event) = event(&text) {
                return Some(event);
            }
        }
    }
}

/// The name of an event, its number if it has one, and its data.
pub(crate) type Event = (String, Option<u64>, serde_json::Value);

/// The event that this text is, if it is one. Sizes of chunks may stand on lines of their own.
pub(crate) fn event(text: &str) -> Option<Event> {
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let (event, data) = (field("event: ")?, field("data: ")?);
    let id = field("id: ").map(|id| id.parse().unwrap());
    Some((event.to_owned(), id, serde_json::from_str(data).unwrap()))
}
