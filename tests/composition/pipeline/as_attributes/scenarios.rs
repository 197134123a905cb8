//! The scenarios: what stands above what, and what comes of it.

use super::*;

pub(super) fn all() -> Vec<Scenario> {
    [limits(), breakers(), bulkheads(), refusals(), fallbacks(), whole_stacks()].into_iter().flatten().collect()
}

/// Three attempts, exponential from 100 ms.
const RETRY: RetryPolicy = RetryPolicy::new().jitter(Jitter::None);

const fn retry_for(attempts: u32, delay: Duration) -> RetryPolicy {
    RETRY.max_attempts(attempts).base_delay(delay)
}

const OPENS_AT_ONCE: BreakerPolicy = BreakerPolicy::new().failure_threshold(1);

fn limits() -> Vec<Scenario> {
    vec![
        scenario!(
            "a timeout below a retry limits each attempt",
            breakers: &[],
            bulkheads: &[],
            #[retry(jitter = none)]
            #[timeout(2s)]
            |_, _| Pipeline::new().retry(RETRY).timeout(secs(2)),
            &[Call(&[Hang]), Call(&[Hang, Good]), Call(&[Good])]
        ),
        scenario!(
            "a timeout above a retry limits all attempts and the pauses between them",
            breakers: &[],
            bulkheads: &[],
            #[timeout(5s)]
            #[retry(max_attempts = unlimited, max_elapsed = 1h, backoff = constant, base_delay = 1s, jitter = none)]
            |_, _| Pipeline::new().timeout(secs(5)).retry(
                steady(1, secs(1)).max_delay(secs(60)).unlimited_attempts().max_elapsed(secs(3600))
            ),
            &[Call(&[BadIn(1000)]), Call(&[BadIn(1000), Good])]
        ),
        scenario!(
            "timeouts limit each attempt and the whole",
            breakers: &[],
            bulkheads: &[],
            #[timeout(5s)]
            #[retry(max_attempts = 10, base_delay = 0s)]
            #[timeout(2s)]
            |_, _| Pipeline::new().timeout(secs(5)).retry(retry_for(10, secs(0))).timeout(secs(2)),
            &[Call(&[GoodIn(9000)]), Call(&[GoodIn(9000), GoodIn(1000)])]
        ),
        scenario!(
            "each attempt gets a step more",
            breakers: &[],
            bulkheads: &[],
            #[retry(max_attempts = 3, base_delay = 1s, jitter = none)]
            #[timeout(1s, step = 2s)]
            |_, _| Pipeline::new().retry(retry_for(3, secs(1))).timeout(TimeoutPolicy::new(secs(1)).step(secs(2))),
            &[Call(&[GoodIn(4000)]), Call(&[GoodIn(900)]), Call(&[Hang])]
        ),
        scenario!(
            "a delay that would end after the deadline does not begin",
            breakers: &[],
            bulkheads: &[],
            #[timeout(3s)]
            #[retry(max_attempts = 2, base_delay = 2s, jitter = none)]
            |_, _| Pipeline::new().timeout(secs(3)).retry(retry_for(2, secs(2))),
            &[Call(&[BadIn(1500)]), Call(&[BadIn(500), Good])]
        ),
        scenario!(
            "the attempts end with max_elapsed",
            breakers: &[],
            bulkheads: &[],
            #[retry(max_attempts = 10, base_delay = 1s, jitter = none, max_elapsed = 4s)]
            |_, _| Pipeline::new().retry(retry_for(10, secs(1)).max_elapsed(secs(4))),
            &[Call(&[BadIn(200)]), Call(&[BadIn(1900)])]
        ),
    ]
}

