//! A call that was admitted before the breaker opened does not change its later state.

use super::*;

#[tokio::test(start_paused = true)]
async fn not_here_however_often_the_breaker_has_turned_since() {
    #[circuit_breaker(name = "traps: late", failure_threshold = 1, success_threshold = 1)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        receiver.await.unwrap_or(BAD)
    }

    let mut early = Vec::new();
    for outcome in [Ok(0), BAD] {
        let (end, receiver) = oneshot::channel();
        early.push((end, outcome, tokio::spawn(call(receiver))));
    }
    tokio::task::yield_now().await;
    for _ in 0..3 {
        let (end, receiver) = oneshot::channel();
        end.send(BAD).expect("it is heard");
        assert_eq!(call(receiver).await, BAD);
        advance(secs(30)).await;
        let (end, receiver) = oneshot::channel();
        end.send(Ok(0)).expect("it is heard");
        assert_eq!(call(receiver).await, Ok(0));
    }
    assert_eq!(breaker("traps: late").state(), CircuitState::Closed);
    for (end, outcome, call) in early {
        end.send(outcome).expect("it waits");
        assert_eq!(call.await.expect("it does not panic"), outcome);
        assert_eq!(breaker("traps: late").state(), CircuitState::Closed);
    }
    assert_eq!(breaker("traps: late").stats().failed_calls, 3 + 1);
}
