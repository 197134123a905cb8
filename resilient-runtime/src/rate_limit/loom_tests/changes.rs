//! Models of limits whose settings change while calls take permits.

use super::*;

fn policy(permits: u32) -> RateLimitPolicy {
    RateLimitPolicy::new(permits, HOUR).max_wait(HOUR * 9)
}

fn takes_within_a_change(limiter: fn() -> Arc<RateLimiter>, after: RateLimitPolicy, of: u64) {
    model(move || {
        let limiter = limiter();
        let other = Arc::clone(&limiter);
        let other = thread::spawn(move || u64::from(other.try_acquire().is_ok()));
        limiter.change_policy(after);
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
    takes_within_a_change(|| bucket(2), RateLimitPolicy::new(1, HOUR).burst(3).max_wait(HOUR * 9), 3);
}

#[test]
fn no_permit_is_lost_or_made_up_when_a_bucket_becomes_a_window() {
    takes_within_a_change(|| bucket(2), policy(2), 2);
}
