//! What stands above or below a limit on the time.

use super::*;

scenario! {
    a_timeout_below_a_retry_limits_each_attempt,
    breakers: &[],
    bulkheads: &[],
    #[retry(jitter = none)]
    #[timeout(2s)]
    |_, _| Pipeline::new().retry(RETRY).timeout(secs(2)),
    &[Call(&[Hang]), Call(&[Hang, Good]), Call(&[Good])]
}

scenario! {
    a_timeout_above_a_retry_limits_all_attempts_and_the_pauses_between_them,
    breakers: &[],
    bulkheads: &[],
    #[timeout(5s)]
    #[retry(max_attempts = unlimited, max_elapsed = 1h, backoff = constant, base_delay = 1s, jitter = none)]
    |_, _| Pipeline::new().timeout(secs(5)).retry(
        steady(1, secs(1)).max_delay(secs(60)).unlimited_attempts().max_elapsed(secs(3600))
    ),
    &[Call(&[BadIn(1000)]), Call(&[BadIn(1000), Good])]
}

scenario! {
    timeouts_limit_each_attempt_and_the_whole,
    breakers: &[],
    bulkheads: &[],
    #[timeout(5s)]
    #[retry(max_attempts = 10, base_delay = 0s)]
    #[timeout(2s)]
    |_, _| Pipeline::new().timeout(secs(5)).retry(retry_for(10, secs(0))).timeout(secs(2)),
    &[Call(&[GoodIn(9000)]), Call(&[GoodIn(9000), GoodIn(1000)])]
}

scenario! {
    each_attempt_gets_a_step_more,
    breakers: &[],
    bulkheads: &[],
    #[retry(max_attempts = 3, base_delay = 1s, jitter = none)]
    #[timeout(1s, step = 2s)]
    |_, _| Pipeline::new().retry(retry_for(3, secs(1))).timeout(TimeoutPolicy::new(secs(1)).step(secs(2))),
    &[Call(&[GoodIn(4000)]), Call(&[GoodIn(900)]), Call(&[Hang])]
}

scenario! {
    a_delay_that_would_end_after_the_deadline_does_not_begin,
    breakers: &[],
    bulkheads: &[],
    #[timeout(3s)]
    #[retry(max_attempts = 2, base_delay = 2s, jitter = none)]
    |_, _| Pipeline::new().timeout(secs(3)).retry(retry_for(2, secs(2))),
    &[Call(&[BadIn(1500)]), Call(&[BadIn(500), Good])]
}

scenario! {
    the_attempts_end_with_max_elapsed,
    breakers: &[],
    bulkheads: &[],
    #[retry(max_attempts = 10, base_delay = 1s, jitter = none, max_elapsed = 4s)]
    |_, _| Pipeline::new().retry(retry_for(10, secs(1)).max_elapsed(secs(4))),
    &[Call(&[BadIn(200)]), Call(&[BadIn(1900)])]
}
