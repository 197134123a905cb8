//! Names: one breaker and one bulkhead for each, whoever names it, and its settings written at one place.

use std::ptr;
use std::time::Duration;

use resilient::{BreakerPolicy, BulkheadPolicy, CircuitState, Error, bulkhead, circuit_breaker, registry};

type Outcome = Result<(), Option<Error>>;

const GOOD: Outcome = Ok(());
const BAD: Outcome = Err(None);

fn is_open(outcome: &Outcome) -> bool {
    matches!(outcome, Err(Some(refusal)) if refusal.is_circuit_open())
}

fn is_full(outcome: &Outcome) -> bool {
    matches!(outcome, Err(Some(refusal)) if refusal.is_bulkhead_full())
}

mod one_breaker_per_name {
    use super::*;

    #[tokio::test]
    async fn is_shared_by_all_functions_that_name_it_sync_and_async() {
        #[circuit_breaker(name = "one breaker: shared", failure_threshold = 3)]
        async fn awaits(outcome: Outcome) -> Outcome {
            outcome
        }

        #[circuit_breaker(name = "one breaker: shared")]
        fn blocks(outcome: Outcome) -> Outcome {
            outcome
        }

        struct Client(Outcome);

        impl Client {
            #[circuit_breaker(name = "one breaker: shared")]
            fn method(self) -> Outcome {
                self.0
            }
        }

        assert!(awaits(BAD).await.is_err());
        assert!(blocks(BAD).is_err());
        assert!(Client(BAD).method().is_err());
        assert!(is_open(&awaits(GOOD).await));
        assert!(is_open(&blocks(GOOD)));
        assert!(is_open(&Client(GOOD).method()));
        let stats = registry().circuit_breaker("one breaker: shared").expect("it has run").stats();
        assert_eq!((stats.failed_calls, stats.rejected_calls), (3, 3));
    }

    #[test]
    fn is_not_that_of_another_name() {
        #[circuit_breaker(name = "one breaker: this", failure_threshold = 1)]
        fn this(outcome: Outcome) -> Outcome {
            outcome
        }

        #[circuit_breaker(name = "one breaker: that", failure_threshold = 1)]
        fn that(outcome: Outcome) -> Outcome {
            outcome
        }

        assert!(this(BAD).is_err());
        assert!(is_open(&this(GOOD)));
        assert!(that(GOOD).is_ok());
    }

    #[test]
    fn is_shared_by_all_instances_of_a_generic_function() {
        #[circuit_breaker(name = "one breaker: generic", failure_threshold = 2)]
        fn call<T>(_: T, outcome: Outcome) -> Outcome {
            outcome
        }

        assert!(call(1_u8, BAD).is_err());
        assert!(call("text", BAD).is_err());
        assert!(is_open(&call(1.5, GOOD)));
    }

    #[test]
    fn is_made_once_though_many_threads_come_first() {
        #[circuit_breaker(name = "one breaker: race", failure_threshold = 1000)]
        fn one() -> Outcome {
            BAD
        }

        #[circuit_breaker(name = "one breaker: race")]
        fn other() -> Outcome {
            BAD
        }

        let start = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for thread in 0..8 {
                let start = &start;
                scope.spawn(move || {
                    start.wait();
                    assert!(if thread % 2 == 0 { one() } else { other() }.is_err());
                });
            }
        });
        assert_eq!(registry().circuit_breaker("one breaker: race").expect("it has run").stats().failed_calls, 8);
    }

    #[test]
    fn is_no_bulkhead_of_that_name() {
        #[circuit_breaker(name = "one breaker: and a bulkhead")]
        fn call() -> Outcome {
            GOOD
        }

        assert!(call().is_ok());
        assert!(registry().circuit_breaker("one breaker: and a bulkhead").is_some());
        assert!(registry().bulkhead("one breaker: and a bulkhead").is_none());
    }
}

mod one_bulkhead_per_name {
    use super::*;

