//! Calls wait for a slot up to `max_wait`, in the order in which they came.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_call_waits_up_to_max_wait_for_a_slot() {
    #[bulkhead(name = "waiting: in time", max_concurrent = 1, max_wait = 5s)]
    async fn call(takes: Duration) -> Outcome {
        sleep(takes).await;
        Ok(())
    }

    let start = Instant::now();
    let (first, second) = tokio::join!(call(secs(4)), call(secs(1)));
    assert_eq!((first, second), (Ok(()), Ok(())));
    assert_eq!(start.elapsed(), secs(4 + 1));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_finds_no_slot_in_time_is_refused() {
    #[bulkhead(name = "waiting: too long", max_concurrent = 1, max_wait = 5s)]
    async fn call(takes: Duration) -> Outcome {
        sleep(takes).await;
        Ok(())
    }

    let start = Instant::now();
    let waits = async {
        let outcome = call(secs(1)).await;
        (outcome, start.elapsed())
    };
    let (first, (second, waited)) = tokio::join!(call(secs(60)), waits);
    assert_eq!(first, Ok(()));
    assert!(is_refused(&second), "{second:?}");
    assert_eq!(waited, secs(5));
    let stats = shared_bulkhead("waiting: too long").stats();
    assert_eq!((stats.accepted_calls, stats.rejected_calls), (1, 1));
    assert_eq!(shared_bulkhead("waiting: too long").waiting(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_max_wait_of_zero_refuses_at_once() {
    #[bulkhead(name = "waiting: zero", max_concurrent = 1, max_wait = 0s)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    let inside = InFlight::begin(call).await;
    let start = Instant::now();
    assert!(is_refused(&call(never()).await));
    assert_eq!(start.elapsed(), Duration::ZERO);
    drop(inside);
}

#[tokio::test(start_paused = true)]
async fn first_come_is_first_served() {
    type Log = std::sync::Arc<std::sync::Mutex<Vec<u32>>>;

    #[bulkhead(name = "waiting: fair", max_concurrent = 1, max_wait = 1min)]
    async fn call(number: u32, log: Log) -> Outcome {
        log.lock().expect("nobody panics").push(number);
        sleep(secs(1)).await;
        Ok(())
    }

    let log = Log::default();
    let calls: Vec<_> = (0..10).map(|number| tokio::spawn(call(number, log.clone()))).collect();
    for call in calls {
        assert_eq!(call.await.expect("it does not panic"), Ok(()));
    }
    assert!(log.lock().expect("nobody panics").iter().copied().eq(0..10));
}

#[tokio::test]
async fn nobody_overtakes_those_who_wait() {
    #[bulkhead(name = "waiting: overtaking", max_concurrent = 1, max_wait = 1h)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    let inside = InFlight::begin(call).await;
    let waiter = InFlight::begin(call).await;
    drop(inside);
    assert!(shared_bulkhead("waiting: overtaking").try_acquire().is_err(), "the slot is the waiter's");
    let late = InFlight::begin(call).await;
    assert_eq!(waiter.end(Ok(())).await, Ok(()));
    assert_eq!(late.end(Ok(())).await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn max_queue_limits_how_many_wait() {
    #[bulkhead(name = "waiting: queue", max_concurrent = 1, max_wait = 1h, max_queue = 2)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    let inside = InFlight::begin(call).await;
    let first = InFlight::begin(call).await;
    let mut second = InFlight::begin(call).await;
    let start = Instant::now();
    assert!(is_refused(&call(never()).await));
    assert_eq!(start.elapsed(), Duration::ZERO, "a further one is refused at once");

    assert_eq!(inside.end(Ok(())).await, Ok(()));
    assert_eq!(first.end(Ok(())).await, Ok(()));
    second.poll().await;
    let (third, fourth) = (InFlight::begin(call).await, InFlight::begin(call).await);
    assert_eq!(shared_bulkhead("waiting: queue").waiting(), 2);
    assert!(is_refused(&call(never()).await));
    drop((second, third, fourth));
}

#[tokio::test]
async fn a_dropped_waiter_leaves_the_queue() {
    #[bulkhead(name = "waiting: dropped", max_concurrent = 1, max_wait = 1h, max_queue = 2)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    let inside = InFlight::begin(call).await;
    let gives_up = InFlight::begin(call).await;
    let stays = InFlight::begin(call).await;
    drop(gives_up);
    assert_eq!(shared_bulkhead("waiting: dropped").waiting(), 1);
    let newcomer = InFlight::begin(call).await;
    assert_eq!(inside.end(Ok(())).await, Ok(()));
    assert_eq!(stays.end(Ok(())).await, Ok(()), "the slot goes to the next");
    assert_eq!(newcomer.end(Ok(())).await, Ok(()));
    assert_eq!(shared_bulkhead("waiting: dropped").available(), 1);
}

#[tokio::test]
async fn a_waiter_that_is_dropped_after_it_was_given_the_slot_passes_it_on() {
    #[bulkhead(name = "waiting: passes on", max_concurrent = 1, max_wait = 1h)]
    async fn call(receiver: oneshot::Receiver<Outcome>) -> Outcome {
        as_received(receiver).await
    }

    let inside = InFlight::begin(call).await;
    let gives_up = InFlight::begin(call).await;
    let stays = InFlight::begin(call).await;
    drop(inside);
    drop(gives_up);
    assert_eq!(stays.end(Ok(())).await, Ok(()));
    assert_eq!(shared_bulkhead("waiting: passes on").available(), 1);
}
