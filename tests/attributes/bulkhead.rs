//! `#[bulkhead]`: how many calls are in flight, who waits and for how long.

use std::time::Duration;

use resilient::{BulkheadPolicy, ErrorKind, bulkhead, registry};
use resilient_tests::{InFlight, never, secs, shared_bulkhead};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

#[derive(Debug, PartialEq)]
enum Fault {
    Own,
    Refused { kind: ErrorKind, name: String },
}

impl From<resilient::Error> for Fault {
    fn from(refusal: resilient::Error) -> Self {
        Self::Refused { kind: refusal.kind(), name: refusal.name().to_owned() }
    }
}

type Outcome = Result<(), Fault>;

fn is_refused(outcome: &Outcome) -> bool {
    matches!(outcome, Err(Fault::Refused { kind: ErrorKind::BulkheadFull, .. }))
}

/// What a body does that holds its slot until it is told how to end.
async fn as_told(told: oneshot::Receiver<Outcome>) -> Outcome {
    told.await.expect("it is told")
}

mod the_limit {
    use super::*;

    #[tokio::test]
    async fn so_many_calls_are_in_flight_and_a_further_one_is_refused_at_once() {
        #[bulkhead(name = "limit: refused", max_concurrent = 2)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
        }

        let first = InFlight::begin(call).await;
        let second = InFlight::begin(call).await;
        let name = "limit: refused".to_owned();
        assert_eq!(call(never()).await, Err(Fault::Refused { kind: ErrorKind::BulkheadFull, name }));
        assert_eq!(first.end(Ok(())).await, Ok(()));
        let third = InFlight::begin(call).await;
        assert!(is_refused(&call(never()).await));
        drop((second, third));
    }

    #[tokio::test]
    async fn a_refusal_tells_the_limit() {
        #[bulkhead(name = "limit: told", max_concurrent = 3)]
        async fn call() -> Result<(), resilient::Error> {
            Ok(())
        }

        assert!(call().await.is_ok());
        let slots: Vec<_> = (0..3).map(|_| shared_bulkhead("limit: told").try_acquire().expect("free")).collect();
        let refusal = call().await.expect_err("it is full");
        assert!(refusal.is_bulkhead_full());
        assert!(matches!(refusal, resilient::Error::BulkheadFull { limit: 3, .. }), "{refusal:?}");
        drop(slots);
    }

    #[tokio::test]
    async fn a_refused_call_does_not_run_the_body() {
        #[bulkhead(name = "limit: body", max_concurrent = 1)]
        async fn call(fails_if_run: bool) -> Outcome {
            assert!(!fails_if_run);
            Ok(())
        }

        assert_eq!(call(false).await, Ok(()));
        let slot = shared_bulkhead("limit: body").try_acquire().expect("free");
        assert!(is_refused(&call(true).await));
        drop(slot);
    }

    #[tokio::test]
    async fn calls_one_after_the_other_are_never_refused() {
        #[bulkhead(name = "limit: sequence", max_concurrent = 1)]
        async fn call() -> Outcome {
            Ok(())
        }

        for _ in 0..1000 {
            assert_eq!(call().await, Ok(()));
        }
    }

    #[tokio::test]
    async fn a_bulkhead_tells_how_full_it_is() {
        #[bulkhead(name = "limit: numbers", max_concurrent = 2, max_wait = 1h)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
        }

        let numbers = || {
            let bulkhead = shared_bulkhead("limit: numbers");
            (bulkhead.limit(), bulkhead.in_flight(), bulkhead.available(), bulkhead.waiting())
        };
        let first = InFlight::begin(call).await;
        assert_eq!(numbers(), (2, 1, 1, 0));
        let second = InFlight::begin(call).await;
        assert_eq!(numbers(), (2, 2, 0, 0));
        let third = InFlight::begin(call).await;
        assert_eq!(numbers(), (2, 2, 0, 1));
        drop((first, second, third));
        assert_eq!(numbers(), (2, 0, 2, 0));
    }

    #[tokio::test]
    async fn stats_count_who_came_in_and_who_did_not() {
        #[bulkhead(name = "limit: stats", max_concurrent = 1)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
        }

        for _ in 0..2 {
            let inside = InFlight::begin(call).await;
            for _ in 0..3 {
                assert!(is_refused(&call(never()).await));
            }
            assert_eq!(inside.end(Ok(())).await, Ok(()));
        }
        let stats = shared_bulkhead("limit: stats").stats();
        assert_eq!((stats.accepted_calls, stats.rejected_calls), (2, 6));
    }

    #[tokio::test]
    async fn try_acquire_takes_a_slot_by_hand() {
        #[bulkhead(name = "limit: by hand", max_concurrent = 1, max_wait = 1h)]
        async fn call() -> Outcome {
            Ok(())
        }

        assert_eq!(call().await, Ok(()));
        let slot = shared_bulkhead("limit: by hand").try_acquire().expect("free");
        let refusal = shared_bulkhead("limit: by hand").try_acquire().expect_err("it does not wait");
        assert!(refusal.is_bulkhead_full());
        drop(slot);
        assert!(shared_bulkhead("limit: by hand").try_acquire().is_ok());
    }

    #[tokio::test]
    async fn a_policy_gives_the_settings_and_others_override_it() {
        const POLICY: BulkheadPolicy = BulkheadPolicy::new(2).max_wait(secs(3));
        const LIMIT: u32 = 7;

        #[bulkhead(name = "limit: policy", policy = POLICY, max_concurrent = LIMIT)]
        async fn call() -> Outcome {
            Ok(())
        }

        assert_eq!(call().await, Ok(()));
        assert_eq!(shared_bulkhead("limit: policy").policy(), POLICY.max_concurrent(7));
    }
}

