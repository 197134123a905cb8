//! `Bulkhead::run` and `Bulkhead::call`

use super::*;

#[tokio::test(start_paused = true)]
async fn run_waits_for_a_slot_as_long_as_the_policy_says() {
    let bulkhead = Bulkhead::new("by hand: waits", BulkheadPolicy::new(1).max_wait(secs(5)));
    let (start, slot) = (Instant::now(), bulkhead.try_acquire().expect("free"));
    let full = Error::BulkheadFull { name: bulkhead.name(), limit: 1 };
    assert_eq!(bulkhead.run(fails_later()).await, Err(Failure::Refused(full)));
    assert_eq!(start.elapsed(), secs(5));
    let release = async {
        sleep(secs(2)).await;
        drop(slot);
    };
    let (answer, ()) = tokio::join!(bulkhead.run(async { Ok::<_, Fault>(7) }), release);
    assert_eq!((answer, start.elapsed()), (Ok(7), secs(5 + 2)));
}

#[test]
fn call_waits_for_a_slot_as_long_as_the_policy_says() {
    let bulkhead = Bulkhead::new("by hand: blocks", BulkheadPolicy::new(1).max_wait(secs(60)));
    let slot = bulkhead.try_acquire().expect("free");
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| bulkhead.call(|| Ok::<_, Fault>(7)));
        while bulkhead.waiting() == 0 {
            std::thread::yield_now();
        }
        drop(slot);
        assert_eq!(waits.join().expect("it does not panic"), Ok(7));
    });
    let impatient = Bulkhead::new("by hand: impatient", BulkheadPolicy::new(1).max_wait(millis(5)));
    let (start, _slot) = (std::time::Instant::now(), impatient.try_acquire().expect("free"));
    assert!(impatient.call(fails).is_err_and(|failure| failure.refusal().is_some()));
    assert!(start.elapsed() >= millis(5));
}
