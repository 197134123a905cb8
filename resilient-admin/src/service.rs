//! The service: which path has what.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{HeaderValue, RETRY_AFTER};
use http::request::Parts;
use http::{Method, Request, Response, StatusCode};
use http_body::Body;
use resilient_runtime::events::{Kinds, Subscription};
use resilient_runtime::inspect::FoundBreaker;
use tower_service::Service;

use crate::actions;
use crate::answer::{Answer, TEXT, error, json, not_allowed, not_found, of, whole, with, without_body};
use crate::body::AdminBody;
use crate::clock_thread::ClockThread;
use crate::events::log::Log;
use crate::json::{Possible, Seen, TimedSeen};
use crate::token::Token;
use crate::{metrics, page, readiness};

/// The service, for any server that takes a [`tower_service::Service`][service] over [`http`][http] types. From
/// [`service()`](crate::service). Clones are one service.
///
/// It never fails, needs no runtime of its own, and answers each request but `POST /api/actions` before it has read the
/// body. Paths are those behind the place where it is mounted: take the prefix off before, as routers do.
///
/// [service]: https://docs.rs/tower-service/latest/tower_service/trait.Service.html
/// [http]: https://docs.rs/http
#[derive(Clone)]
pub struct Admin {
    inner: Arc<Inner>,
}

struct Inner {
    critical: Vec<(String, FoundBreaker)>,
    token: Option<Token>,
    log: Arc<Log>,
    thread: Arc<ClockThread>,
    /// Ends with the last clone.
    _listening: Subscription,
}

/// All but those of each call: whoever wants those makes each call read the clock.
const HEARD: Kinds = Kinds::CHANGES
    .union(Kinds::RETRIES)
    .union(Kinds::REFUSALS)
    .union(Kinds::WAITS)
    .union(Kinds::FALLBACKS)
    .union(Kinds::HEDGES)
    .union(Kinds::CONFIG);

impl Admin {
    pub(crate) fn new(critical: Vec<(String, FoundBreaker)>, token: Option<Token>) -> Self {
        let log = Arc::new(Log::new());
        let hears = Arc::clone(&log);
        let listening = resilient_runtime::events().kinds(HEARD).subscribe(move |event| hears.hear(event));
        let thread = Arc::new(ClockThread::new(Arc::clone(&log)));
        Self { inner: Arc::new(Inner { critical, token, log, thread, _listening: listening }) }
    }

    /// Ends all streams of events at once, so that a server which waits for its connections can end. Later ones end after
    /// what is kept. All else is answered as before, and what is done for a while ends when it would.
    ///
    /// ```no_run
    /// # async fn shut_down() {}
    /// # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
    /// # #[cfg(feature = "axum")] {
    /// let admin = resilient_admin::service().build()?;
    /// let closing = admin.clone();
    /// let listener = tokio::net::TcpListener::bind("127.0.0.1:9000").await?;
    /// axum::serve(listener, admin.router())
    ///     .with_graceful_shutdown(async move {
    ///         shut_down().await;
    ///         closing.close();
    ///     })
    ///     .await?;
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    pub fn close(&self) {
        self.inner.log.close();
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let critical: Vec<_> = self.inner.critical.iter().map(|(name, _)| name).collect();
        f.debug_struct("Admin")
            .field("critical", &critical)
            .field("actions", &self.inner.token.is_some())
            .finish_non_exhaustive()
    }
}

impl<B> Service<Request<B>> for Admin
where
    B: Body + Send + 'static,
{
    type Response = Response<AdminBody>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<AdminBody>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let inner = Arc::clone(&self.inner);
        Box::pin(async move { Ok(inner.answer(request).await) })
    }
}

/// The last event that the reader has: browsers that come back say so in a header, and a page that begins in its query.
fn after(request: &Parts) -> Option<u64> {
    let from_header = request.headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let from_query = || request.uri.query()?.split('&').find_map(|part| part.strip_prefix("after="));
    from_header.or_else(from_query)?.trim().parse().ok()
}

impl Inner {
    async fn answer<B: Body>(&self, request: Request<B>) -> Answer {
        if request.uri().path() == "/api/actions" {
            return match &self.token {
                Some(token) => actions::answer(request, token, &self.thread).await,
                None => not_found(),
            };
        }
        let (parts, _) = request.into_parts();
        let answer = self.look(&parts);
        if parts.method == Method::HEAD { without_body(answer) } else { answer }
    }

    /// What all paths have that only show something.
    fn look(&self, request: &Parts) -> Answer {
        let show: fn(&Self, &Parts) -> Answer = match request.uri.path() {
            "/" | "" => |_, _| page::answer(),
            "/api/snapshot" => |own, _| json(StatusCode::OK, &Seen::now(own.possible())),
            #[cfg(feature = "config")]
            "/api/config" => |_, _| json(StatusCode::OK, &crate::configuration::Configuration::now()),
            "/api/events" => Self::events,
            "/metrics" => |_, _| metrics::answer(),
            "/livez" => |_, _| whole(StatusCode::OK, TEXT, "ok\n"),
            "/readyz" => |own, _| readiness::answer(&own.critical),
            _ => return not_found(),
        };
        if [Method::GET, Method::HEAD].contains(&request.method) {
            show(self, request)
        } else {
            not_allowed("GET, HEAD")
        }
    }

    /// Events as they come, after the one that the request names.
    fn events(&self, request: &Parts) -> Answer {
        let body = if request.method == Method::HEAD {
            AdminBody::whole(Bytes::new())
        } else {
            let Some(reader) = self.log.read(after(request)) else {
                let answer = error(StatusCode::SERVICE_UNAVAILABLE, "as many read events as may read them");
                return with(answer, RETRY_AFTER, HeaderValue::from_static("5"));
            };
            // Without the thread, those who are gone are noticed at the next event.
            _ = self.thread.start();
            AdminBody::events(reader)
        };
        of(StatusCode::OK, HeaderValue::from_static("text/event-stream"), body)
    }

    fn possible(&self) -> Possible<'_> {
        Possible {
            actions: self.token.is_some(),
            reload: cfg!(feature = "config"),
            critical: self.critical.iter().map(|(name, _)| name.as_str()).collect(),
            timed: self.thread.look(TimedSeen::all),
            last_event_id: self.log.last(),
        }
    }
}
