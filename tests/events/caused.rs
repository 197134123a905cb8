//! Changes that listeners cause: each is delivered, also to the one who causes it, once it has returned.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use resilient::events::{Event, Kinds};
use resilient::{BreakerPolicy, CircuitBreaker, CircuitState, registry, retry};

use crate::{Heard, breaker};

#[test]
fn a_listener_hears_of_the_change_of_another_breaker_that_it_causes() {
    let (first, second) = (breaker("chain: first"), breaker("chain: second"));
    let heard = Heard::default();
    let texts = heard.clone();
    let _watching = resilient::events().kinds(Kinds::CHANGES).subscribe(move |event| {
        let Event::BreakerChanged(change) = event else { return };
        if change.name.starts_with("chain: ") {
            texts.push(format!("{} begins", change.name));
            if change.name == "chain: first" {
                second.force_open();
            }
            texts.push(format!("{} ends", change.name));
        }
    });
    first.force_open();
    assert_eq!(
        heard.take(),
        ["chain: first begins", "chain: first ends", "chain: second begins", "chain: second ends"],
        "it hears of it once it has returned"
    );
}

#[retry(max_attempts = 2, base_delay = 1ms, jitter = none)]
fn fails() -> Result<(), &'static str> {
    Err("down")
}

#[test]
fn a_change_that_is_caused_at_an_event_of_another_kind_is_delivered_too() {
    let caused = breaker("caused at a retry");
    let heard = Heard::default();
    let texts = heard.clone();
    let path = concat!(module_path!(), "::fails");
    let _watching = resilient::subscribe(move |event| {
        match event {
            Event::RetryScheduled(retry) if retry.function == path => caused.force_open(),
            Event::BreakerChanged(change) if change.name == "caused at a retry" => {}
            _ => return,
        }
        texts.push(event.to_string());
    });
    fails().unwrap_err();
    assert_eq!(
        heard.take(),
        [
            format!("{path}: attempt 1 failed by error (down), the next in 1ms"),
            "circuit breaker `caused at a retry`: Closed -> ForcedOpen by by_hand".to_owned(),
        ]
    );
}

/// At each change it makes another, of the same breaker.
fn toggles(breaker: &CircuitBreaker, to: CircuitState) {
    if to == CircuitState::Closed { breaker.force_open() } else { breaker.reset() }
}

#[test]
fn a_listener_that_causes_a_change_at_every_change_comes_to_an_end_and_others_hear_of_all() {
    let breaker = breaker("toggled");
    let events = resilient::events().kinds(Kinds::CHANGES).name("toggled").unwrap();
    let (calls, numbers) = (Arc::new(AtomicU32::new(0)), Heard::default());
    let (count, seen) = (Arc::clone(&calls), numbers.clone());
    let _toggling = events.subscribe(move |event| {
        count.fetch_add(1, Ordering::Relaxed);
        if let Event::BreakerChanged(change) = event {
            toggles(breaker, change.to);
        }
    });
    let _watching = events.subscribe(move |event| {
        if let Event::BreakerChanged(change) = event {
            seen.push(change.number.to_string());
        }
    });
    for round in 1..=2 {
        breaker.force_open();
        let heard = numbers.take();
        let first = (round - 1) * heard.len() + 1;
        assert_eq!(heard, (first..first + heard.len()).map(|number| number.to_string()).collect::<Vec<_>>());
        assert_eq!(heard.len(), 102, "the first change, and those that led to each other");
        assert_eq!(calls.swap(0, Ordering::Relaxed), 101, "it is called again at the next change from elsewhere");
    }
}

#[test]
fn two_listeners_that_answer_each_other_come_to_an_end() {
    let breaker = breaker("ping-pong");
    let events = resilient::events().kinds(Kinds::CHANGES).name("ping-pong").unwrap();
    let turns = Arc::new(AtomicU32::new(0));
    let answer = |from: CircuitState| {
        let turns = Arc::clone(&turns);
        events.subscribe(move |event| {
            if let Event::BreakerChanged(change) = event
                && change.to == from
            {
                turns.fetch_add(1, Ordering::Relaxed);
                toggles(breaker, from);
            }
        })
    };
    let (_ping, _pong) = (answer(CircuitState::ForcedOpen), answer(CircuitState::Closed));
    breaker.force_open();
    assert!((100..=110).contains(&turns.load(Ordering::Relaxed)), "{turns:?}");
}

#[test]
fn a_listener_may_change_many_breakers_at_one_change() {
    let first = breaker("many: first");
    let others: Vec<_> = (0..300).map(|number| breaker(&format!("many: {number}"))).collect();
    let heard = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&heard);
    let _watching = resilient::events().kinds(Kinds::CHANGES).subscribe(move |event| {
        let Event::BreakerChanged(change) = event else { return };
        if change.name == "many: first" {
            for other in &others {
                other.force_open();
            }
        } else if change.name.starts_with("many: ") {
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    first.force_open();
    assert_eq!(heard.load(Ordering::Relaxed), 300);
}

#[tokio::test(start_paused = true)]
async fn a_call_whose_end_opens_a_breaker_hears_what_its_listener_does() {
    let policy = BreakerPolicy::new().failure_threshold(1).recovery_timeout(Duration::from_secs(5));
    let main = registry().circuit_breaker_or_insert("mirrored", policy);
    let mirror = breaker("mirror");
    let _watching = resilient::events().kinds(Kinds::CHANGES).name("mirrored").unwrap().subscribe(move |event| {
        if let Event::BreakerChanged(change) = event {
            if change.to == CircuitState::Open { mirror.force_open() } else { mirror.reset() }
        }
    });
    main.run(async { Err::<(), _>("down") }).await.unwrap_err();
    assert_eq!(mirror.state(), CircuitState::ForcedOpen);
    tokio::time::advance(Duration::from_secs(6)).await;
    main.run(async { Ok::<_, &str>(()) }).await.unwrap();
    assert_eq!(mirror.state(), CircuitState::Closed);
}
