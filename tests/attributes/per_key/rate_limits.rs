//! A rate limit for each user.

use super::*;

#[rate_limit(name = "per key: user", key = user, permits = 2, per = 1min, cost = cost, paused_on(Fault::Own))]
async fn search(user: &str, cost: u32, fails: bool) -> Outcome {
    if fails { Err(Fault::Own) } else { Ok(1) }
}

#[tokio::test(start_paused = true)]
async fn a_user_that_calls_too_often_leaves_the_others_alone() {
    assert_eq!(search("ann", 2, false).await, Ok(1));
    assert!(is(search("ann", 1, false).await, ErrorKind::RateLimited));
    assert_eq!(search("bob", 1, false).await, Ok(1));
    assert_eq!(search("cat", 1, true).await, Err(Fault::Own));
    let users = registry().keyed_rate_limiters("per key: user").expect("an attribute names it");
    assert_eq!(users.held(), ["cat"]);
    assert_eq!(users.get("ann").available(), Some(0));
    users.resume_all();
    assert_eq!(search("cat", 1, false).await, Ok(1));
    advance(secs(60)).await;
    assert_eq!(search("ann", 2, false).await, Ok(1));
    assert_eq!((users.stats().accepted_calls, users.stats().rejected_calls, users.stats().holds), (5, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_user_waits_for_permits_of_its_own() {
    #[rate_limit(key = user, permits = 1, per = 10s, max_wait = 1min)]
    async fn search(user: u32) -> Outcome {
        Ok(user)
    }

    let start = tokio::time::Instant::now();
    assert_eq!((search(1).await, search(2).await), (Ok(1), Ok(2)));
    assert_eq!(start.elapsed(), secs(0));
    assert_eq!(search(1).await, Ok(1));
    assert_eq!(start.elapsed(), secs(10));
}

#[test]
fn sync_calls_have_keys_too() {
    #[rate_limit(key = user, permits = 1, per = 1h)]
    fn search(user: u32) -> Outcome {
        Ok(user)
    }

    assert_eq!(search(1), Ok(1));
    assert!(is(search(1), ErrorKind::RateLimited));
    assert_eq!(search(2), Ok(2));
}