mod waiting {
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
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
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
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
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
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
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
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
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
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
        }

        let inside = InFlight::begin(call).await;
        let gives_up = InFlight::begin(call).await;
        let stays = InFlight::begin(call).await;
        drop(inside);
        drop(gives_up);
        assert_eq!(stays.end(Ok(())).await, Ok(()));
        assert_eq!(shared_bulkhead("waiting: passes on").available(), 1);
    }
}

mod a_slot_is_given_back {
    use super::*;

    #[tokio::test]
    async fn when_the_body_has_ended_with_an_error() {
        #[bulkhead(name = "back: error", max_concurrent = 1)]
        async fn call() -> Outcome {
            assert_eq!(shared_bulkhead("back: error").in_flight(), 1);
            Err(Fault::Own)
        }

        for _ in 0..3 {
            assert_eq!(call().await, Err(Fault::Own));
        }
        assert_eq!(shared_bulkhead("back: error").in_flight(), 0);
    }

    #[tokio::test]
    async fn when_the_call_is_dropped() {
        #[bulkhead(name = "back: dropped", max_concurrent = 1)]
        async fn call(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
        }

        for _ in 0..3 {
            drop(InFlight::begin(call).await);
            assert_eq!(shared_bulkhead("back: dropped").in_flight(), 0);
        }
    }

    #[tokio::test]
    async fn when_an_async_body_panics() {
        #[bulkhead(name = "back: async panic", max_concurrent = 1)]
        async fn call() -> Outcome {
            panic!("on purpose")
        }

        for _ in 0..3 {
            let panic = tokio::spawn(call()).await.expect_err("it panicked").into_panic();
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
        }
        assert_eq!(shared_bulkhead("back: async panic").in_flight(), 0);
    }

    #[test]
    fn when_a_sync_body_panics() {
        #[bulkhead(name = "back: sync panic", max_concurrent = 1)]
        fn call() -> Outcome {
            panic!("on purpose")
        }

        for _ in 0..3 {
            let panic = std::panic::catch_unwind(call).expect_err("it panicked");
            assert_eq!(panic.downcast_ref::<&str>(), Some(&"on purpose"));
        }
        assert_eq!(shared_bulkhead("back: sync panic").in_flight(), 0);
    }

    #[tokio::test]
    async fn when_the_call_was_never_polled_none_was_taken() {
        #[bulkhead(name = "back: never polled", max_concurrent = 1)]
        async fn call() -> Outcome {
            Ok(())
        }

        let never_polled = call();
        assert_eq!(call().await, Ok(()));
        drop(never_polled);
    }
}

mod sync_and_async {
    use super::*;
    use std::sync::mpsc::{Receiver, channel};
    use std::thread;

    const AGES: Duration = secs(60);

    /// Waits for another thread to get somewhere.
    fn until(what: &str, there: impl Fn() -> bool) {
        let start = std::time::Instant::now();
        while !there() {
            assert!(start.elapsed() < AGES, "{what}");
            thread::yield_now();
        }
    }

    #[tokio::test]
    async fn they_share_one_limit() {
        #[bulkhead(name = "shared: limit", max_concurrent = 2)]
        async fn awaits(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
        }

        #[bulkhead(name = "shared: limit")]
        fn blocks(inside: impl FnOnce()) -> Outcome {
            inside();
            Ok(())
        }

        let first = InFlight::begin(awaits).await;
        assert_eq!(blocks(|| assert_eq!(shared_bulkhead("shared: limit").available(), 0)), Ok(()));
        let second = InFlight::begin(awaits).await;
        assert!(is_refused(&blocks(|| panic!("the body must not run"))));
        drop((first, second));

        let refused_within = |within: &dyn Fn() -> Outcome| is_refused(&within());
        let nested = || blocks(|| assert!(refused_within(&|| blocks(|| panic!("the body must not run")))));
        assert_eq!(blocks(|| assert_eq!(nested(), Ok(()))), Ok(()));
    }

