//! Events as they come.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, StatusCode};
use http_body::Body as _;
use resilient::{BreakerPolicy, CircuitBreaker};
use resilient_admin::{Admin, AdminBody};
use serde_json::json;
use tower_service::Service;

use crate::http::{self, Event, Stream, get};
use crate::looking;

fn breaker(name: &str) -> CircuitBreaker {
    CircuitBreaker::new(name, BreakerPolicy::new())
}

/// The status and the body, without a connection.
pub(crate) async fn ask(admin: &mut Admin, path: &str) -> (StatusCode, AdminBody) {
    let request = Request::get(path).body(Body::empty()).unwrap();
    let Ok::<_, Infallible>(answer) = admin.call(request).await;
    (answer.status(), answer.into_body())
}

/// What is there now.
pub(crate) fn read(body: &mut AdminBody) -> String {
    let mut text = String::new();
    while let Poll::Ready(Some(Ok(frame))) = Pin::new(&mut *body).poll_frame(&mut Context::from_waker(Waker::noop())) {
        text.push_str(std::str::from_utf8(&frame.into_data().unwrap()).unwrap());
    }
    text
}

/// The next event of a breaker of this name; other tests cause events at the same time.
pub(crate) async fn next_of(stream: &mut Stream, name: &str) -> Event {
    loop {
        let event = stream.next().await.unwrap();
        if event.2["name"] == name {
            return event;
        }
    }
}

#[tokio::test]
async fn a_change_of_state_comes_as_an_event() {
    let address = http::serve(looking()).await;
    let mut stream = Stream::open(address, "/api/events", &[]).await;
    assert!(stream.until("\n\n").await.contains("retry: 2000"));
    let users = breaker("events: changed");
    users.force_open();
    assert!(users.try_acquire().is_err());
    let (event, id, data) = next_of(&mut stream, "events: changed").await;
    assert_eq!(
        (event.as_str(), &data["from"], &data["to"]),
        ("breaker_changed", &json!("closed"), &json!("forced_open"))
    );
    assert_eq!((&data["because"], &data["number"], &data["open_for_ms"]), (&json!("by_hand"), &json!(1), &json!(null)));
    assert_eq!(data["text"], "circuit breaker `events: changed`: Closed -> ForcedOpen by by_hand");
    assert!(data["at_ms"].is_u64());
    let (event, later, data) = next_of(&mut stream, "events: changed").await;
    assert_eq!((event.as_str(), &data["state"]), ("breaker_rejected", &json!("forced_open")));
    assert!(later > id, "{later:?} after {id:?}");
}

#[tokio::test]
async fn who_comes_back_gets_what_was_missed() {
    let address = http::serve(looking()).await;
    let mut stream = Stream::open(address, "/api/events", &[]).await;
    let users = breaker("events: missed");
    users.force_open();
    let (_, id, _) = next_of(&mut stream, "events: missed").await;
    drop(stream);
    users.reset();
    users.disable();
    let id = id.unwrap().to_string();
    let path = format!("/api/events?after={id}");
    for (path, headers) in [("/api/events", vec![("Last-Event-ID", id.as_str())]), (path.as_str(), vec![])] {
        let mut stream = Stream::open(address, path, &headers).await;
        for to in ["closed", "disabled"] {
            assert_eq!(next_of(&mut stream, "events: missed").await.2["to"], to, "{path}");
        }
    }
    // Of another life of the process.
    let mut stream = Stream::open(address, "/api/events", &[("Last-Event-ID", "999999999999")]).await;
    let (event, _, data) = stream.next().await.unwrap();
    assert_eq!((event.as_str(), &data["missed"]), ("lagged", &json!(0)));
    // What is no number is nothing.
    let mut stream = Stream::open(address, "/api/events?after=x", &[]).await;
    users.reset();
    assert_eq!(next_of(&mut stream, "events: missed").await.2["to"], "closed");
}

#[tokio::test]
async fn the_seventeenth_reader_waits_until_one_leaves() {
    let address = http::serve(looking()).await;
    let mut streams = Vec::new();
    for _ in 0..16 {
        streams.push(Stream::open(address, "/api/events", &[]).await);
    }
    let refused = get(address, "/api/events").await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, "5"));
    assert!(refused.json()["error"].is_string());
    // A request without a body takes no place, and nothing else is refused.
    assert_eq!(http::send(address, "HEAD", "/api/events", &[], "").await.status, 200);
    assert_eq!(get(address, "/api/snapshot").await.status, 200);
    drop(streams.pop());
    let users = breaker("events: seventeenth");
    // The server notices when it writes.
    while get_status(address).await == 503 {
        users.force_open();
        tokio::task::yield_now().await;
    }
}