fn breakers() -> Vec<Scenario> {
    vec![
        scenario!(
            "a breaker below a retry counts each attempt",
            breakers: &[("as: below", BreakerPolicy::new().failure_threshold(100))],
            bulkheads: &[],
            #[retry(max_attempts = 4, jitter = none)]
            #[circuit_breaker(name = "as: below", failure_threshold = 100)]
            |breaker, _| Pipeline::new().retry(RETRY.max_attempts(4)).breaker(&breaker[0]),
            &[Call(&[Bad]), Call(&[Bad, Good])]
        ),
        scenario!(
            "a breaker above a retry counts each call",
            breakers: &[("as: above", BreakerPolicy::new().failure_threshold(100))],
            bulkheads: &[],
            #[circuit_breaker(name = "as: above", failure_threshold = 100)]
            #[retry(max_attempts = 4, jitter = none)]
            |breaker, _| Pipeline::new().breaker(&breaker[0]).retry(RETRY.max_attempts(4)),
            &[Call(&[Bad]), Call(&[Bad, Good])]
        ),
        scenario!(
            "a breaker that opens between attempts ends them, and recovers by probes",
            breakers: &[("as: opens", BreakerPolicy::new().failure_threshold(3))],
            bulkheads: &[],
            #[retry(max_attempts = 10, jitter = none)]
            #[circuit_breaker(name = "as: opens", failure_threshold = 3)]
            |breaker, _| Pipeline::new().retry(RETRY.max_attempts(10)).breaker(&breaker[0]),
            &[Call(&[Bad]), Call(&[Good]), Wait(secs(30)), Call(&[Good]), Call(&[Good]), Call(&[Bad, Good])]
        ),
        scenario!(
            "a failed probe opens the breaker again",
            breakers: &[("as: probe", OPENS_AT_ONCE.recovery_timeout(secs(5)).recovery_backoff(2.0))],
            bulkheads: &[],
            #[circuit_breaker(name = "as: probe", failure_threshold = 1, recovery_timeout = 5s, recovery_backoff = 2.0)]
            |breaker, _| Pipeline::new().breaker(&breaker[0]),
            &[Call(&[Bad]), Wait(secs(5)), Call(&[Bad]), Wait(secs(5)), Call(&[Good]), Wait(secs(5)), Call(&[Good])]
        ),
        scenario!(
            "a timeout above a breaker drops the call, which is a failure",
            breakers: &[("as: dropped", OPENS_AT_ONCE)],
            bulkheads: &[],
            #[timeout(2s)]
            #[circuit_breaker(name = "as: dropped", failure_threshold = 1)]
            |breaker, _| Pipeline::new().timeout(secs(2)).breaker(&breaker[0]),
            &[Call(&[Hang]), Call(&[Good])]
        ),
        scenario!(
            "a call that had less than half of the limit counts neither way",
            breakers: &[("as: hung late", BreakerPolicy::new())],
            bulkheads: &[],
            #[timeout(10s)]
            #[retry(max_attempts = 2, base_delay = 1s, jitter = none)]
            #[circuit_breaker(name = "as: hung late")]
            |breaker, _| Pipeline::new().timeout(secs(10)).retry(retry_for(2, secs(1))).breaker(&breaker[0]),
            &[Call(&[BadIn(6000), Hang]), Call(&[BadIn(3000), Hang])]
        ),
        scenario!(
            "every breaker of a dropped call counts what hangs",
            breakers: &[("as: outer of two", BreakerPolicy::new()), ("as: inner of two", BreakerPolicy::new())],
            bulkheads: &[],
            #[circuit_breaker(name = "as: outer of two")]
            #[timeout(4s)]
            #[circuit_breaker(name = "as: inner of two")]
            |breaker, _| Pipeline::new().breaker(&breaker[0]).timeout(secs(4)).breaker(&breaker[1]),
            &[Call(&[Hang]), Call(&[Bad]), Call(&[GoodIn(3000)])]
        ),
        scenario!(
            "breakers each count, and the outer one is asked first",
            breakers: &[
                ("as: outer", BreakerPolicy::new().failure_threshold(2)),
                ("as: inner", BreakerPolicy::new().failure_threshold(100)),
            ],
            bulkheads: &[],
            #[circuit_breaker(name = "as: outer", failure_threshold = 2)]
            #[circuit_breaker(name = "as: inner", failure_threshold = 100)]
            |breaker, _| Pipeline::new().breaker(&breaker[0]).breaker(&breaker[1]),
            &[Call(&[Bad]), Call(&[Bad]), Call(&[Bad])]
        ),
        scenario!(
            "an open breaker is neither to another breaker",
            breakers: &[
                ("as: not asked", BreakerPolicy::new().failure_threshold(2)),
                ("as: open", BreakerPolicy::new().failure_threshold(1)),
            ],
            bulkheads: &[],
            #[circuit_breaker(name = "as: not asked", failure_threshold = 2)]
            #[circuit_breaker(name = "as: open", failure_threshold = 1)]
            |breaker, _| Pipeline::new().breaker(&breaker[0]).breaker(&breaker[1]),
            &[Call(&[Bad]), Call(&[Bad]), Call(&[Bad]), Call(&[Bad])]
        ),
        scenario!(
            "errors that do not count are neither",
            breakers: &[("as: filtered", OPENS_AT_ONCE)],
            bulkheads: &[],
            #[circuit_breaker(name = "as: filtered", failure_threshold = 1, failure_on(Fault::Own))]
            |breaker, _| Pipeline::new().breaker(&breaker[0]).failure_if(|error| *error == Fault::Own),
            &[Call(&[Other]), Call(&[Good]), Call(&[Bad]), Call(&[Good])]
        ),
        scenario!(
            "slow calls open a breaker",
            breakers: &[("as: slow", BreakerPolicy::new().slow_call(secs(2), 0.5).count_window(4).min_calls(2))],
            bulkheads: &[],
            #[circuit_breaker(name = "as: slow", slow_call = 2s, slow_call_rate = 0.5, window = 4, min_calls = 2)]
            |breaker, _| Pipeline::new().breaker(&breaker[0]),
            &[Call(&[GoodIn(3000)]), Call(&[GoodIn(1000)]), Call(&[Good])]
        ),
    ]
}

