use backon::{ExponentialBuilder, RetryableWithContext};

struct Connection {
    sent: u32,
}

impl Connection {
    async fn send(&mut self) -> Result<u32, &'static str> {
        self.sent += 1;
        if self.sent < 3 { Err("lost") } else { Ok(self.sent) }
    }
}

async fn send(connection: Connection) -> (Connection, Result<u32, &'static str>) {
    let attempt = async |mut connection: Connection| {
        let result = connection.send().await;
        (connection, result)
    };
    attempt.retry(ExponentialBuilder::default()).context(connection).await
}