async fn get_status(address: std::net::SocketAddr) -> u16 {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /api/events HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut line = [0; 12];
    stream.read_exact(&mut line).await.unwrap();
    std::str::from_utf8(&line[9..]).unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_reader_that_does_not_read_learns_what_it_missed_and_delays_nobody() {
    let mut admin = looking();
    let (status, mut slow) = ask(&mut admin, "/api/events").await;
    assert_eq!(status, StatusCode::OK);
    assert!(read(&mut slow).starts_with("retry: 2000\n\n"));
    let users = breaker("events: slow");
    // Each is a change, and none of those is left out.
    for _ in 0..2_000 {
        users.force_open();
        users.reset();
    }
    assert_eq!(users.stats().state_changes, 4_000);
    let text = read(&mut slow);
    let events = text.split("\n\n").filter(|event| event.contains("event: breaker_changed")).count();
    assert!(events <= 1_024, "{events} are kept");
    let lagged = text.split("\n\n").next().unwrap();
    assert!(lagged.contains("event: lagged"), "{lagged}");
    let missed = http::event(lagged).unwrap().2["missed"].as_u64().unwrap();
    assert!(missed >= 4_000 - 1_024, "{missed}");
    // From then on it has all.
    users.disable();
    assert!(read(&mut slow).contains("\"disabled\""));
}

/// 10^5 calls that are refused cost as much with a reader that does not read as with none: what is compared is measured in
/// turns in one run, and the best of each counts.
#[tokio::test]
async fn calls_cost_the_same_with_a_slow_reader() {
    let users = breaker("events: cost");
    users.force_open();
    let calls = || {
        let begin = Instant::now();
        (0..10_000).for_each(|_| drop(users.try_acquire().unwrap_err()));
        begin.elapsed()
    };
    let mut admin = looking();
    let (mut with_reader, mut without) = (Duration::MAX, Duration::MAX);
    for _ in 0..10 {
        without = without.min(calls());
        let (_, reader) = ask(&mut admin, "/api/events").await;
        with_reader = with_reader.min(calls());
        drop(reader);
    }
    assert!(with_reader < 4 * without, "{with_reader:?} with a reader, {without:?} without");
}

#[tokio::test]
async fn of_many_refusals_a_few_are_sent_and_the_others_are_counted() {
    let mut admin = looking();
    let (_, mut body) = ask(&mut admin, "/api/events").await;
    let users = breaker("events: storm");
    users.force_open();
    (0..10_000).for_each(|_| drop(users.try_acquire().unwrap_err()));
    let text = read(&mut body);
    let sent = text.split("\n\n").filter(|event| event.contains("event: breaker_rejected")).count();
    assert!((1..1_000).contains(&sent), "{sent} of 10000");
    assert!(text.contains("\"forced_open\""), "the change is among them");
}

#[tokio::test]
async fn a_closed_service_ends_its_readers_and_those_that_come() {
    let mut admin = looking();
    let (_, mut before) = ask(&mut admin, "/api/events").await;
    read(&mut before);
    admin.close();
    let (_, mut after) = ask(&mut admin, "/api/events").await;
    for body in [&mut before, &mut after] {
        assert!(read(body).ends_with("event: closing\ndata: {}\n\n"));
        let end = poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
        assert!(end.is_none());
    }
    assert_eq!(ask(&mut admin, "/api/snapshot").await.0, StatusCode::OK);
}

/// How long a server takes to shut down that has sixteen readers.
async fn shutdown_with_readers() -> Duration {
    let admin = looking();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let closing = admin.clone();
    let serving = tokio::spawn(async move {
        let shut_down = async move {
            _ = stopped.await;
            closing.close();
        };
        axum::serve(listener, admin.router()).with_graceful_shutdown(shut_down).await
    });
    let mut streams = Vec::new();
    for _ in 0..16 {
        streams.push(Stream::open(address, "/api/events", &[]).await);
    }
    let begin = Instant::now();
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    let took = begin.elapsed();
    for mut stream in streams {
        let mut last = String::new();
        while let Some((event, ..)) = stream.next().await {
            last = event;
        }
        assert_eq!(last, "closing");
    }
    took
}

/// The best of a few counts, because a machine that does much else takes longer.
#[tokio::test]
async fn a_shutdown_does_not_wait_for_readers() {
    let mut best = Duration::MAX;
    for _ in 0..5 {
        best = best.min(shutdown_with_readers().await);
    }
    assert!(best < Duration::from_millis(100), "{best:?}");
}

#[tokio::test]
async fn a_reader_is_woken_by_what_comes() {
    let mut admin = looking();
    let (_, mut body) = ask(&mut admin, "/api/events").await;
    read(&mut body);
    let waits = tokio::spawn(async move {
        loop {
            let frame = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await.unwrap().unwrap();
            if std::str::from_utf8(&frame.into_data().unwrap()).unwrap().contains("events: woken") {
                break;
            }
        }
    });
    tokio::task::yield_now().await;
    std::thread::spawn(|| breaker("events: woken").force_open()).join().unwrap();
    waits.await.unwrap();
}
