//! Below timeouts and deadlines.

use resilient::with_deadline_blocking;

use super::*;

#[test]
fn at_the_deadline_the_caller_returns_and_the_operation_keeps_its_thread_and_the_slots_above() {
    let (bulkhead, slots) = (of(1), slots(2));
    let pipeline: Plain = Pipeline::new().bulkhead(&slots).timeout(millis(20)).build_on(&bulkhead).unwrap();
    let ((release, hang), begun) = (hanging(), Begun::default());
    let operation = {
        let begun = begun.clone();
        move || {
            begun.count();
            hang();
            Ok(())
        }
    };
    assert_eq!(kind(&pipeline.call(operation)), Some(ErrorKind::TimedOut));
    // Unless the machine was so busy that no thread took it in time.
    let runs_on = usize::try_from(begun.get()).expect("once at most");
    assert_eq!((bulkhead.busy(), slots.in_flight()), (runs_on, runs_on));
    drop(release);
    while bulkhead.busy() + slots.in_flight() > 0 {
        thread::yield_now();
    }
    assert_eq!(bulkhead.stats().abandoned, 1);
}

#[test]
fn an_operation_that_has_not_begun_by_the_deadline_never_begins() {
    let bulkhead = threads(ThreadBulkheadPolicy::new(1).max_queue(1));
    let breaker = breaker_of(BreakerPolicy::new());
    let limited = || Pipeline::new().timeout(millis(20));
    let pipeline: Plain = limited().breaker(&breaker).build_on(&bulkhead).unwrap();
    let occupied = Occupied::threads(1, &bulkhead);
    let never = || -> Result<(), String> { unreachable!("its caller has left") };
    assert_eq!(kind(&pipeline.call(never)), Some(ErrorKind::TimedOut));
    assert_eq!((bulkhead.queued(), counts(&breaker)), (0, (0, 0, 1)), "the wait is none of the callee's");
    drop(occupied);
    assert_eq!(pipeline.call(|| Ok(7)), Ok(7));
}

#[tokio::test(start_paused = true)]
async fn an_async_timeout_ends_the_wait_of_an_operation_that_runs_on_and_of_one_in_the_queue() {
    let bulkhead = threads(ThreadBulkheadPolicy::new(1).max_queue(1));
    let (outer, inner) = (breaker_of(BreakerPolicy::new()), breaker_of(BreakerPolicy::new()));
    let built = Pipeline::new().breaker(&outer).timeout(secs(5)).breaker(&inner).build_on(&bulkhead);
    let pipeline: Plain = built.unwrap();
    let ((release, hang), begun) = (hanging(), Begun::default());
    let operation = {
        let begun = begun.clone();
        move || {
            begun.count();
            hang();
            Ok(())
        }
    };
    let mut hangs = pin!(pipeline.run(operation));
    begin(hangs.as_mut()).await;
    while begun.get() == 0 {
        thread::yield_now();
    }
    let mut waits = pin!(pipeline.run(|| -> Result<(), String> { unreachable!("its caller has left") }));
    begin(waits.as_mut()).await;
    tokio::time::advance(secs(6)).await;
    assert_eq!(kind(&hangs.await), Some(ErrorKind::TimedOut));
    assert_eq!((counts(&outer), counts(&inner)), ((0, 1, 0), (0, 1, 0)));
    assert_eq!(kind(&waits.await), Some(ErrorKind::TimedOut));
    assert_eq!((counts(&outer), counts(&inner)), ((0, 2, 0), (0, 1, 1)), "the wait is none of the callee's");
    assert_eq!((bulkhead.busy(), bulkhead.queued()), (1, 0));
    drop(release);
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_a_thread_as_long_as_max_wait_says() {
    let bulkhead = threads(ThreadBulkheadPolicy::new(1).max_wait(secs(5)));
    let pipeline: Plain = Pipeline::new().timeout(HOUR).build_on(&bulkhead).unwrap();
    let occupied = Occupied::threads(1, &bulkhead);
    let mut waits = pin!(pipeline.run(|| -> Result<(), String> { unreachable!("it is refused") }));
    begin(waits.as_mut()).await;
    tokio::time::advance(secs(6)).await;
    assert_eq!(kind(&waits.await), Some(ErrorKind::BulkheadFull));
    drop(occupied);
}

#[test]
fn a_callers_deadline_that_is_over_refuses_the_call_at_once() {
    let bulkhead = of(1);
    let pipeline: Plain = Pipeline::new().retry(steady(3, millis(1))).build_on(&bulkhead).unwrap();
    let never = || -> Result<(), String> { unreachable!("there is no time left") };
    let late = with_deadline_blocking(Duration::ZERO, || pipeline.call(never));
    assert_eq!(kind(&late), Some(ErrorKind::TimedOut));
    let late = paused().block_on(resilient::with_deadline(Duration::ZERO, pipeline.run(never)));
    assert_eq!(kind(&late), Some(ErrorKind::TimedOut));
    let known = with_deadline_blocking(HOUR, || both(&pipeline, || Ok(resilient::remaining())));
    assert!(known.into_iter().all(|left| left.is_ok_and(|left| left.is_some_and(|left| left <= HOUR))));
}

#[test]
fn each_attempt_has_its_own_limit() {
    let limit = TimeoutPolicy::new(secs(60)).step(secs(60));
    let pipeline: Plain = Pipeline::new().retry(steady(3, Duration::ZERO)).timeout(limit).build_on(of(1)).unwrap();
    for sync in [true, false] {
        let left = Arc::new(std::sync::Mutex::new(Vec::new()));
        let operation = {
            let left = Arc::clone(&left);
            move || {
                let minutes = resilient::remaining().expect("a limit is above").as_secs().div_ceil(60);
                left.lock().unwrap().push(minutes);
                Err::<(), _>("busy".to_owned())
            }
        };
        let ended = if sync { pipeline.call(operation) } else { paused().block_on(pipeline.run(operation)) };
        assert_eq!(ended, Err(Failure::Inner("busy".to_owned())));
        assert_eq!(*left.lock().unwrap(), [1, 2, 3], "sync: {sync}");
    }
}

/// The answer runs where the call waits, which is a helper thread.
#[test]
fn a_fallback_below_a_timeout_may_hang_and_the_caller_returns() {
    let (release, hang) = hanging();
    let built = Pipeline::new()
        .timeout(millis(20))
        .fallback(move |_| {
            hang();
            Ok("late")
        })
        .build_on(of(1));
    let pipeline: ThreadPipeline<String, &str> = built.unwrap();
    assert_eq!(kind(&pipeline.call(|| Err("down".to_owned()))), Some(ErrorKind::TimedOut));
    drop(release);
}
