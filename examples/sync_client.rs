//! Without async: a client over `std::net`, and a small server that sometimes fails.

use std::io::{self, BufRead, BufReader, ErrorKind, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use resilient::{RetryEvent, bulkhead, circuit_breaker, fallback, registry, retry, timeout};

/// The timeout runs the body on a helper thread, so the arguments are owned. An `io::Error` can hold a refusal as it is.
#[fallback(|error| Ok(format!("{key} unknown ({error})")))]
#[retry(max_attempts = 4, base_delay = 10ms, retry_if = is_transient, on_retry = announce)]
#[circuit_breaker(name = "store", failure_threshold = 5, recovery_timeout = 100ms, failure_if = is_transient)]
#[timeout(100ms)]
#[bulkhead(name = "store", max_concurrent = 4, max_wait = 50ms)]
fn get(server: SocketAddr, key: String) -> io::Result<String> {
    ask(&TcpStream::connect(server)?, &key)
}

/// In place, so the arguments may be borrowed. The socket's own timeout is the time that is left.
#[circuit_breaker(name = "store", failure_if = is_transient)]
#[timeout(150ms, cooperative)]
#[bulkhead(name = "store")]
fn get_all(server: SocketAddr, keys: &[&str]) -> io::Result<Vec<String>> {
    let mut values = Vec::new();
    for key in keys {
        let stream = TcpStream::connect(server)?;
        if let Some(left) = resilient::remaining() {
            // A socket does not accept a timeout of zero.
            stream.set_read_timeout(Some(left.max(Duration::from_millis(1))))?;
        }
        values.push(ask(&stream, key)?);
    }
    Ok(values)
}

/// Whether another attempt may succeed.
fn is_transient(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::WouldBlock)
}

fn announce(event: &RetryEvent<'_, io::Error>) {
    if let Some(error) = &event.error {
        println!("           attempt {} failed: {error}", event.attempt);
    }
}

/// Sends a line and receives a line.
fn ask(mut stream: &TcpStream, key: &str) -> io::Result<String> {
    writeln!(stream, "{key}")?;
    let mut answer = String::new();
    match BufReader::new(stream).read_line(&mut answer)? {
        0 => Err(ErrorKind::UnexpectedEof.into()),
        _ => Ok(answer.trim_end().to_owned()),
    }
}

/// Serves one request after the other: some are answered late, some not at all, and for a while none is answered.
fn serve(listener: &TcpListener) -> io::Result<()> {
    for (number, stream) in (1..).zip(listener.incoming()) {
        let mut stream = stream?;
        let mut key = String::new();
        BufReader::new(&stream).read_line(&mut key)?;
        match (number, key.trim_end()) {
            (3 | 4 | 13..=17, _) => continue,
            (7, _) | (_, "late") => thread::sleep(Duration::from_millis(150)),
            _ => {}
        }
        // The client may have given up.
        let _ = writeln!(stream, "{} = {number}", key.trim_end());
    }
    Ok(())
}

fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let server = listener.local_addr()?;
    thread::spawn(move || serve(&listener));

    for number in 1..=15 {
        println!("get        {}", get(server, format!("key {number}"))?);
        thread::sleep(Duration::from_millis(40));
    }
    for keys in [["a", "b", "c"], ["a", "late", "c"]] {
        match get_all(server, &keys) {
            Ok(values) => println!("get_all    {}", values.join(", ")),
            Err(error) => println!("get_all    {error}"),
        }
    }
    if let Some(breaker) = registry().circuit_breaker("store") {
        let stats = breaker.stats();
        println!(
            "breaker    {:?} after {} changes, {} calls refused",
            breaker.state(),
            stats.state_changes,
            stats.rejected_calls
        );
    }
    Ok(())
}
