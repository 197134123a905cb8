//! Bulkheads with threads: who waited for one, and who was refused, and why.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use resilient::events::{Event, Kinds};
use resilient::{Error, ThreadBulkhead, ThreadBulkheadPolicy, bulkhead, registry};

use crate::Heard;

fn images(name: &str, policy: ThreadBulkheadPolicy) -> &'static ThreadBulkhead {
    registry().thread_bulkhead_or_insert(name, policy)
}

/// A body that holds its thread until the other end is dropped, and says when it has begun.
fn held() -> (Sender<()>, Receiver<()>, impl FnOnce() -> Result<(), Error> + Send) {
    let (release, released) = channel::<()>();
    let (begun, has_begun) = channel();
    let body = move || {
        begun.send(()).expect("the test waits");
        assert!(released.recv().is_err());
        Ok(())
    };
    (release, has_begun, body)
}

#[test]
fn a_body_that_waited_for_its_thread_is_reported_when_it_begins() {
    let images = images("threads: waits", ThreadBulkheadPolicy::new(1));
    let heard = Heard::default();
    let order = heard.clone();
    let events = resilient::events().kinds(Kinds::WAITS).name("threads: waits").unwrap();
    let _watching = events.subscribe(move |event| {
        let Event::BulkheadWaited(it) = event else { panic!("{event}") };
        assert!(it.waited > Duration::ZERO);
        assert_eq!(thread::current().name(), Some("threads: waits"));
        order.push("waited".to_owned());
    });
    let (release, has_begun, body) = held();
    let first = thread::spawn(move || images.call(body));
    has_begun.recv().unwrap();
    assert_eq!(heard.take(), [""; 0], "the first has not waited");
    let order = heard.clone();
    let second = thread::spawn(move || {
        images.call(move || {
            order.push("begins".to_owned());
            Ok::<_, Error>(())
        })
    });
    while images.queued() == 0 {
        thread::yield_now();
    }
    drop(release);
    first.join().unwrap().unwrap();
    second.join().unwrap().unwrap();
    assert_eq!(heard.take(), ["waited", "begins"]);
    images.call(|| Ok::<_, Error>(())).unwrap();
    assert_eq!(heard.take(), [""; 0], "a task that is used again has not waited");
}

#[bulkhead(name = "threads: attribute", threads = 1, max_queue = 1)]
async fn awaited(body: Box<dyn FnOnce() -> Result<(), Error> + Send>) -> Result<(), Error> {
    body()
}

#[tokio::test]
async fn async_callers_are_reported_too() {
    let heard = Heard::default();
    let texts = heard.clone();
    let events = resilient::events().name("threads: attribute").unwrap();
    let _watching = events.subscribe(move |event| {
        texts.push(match event {
            Event::BulkheadWaited(_) => "waited".to_owned(),
            event => event.to_string(),
        });
    });
    let (release, has_begun, body) = held();
    let first = tokio::spawn(awaited(Box::new(body)));
    while has_begun.try_recv().is_err() {
        tokio::task::yield_now().await;
    }
    let second = tokio::spawn(awaited(Box::new(|| Ok(()))));
    while registry().thread_bulkhead("threads: attribute").unwrap().queued() == 0 {
        tokio::task::yield_now().await;
    }
    assert!(awaited(Box::new(|| Ok(()))).await.unwrap_err().is_bulkhead_full());
    drop(release);
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    let full = "bulkhead `threads: attribute` refused a call: no slot of 1 is free, and the queue is full";
    assert_eq!(heard.take(), [full, "waited"]);
}

#[test]
fn a_refusal_says_whether_there_was_no_room_or_no_thread_in_time() {
    let policy = ThreadBulkheadPolicy::new(1);
    let none = images("threads: no queue", policy.max_queue(0));
    let short = images("threads: short wait", policy.max_queue(1).max_wait(Duration::from_millis(1)));
    let heard = Heard::default();
    let _none = heard.listen(resilient::events().name("threads: no queue").unwrap());
    let _short = heard.listen(resilient::events().kinds(Kinds::REFUSALS).name("threads: short wait").unwrap());
    for images in [none, short] {
        let (release, has_begun, body) = held();
        let first = thread::spawn(move || images.call(body));
        has_begun.recv().unwrap();
        images.call(|| Ok::<_, Error>(())).unwrap_err();
        drop(release);
        first.join().unwrap().unwrap();
    }
    assert_eq!(
        heard.take(),
        [
            "bulkhead `threads: no queue` refused a call: no slot of 1 is free",
            "bulkhead `threads: short wait` refused a call: no slot of 1 became free within `max_wait`",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_body_that_began_too_late_for_its_caller_is_not_reported() {
    let images = images("threads: too late", ThreadBulkheadPolicy::new(1));
    let heard = Heard::default();
    let _watching = heard.listen(resilient::events().kinds(Kinds::WAITS).name("threads: too late").unwrap());
    let (release, has_begun, body) = held();
    let first = thread::spawn(move || images.call(body));
    has_begun.recv().unwrap();
    let ran = Arc::new(());
    let marks = Arc::clone(&ran);
    let late = resilient::with_deadline_blocking(Duration::from_millis(1), || {
        images.call(move || {
            drop(marks);
            Ok::<_, Error>(())
        })
    });
    assert!(late.unwrap_err().refusal().unwrap().is_timed_out());
    drop(release);
    first.join().unwrap().unwrap();
    assert_eq!(heard.take(), [""; 0]);
}