fn bulkheads() -> Vec<Scenario> {
    vec![
        scenario!(
            "a bulkhead below a retry frees the slot between attempts",
            breakers: &[],
            bulkheads: &[("as: frees", BulkheadPolicy::new(1))],
            #[retry(max_attempts = 2, base_delay = 10s, jitter = none)]
            #[bulkhead(name = "as: frees", max_concurrent = 1)]
            |_, bulkhead| Pipeline::new().retry(retry_for(2, secs(10))).bulkhead(&bulkhead[0]),
            &[Call(&[Bad]), Together(2, &[BadIn(1000), Good])]
        ),
        scenario!(
            "a bulkhead above a retry holds the slot all the time",
            breakers: &[],
            bulkheads: &[("as: holds", BulkheadPolicy::new(1))],
            #[bulkhead(name = "as: holds", max_concurrent = 1)]
            #[retry(max_attempts = 2, base_delay = 10s, jitter = none)]
            |_, bulkhead| Pipeline::new().bulkhead(&bulkhead[0]).retry(retry_for(2, secs(10))),
            &[Call(&[Bad]), Together(2, &[BadIn(1000), Good])]
        ),
        scenario!(
            "a timeout above a bulkhead limits the wait for a slot",
            breakers: &[],
            bulkheads: &[("as: limits the wait", BulkheadPolicy::new(1).max_wait(secs(3600)))],
            #[timeout(2s)]
            #[bulkhead(name = "as: limits the wait", max_concurrent = 1, max_wait = 1h)]
            |_, bulkhead| Pipeline::new().timeout(secs(2)).bulkhead(&bulkhead[0]),
            &[Call(&[GoodIn(1000)]), Take(0), Call(&[Good]), Free, Call(&[Good]), Together(3, &[GoodIn(900)])]
        ),
        scenario!(
            "a timeout below a bulkhead counts from when the slot is there",
            breakers: &[],
            bulkheads: &[("as: counts from", BulkheadPolicy::new(1).max_wait(secs(3600)))],
            #[bulkhead(name = "as: counts from", max_concurrent = 1, max_wait = 1h)]
            #[timeout(2s)]
            |_, bulkhead| Pipeline::new().bulkhead(&bulkhead[0]).timeout(secs(2)),
            &[Together(3, &[GoodIn(1500)]), Together(2, &[Hang])]
        ),
        scenario!(
            "a wait that the deadline ends is no failure of the callee",
            breakers: &[("as: waited", OPENS_AT_ONCE)],
            bulkheads: &[("as: waited", BulkheadPolicy::new(1).max_wait(secs(3600)))],
            #[timeout(2s)]
            #[circuit_breaker(name = "as: waited", failure_threshold = 1)]
            #[bulkhead(name = "as: waited", max_concurrent = 1, max_wait = 1h)]
            |breaker, bulkhead| Pipeline::new().timeout(secs(2)).breaker(&breaker[0]).bulkhead(&bulkhead[0]),
            &[Take(0), Call(&[Good]), Free, Call(&[Good]), Call(&[Hang])]
        ),
        scenario!(
            "bulkheads each give a slot, and a refusal of the inner one frees the outer slot",
            breakers: &[],
            bulkheads: &[("as: wide", BulkheadPolicy::new(2)), ("as: narrow", BulkheadPolicy::new(1))],
            #[bulkhead(name = "as: wide", max_concurrent = 2)]
            #[bulkhead(name = "as: narrow", max_concurrent = 1)]
            |_, bulkhead| Pipeline::new().bulkhead(&bulkhead[0]).bulkhead(&bulkhead[1]),
            &[Call(&[Good]), Take(1), Call(&[Good]), Free, Together(3, &[GoodIn(1000)])]
        ),
        scenario!(
            "waits end with max_wait, and a full queue refuses at once",
            breakers: &[],
            bulkheads: &[("as: queue", BulkheadPolicy::new(1).max_wait(secs(1)).max_queue(1))],
            #[bulkhead(name = "as: queue", max_concurrent = 1, max_wait = 1s, max_queue = 1)]
            |_, bulkhead| Pipeline::new().bulkhead(&bulkhead[0]),
            &[Together(3, &[GoodIn(500)]), Together(2, &[GoodIn(3000)])]
        ),
    ]
}

