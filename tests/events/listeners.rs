//! Who is called, when, and what a listener cannot harm.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;

use resilient::events::Kinds;

use crate::{Heard, breaker};

#[test]
fn a_panic_in_a_listener_is_counted_and_reaches_nobody() {
    let breaker = breaker("panicking");
    let events = resilient::events().name("panicking").unwrap();
    let heard = Heard::default();
    let _panicking = events.subscribe(|_| panic!("a listener's own fault"));
    let _watching = heard.listen(events);
    let before = events.listener_panics();
    breaker.force_open();
    assert!(breaker.try_acquire().is_err());
    assert_eq!(heard.take().len(), 2, "the others are called all the same");
    assert!(events.listener_panics() >= before + 2);
}

#[test]
fn nothing_is_delivered_after_the_drop() {
    let breaker = breaker("dropped listener");
    let events = resilient::events().name("dropped listener").unwrap();
    let heard = Heard::default();
    let watching = heard.listen(events);
    breaker.force_open();
    drop(watching);
    breaker.reset();
    assert_eq!(heard.take().len(), 1);
}

#[test]
fn what_a_listener_causes_is_delivered_to_others_but_not_to_itself() {
    let (first, second) = (breaker("caused first"), breaker("caused second"));
    second.force_open();
    let causing = Arc::new(AtomicU32::new(0));
    let (count, others) = (Arc::clone(&causing), Heard::default());
    let _other = others.listen(resilient::events().name("caused second").unwrap());
    let _causing = resilient::subscribe(move |event| {
        if event.name().is_some_and(|name| name.starts_with("caused")) {
            count.fetch_add(1, Ordering::Relaxed);
            let _ = second.try_acquire();
        }
    });
    first.force_open();
    assert_eq!(causing.load(Ordering::Relaxed), 1);
    assert_eq!(others.take(), ["circuit breaker `caused second` refused a call: ForcedOpen"]);
}

#[test]
fn a_listener_that_blocks_does_not_hold_up_other_threads() {
    let breaker = breaker("blocked listener");
    let (entered, released) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
    let (inside, leave) = (Arc::clone(&entered), Arc::clone(&released));
    let first = AtomicU32::new(0);
    let events = resilient::events().kinds(Kinds::CHANGES).name("blocked listener").unwrap();
    let heard = Heard::default();
    let _watching = heard.listen(events);
    let _blocking = events.subscribe(move |_| {
        if first.fetch_add(1, Ordering::Relaxed) == 0 {
            inside.wait();
            leave.wait();
        }
    });
    let blocked = thread::spawn(move || breaker.force_open());
    entered.wait();
    breaker.reset();
    assert_eq!(heard.take().len(), 1, "the one who delivers has the second change, too");
    released.wait();
    blocked.join().unwrap();
    assert_eq!(heard.take().len(), 1);
}

#[test]
fn a_misspelt_function_or_name_is_an_error_that_says_what_is_meant() {
    breaker("spelt right");
    let error = resilient::events().name("spelt rihgt").unwrap_err();
    assert_eq!(error.to_string(), "nothing is named `spelt rihgt`; did you mean `spelt right`?");
    let error = resilient::events().function("app::unheard_of").unwrap_err();
    assert_eq!(error.to_string(), "no annotated function is named `app::unheard_of`");
}
