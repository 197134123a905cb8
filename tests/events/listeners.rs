//! Who is called, when, and what a listener cannot harm.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier, Mutex};
use std::thread;

use resilient::events::{Kinds, Subscription};
use resilient::{Error, circuit_breaker, retry};

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

#[circuit_breaker(name = "blocked at the end")]
fn called() -> Result<(), Error> {
    Ok(())
}

#[test]
fn a_listener_that_blocks_at_the_end_of_a_call_holds_up_that_call_alone() {
    let (says, is_there) = channel();
    let (release, released) = channel::<()>();
    let first = Mutex::new(Some((says, released)));
    let events = resilient::events().kinds(Kinds::CALLS).function(path!("called")).unwrap();
    let blocking = events.subscribe(move |_| {
        let Some((says, released)) = first.lock().unwrap().take() else { return };
        says.send(()).expect("the test waits");
        assert!(released.recv().is_err());
    });
    let blocked = thread::spawn(called);
    is_there.recv().unwrap();
    let heard = Heard::default();
    let watching = heard.listen(events);
    (0..100).for_each(|_| called().unwrap());
    assert_eq!(heard.take().len(), 100, "who begins to listen meanwhile is called");
    drop((watching, blocking));
    called().unwrap();
    drop(release);
    blocked.join().unwrap().unwrap();
    assert_eq!(breaker("blocked at the end").stats().successful_calls, 102);
}

#[retry(max_attempts = 3, base_delay = 1s)]
async fn begins_to_listen(watching: &Mutex<Option<Subscription>>, heard: &Heard) -> Result<(), &'static str> {
    let events = resilient::events().kinds(Kinds::RETRIES).function(path!("begins_to_listen")).unwrap();
    watching.lock().unwrap().get_or_insert_with(|| heard.listen(events));
    Err("down")
}

#[tokio::test(start_paused = true)]
async fn a_listener_that_comes_in_the_middle_of_a_call_hears_the_rest() {
    let (watching, heard) = (Mutex::default(), Heard::default());
    assert_eq!(begins_to_listen(&watching, &heard).await, Err("down"));
    assert_eq!(heard.take().len(), 3, "two retries, and that there is no further one");
    drop(watching.lock().unwrap().take());
    assert_eq!(begins_to_listen(&watching, &heard).await, Err("down"));
    assert_eq!(heard.take().len(), 3, "it listens anew");
}

#[test]
fn a_misspelt_function_or_name_is_an_error_that_says_what_is_meant() {
    breaker("spelt right");
    let error = resilient::events().name("spelt rihgt").unwrap_err();
    assert_eq!(error.to_string(), "nothing is named `spelt rihgt`; did you mean `spelt right`?");
    let error = resilient::events().function("app::unheard_of").unwrap_err();
    assert_eq!(error.to_string(), "no annotated function is named `app::unheard_of`");
}
