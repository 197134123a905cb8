//! The service: a small market that falls ill by a script. Nothing here knows of `resilient`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::RETRY_AFTER;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use axum::serve::ListenerExt;
use tokio::net::TcpListener;
use tokio::time::sleep;

/// Another seed strikes other requests; the same one strikes the same requests in every run.
pub const SEED: u64 = 7;

/// For so long, so many percent of the requests meet this fault.
pub struct Phase {
    pub name: &'static str,
    pub what: &'static str,
    millis: u64,
    percent: u64,
    fault: Fault,
}

#[derive(Clone, Copy)]
enum Fault {
    None,
    Unavailable,
    Throttled,
    Reset,
    Slow,
    Down,
}

const fn phase(name: &'static str, what: &'static str, millis: u64, percent: u64, fault: Fault) -> Phase {
    Phase { name, what, millis, percent, fault }
}

pub const SCRIPT: [Phase; 7] = [
    phase("clean", "all requests are answered in 5 to 15 ms", 400, 100, Fault::None),
    phase("errors", "35 % of the requests get a 503", 900, 35, Fault::Unavailable),
    phase("throttled", "25 % get a 429 with `Retry-After: 1`", 300, 25, Fault::Throttled),
    phase("resets", "35 % lose their connection", 700, 35, Fault::Reset),
    phase("slow", "20 % take 700 ms longer", 500, 20, Fault::Slow),
    phase("outage", "all hang for 100 ms and lose their connection", 600, 100, Fault::Down),
    phase("recovery", "all requests are answered in 5 to 15 ms", 800, 100, Fault::None),
];
const OUTAGE: usize = 5;

/// The phase of the script at this time, the last one also after its end.
pub fn phase_at(elapsed: Duration) -> usize {
    let mut end = 0;
    let current = SCRIPT.iter().position(|phase| {
        end += phase.millis;
        elapsed < Duration::from_millis(end)
    });
    current.unwrap_or(SCRIPT.len() - 1)
}

/// The service and its script, which began when it was started.
pub struct Market {
    pub url: String,
    pub started: Instant,
    requests: [AtomicUsize; SCRIPT.len()],
}

impl Market {
    /// Serves on a free port of this machine until the process ends.
    pub async fn start() -> io::Result<Arc<Self>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        // A connection that ends on this side is then reset, not closed in peace.
        let listener = listener.tap_io(|stream| stream.set_zero_linger().unwrap_or_default());
        let market = Arc::new(Self { url, started: Instant::now(), requests: Default::default() });
        let routes = Router::new()
            .route("/quotes/{symbol}", get(quote))
            .route("/orders/{number}", put(order))
            .layer(from_fn_with_state(Arc::clone(&market), follow_script));
        tokio::spawn(axum::serve(listener, routes).into_future());
        Ok(market)
    }

    /// The requests that came while the service was down.
    pub fn requests_in_outage(&self) -> usize {
        self.requests[OUTAGE].load(Ordering::Relaxed)
    }

    /// How the next request fares: how long its answer takes, and what befalls it.
    fn next_request(&self) -> (Duration, Fault) {
        let phase = phase_at(self.started.elapsed());
        let number = self.requests[phase].fetch_add(1, Ordering::Relaxed);
        let takes = Duration::from_millis(5 + dice(("takes", phase, number), 11));
        let struck = dice(("struck", phase, number), 100) < SCRIPT[phase].percent;
        (takes, if struck { SCRIPT[phase].fault } else { Fault::None })
    }
}

/// A number below `sides` that depends on nothing but the seed and what it is for.
fn dice(purpose: impl Hash, sides: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (SEED, purpose).hash(&mut hasher);
    hasher.finish() % sides
}

/// Stands before every route.
async fn follow_script(State(market): State<Arc<Market>>, request: Request, next: Next) -> Response {
    let (takes, fault) = market.next_request();
    match fault {
        Fault::None => sleep(takes).await,
        Fault::Slow => sleep(takes + Duration::from_millis(700)).await,
        Fault::Unavailable => return StatusCode::SERVICE_UNAVAILABLE.into_response(),
        Fault::Throttled => return (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, "1")]).into_response(),
        Fault::Reset => lose_connection(),
        Fault::Down => {
            sleep(Duration::from_millis(100)).await;
            lose_connection()
        }
    }
    next.run(request).await
}

/// Unwinding, silently, ends the task of the connection and with it the connection, in the middle of a request.
fn lose_connection() -> ! {
    std::panic::resume_unwind(Box::new("connection lost"))
}

async fn quote(Path(symbol): Path<String>) -> String {
    format!("{}.50", 100 + symbol.len())
}

async fn order(Path(_number): Path<usize>) -> StatusCode {
    StatusCode::CREATED
}