fn refusals() -> Vec<Scenario> {
    vec![
        scenario!(
            "an error is retried if the filter says so",
            breakers: &[],
            bulkheads: &[],
            #[retry(jitter = none, retry_on(Fault::Other))]
            |_, _| Pipeline::new().retry(RETRY).retry_if(|error| *error == Fault::Other),
            &[Call(&[Bad, Good]), Call(&[Other, Good]), Call(&[Other])]
        ),
        scenario!(
            "a filter of errors does not concern a timeout",
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
        ),
        scenario!(
            "a full bulkhead is retried, and neither to a breaker",
            breakers: &[("as: full", OPENS_AT_ONCE)],
            bulkheads: &[("as: full", BulkheadPolicy::new(1))],
            #[retry(jitter = none)]
            #[circuit_breaker(name = "as: full", failure_threshold = 1)]
            #[bulkhead(name = "as: full", max_concurrent = 1)]
            |breaker, bulkhead| Pipeline::new().retry(RETRY).breaker(&breaker[0]).bulkhead(&bulkhead[0]),
            &[Call(&[Good]), Take(0), Call(&[Good]), Free, Call(&[Good])]
        ),
        scenario!(
            "an open breaker is not retried",
            breakers: &[("as: not retried", OPENS_AT_ONCE)],
            bulkheads: &[],
            #[retry(jitter = none)]
            #[circuit_breaker(name = "as: not retried", failure_threshold = 1)]
            |breaker, _| Pipeline::new().retry(RETRY).breaker(&breaker[0]),
            &[Call(&[Bad]), Call(&[Good])]
        ),
        scenario!(
            "retry_refused(timed_out) retries nothing else",
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
        ),
        scenario!(
            "retry_refused(bulkhead_full) retries nothing else",
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
        ),
        scenario!(
            "circuit_open waits until the breaker would admit a probe",
            breakers: &[("as: waits", OPENS_AT_ONCE)],
            bulkheads: &[],
            #[retry(max_attempts = 2, base_delay = 0s, jitter = none, retry_refused(circuit_open))]
            #[circuit_breaker(name = "as: waits", failure_threshold = 1)]
            |breaker, _| Pipeline::new().retry(waits_for_breaker(2)).breaker(&breaker[0]),
            &[Call(&[Bad]), Wait(secs(10)), Call(&[Good])]
        ),
        scenario!(
            "circuit_open does not wait longer than max_elapsed",
            breakers: &[("as: no time", OPENS_AT_ONCE)],
            bulkheads: &[],
            #[retry(max_attempts = 2, base_delay = 0s, jitter = none, retry_refused(circuit_open), max_elapsed = 29s)]
            #[circuit_breaker(name = "as: no time", failure_threshold = 1)]
            |breaker, _| Pipeline::new().retry(waits_for_breaker(2).max_elapsed(secs(29))).breaker(&breaker[0]),
            &[Call(&[Bad]), Call(&[Good])]
        ),
        scenario!(
            "circuit_open pauses as usual where nobody knows how long",
            breakers: &[("as: forced", BreakerPolicy::new())],
            bulkheads: &[],
            #[retry(jitter = none, retry_refused(circuit_open))]
            #[circuit_breaker(name = "as: forced")]
            |breaker, _| {
                let policy = RETRY.retry_circuit_open(true).retry_timed_out(false).retry_bulkhead_full(false);
                Pipeline::new().retry(policy).breaker(&breaker[0])
            },
            &[Call(&[Good]), ForceOpen(0), Call(&[Good])]
        ),
        scenario!(
            "a success that is not enough is retried",
            breakers: &[],
            bulkheads: &[],
            #[retry(max_attempts = 3, jitter = none, retry_if_ok = |value| *value < 3)]
            |_, _| Pipeline::new().retry(RETRY).retry_if_ok(|value| *value < 3),
            &[Call(&[Good]), Call(&[Bad, Bad, Bad]), Call(&[Bad, Good])]
        ),
    ]
}

