//! Lookups in the registry by name.

use super::*;

#[test]
fn knows_what_an_attribute_names_before_its_first_call() {
    #[circuit_breaker(name = "registry: before", failure_threshold = 7)]
    fn breaks(outcome: Outcome) -> Outcome {
        outcome
    }

    #[bulkhead(name = "registry: before", max_concurrent = 7)]
    async fn limits() -> Outcome {
        GOOD
    }

    let breaker = registry().circuit_breaker("registry: before").expect("an attribute names it");
    let bulkhead = registry().bulkhead("registry: before").expect("an attribute names it");
    assert_eq!((breaker.name(), bulkhead.name()), (bulkhead.name(), breaker.name()));
    assert_eq!(breaker.name(), "registry: before");
    assert_eq!(breaker.policy(), BreakerPolicy::new().failure_threshold(7));
    assert_eq!(bulkhead.limit(), 7);

    breaker.force_open();
    assert!(is_open(&breaks(GOOD)), "the first call finds the same breaker");
    let slots: Vec<_> = std::iter::from_fn(|| bulkhead.try_acquire().ok()).collect();
    assert_eq!(slots.len(), 7);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    assert!(is_full(&runtime.block_on(limits())), "the first call finds the same bulkhead");
}

#[test]
fn makes_what_it_is_asked_for_with_the_settings_that_are_written_anywhere() {
    #[circuit_breaker(name = "registry: settings elsewhere")]
    #[bulkhead(name = "registry: settings elsewhere")]
    fn alone() -> Outcome {
        GOOD
    }

    #[allow(dead_code)]
    #[circuit_breaker(name = "registry: settings elsewhere", failure_threshold = 3)]
    #[bulkhead(name = "registry: settings elsewhere", max_concurrent = 3)]
    fn never_runs() -> Outcome {
        GOOD
    }

    #[allow(dead_code)]
    #[circuit_breaker(name = "registry: settings nowhere")]
    fn with_defaults() -> Outcome {
        GOOD
    }

    let policy = |name| registry().circuit_breaker(name).expect("an attribute names it").policy();
    assert_eq!(policy("registry: settings elsewhere"), BreakerPolicy::new().failure_threshold(3));
    assert_eq!(policy("registry: settings nowhere"), BreakerPolicy::new());
    assert_eq!(registry().bulkhead("registry: settings elsewhere").expect("an attribute names it").limit(), 3);
    assert!(alone().is_ok(), "nothing contradicts it");
}

#[test]
fn does_not_find_what_belongs_to_a_function_alone() {
    #[bulkhead(max_concurrent = 1)]
    fn own() -> Outcome {
        assert!(is_full(&own()));
        GOOD
    }

    assert!(own().is_ok());
    let path = concat!(module_path!(), "::own");
    assert!(registry().bulkhead(path).is_none());
    assert!(registry().bulkheads().iter().all(|bulkhead| bulkhead.name() != path));
}

#[test]
fn does_not_invent_what_a_misspelt_name_asks_for() {
    #[circuit_breaker(name = "registry: spelt")]
    fn call() -> Outcome {
        GOOD
    }

    assert!(call().is_ok());
    assert!(registry().circuit_breaker("registry: misspelt").is_none());
    assert!(registry().circuit_breaker("registry: misspelt").is_none(), "looking does not make one");
    assert!(registry().bulkhead("registry: spelt").is_none());
}

#[test]
fn makes_one_by_hand_that_functions_then_share() {
    #[circuit_breaker(name = "registry: by hand")]
    fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    let policy = BreakerPolicy::new().failure_threshold(1);
    let breaker = registry().circuit_breaker_or_insert("registry: by hand", policy);
    assert!(call(BAD).is_err());
    assert_eq!(breaker.state(), CircuitState::Open);
    let found = registry().circuit_breaker("registry: by hand").expect("it is there");
    assert!(ptr::eq(found, breaker));
    assert!(ptr::eq(registry().circuit_breaker_or_insert("registry: by hand", policy), breaker));
}

#[test]
fn finds_by_hand_what_a_function_made() {
    #[bulkhead(name = "registry: made by a function", max_concurrent = 3)]
    fn call() -> Outcome {
        GOOD
    }

    assert!(call().is_ok());
    let found = registry().bulkhead_or_insert("registry: made by a function", BulkheadPolicy::new(3));
    assert!(ptr::eq(found, registry().bulkhead("registry: made by a function").expect("it has run")));
    assert_eq!(found.stats().accepted_calls, 1);
}