    #[tokio::test]
    async fn they_wait_in_one_queue() {
        #[bulkhead(name = "shared: queue", max_concurrent = 1, max_wait = 60s)]
        async fn awaits(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
        }

        #[bulkhead(name = "shared: queue")]
        fn blocks(release: &Receiver<()>) -> Outcome {
            release.recv().expect("the test releases it");
            Ok(())
        }

        let inside = InFlight::begin(awaits).await;
        let (release, released) = channel();
        let blocked = thread::spawn(move || blocks(&released));
        until("the thread waits", || shared_bulkhead("shared: queue").waiting() == 1);
        let last = InFlight::begin(awaits).await;
        assert_eq!(inside.end(Ok(())).await, Ok(()));
        until("the thread is inside", || shared_bulkhead("shared: queue").waiting() == 1);
        assert_eq!(shared_bulkhead("shared: queue").in_flight(), 1);
        release.send(()).expect("the body waits");
        assert_eq!(last.end(Ok(())).await, Ok(()));
        assert_eq!(blocked.join().expect("it does not panic"), Ok(()));
    }

    #[test]
    fn a_sync_call_blocks_until_a_slot_is_free() {
        #[bulkhead(name = "shared: blocks", max_concurrent = 1, max_wait = 60s)]
        fn call(release: &Receiver<()>) -> Outcome {
            release.recv().expect("the test releases it");
            Ok(())
        }

        let (release_first, first) = channel();
        let (release_second, second) = channel();
        thread::scope(|scope| {
            let first = scope.spawn(move || call(&first));
            until("the first is inside", || {
                registry().bulkhead("shared: blocks").is_some_and(|bulkhead| bulkhead.in_flight() == 1)
            });
            let second = scope.spawn(move || call(&second));
            until("the second waits", || shared_bulkhead("shared: blocks").waiting() == 1);
            release_first.send(()).expect("the body waits");
            assert_eq!(first.join().expect("it does not panic"), Ok(()));
            release_second.send(()).expect("the body waits, or will");
            assert_eq!(second.join().expect("it does not panic"), Ok(()));
        });
        assert_eq!(shared_bulkhead("shared: blocks").stats().accepted_calls, 2);
    }

    #[test]
    fn a_sync_call_that_finds_no_slot_in_time_is_refused() {
        #[bulkhead(name = "shared: too long", max_concurrent = 1, max_wait = 10ms)]
        fn call() -> Outcome {
            Ok(())
        }

        assert_eq!(call(), Ok(()));
        let slot = shared_bulkhead("shared: too long").try_acquire().expect("free");
        let start = std::time::Instant::now();
        assert!(is_refused(&call()));
        assert!(start.elapsed() >= Duration::from_millis(10), "{:?}", start.elapsed());
        assert_eq!(shared_bulkhead("shared: too long").waiting(), 0);
        drop(slot);
        assert_eq!(call(), Ok(()));
    }

    #[test]
    fn never_more_than_the_limit_run_at_a_time() {
        use std::sync::atomic::{AtomicU32, Ordering};

        static RUNNING: AtomicU32 = AtomicU32::new(0);

        #[bulkhead(name = "shared: never more", max_concurrent = 2, max_wait = 60s)]
        fn call() -> Outcome {
            let running = RUNNING.fetch_add(1, Ordering::SeqCst) + 1;
            assert!(running <= 2, "{running} at a time");
            thread::yield_now();
            RUNNING.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        }

        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..200 {
                        assert_eq!(call(), Ok(()));
                    }
                });
            }
        });
        assert_eq!(shared_bulkhead("shared: never more").stats().accepted_calls, 8 * 200);
    }
}

mod without_a_name {
    use super::*;

    #[tokio::test]
    async fn each_function_has_its_own() {
        #[bulkhead(max_concurrent = 1)]
        async fn one(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
        }

        #[bulkhead(max_concurrent = 1)]
        async fn other(told: oneshot::Receiver<Outcome>) -> Outcome {
            as_told(told).await
        }

        let inside = InFlight::begin(one).await;
        let beside = InFlight::begin(other).await;
        let name = concat!(module_path!(), "::one").to_owned();
        assert_eq!(one(never()).await, Err(Fault::Refused { kind: ErrorKind::BulkheadFull, name }));
        assert!(is_refused(&other(never()).await));
        drop((inside, beside));
    }

    #[tokio::test]
    async fn it_is_in_no_registry() {
        #[bulkhead(max_concurrent = 7919)]
        async fn call() -> Outcome {
            Ok(())
        }

        assert_eq!(call().await, Ok(()));
        assert!(registry().bulkheads().iter().all(|bulkhead| bulkhead.limit() != 7919));
        assert!(registry().bulkhead(concat!(module_path!(), "::call")).is_none());
    }

    #[tokio::test]
    async fn a_method_shares_it_between_all_values() {
        struct Client;

        impl Client {
            #[bulkhead(max_concurrent = 1)]
            async fn call(&self, told: oneshot::Receiver<Outcome>) -> Outcome {
                as_told(told).await
            }
        }

        let (one, other) = (Client, Client);
        let inside = InFlight::begin(|told| one.call(told)).await;
        assert!(is_refused(&other.call(never()).await));
        drop(inside);
    }

    #[test]
    fn a_sync_function_has_its_own_too() {
        #[bulkhead(max_concurrent = 1)]
        fn call(depth: u32) -> Outcome {
            if depth > 0 { call(depth - 1) } else { Ok(()) }
        }

        assert_eq!(call(0), Ok(()));
        assert!(is_refused(&call(1)));
    }
}
