//! Stacks of all kinds of layers.

use super::*;

const RECOMMENDED: BreakerPolicy = BreakerPolicy::new().failure_threshold(4);

scenario! {
    the_recommended_order,
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
}

scenario! {
    with_a_limit_of_the_whole_above_everything,
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
}
