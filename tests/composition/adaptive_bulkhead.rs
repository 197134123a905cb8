//! Limits that adapt themselves to a simulated server, in virtual time.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use resilient::{AdaptiveLimit, Bulkhead, BulkheadPolicy, Failure, Pipeline, bulkhead};
use resilient_tests::{Fault, millis, secs};
use tokio::task::LocalSet;
use tokio::time::sleep;

/// A server that does so many calls at a time, and refuses the others.
struct Server {
    capacity: Cell<usize>,
    busy: Cell<usize>,
    takes: Duration,
    slots: Arc<Bulkhead>,
    done: Cell<u64>,
}

impl Server {
    fn new(capacity: usize, takes: Duration) -> Rc<Self> {
        let policy = BulkheadPolicy::new(1).adaptive(AdaptiveLimit::new(400)).unlimited_wait();
        Rc::new(Self {
            capacity: Cell::new(capacity),
            busy: Cell::new(0),
            takes,
            slots: Arc::new(Bulkhead::new("a simulated server", policy)),
            done: Cell::new(0),
        })
    }

    #[bulkhead(self.slots, overload_on(Fault::Own))]
    async fn call(&self) -> Result<(), Fault> {
        if self.busy.get() >= self.capacity.get() {
            sleep(millis(5)).await;
            return Err(Fault::Own);
        }
        self.busy.set(self.busy.get() + 1);
        sleep(self.takes).await;
        self.busy.set(self.busy.get() - 1);
        self.done.set(self.done.get() + 1);
        Ok(())
    }

    /// So many clients that call it again and again, for as long as the set of tasks lives.
    fn busy_clients(self: &Rc<Self>, clients: usize) {
        for client in 0..clients {
            let server = Rc::clone(self);
            tokio::task::spawn_local(async move {
                // Not all at the same moments.
                sleep(millis(client as u64 * 7 % 100)).await;
                loop {
                    let _ = server.call().await;
                }
            });
        }
    }

    /// The smallest and the largest limit of the next so many seconds.
    async fn limits_in(&self, seconds: u64) -> (usize, usize) {
        let mut seen = (usize::MAX, 0);
        for _ in 0..seconds * 10 {
            sleep(millis(100)).await;
            seen = (seen.0.min(self.slots.limit()), seen.1.max(self.slots.limit()));
        }
        seen
    }
}

#[track_caller]
fn assert_near(seen: (usize, usize), capacity: usize) {
    let allowed = capacity * 7 / 10..=capacity * 13 / 10;
    assert!(allowed.contains(&seen.0) && allowed.contains(&seen.1), "{seen:?} for {capacity}");
}

