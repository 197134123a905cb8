//! What breakers see and refuse.

use super::*;

scenario! {
    a_breaker_below_a_retry_counts_each_attempt,
    breakers: &[("as: below", BreakerPolicy::new().failure_threshold(100))],
    bulkheads: &[],
    #[retry(max_attempts = 4, jitter = none)]
    #[circuit_breaker(name = "as: below", failure_threshold = 100)]
    |breaker, _| Pipeline::new().retry(RETRY.max_attempts(4)).breaker(&breaker[0]),
    &[Call(&[Bad]), Call(&[Bad, Good])]
}

scenario! {
    a_breaker_above_a_retry_counts_each_call,
    breakers: &[("as: above", BreakerPolicy::new().failure_threshold(100))],
    bulkheads: &[],
    #[circuit_breaker(name = "as: above", failure_threshold = 100)]
    #[retry(max_attempts = 4, jitter = none)]
    |breaker, _| Pipeline::new().breaker(&breaker[0]).retry(RETRY.max_attempts(4)),
    &[Call(&[Bad]), Call(&[Bad, Good])]
}

scenario! {
    a_breaker_that_opens_between_attempts_ends_them_and_recovers_by_probes,
    breakers: &[("as: opens", BreakerPolicy::new().failure_threshold(3))],
    bulkheads: &[],
    #[retry(max_attempts = 10, jitter = none)]
    #[circuit_breaker(name = "as: opens", failure_threshold = 3)]
    |breaker, _| Pipeline::new().retry(RETRY.max_attempts(10)).breaker(&breaker[0]),
    &[Call(&[Bad]), Call(&[Good]), Wait(secs(30)), Call(&[Good]), Call(&[Good]), Call(&[Bad, Good])]
}

scenario! {
    a_failed_probe_opens_the_breaker_again,
    breakers: &[("as: probe", OPENS_AT_ONCE.recovery_timeout(secs(5)).recovery_backoff(2.0))],
    bulkheads: &[],
    #[circuit_breaker(name = "as: probe", failure_threshold = 1, recovery_timeout = 5s, recovery_backoff = 2.0)]
    |breaker, _| Pipeline::new().breaker(&breaker[0]),
    &[Call(&[Bad]), Wait(secs(5)), Call(&[Bad]), Wait(secs(5)), Call(&[Good]), Wait(secs(5)), Call(&[Good])]
}

scenario! {
    a_timeout_above_a_breaker_drops_the_call_which_is_a_failure,
    breakers: &[("as: dropped", OPENS_AT_ONCE)],
    bulkheads: &[],
    #[timeout(2s)]
    #[circuit_breaker(name = "as: dropped", failure_threshold = 1)]
    |breaker, _| Pipeline::new().timeout(secs(2)).breaker(&breaker[0]),
    &[Call(&[Hang]), Call(&[Good])]
}

scenario! {
    a_call_that_had_less_than_half_of_the_limit_counts_neither_way,
    breakers: &[("as: hung late", BreakerPolicy::new())],
    bulkheads: &[],
    #[timeout(10s)]
    #[retry(max_attempts = 2, base_delay = 1s, jitter = none)]
    #[circuit_breaker(name = "as: hung late")]
    |breaker, _| Pipeline::new().timeout(secs(10)).retry(retry_for(2, secs(1))).breaker(&breaker[0]),
    &[Call(&[BadIn(6000), Hang]), Call(&[BadIn(3000), Hang])]
}

scenario! {
    every_breaker_of_a_dropped_call_counts_what_hangs,
    breakers: &[("as: outer of two", BreakerPolicy::new()), ("as: inner of two", BreakerPolicy::new())],
    bulkheads: &[],
    #[circuit_breaker(name = "as: outer of two")]
    #[timeout(4s)]
    #[circuit_breaker(name = "as: inner of two")]
    |breaker, _| Pipeline::new().breaker(&breaker[0]).timeout(secs(4)).breaker(&breaker[1]),
    &[Call(&[Hang]), Call(&[Bad]), Call(&[GoodIn(3000)])]
}

scenario! {
    breakers_each_count_and_the_outer_one_is_asked_first,
    breakers: &[
        ("as: outer", BreakerPolicy::new().failure_threshold(2)),
        ("as: inner", BreakerPolicy::new().failure_threshold(100)),
    ],
    bulkheads: &[],
    #[circuit_breaker(name = "as: outer", failure_threshold = 2)]
    #[circuit_breaker(name = "as: inner", failure_threshold = 100)]
    |breaker, _| Pipeline::new().breaker(&breaker[0]).breaker(&breaker[1]),
    &[Call(&[Bad]), Call(&[Bad]), Call(&[Bad])]
}

scenario! {
    an_open_breaker_is_neither_to_another_breaker,
    breakers: &[
        ("as: not asked", BreakerPolicy::new().failure_threshold(2)),
        ("as: open", BreakerPolicy::new().failure_threshold(1)),
    ],
    bulkheads: &[],
    #[circuit_breaker(name = "as: not asked", failure_threshold = 2)]
    #[circuit_breaker(name = "as: open", failure_threshold = 1)]
    |breaker, _| Pipeline::new().breaker(&breaker[0]).breaker(&breaker[1]),
    &[Call(&[Bad]), Call(&[Bad]), Call(&[Bad]), Call(&[Bad])]
}

scenario! {
    errors_that_do_not_count_are_neither,
    breakers: &[("as: filtered", OPENS_AT_ONCE)],
    bulkheads: &[],
    #[circuit_breaker(name = "as: filtered", failure_threshold = 1, failure_on(Fault::Own))]
    |breaker, _| Pipeline::new().breaker(&breaker[0]).failure_if(|error| *error == Fault::Own),
    &[Call(&[Other]), Call(&[Good]), Call(&[Bad]), Call(&[Good])]
}

scenario! {
    slow_calls_open_a_breaker,
    breakers: &[("as: slow", BreakerPolicy::new().slow_call(secs(2), 0.5).count_window(4).min_calls(2))],
    bulkheads: &[],
    #[circuit_breaker(name = "as: slow", slow_call = 2s, slow_call_rate = 0.5, window = 4, min_calls = 2)]
    |breaker, _| Pipeline::new().breaker(&breaker[0]),
    &[Call(&[GoodIn(3000)]), Call(&[GoodIn(1000)]), Call(&[Good])]
}
