use std::net::TcpStream;
use std::time::Duration;

use backon::{BlockingRetryable, ConstantBuilder};

fn connect(address: &str) -> std::io::Result<TcpStream> {
    (|| TcpStream::connect(address))
        .retry(ConstantBuilder::default().with_delay(Duration::from_millis(200)))
        .call()
}
