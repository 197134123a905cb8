//! What errors do.

use super::*;

#[tokio::test(start_paused = true)]
async fn an_error_starts_the_next_attempt_at_once_and_others_go_on() {
    #[hedge(delay = 100ms, max_hedges = 2, budget = unlimited, bind = attempt)]
    async fn call(each: &[u64]) -> Result<u64, Fault> {
        after(each[attempt.number() as usize - 1]).await
    }
    assert_eq!(timed(call(&[11, 20])).await, (Ok(20), 31));
    assert_eq!(timed(call(&[150, 11, 200])).await, (Ok(150), 150), "the third began at 111");
    assert_eq!(timed(call(&[11, 13, 15])).await, (Err(Fault::Own), 39));
}

#[tokio::test(start_paused = true)]
async fn if_all_fail_the_first_attempts_error_is_the_answer() {
    #[hedge(delay = 100ms, budget = unlimited, bind = attempt)]
    async fn call(each: &[u64]) -> Result<(), u64> {
        let ms = each[attempt.number() as usize - 1];
        sleep(millis(ms)).await;
        Err(ms)
    }
    assert_eq!(timed(call(&[301, 11])).await, (Err(301), 301));
    assert_eq!(timed(call(&[11, 301])).await, (Err(11), 312));
}

#[tokio::test(start_paused = true)]
async fn an_error_that_another_attempt_would_give_as_well_ends_the_call() {
    #[hedge(delay = 100ms, budget = unlimited, hedge_on(1..=9), bind = attempt)]
    async fn by_pattern(each: &[u64]) -> Result<u64, u64> {
        let ms = each[attempt.number() as usize - 1];
        sleep(millis(ms)).await;
        if ms < 100 { Err(ms) } else { Ok(ms) }
    }
    #[hedge(delay = 100ms, budget = unlimited, hedge_if = |error| *error < least, bind = attempt)]
    async fn by_function(each: &[u64], least: u64) -> Result<u64, u64> {
        let ms = each[attempt.number() as usize - 1];
        sleep(millis(ms)).await;
        if ms < 100 { Err(ms) } else { Ok(ms) }
    }
    assert_eq!(timed(by_pattern(&[5, 200])).await, (Ok(200), 205));
    assert_eq!(timed(by_pattern(&[15, 200])).await, (Err(15), 15));
    assert_eq!(timed(by_pattern(&[500, 15])).await, (Err(15), 115), "of a hedge, too");
    assert_eq!(timed(by_function(&[5, 200], 10)).await, (Ok(200), 205));
    assert_eq!(timed(by_function(&[5, 200], 5)).await, (Err(5), 5));
}

#[tokio::test(start_paused = true)]
async fn a_function_without_a_result_is_hedged_as_well() {
    #[hedge(delay = 100ms, budget = unlimited, bind = attempt)]
    async fn call() -> Option<u32> {
        sleep(if attempt.number() == 1 { millis(900) } else { millis(1) }).await;
        Some(attempt.number())
    }
    assert_eq!(timed(call()).await, (Some(2), 101));
}
