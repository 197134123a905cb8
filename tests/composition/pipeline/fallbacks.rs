//! Fallbacks in a pipeline: a list that is built at run time.

use resilient::pipeline::Fallback;
use tokio::time::{Instant, sleep};

use super::*;

type Stack = Pipeline<String, String>;

/// Says what it is given, and fails if it is to.
fn source(name: &'static str, has_it: bool) -> Fallback<String, String> {
    Fallback::call(move |failure: Failure<String>| {
        let said = format!("{name} after {failure}");
        if has_it { Ok(said) } else { Err(said) }
    })
}

fn slow(name: &'static str, has_it: bool) -> Fallback<String, String> {
    Fallback::run(move |failure: Failure<String>| async move {
        let said = format!("{name} after {failure}");
        sleep(secs(1)).await;
        if has_it { Ok(said) } else { Err(said) }
    })
}

#[tokio::test(start_paused = true)]
async fn are_tried_in_order_until_one_succeeds() {
    let list = [("cache", false), ("disk", false), ("peer", true), ("default", true)];
    let pipeline: Stack = Pipeline::new().fallbacks(list.map(|(name, has)| source(name, has))).build().unwrap();
    let expected = "peer after disk after cache after down".to_owned();
    assert_eq!(pipeline.run(async || Err("down".to_owned())).await, Ok(expected.clone()));
    assert_eq!(pipeline.call(|| Err("down".to_owned())), Ok(expected));

    let mixed = [source("cache", false), slow("disk", false), source("peer", false), slow("mirror", true)];
    let pipeline: Stack = Pipeline::new().fallbacks(mixed).build().unwrap();
    let start = Instant::now();
    let answer = pipeline.run(async || Err("down".to_owned())).await;
    assert_eq!(answer, Ok("mirror after peer after disk after cache after down".to_owned()));
    assert_eq!(start.elapsed(), secs(2));
}

#[tokio::test(start_paused = true)]
async fn fail_with_the_error_of_the_last() {
    let pipeline: Stack = Pipeline::new().fallbacks([source("cache", false), slow("disk", false)]).build().unwrap();
    let answer = pipeline.run(async || Err("down".to_owned())).await;
    assert_eq!(answer, Err(Failure::Inner("disk after cache after down".to_owned())));
}

