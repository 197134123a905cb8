//! Reads the text of a Prometheus page.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// The values of a page by their names and labels, as in `name{label="value"}`.
pub type Page = BTreeMap<String, f64>;

/// Gets a page by HTTP.
///
/// # Panics
///
/// If there is none.
#[must_use]
pub fn scrape(address: SocketAddr) -> String {
    let mut stream = TcpStream::connect(address).expect("somebody listens");
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n").expect("it reads");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("it answers");
    assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    text
}

/// The lines of a page that have values.
///
/// # Panics
///
/// If a value is no number.
#[must_use]
pub fn parse(text: &str) -> Page {
    let lines = text.lines().filter(|line| line.starts_with("resilient_"));
    let read = |line: &str| {
        let (series, value) = line.rsplit_once(' ').expect("a value in each line");
        (series.to_owned(), value.parse().expect("a number"))
    };
    lines.map(read).collect()
}