const fn waits_for_breaker(attempts: u32) -> RetryPolicy {
    let policy = retry_for(attempts, secs(0)).retry_circuit_open(true);
    policy.retry_timed_out(false).retry_bulkhead_full(false)
}

fn fallbacks() -> Vec<Scenario> {
    vec![
        scenario!(
            "a fallback above a breaker does not hide failures from it",
            breakers: &[("as: hides nothing", BreakerPolicy::new().failure_threshold(2))],
            bulkheads: &[],
            #[fallback(value = 7)]
            #[circuit_breaker(name = "as: hides nothing", failure_threshold = 2)]
            |breaker, _| Pipeline::new().fallback(|_| Ok(7)).breaker(&breaker[0]),
            &[Call(&[Bad]), Call(&[Bad]), Call(&[Bad])]
        ),
        scenario!(
            "a filtered fallback below a breaker turns failures into successes",
            breakers: &[("as: turned", OPENS_AT_ONCE)],
            bulkheads: &[],
            #[circuit_breaker(name = "as: turned", failure_threshold = 1)]
            #[fallback(value = 7, fallback_on(Fault::Own))]
            |breaker, _| {
                let layers = Pipeline::new().breaker(&breaker[0]);
                layers.fallback(|_| Ok(7)).fallback_if(|error| *error == Fault::Own)
            },
            &[Call(&[Bad]), Call(&[Other]), Call(&[Good])]
        ),
        scenario!(
            "fallbacks answer what reaches them",
            breakers: &[],
            bulkheads: &[],
            #[fallback(value = 1)]
            #[retry(base_delay = 0s, jitter = none)]
            #[fallback(value = 2, fallback_on(Fault::Other))]
            |_, _| {
                let layers = Pipeline::new().fallback(|_| Ok(1)).retry(retry_for(3, secs(0)));
                layers.fallback(|_| Ok(2)).fallback_if(|error| *error == Fault::Other)
            },
            &[Call(&[Other]), Call(&[Bad]), Call(&[Good])]
        ),
        scenario!(
            "a filter of errors does not keep a fallback from answering refusals",
            breakers: &[("as: answered", OPENS_AT_ONCE)],
            bulkheads: &[("as: answered", BulkheadPolicy::new(1))],
            #[fallback(value = 7, fallback_if = |_| false)]
            #[circuit_breaker(name = "as: answered", failure_threshold = 1)]
            #[timeout(1s)]
            #[bulkhead(name = "as: answered", max_concurrent = 1)]
            |breaker, bulkhead| {
                let layers = Pipeline::new().fallback(|_| Ok(7)).fallback_if(|_| false).breaker(&breaker[0]);
                layers.timeout(secs(1)).bulkhead(&bulkhead[0])
            },
            &[Take(0), Call(&[Good]), Free, Call(&[Bad]), Call(&[Good]), Wait(secs(30)), Call(&[Hang])]
        ),
        scenario!(
            "no answer begins after the deadline of a timeout above it",
            breakers: &[],
            bulkheads: &[],
            #[timeout(2s)]
            #[fallback(|_| async { sleep(secs(1)).await; Err(Fault::Other) }, |_| Ok(7))]
            |_, _| Pipeline::new().timeout(secs(2)).fallbacks([
                resilient::pipeline::Fallback::run(async |_| {
                    sleep(secs(1)).await;
                    Err(Fault::Other)
                }),
                resilient::pipeline::Fallback::value(7),
            ]),
            &[Call(&[Bad]), Call(&[BadIn(1500)]), Call(&[BadIn(1000)]), Call(&[Hang])]
        ),
    ]
}