    #[tokio::test]
    async fn is_shared_by_all_functions_that_name_it_sync_and_async() {
        #[bulkhead(name = "one bulkhead: shared", max_concurrent = 1)]
        async fn awaits() -> Outcome {
            assert!(is_full(&blocks()));
            GOOD
        }

        #[bulkhead(name = "one bulkhead: shared")]
        fn blocks() -> Outcome {
            GOOD
        }

        assert!(awaits().await.is_ok());
        assert!(blocks().is_ok());
        let stats = registry().bulkhead("one bulkhead: shared").expect("it has run").stats();
        assert_eq!((stats.accepted_calls, stats.rejected_calls), (2, 1));
    }
}

mod a_place_with_the_name_alone {
    use super::*;

    #[test]
    fn that_runs_first_gets_the_settings_that_are_written_elsewhere() {
        #[circuit_breaker(name = "alone: breaker")]
        fn alone(outcome: Outcome) -> Outcome {
            outcome
        }

        #[circuit_breaker(name = "alone: breaker", failure_threshold = 1, recovery_timeout = 1h)]
        fn with_settings(outcome: Outcome) -> Outcome {
            outcome
        }

        assert!(alone(BAD).is_err());
        assert!(is_open(&alone(GOOD)), "one failure is enough");
        assert!(is_open(&with_settings(GOOD)));
        let policy = BreakerPolicy::new().failure_threshold(1).recovery_timeout(Duration::from_secs(3600));
        assert_eq!(registry().circuit_breaker("alone: breaker").expect("it has run").policy(), policy);
    }

    #[test]
    fn gets_the_settings_of_a_function_that_never_runs() {
        #[circuit_breaker(name = "alone: never runs")]
        fn alone(outcome: Outcome) -> Outcome {
            outcome
        }

        #[allow(dead_code)]
        #[circuit_breaker(name = "alone: never runs", failure_threshold = 2)]
        async fn never_runs() -> Outcome {
            GOOD
        }

        assert!(alone(BAD).is_err());
        assert!(alone(BAD).is_err());
        assert!(is_open(&alone(GOOD)));
    }

    #[test]
    fn gets_the_settings_of_a_policy() {
        const POLICY: BreakerPolicy = BreakerPolicy::new().failure_threshold(1);

        #[circuit_breaker(name = "alone: policy")]
        fn alone(outcome: Outcome) -> Outcome {
            outcome
        }

        #[allow(dead_code)]
        #[circuit_breaker(name = "alone: policy", policy = POLICY)]
        fn with_settings() -> Outcome {
            GOOD
        }

        assert!(alone(BAD).is_err());
        assert!(is_open(&alone(GOOD)));
    }

    #[tokio::test]
    async fn gets_the_settings_of_a_bulkhead() {
        #[bulkhead(name = "alone: bulkhead")]
        async fn alone() -> Outcome {
            GOOD
        }

        #[allow(dead_code)]
        #[bulkhead(name = "alone: bulkhead", max_concurrent = 1, max_wait = 3s)]
        fn with_settings() -> Outcome {
            GOOD
        }

        assert!(alone().await.is_ok());
        let policy = BulkheadPolicy::new(1).max_wait(Duration::from_secs(3));
        assert_eq!(registry().bulkhead("alone: bulkhead").expect("it has run").policy(), policy);
    }

    #[test]
    fn gets_the_defaults_if_no_place_has_settings() {
        #[circuit_breaker(name = "alone: defaults")]
        fn call() -> Outcome {
            GOOD
        }

        assert!(call().is_ok());
        let breaker = registry().circuit_breaker("alone: defaults").expect("it has run");
        assert_eq!(breaker.policy(), BreakerPolicy::new());
    }
}

mod two_places_with_settings {
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

    /// Whether `call` panics, and with what.
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
}

mod the_registry {
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
        assert!(made.is_err(), "one of the two places that differ is told");
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
            // Each time, because a test harness may have caught the first.
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
}

mod a_name_with_control_characters {
    use super::*;

    /// It would begin a second line in a log, and colour it.
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
        let function =
            resilient::inspect::functions().find(|function| function.path() == path).expect("it is annotated");
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
}
