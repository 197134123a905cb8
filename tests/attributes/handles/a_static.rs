//! An attribute makes a static without a value into a handle.

use super::*;

#[circuit_breaker(failure_threshold = 2, recovery_timeout = 10s)]
static USERS: CircuitBreaker;

#[circuit_breaker(USERS)]
async fn fetch(outcome: Outcome) -> Outcome {
    outcome
}

#[circuit_breaker(&USERS)]
fn fetch_blocking(outcome: Outcome) -> Outcome {
    outcome
}

#[tokio::test]
async fn functions_that_name_it_share_it() {
    assert_eq!(fetch(BAD).await, BAD);
    assert_eq!(USERS.state(), CircuitState::Closed);
    assert_eq!(fetch_blocking(BAD), BAD);
    assert_eq!(USERS.state(), CircuitState::Open);
    assert_eq!((fetch(Ok(1)).await, fetch_blocking(Ok(1))), (OPEN, OPEN));
    assert_eq!(USERS.stats().rejected_calls, 2);
    USERS.reset();
    assert_eq!(fetch(Ok(1)).await, Ok(1));
}

#[test]
fn it_stands_for_its_state_wherever_that_is_expected() {
    #[circuit_breaker]
    static STEERED: CircuitBreaker;

    fn state(breaker: &'static CircuitBreaker) -> CircuitState {
        breaker.state()
    }

    STEERED.force_open();
    assert_eq!(state(&STEERED), CircuitState::ForcedOpen);
    let kept: &'static CircuitBreaker = &STEERED;
    assert!(std::ptr::eq(kept, &raw const *STEERED));
}

#[test]
fn it_is_called_by_its_identifier_or_by_the_name_that_is_given() {
    #[bulkhead(max_concurrent = 3)]
    static PRINT_QUEUE: Bulkhead;
    #[bulkhead(name = "handles: a name")]
    static NAMED: Bulkhead;
    const NAME: &str = "handles: a constant";
    #[circuit_breaker(name = NAME)]
    static BY_CONSTANT: CircuitBreaker;
    #[circuit_breaker]
    static r#RAW: CircuitBreaker;

    assert_eq!(PRINT_QUEUE.name(), "print_queue");
    assert_eq!(NAMED.name(), "handles: a name");
    assert_eq!(BY_CONSTANT.name(), NAME);
    assert_eq!(RAW.name(), "raw");
}

#[test]
fn it_has_the_settings_of_its_attribute_or_the_defaults() {
    const POLICY: BreakerPolicy = BreakerPolicy::new().failure_rate(0.5);
    #[circuit_breaker(policy = POLICY, window = 20)]
    static BY_POLICY: CircuitBreaker;
    #[bulkhead(max_concurrent = LIMIT, max_wait = 1s)]
    static BY_CONSTANT: Bulkhead;
    #[bulkhead]
    static BY_DEFAULT: Bulkhead;
    const LIMIT: usize = 4;

    assert_eq!(BY_POLICY.policy(), POLICY.count_window(20));
    assert_eq!(BY_CONSTANT.limit(), 4);
    assert_eq!(BY_DEFAULT.policy(), BulkheadPolicy::default());
}

/// What stands around an item acts on a handle as well.
mod around {
    use super::*;

    pub(crate) mod inner {
        /// A breaker with documentation.
        #[allow(non_upper_case_globals)]
        #[resilient::circuit_breaker(failure_threshold = 1)]
        #[doc(hidden)]
        pub(in super::super) static mixedCase: resilient::CircuitBreaker;

        #[cfg(any())]
        #[resilient::circuit_breaker]
        pub(crate) static ABSENT: NoSuchType;
    }

    type Alias = CircuitBreaker;

    #[circuit_breaker(name = "handles: alias")]
    static ALIASED: Alias;

    #[test]
    fn visibility_attributes_and_the_path_of_the_type_are_kept() {
        assert_eq!(inner::mixedCase.name(), "mixedcase");
        assert_eq!(ALIASED.name(), "handles: alias");
    }
}

#[test]
fn it_may_come_from_a_macro() {
    macro_rules! handle {
        ($(#[$attr:meta])* $vis:vis $name:ident: $ty:ty) => {
            $(#[$attr])* $vis static $name: $ty;
        };
    }
    handle!(#[circuit_breaker(name = "handles: from a macro")] FROM_A_MACRO: CircuitBreaker);

    assert_eq!(FROM_A_MACRO.name(), "handles: from a macro");
}

/// A path of any form leads to it.
#[expect(unused_qualifications, reason = "the lint acts on the user's paths in attributes, too")]
mod paths {
    use super::*;

    #[circuit_breaker(name = "handles: paths", failure_threshold = 1)]
    pub(super) static PATHS: CircuitBreaker;

    #[circuit_breaker(self::PATHS)]
    fn relative(outcome: Outcome) -> Outcome {
        outcome
    }

    #[circuit_breaker(crate::handles::a_static::paths::PATHS, failure_if = |error| *error != Fault::Own)]
    fn absolute(outcome: Outcome) -> Outcome {
        outcome
    }

    #[test]
    fn of_any_form_lead_to_it() {
        assert_eq!(absolute(BAD), BAD);
        assert_eq!(PATHS.state(), CircuitState::Closed);
        assert_eq!(relative(BAD), BAD);
        assert_eq!(absolute(Ok(1)), OPEN);
    }
}