fn whole_stacks() -> Vec<Scenario> {
    const RECOMMENDED: BreakerPolicy = BreakerPolicy::new().failure_threshold(4);
    vec![
        scenario!(
            "the recommended order",
            breakers: &[("as: recommended", RECOMMENDED)],
            bulkheads: &[("as: recommended", BulkheadPolicy::new(1).max_wait(millis(500)))],
            #[fallback(value = 1)]
            #[retry(base_delay = 1s, jitter = none)]
            #[circuit_breaker(name = "as: recommended", failure_threshold = 4)]
            #[timeout(2s)]
            #[bulkhead(name = "as: recommended", max_concurrent = 1, max_wait = 500ms)]
            |breaker, bulkhead| {
                let layers = Pipeline::new().fallback(|_| Ok(1)).retry(retry_for(3, secs(1))).breaker(&breaker[0]);
                layers.timeout(secs(2)).bulkhead(&bulkhead[0])
            },
            &[
                Call(&[Bad, Hang, Good]),
                Take(0),
                Call(&[Good]),
                Free,
                Call(&[Bad]),
                Call(&[Hang]),
                Call(&[Good]),
                Wait(secs(30)),
                Call(&[Good]),
                Call(&[Good]),
                Together(3, &[GoodIn(400)]),
            ]
        ),
        scenario!(
            "with a limit of the whole above everything",
            breakers: &[("as: whole", BreakerPolicy::new().failure_threshold(3).recovery_timeout(secs(4)))],
            bulkheads: &[("as: whole", BulkheadPolicy::new(2).max_wait(secs(3)))],
            #[timeout(9s)]
            #[retry(max_attempts = 4, base_delay = 1s, jitter = none)]
            #[circuit_breaker(name = "as: whole", failure_threshold = 3, recovery_timeout = 4s)]
            #[bulkhead(name = "as: whole", max_concurrent = 2, max_wait = 3s)]
            #[timeout(2s)]
            |breaker, bulkhead| {
                let layers = Pipeline::new().timeout(secs(9)).retry(retry_for(4, secs(1))).breaker(&breaker[0]);
                layers.bulkhead(&bulkhead[0]).timeout(secs(2))
            },
            &[Together(3, &[Hang]), Wait(secs(9)), Together(3, &[Good]), Call(&[Hang]), Call(&[BadIn(1500)])]
        ),
    ]
}
