use std::net::TcpStream;
use std::time::Duration;

use backoff::backoff::Constant;
use backoff::{Error, retry};

fn connect(address: &str) -> std::io::Result<TcpStream> {
    retry(Constant::new(Duration::from_secs(1)), || Ok(TcpStream::connect(address)?))
        .map_err(|error| match error {
            Error::Permanent(error) | Error::Transient { err: error, .. } => error,
        })
}
