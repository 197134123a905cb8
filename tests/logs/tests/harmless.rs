//! What a subscriber cannot harm, and the text that one writes.

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use resilient::{BreakerPolicy, CircuitBreaker};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};

fn breaker(name: &str) -> CircuitBreaker {
    CircuitBreaker::new(name, BreakerPolicy::new())
}

/// Calls a function at each event.
struct Calls<F>(F);

impl<S: Subscriber, F: Fn() + 'static> Layer<S> for Calls<F> {
    fn on_event(&self, _: &Event<'_>, _: Context<'_, S>) {
        (self.0)();
    }
}

#[test]
fn a_panic_in_a_subscriber_is_counted_and_reaches_no_call() {
    let breaker = breaker("panics in a log");
    let before = resilient::events().listener_panics();
    let subscriber = tracing_subscriber::registry().with(Calls(|| panic!("a subscriber's own fault")));
    tracing::subscriber::with_default(subscriber, || {
        breaker.force_open();
        assert!(breaker.try_acquire().is_err());
    });
    assert!(resilient::events().listener_panics() >= before + 2);
}

#[test]
fn what_a_subscriber_causes_is_not_written_again() {
    let breaker = Arc::new(breaker("entered again"));
    breaker.force_open();
    let (written, inside) = (Arc::new(AtomicU32::new(0)), Arc::clone(&breaker));
    let count = Arc::clone(&written);
    let subscriber = tracing_subscriber::registry().with(Calls(move || {
        count.fetch_add(1, Ordering::Relaxed);
        assert!(inside.try_acquire().is_err());
    }));
    tracing::subscriber::with_default(subscriber, || assert!(breaker.try_acquire().is_err()));
    assert_eq!(written.load(Ordering::Relaxed), 1);
    assert_eq!(breaker.stats().rejected_calls, 2);
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn lines_of_the_usual_subscriber() {
    let written = Written::default();
    let writer = written.clone();
    let subscriber =
        tracing_subscriber::fmt().without_time().with_ansi(false).with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, || {
        let breaker = breaker("written");
        breaker.force_open();
        breaker.try_acquire().unwrap_err();
        breaker.reset();
    });
    let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    assert_eq!(
        text,
        " WARN resilient::circuit_breaker: circuit breaker opened name=\"written\" number=1 from=\"closed\" \
         to=\"forced_open\" because=\"by_hand\" successful_calls=0 failed_calls=0\n \
         INFO resilient::circuit_breaker: circuit breaker changed name=\"written\" number=2 from=\"forced_open\" \
         to=\"closed\" because=\"by_hand\" successful_calls=0 failed_calls=0\n"
    );
}
