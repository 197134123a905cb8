//! The service: a small market that fails by a script. Nothing here uses `resilient`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

use crate::http::{self, Request, Response};

/// Decides which requests meet a fault: the same ones in every run.
pub const SEED: u64 = 7;

/// A time in which a percentage of the requests meets a fault.
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

/// When the phase of this number begins.
pub fn begin_of(number: usize) -> Duration {
    SCRIPT.iter().take(number).map(|phase| Duration::from_millis(phase.millis)).sum()
}

/// The phase of the script at a time; after its end, the last one.
fn phase_at(elapsed: Duration) -> usize {
    let mut end = 0;
    let current = SCRIPT.iter().position(|phase| {
        end += phase.millis;
        elapsed < Duration::from_millis(end)
    });
    current.unwrap_or(SCRIPT.len() - 1)
}

/// The service and its script, which begins when the service starts.
pub struct Market {
    pub address: SocketAddr,
    pub started: Instant,
    requests: [AtomicUsize; SCRIPT.len()],
}

impl Market {
    /// Serves on a free port of this machine until the process ends.
    pub async fn start() -> io::Result<Arc<Self>> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let market = Arc::new(Self { address, started: Instant::now(), requests: Default::default() });
        tokio::spawn(Arc::clone(&market).serve(listener));
        Ok(market)
    }

    async fn serve(self: Arc<Self>, listener: TcpListener) -> io::Result<()> {
        loop {
            let (stream, _) = listener.accept().await?;
            let market = Arc::clone(&self);
            tokio::spawn(async move { market.follow_script(stream).await });
        }
    }

    /// Answers one request, or fails as the script says.
    async fn follow_script(&self, mut stream: TcpStream) -> io::Result<()> {
        let request = Request::read(&mut stream).await?;
        let (takes, fault) = self.next_request();
        let response = match fault {
            Fault::None => respond(&request, takes).await,
            Fault::Slow => respond(&request, takes + Duration::from_millis(700)).await,
            Fault::Unavailable => Response::new(http::SERVICE_UNAVAILABLE),
            Fault::Throttled => Response::new(http::TOO_MANY_REQUESTS).with_header("Retry-After", "1"),
            Fault::Reset => return http::reset(stream),
            Fault::Down => {
                sleep(Duration::from_millis(100)).await;
                return http::reset(stream);
            }
        };
        response.write(&mut stream).await
    }

    /// The requests that came while the service was down.
    pub fn requests_in_outage(&self) -> usize {
        self.requests[OUTAGE].load(Ordering::Relaxed)
    }

    /// How long the next request's answer takes, and the fault that it meets.
    fn next_request(&self) -> (Duration, Fault) {
        let phase = phase_at(self.started.elapsed());
        let number = self.requests[phase].fetch_add(1, Ordering::Relaxed);
        let takes = Duration::from_millis(5 + dice(("takes", phase, number), 11));
        let struck = dice(("struck", phase, number), 100) < SCRIPT[phase].percent;
        (takes, if struck { SCRIPT[phase].fault } else { Fault::None })
    }
}

/// A number below `sides` that depends on nothing but the seed and its purpose.
fn dice(purpose: impl Hash, sides: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (SEED, purpose).hash(&mut hasher);
    hasher.finish() % sides
}

async fn respond(request: &Request, takes: Duration) -> Response {
    sleep(takes).await;
    match (request.method.as_str(), request.path.split('/').collect::<Vec<_>>().as_slice()) {
        ("GET", ["", "quotes", symbol]) => Response::text(format!("{}.50", 100 + symbol.len())),
        ("PUT", ["", "orders", _number]) => Response::new(http::CREATED),
        _ => Response::new(http::NOT_FOUND),
    }
}
