//! `Registry::verify` of a program with state per key. A process of its own, because `verify` checks all names of the
//! process.
#![allow(dead_code)]

use resilient::inspect::{LayerKind, Problem};
use resilient::{CircuitBreakers, Error, bulkhead, circuit_breaker, registry};

type Outcome = Result<(), Error>;

#[circuit_breaker(name = "host", key = host, failure_threshold = 3)]
fn by_key(host: &str) -> Outcome {
    let _ = host;
    Ok(())
}

/// The key is missing, so that this is one breaker for all hosts.
#[circuit_breaker(name = "host", failure_threshold = 3)]
fn without_a_key(host: &str) -> Outcome {
    let _ = host;
    Ok(())
}

#[bulkhead(name = "tenant", key = tenant, max_concurrent = 3, max_keys = 10)]
fn ten(tenant: u64) -> Outcome {
    let _ = tenant;
    Ok(())
}

#[bulkhead(name = "tenant", key = tenant, max_concurrent = 3, max_keys = 20)]
fn twenty(tenant: u64) -> Outcome {
    let _ = tenant;
    Ok(())
}

#[circuit_breaker(failure_threshold = 3)]
static MIRRORS: CircuitBreakers;

#[circuit_breaker(name = "mirorrs", key = mirror)]
fn misspelt(mirror: &str) -> Outcome {
    let _ = mirror;
    Ok(())
}

#[test]
fn every_problem_is_reported() {
    let error = registry().verify().expect_err("names contradict each other");
    let text = error.to_string();
    let lines: Vec<_> = text.lines().map(|line| line.replace(|letter: char| letter.is_ascii_digit(), "")).collect();
    let expected = [
        "circuit_breaker \"host\" is the name of a circuit breaker at FILE: (verify_keys::without_a_key), and of a circuit \
         breaker by key at FILE: (verify_keys::by_key)",
        "  make both of one kind, or give one of them another name",
        "circuit_breaker \"mirorrs\" is given settings nowhere; did you mean \"mirrors\", as at FILE: \
         (verify_keys::MIRRORS)?",
        "  it stands at FILE: (verify_keys::misspelt)",
        "  correct it, or give it settings of its own",
        "bulkhead \"tenant\" is given different settings at FILE: (verify_keys::ten) and at FILE: (verify_keys::twenty):",
        "  max_keys:  and ",
        "  give them at one place, and the name alone at the other",
    ];
    assert_eq!(lines, expected.map(|line| line.replace("FILE", file!())));
    assert!(matches!(
        error.problems(),
        [Problem::TwoKinds { kind: LayerKind::CircuitBreaker, name: "host", .. }, Problem::Misspelt { .. }, _]
    ));
}