#[tokio::test(start_paused = true)]
async fn the_limit_finds_the_capacity_and_follows_it_down_and_up() {
    let server = Server::new(80, millis(100));
    LocalSet::new()
        .run_until(async {
            server.busy_clients(200);
            sleep(secs(30)).await;
            assert_near(server.limits_in(60).await, 80);
            server.capacity.set(20);
            sleep(secs(30)).await;
            assert_near(server.limits_in(60).await, 20);
            server.capacity.set(80);
            sleep(secs(60)).await;
            assert_near(server.limits_in(60).await, 80);
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn the_limit_does_not_drift_in_an_hour() {
    let server = Server::new(20, secs(1));
    LocalSet::new()
        .run_until(async {
            server.busy_clients(60);
            sleep(secs(60)).await;
            let done = server.done.get();
            assert_near(server.limits_in(3_600).await, 20);
            assert!(server.done.get() - done > 3_600 * 17, "it works at its capacity, nearly");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn an_hour_of_few_calls_leaves_the_limit_where_it_was() {
    let server = Server::new(100, secs(1));
    LocalSet::new()
        .run_until(async {
            server.busy_clients(9);
            assert_eq!(server.limits_in(3_600).await, (20, 20), "less than half of it is used");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn fifty_errors_at_once_cut_once() {
    let server = Server::new(1_000, millis(100));
    server.slots.set_limit(100);
    LocalSet::new()
        .run_until(async {
            server.capacity.set(0);
            let calls: Vec<_> = (0..50)
                .map(|_| {
                    let server = Rc::clone(&server);
                    tokio::task::spawn_local(async move { server.call().await })
                })
                .collect();
            for call in calls {
                assert_eq!(call.await.expect("it ends"), Err(Fault::Own));
            }
            assert_eq!(server.slots.limit(), 90);
            assert!(server.call().await.is_err());
            assert_eq!(server.slots.limit(), 81, "one that began after the cut cuts again");
        })
        .await;
}

#[tokio::test(start_paused = true)]
async fn a_pipeline_judges_calls_as_the_attribute_does() {
    let policy = BulkheadPolicy::new(1).adaptive(AdaptiveLimit::new(10)).overload_after(secs(1));
    let slots = Arc::new(Bulkhead::new("adaptive: in a pipeline", policy));
    let pipeline: Arc<Pipeline<Fault, u32>> = Arc::new(
        Pipeline::new()
            .timeout(secs(10))
            .bulkhead(&slots)
            .overload_if(|fault| *fault == Fault::Own)
            .overload_if_ok(|status| *status == 503)
            .build()
            .expect("nothing contradicts"),
    );
    assert_eq!(pipeline.run(async || Ok(1)).await.expect("a value"), 1);
    let other = Fault::Refused(resilient::ErrorKind::CircuitOpen);
    assert!(pipeline.run(async || Err(other)).await.is_err() && pipeline.call(|| Err(other)).is_err());
    let panics = Arc::clone(&pipeline);
    let task = tokio::spawn(async move { panics.run(async || -> Result<u32, Fault> { panic!("as planned") }).await });
    assert!(task.await.is_err());
    assert!(tokio::time::timeout(millis(10), pipeline.run(std::future::pending::<Result<u32, Fault>>)).await.is_err());
    assert_eq!((slots.limit(), slots.in_flight()), (10, 0), "none of these is a sign of overload");

    assert!(pipeline.run(async || Err(Fault::Own)).await.is_err());
    assert_eq!(slots.limit(), 9);
    assert_eq!(pipeline.call(|| Ok(503)).expect("a value"), 503);
    assert_eq!(slots.limit(), 8);
    let slow = pipeline.run(async || {
        sleep(millis(1_001)).await;
        Ok(1)
    });
    assert_eq!(slow.await.expect("a value"), 1);
    assert_eq!(slots.limit(), 7);
    assert!(pipeline.run(std::future::pending::<Result<u32, Fault>>).await.is_err());
    assert_eq!((slots.limit(), slots.in_flight()), (6, 0), "it hung until the timeout above");
}

#[test]
fn a_pipeline_refuses_signs_of_overload_for_a_limit_that_stays() {
    let fixed = Bulkhead::new("adaptive: fixed", BulkheadPolicy::new(3));
    let problem = Pipeline::<Fault>::new().bulkhead(fixed).overload_if(|_| true).build().expect_err("it never acts");
    assert!(problem.to_string().contains("`overload_if` acts only with a limit that adapts itself"), "{problem}");
}

/// By hand, a predicate of the call says what a sign of overload is: each cuts the limit by a tenth.
#[tokio::test(start_paused = true)]
async fn a_predicate_says_for_one_call_what_overload_is() {
    let adaptive = || Bulkhead::new("by hand", BulkheadPolicy::new(1).adaptive(AdaptiveLimit::new(200).initial(100)));
    let is_own = |error: &&str| *error == "busy";
    let slots = adaptive();
    assert!(slots.run(async { Err::<u32, _>("busy") }).await.is_err());
    assert_eq!(slots.limit(), 100, "an error alone is none");
    assert!(slots.overload_if(is_own).run(async { Err::<u32, _>("busy") }).await.is_err());
    assert_eq!(slots.limit(), 90);
    assert!(slots.overload_if(is_own).call(|| Err::<u32, _>("busy")).is_err());
    assert_eq!(slots.limit(), 81);
    assert!(slots.overload_if(is_own).run(async { Err::<u32, _>("not found") }).await.is_err());
    assert_eq!(slots.limit(), 81, "the predicate declines it");

    let slots = adaptive();
    let is_busy = |status: &u32| *status == 503;
    assert_eq!(slots.overload_if_ok(is_busy).call(|| Ok::<_, &str>(503)).ok(), Some(503));
    assert_eq!(slots.overload_if_ok(is_busy).run(async { Ok::<_, &str>(200) }).await.ok(), Some(200));
    assert_eq!(slots.limit(), 90);
    let both = || slots.overload_if(is_own).overload_if_ok(is_busy);
    assert_eq!(both().run(async { Ok(503) }).await.ok(), Some(503));
    assert!(both().call(|| Err("busy")).is_err());
    assert_eq!(slots.limit(), 72);
    let results = slots.overload_if_result(|result: &Result<u32, &str>| result.is_err());
    assert!(results.try_run(async { Err(Failure::Inner("not found")) }).await.is_err());
    assert_eq!((slots.limit(), slots.in_flight()), (64, 0));
    let of_refusals = slots.overload_if(|_: &&str| false);
    let full = resilient::Error::BulkheadFull { name: slots.name(), limit: 1 };
    assert!(of_refusals.try_call(|| Err::<u32, _>(Failure::Refused(full))).is_err());
    assert_eq!(slots.limit(), 64, "a refusal from below is none");

    let fixed = Bulkhead::new("by hand", BulkheadPolicy::new(3));
    assert!(fixed.overload_if(is_own).run(async { Err::<u32, _>("busy") }).await.is_err());
    assert_eq!((fixed.limit(), fixed.in_flight()), (3, 0));
}
