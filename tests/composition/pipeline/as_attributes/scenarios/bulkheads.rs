//! What holds a slot, and who waits for one.

use super::*;

scenario! {
    a_bulkhead_below_a_retry_frees_the_slot_between_attempts,
    breakers: &[],
    bulkheads: &[("as: frees", BulkheadPolicy::new(1))],
    #[retry(max_attempts = 2, base_delay = 10s, jitter = none)]
    #[bulkhead(name = "as: frees", max_concurrent = 1)]
    |_, bulkhead| Pipeline::new().retry(retry_for(2, secs(10))).bulkhead(&bulkhead[0]),
    &[Call(&[Bad]), Together(2, &[BadIn(1000), Good])]
}

scenario! {
    a_bulkhead_above_a_retry_holds_the_slot_all_the_time,
    breakers: &[],
    bulkheads: &[("as: holds", BulkheadPolicy::new(1))],
    #[bulkhead(name = "as: holds", max_concurrent = 1)]
    #[retry(max_attempts = 2, base_delay = 10s, jitter = none)]
    |_, bulkhead| Pipeline::new().bulkhead(&bulkhead[0]).retry(retry_for(2, secs(10))),
    &[Call(&[Bad]), Together(2, &[BadIn(1000), Good])]
}

scenario! {
    a_timeout_above_a_bulkhead_limits_the_wait_for_a_slot,
    breakers: &[],
    bulkheads: &[("as: limits the wait", BulkheadPolicy::new(1).max_wait(secs(3600)))],
    #[timeout(2s)]
    #[bulkhead(name = "as: limits the wait", max_concurrent = 1, max_wait = 1h)]
    |_, bulkhead| Pipeline::new().timeout(secs(2)).bulkhead(&bulkhead[0]),
    &[Call(&[GoodIn(1000)]), Take(0), Call(&[Good]), Free, Call(&[Good]), Together(3, &[GoodIn(900)])]
}

scenario! {
    a_timeout_below_a_bulkhead_counts_from_when_the_slot_is_there,
    breakers: &[],
    bulkheads: &[("as: counts from", BulkheadPolicy::new(1).max_wait(secs(3600)))],
    #[bulkhead(name = "as: counts from", max_concurrent = 1, max_wait = 1h)]
    #[timeout(2s)]
    |_, bulkhead| Pipeline::new().bulkhead(&bulkhead[0]).timeout(secs(2)),
    &[Together(3, &[GoodIn(1500)]), Together(2, &[Hang])]
}

scenario! {
    a_wait_that_the_deadline_ends_is_no_failure_of_the_callee,
    breakers: &[("as: waited", OPENS_AT_ONCE)],
    bulkheads: &[("as: waited", BulkheadPolicy::new(1).max_wait(secs(3600)))],
    #[timeout(2s)]
    #[circuit_breaker(name = "as: waited", failure_threshold = 1)]
    #[bulkhead(name = "as: waited", max_concurrent = 1, max_wait = 1h)]
    |breaker, bulkhead| Pipeline::new().timeout(secs(2)).breaker(&breaker[0]).bulkhead(&bulkhead[0]),
    &[Take(0), Call(&[Good]), Free, Call(&[Good]), Call(&[Hang])]
}

scenario! {
    bulkheads_each_give_a_slot_and_a_refusal_of_the_inner_one_frees_the_outer_slot,
    breakers: &[],
    bulkheads: &[("as: wide", BulkheadPolicy::new(2)), ("as: narrow", BulkheadPolicy::new(1))],
    #[bulkhead(name = "as: wide", max_concurrent = 2)]
    #[bulkhead(name = "as: narrow", max_concurrent = 1)]
    |_, bulkhead| Pipeline::new().bulkhead(&bulkhead[0]).bulkhead(&bulkhead[1]),
    &[Call(&[Good]), Take(1), Call(&[Good]), Free, Together(3, &[GoodIn(1000)])]
}

scenario! {
    waits_end_with_max_wait_and_a_full_queue_refuses_at_once,
    breakers: &[],
    bulkheads: &[("as: queue", BulkheadPolicy::new(1).max_wait(secs(1)).max_queue(1))],
    #[bulkhead(name = "as: queue", max_concurrent = 1, max_wait = 1s, max_queue = 1)]
    |_, bulkhead| Pipeline::new().bulkhead(&bulkhead[0]),
    &[Together(3, &[GoodIn(500)]), Together(2, &[GoodIn(3000)])]
}
