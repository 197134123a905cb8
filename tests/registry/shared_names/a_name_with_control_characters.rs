//! Control characters of a name are escaped where it is printed.

use super::*;

/// Begins a second line in a log, and colours it.
const FORGED: &str = "forged\nERROR \u{1b}[31mpaid\u{202e}";
const PRINTED: &str = r"forged\nERROR \u{1b}[31mpaid\u{202e}";

#[circuit_breaker(name = FORGED, failure_threshold = 1)]
#[bulkhead(name = FORGED, max_concurrent = 1)]
fn call() -> Outcome {
    BAD
}

#[test]
fn is_escaped_in_every_text() {
    let breaker = registry().circuit_breaker(FORGED).expect("an attribute names it");
    let bulkhead = registry().bulkhead(FORGED).expect("an attribute names it");
    assert!(call().is_err());
    let slot = bulkhead.try_acquire().expect("it is free");
    let refusals = [breaker.try_acquire().expect_err("open"), bulkhead.try_acquire().expect_err("full")];
    drop(slot);
    let path = concat!(module_path!(), "::call");
    let function = resilient::inspect::functions().find(|function| function.path() == path).expect("it is annotated");
    let mut texts = vec![breaker.name().to_string(), function.to_string(), format!("{breaker:?}{bulkhead:?}")];
    texts.extend(refusals.iter().flat_map(|refusal| [refusal.to_string(), format!("{refusal:?}")]));
    for text in texts {
        assert!(text.contains(PRINTED), "{text:?}");
        assert!(!text.contains(['\n', '\u{1b}', '\u{202e}']), "{text:?}");
    }
    assert_eq!(refusals.map(|refusal| refusal.name() == FORGED), [true, true], "the name itself is not changed");
}

#[cfg(debug_assertions)]
#[test]
fn is_escaped_in_the_report_of_a_conflict() {
    registry().circuit_breaker(FORGED).expect("an attribute names it, and its settings come first");
    let other = || registry().circuit_breaker_or_insert(FORGED, BreakerPolicy::new());
    let panic = std::panic::catch_unwind(other).expect_err("it has other settings");
    let message = panic.downcast_ref::<String>().expect("a message");
    assert!(message.contains(PRINTED) && !message.contains('\u{1b}'), "{message:?}");
}