#[tokio::test(start_paused = true)]
async fn answer_a_refusal() {
    let pipeline: Stack = Pipeline::new().fallbacks([source("cache", true)]).timeout(secs(1)).build().unwrap();
    let answer = pipeline.run(std::future::pending).await;
    assert_eq!(answer, Ok("cache after `pipeline` timed out after 1s".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn are_dropped_while_they_are_awaited() {
    struct OnDrop(Arc<std::sync::atomic::AtomicBool>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            self.0.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }

    let is_dropped = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let flag = Arc::clone(&is_dropped);
    let pipeline: Stack = Pipeline::new()
        .timeout(secs(5))
        .fallback_async(move |_| {
            let on_drop = OnDrop(Arc::clone(&flag));
            async move {
                let _on_drop = on_drop;
                std::future::pending().await
            }
        })
        .build()
        .unwrap();
    let answer = pipeline.run(async || Err("down".to_owned())).await;
    assert_eq!(kind(&answer), Some(ErrorKind::TimedOut));
    assert!(is_dropped.load(std::sync::atomic::Ordering::Relaxed));
}

#[test]
fn block_the_thread_of_a_sync_call_if_they_are_async() {
    let pipeline: Stack = Pipeline::new()
        .fallback_async(|failure| async move {
            let mut has_yielded = false;
            std::future::poll_fn(|context| {
                context.waker().wake_by_ref();
                if std::mem::replace(&mut has_yielded, true) {
                    std::task::Poll::Ready(())
                } else {
                    std::task::Poll::Pending
                }
            })
            .await;
            Ok(failure.to_string())
        })
        .build()
        .unwrap();
    assert_eq!(pipeline.call(|| Err("down".to_owned())), Ok("down".to_owned()));
}

#[test]
fn answer_nothing_that_was_late_below_the_deadline_of_another() {
    let pipeline: Stack = Pipeline::new().fallbacks([source("cache", true)]).build().unwrap();
    let outer = TimeoutPolicy::new(millis(1)).named("outer");
    let answer = outer.call_cooperative(|| {
        let answer = pipeline.call(|| {
            std::thread::sleep(millis(5));
            Err("down".to_owned())
        });
        assert_eq!(answer, Err(Failure::Inner("down".to_owned())), "nothing begins after the deadline");
        Ok::<_, String>(())
    });
    assert_eq!(answer.unwrap_err().refusal().unwrap().name(), "outer");
}

/// An operation that ends in the poll in which the time of its caller ends.
#[tokio::test]
async fn answer_no_error_that_was_late_in_the_poll_in_which_the_deadline_of_another_passed() {
    let pipeline: Stack = Pipeline::new().fallbacks([source("cache", true)]).build().unwrap();
    let plain: Stack = Pipeline::new().build().unwrap();
    let down = async || {
        std::thread::sleep(millis(5));
        Err("down".to_owned())
    };
    let outer = TimeoutPolicy::new(millis(1)).named("outer");
    let answer = outer.run(async {
        assert_eq!(
            pipeline.run(down).await,
            Err(Failure::Inner("down".to_owned())),
            "nothing begins after the deadline"
        );
        assert_eq!(plain.run_or(down, |_| Ok(String::new())).await, Err("down".to_owned()));
        assert_eq!(plain.run_or_async(down, async |_| Ok(String::new())).await, Err("down".to_owned()));
        Ok::<_, String>(())
    });
    assert!(answer.await.is_ok(), "it ended in one poll");
}

#[tokio::test(start_paused = true)]
async fn answer_successes_that_a_filter_declines() {
    let filters = [false, true].map(|by_result| {
        let layers = Pipeline::<String, u32>::new().fallbacks([
            Fallback::run_outcome(async |outcome: Result<u32, Failure<String>>| match outcome {
                Ok(value) => Ok(value + 100),
                Err(failure) => Err(failure.to_string()),
            }),
            Fallback::call_outcome(|outcome| outcome.map_or_else(|_| Ok(7), Ok)),
        ]);
        let layers = if by_result {
            layers.fallback_if_result(|result| *result == Ok(0) || *result == Err("down".to_owned()))
        } else {
            layers.fallback_if_ok(|value| *value == 0).fallback_if(|error| error == "down")
        };
        layers.build().unwrap()
    });
    for pipeline in filters {
        for (outcome, expected) in [
            (Ok(1), Ok(1)),
            (Ok(0), Ok(100)),
            (Err("down"), Ok(7)),
            (Err("lost"), Err(Failure::Inner("lost".to_owned()))),
        ] {
            let outcome = || outcome.map_err(str::to_owned);
            assert_eq!(pipeline.run(async || outcome()).await, expected);
            assert_eq!(pipeline.call(outcome), expected);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn answer_chosen_refusals() {
    let slots = slots(1);
    let layers = Pipeline::<String, u32>::new().fallback(|_| Ok(7)).fallback_refused([ErrorKind::BulkheadFull]);
    let pipeline = layers.timeout(secs(1)).bulkhead(&slots).build().unwrap();
    assert_eq!(kind(&pipeline.run(std::future::pending).await), Some(ErrorKind::TimedOut));
    let slot = slots.try_acquire().expect("free");
    assert_eq!(pipeline.run(async || Ok(1)).await, Ok(7));
    assert_eq!(pipeline.call(|| Ok(1)), Ok(7));
    drop(slot);
    assert_eq!(pipeline.run(async || Err("down".to_owned())).await, Ok(7), "an error is answered as before");
}
