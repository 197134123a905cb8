//! Different settings for one name are a conflict.

use super::*;

#[test]
fn may_say_the_same() {
    #[circuit_breaker(name = "two places: same", failure_threshold = 2)]
    fn one(outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(name = "two places: same", failure_threshold = 2)]
    fn other(outcome: Outcome) -> Outcome {
        outcome
    }

    assert!(one(BAD).is_err());
    assert!(other(BAD).is_err());
    assert!(is_open(&one(GOOD)));
}

/// The message with which `call` panics, if it does.
#[cfg(debug_assertions)]
fn panic_of(call: impl FnOnce() -> Outcome + std::panic::UnwindSafe) -> Option<String> {
    let panic = std::panic::catch_unwind(call).err()?;
    Some(panic.downcast_ref::<String>().cloned().unwrap_or_default())
}

#[cfg(debug_assertions)]
#[test]
fn that_differ_make_the_second_breaker_panic_in_debug_builds() {
    #[circuit_breaker(name = "two places: breakers differ", failure_threshold = 1)]
    fn first(outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(name = "two places: breakers differ", failure_threshold = 2)]
    fn second(outcome: Outcome) -> Outcome {
        outcome
    }

    assert!(first(GOOD).is_ok());
    for _ in 0..2 {
        let message = panic_of(|| second(GOOD)).expect("it panics");
        assert!(message.contains("two places: breakers differ"), "{message}");
        assert!(message.contains(file!()), "it says where: {message}");
    }
    assert!(first(BAD).is_err());
    assert!(is_open(&first(GOOD)), "the first goes on with its own settings");
}

#[cfg(debug_assertions)]
#[test]
fn that_differ_make_the_second_bulkhead_panic_in_debug_builds() {
    #[bulkhead(name = "two places: bulkheads differ", max_concurrent = 1)]
    fn first() -> Outcome {
        GOOD
    }

    #[bulkhead(name = "two places: bulkheads differ", max_concurrent = 2)]
    fn second() -> Outcome {
        GOOD
    }

    assert!(first().is_ok());
    let message = panic_of(second).expect("it panics");
    assert!(message.contains("two places: bulkheads differ"), "{message}");
    assert_eq!(registry().bulkhead("two places: bulkheads differ").expect("it has run").limit(), 1);
}

#[cfg(debug_assertions)]
#[test]
fn that_differ_panic_whichever_of_them_comes_second() {
    #[circuit_breaker(name = "two places: reversed", failure_threshold = 1)]
    fn written_first() -> Outcome {
        GOOD
    }

    #[circuit_breaker(name = "two places: reversed", failure_threshold = 2)]
    fn written_second() -> Outcome {
        GOOD
    }

    assert!(written_second().is_ok());
    assert!(panic_of(written_first).is_some());
}

#[cfg(not(debug_assertions))]
#[test]
fn that_differ_leave_the_first_in_force_in_release_builds() {
    #[circuit_breaker(name = "two places: release", failure_threshold = 1)]
    fn first(outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(name = "two places: release", failure_threshold = 2)]
    fn second(outcome: Outcome) -> Outcome {
        outcome
    }

    assert!(first(GOOD).is_ok());
    assert!(second(BAD).is_err());
    assert!(is_open(&second(GOOD)));
}
