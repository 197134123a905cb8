//! Which errors and refusals are retried.

use super::*;

const fn waits_for_breaker(attempts: u32) -> RetryPolicy {
    let policy = retry_for(attempts, secs(0)).retry_circuit_open(true);
    policy.retry_timed_out(false).retry_bulkhead_full(false)
}

scenario! {
    an_error_is_retried_if_the_filter_says_so,
    breakers: &[],
    bulkheads: &[],
    #[retry(jitter = none, retry_on(Fault::Other))]
    |_, _| Pipeline::new().retry(RETRY).retry_if(|error| *error == Fault::Other),
    &[Call(&[Bad, Good]), Call(&[Other, Good]), Call(&[Other])]
}

scenario! {
    a_filter_of_errors_does_not_concern_a_timeout,
    breakers: &[("as: timeout, filtered", BreakerPolicy::new())],
    bulkheads: &[],
    #[retry(jitter = none, retry_on(Fault::Other))]
    #[circuit_breaker(name = "as: timeout, filtered", failure_if = |_| false)]
    #[timeout(1s)]
    |breaker, _| {
        let layers = Pipeline::new().retry(RETRY).retry_if(|error| *error == Fault::Other);
        layers.breaker(&breaker[0]).failure_if(|_| false).timeout(secs(1))
    },
    &[Call(&[Hang]), Call(&[Bad])]
}

scenario! {
    a_full_bulkhead_is_retried_and_neither_to_a_breaker,
    breakers: &[("as: full", OPENS_AT_ONCE)],
    bulkheads: &[("as: full", BulkheadPolicy::new(1))],
    #[retry(jitter = none)]
    #[circuit_breaker(name = "as: full", failure_threshold = 1)]
    #[bulkhead(name = "as: full", max_concurrent = 1)]
    |breaker, bulkhead| Pipeline::new().retry(RETRY).breaker(&breaker[0]).bulkhead(&bulkhead[0]),
    &[Call(&[Good]), Take(0), Call(&[Good]), Free, Call(&[Good])]
}

scenario! {
    an_open_breaker_is_not_retried,
    breakers: &[("as: not retried", OPENS_AT_ONCE)],
    bulkheads: &[],
    #[retry(jitter = none)]
    #[circuit_breaker(name = "as: not retried", failure_threshold = 1)]
    |breaker, _| Pipeline::new().retry(RETRY).breaker(&breaker[0]),
    &[Call(&[Bad]), Call(&[Good])]
}

scenario! {
    retry_refused_timed_out_retries_nothing_else,
    breakers: &[],
    bulkheads: &[("as: timed out only", BulkheadPolicy::new(1))],
    #[retry(jitter = none, retry_refused(timed_out))]
    #[timeout(1s)]
    #[bulkhead(name = "as: timed out only", max_concurrent = 1)]
    |_, bulkhead| {
        let layers = Pipeline::new().retry(RETRY.retry_bulkhead_full(false));
        layers.timeout(secs(1)).bulkhead(&bulkhead[0])
    },
    &[Call(&[Hang]), Take(0), Call(&[Good]), Free, Call(&[Bad])]
}

scenario! {
    retry_refused_bulkhead_full_retries_nothing_else,
    breakers: &[],
    bulkheads: &[("as: full only", BulkheadPolicy::new(1))],
    #[retry(jitter = none, retry_refused(bulkhead_full))]
    #[timeout(1s)]
    #[bulkhead(name = "as: full only", max_concurrent = 1)]
    |_, bulkhead| {
        let layers = Pipeline::new().retry(RETRY.retry_timed_out(false));
        layers.timeout(secs(1)).bulkhead(&bulkhead[0])
    },
    &[Call(&[Hang]), Take(0), Call(&[Good]), Free]
}

scenario! {
    circuit_open_waits_until_the_breaker_would_admit_a_probe,
    breakers: &[("as: waits", OPENS_AT_ONCE)],
    bulkheads: &[],
    #[retry(max_attempts = 2, base_delay = 0s, jitter = none, retry_refused(circuit_open))]
    #[circuit_breaker(name = "as: waits", failure_threshold = 1)]
    |breaker, _| Pipeline::new().retry(waits_for_breaker(2)).breaker(&breaker[0]),
    &[Call(&[Bad]), Wait(secs(10)), Call(&[Good])]
}

scenario! {
    circuit_open_does_not_wait_longer_than_max_elapsed,
    breakers: &[("as: no time", OPENS_AT_ONCE)],
    bulkheads: &[],
    #[retry(max_attempts = 2, base_delay = 0s, jitter = none, retry_refused(circuit_open), max_elapsed = 29s)]
    #[circuit_breaker(name = "as: no time", failure_threshold = 1)]
    |breaker, _| Pipeline::new().retry(waits_for_breaker(2).max_elapsed(secs(29))).breaker(&breaker[0]),
    &[Call(&[Bad]), Call(&[Good])]
}

scenario! {
    circuit_open_pauses_as_usual_where_nobody_knows_how_long,
    breakers: &[("as: forced", BreakerPolicy::new())],
    bulkheads: &[],
    #[retry(jitter = none, retry_refused(circuit_open))]
    #[circuit_breaker(name = "as: forced")]
    |breaker, _| {
        let policy = RETRY.retry_circuit_open(true).retry_timed_out(false).retry_bulkhead_full(false);
        Pipeline::new().retry(policy).breaker(&breaker[0])
    },
    &[Call(&[Good]), ForceOpen(0), Call(&[Good])]
}

scenario! {
    a_success_that_is_not_enough_is_retried,
    breakers: &[],
    bulkheads: &[],
    #[retry(max_attempts = 3, jitter = none, retry_if_ok = |value| *value < 3)]
    |_, _| Pipeline::new().retry(RETRY).retry_if_ok(|value| *value < 3),
    &[Call(&[Good]), Call(&[Bad, Bad, Bad]), Call(&[Bad, Good])]
}
