//! Models of limits whose settings change while calls take permits.

use super::*;

fn policy(permits: u32) -> RateLimitPolicy {
    RateLimitPolicy::new(permits, HOUR).max_wait(HOUR * 9)
}

/// Another rate for each `burst`, so that a permit which is taken at the rate of before is as many or as few of now.
fn of_bucket(burst: u32) -> RateLimitPolicy {
    RateLimitPolicy::new(burst * burst, HOUR).burst(burst).max_wait(HOUR * 9)
}

fn takes_within_a_change(limiter: fn() -> Arc<RateLimiter>, after: RateLimitPolicy, of: u64) {
    takes_within_changes(limiter, vec![after], of);
}

fn takes_within_changes(limiter: fn() -> Arc<RateLimiter>, changes: Vec<RateLimitPolicy>, of: u64) {
    model(move || {
        let limiter = limiter();
        let other = Arc::clone(&limiter);
        let other = thread::spawn(move || u64::from(other.try_acquire().is_ok()));
        changes.iter().for_each(|after| limiter.change_policy(*after));
        let taken = u64::from(limiter.try_acquire().is_ok()) + other.join().unwrap();
        assert_eq!(limiter.available(), Some(of - taken), "what was taken counts once");
    });
}

#[test]
fn no_permit_of_a_window_is_lost_or_made_up() {
    takes_within_a_change(|| limiter(2), policy(3), 3);
}

#[test]
fn no_permit_of_a_bucket_is_lost_or_made_up() {
    takes_within_a_change(|| bucket(2), of_bucket(3), 3);
}

#[test]
fn no_permit_is_lost_or_made_up_when_a_bucket_becomes_a_window() {
    takes_within_a_change(|| bucket(2), policy(2), 2);
}

#[test]
fn no_permit_of_a_bucket_that_has_changed_before_is_lost_or_made_up() {
    let changed = || {
        let limiter = bucket(2);
        limiter.change_policy(of_bucket(4));
        limiter
    };
    takes_within_a_change(changed, of_bucket(3), 3);
}

#[test]
fn no_permit_is_lost_or_made_up_when_a_bucket_becomes_what_it_was() {
    takes_within_changes(
        || bucket(2),
        vec![of_bucket(3), RateLimitPolicy::new(1, HOUR).burst(2).max_wait(HOUR * 9)],
        2,
    );
}