#[cfg(debug_assertions)]
#[test]
#[should_panic(expected = "registry: other settings")]
fn panics_in_debug_builds_if_it_is_there_with_other_settings() {
    registry().circuit_breaker_or_insert("registry: other settings", BreakerPolicy::new());
    registry().circuit_breaker_or_insert("registry: other settings", BreakerPolicy::new().failure_threshold(1));
}

#[cfg(debug_assertions)]
#[test]
fn panics_in_debug_builds_if_an_attribute_comes_with_other_settings() {
    #[circuit_breaker(name = "registry: another attribute", failure_threshold = 2)]
    fn call() -> Outcome {
        GOOD
    }

    let made = std::panic::catch_unwind(|| {
        registry().circuit_breaker_or_insert("registry: another attribute", BreakerPolicy::new());
        call()
    });
    assert!(made.is_err(), "one of the two places that differ is reported");
}

#[cfg(debug_assertions)]
#[test]
fn panics_in_debug_builds_if_an_attribute_that_has_not_run_gives_other_settings() {
    #[allow(dead_code)]
    #[circuit_breaker(name = "registry: not run", failure_threshold = 2)]
    #[bulkhead(name = "registry: not run", max_concurrent = 2)]
    fn call() -> Outcome {
        GOOD
    }

    let breaker = || {
        registry().circuit_breaker_or_insert("registry: not run", BreakerPolicy::new());
    };
    let bulkhead = || {
        registry().bulkhead_or_insert("registry: not run", BulkheadPolicy::new(1));
    };
    for insert in [&breaker as &(dyn Fn() + std::panic::RefUnwindSafe), &bulkhead] {
        // For each conflict, because the test harness may have captured the first.
        for _ in 0..2 {
            let panic = std::panic::catch_unwind(insert).expect_err("it panics");
            let message = panic.downcast_ref::<String>().expect("a message");
            assert!(message.contains("registry: not run"), "{message}");
            let is_from_here = message.contains(&format!("_or_insert` at {}:", file!()));
            assert!(is_from_here && message.contains("::call"), "it says which places differ: {message}");
        }
    }
}

fn lists_breaker(name: &str) -> bool {
    registry().circuit_breakers().iter().filter(|breaker| breaker.name() == *name).count() == 1
}

fn lists_bulkhead(name: &str) -> bool {
    registry().bulkheads().iter().filter(|bulkhead| bulkhead.name() == *name).count() == 1
}

#[test]
fn lists_what_attributes_give_settings_and_what_is_made_by_hand() {
    #[allow(dead_code)]
    #[circuit_breaker(name = "registry: listed", failure_threshold = 2)]
    #[bulkhead(name = "registry: listed", max_concurrent = 1)]
    fn never_runs() -> Outcome {
        GOOD
    }

    assert!(lists_breaker("registry: listed"));
    assert!(lists_bulkhead("registry: listed"));
    let listed = registry().circuit_breakers();
    let found = registry().circuit_breaker("registry: listed").expect("an attribute names it");
    assert!(listed.iter().any(|breaker| ptr::eq(*breaker, found)));

    registry().circuit_breaker_or_insert("registry: listed by hand", BreakerPolicy::new());
    registry().bulkhead_or_insert("registry: listed by hand", BulkheadPolicy::new(1));
    assert!(lists_breaker("registry: listed by hand"));
    assert!(lists_bulkhead("registry: listed by hand"));
}

#[test]
fn decides_no_settings_by_listing() {
    #[circuit_breaker(name = "registry: no settings")]
    #[bulkhead(name = "registry: no settings")]
    fn without_settings(outcome: Outcome) -> Outcome {
        outcome
    }

    #[allow(dead_code)]
    #[circuit_breaker(name = "registry: disputed", failure_threshold = 1)]
    fn one() -> Outcome {
        GOOD
    }

    #[allow(dead_code)]
    #[circuit_breaker(name = "registry: disputed", failure_threshold = 2)]
    fn other() -> Outcome {
        GOOD
    }

    assert!(!lists_breaker("registry: no settings") && !lists_bulkhead("registry: no settings"));
    assert!(!lists_breaker("registry: disputed"));
    registry().bulkhead_or_insert("registry: no settings", BulkheadPolicy::new(1));
    registry().circuit_breaker_or_insert("registry: no settings", BreakerPolicy::new().failure_threshold(1));
    assert!(without_settings(BAD).is_err());
    assert!(is_open(&without_settings(GOOD)), "by hand it still gets any settings");
    assert!(lists_breaker("registry: no settings") && lists_bulkhead("registry: no settings"));
    assert!(other().is_ok(), "any of two that differ may still be the first");
    assert!(lists_breaker("registry: disputed"));
}
