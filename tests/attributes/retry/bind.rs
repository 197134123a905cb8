//! `bind = name`: the body sees which attempt it is.

use super::*;

#[tokio::test(start_paused = true)]
async fn the_body_sees_its_attempt() {
    #[retry(jitter = none, bind = attempt)]
    async fn fails(seen: &RefCell<Vec<(u32, bool, Duration)>>) -> Result<(), Fault> {
        advance(millis(50)).await;
        seen.borrow_mut().push((attempt.number(), attempt.is_last(), attempt.elapsed()));
        Err(Fault::Network)
    }

    let seen = RefCell::default();
    assert!(fails(&seen).await.is_err());
    assert_eq!(*seen.borrow(), [(1, false, millis(0)), (2, false, millis(150)), (3, true, millis(400))]);
}

#[tokio::test(start_paused = true)]
async fn it_is_an_attempt_of_this_crate_and_has_any_name() {
    #[retry(bind = nth)]
    async fn succeeds() -> Result<Attempt, Fault> {
        let attempt = 7;
        assert_eq!(attempt, 7);
        Ok(nth)
    }

    assert_eq!(succeeds().await.map(Attempt::number), Ok(1));
}
