//! The market's archive: two replicas of the history of prices, one of which is slow at times, and an export that
//! answers only so many requests in a span. Nothing here uses `resilient`.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::http::{self, Request, Response};

/// One in so many requests to the first replica is slow.
pub const ONE_SLOW_IN: usize = 16;
/// How much longer it takes.
pub const SLOW: Duration = Duration::from_millis(150);

/// The exports that are answered in any span.
pub const EXPORTS: usize = 20;
pub const SPAN: Duration = Duration::from_millis(200);

const TAKES: Duration = Duration::from_millis(5);

pub struct Replica {
    is_slow_at_times: bool,
    requests: AtomicUsize,
    /// When the latest exports were answered.
    answered: Mutex<VecDeque<Instant>>,
}

/// Serves two replicas until the process ends.
pub async fn start() -> io::Result<[SocketAddr; 2]> {
    Ok([serve(true).await?, serve(false).await?])
}

async fn serve(is_slow_at_times: bool) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let replica = Arc::new(Replica { is_slow_at_times, requests: AtomicUsize::default(), answered: Mutex::default() });
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let replica = Arc::clone(&replica);
            tokio::spawn(async move { replica.answer(stream).await });
        }
    });
    Ok(address)
}

impl Replica {
    async fn answer(&self, mut stream: TcpStream) -> io::Result<()> {
        let request = Request::read(&mut stream).await?;
        let response = match request.path.split('/').nth(1) {
            Some("history") => self.history().await,
            Some("export") if self.admits() => Response::text("an export".to_owned()),
            Some("export") => Response::new(http::TOO_MANY_REQUESTS).with_header("Retry-After", "1"),
            _ => Response::new(http::NOT_FOUND),
        };
        response.write(&mut stream).await
    }

    async fn history(&self) -> Response {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let is_slow = self.is_slow_at_times && number % ONE_SLOW_IN == ONE_SLOW_IN - 1;
        sleep(if is_slow { TAKES + SLOW } else { TAKES }).await;
        Response::text("a history".to_owned())
    }

    /// Whether fewer than [`EXPORTS`] were answered in the last [`SPAN`].
    fn admits(&self) -> bool {
        let mut answered = self.answered.lock().unwrap_or_else(PoisonError::into_inner);
        answered.retain(|at| at.elapsed() < SPAN);
        let admits = answered.len() < EXPORTS;
        if admits {
            answered.push_back(Instant::now());
        }
        admits
    }
}
