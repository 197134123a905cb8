//! Bulkheads with threads of their own, in a scope.

use std::io;
use std::time::Duration;

use resilient::testing::{scope, sleep};
use resilient::{bulkhead, registry, timeout};

#[bulkhead(name = "testing: threads", threads = 1, max_wait = 5s)]
fn in_turn(time: Duration) -> io::Result<()> {
    sleep(time);
    Ok(())
}

#[test]
fn a_queue_of_jobs_moves_on_without_a_jump_of_the_clock() {
    let scope = scope();
    let bulkhead = registry().thread_bulkhead("testing: threads").unwrap();
    for _ in 0..20 {
        std::thread::scope(|threads| {
            let calls: Vec<_> = (0..4)
                .map(|_| {
                    threads.spawn(|| {
                        let _entered = scope.enter();
                        in_turn(Duration::ZERO)
                    })
                })
                .collect();
            for call in calls {
                call.join().unwrap().unwrap();
            }
        });
    }
    assert_eq!(scope.clock().elapsed(), Duration::ZERO);
    assert_eq!(bulkhead.busy(), 0);
}

#[timeout(2s)]
#[bulkhead(name = "testing: limited threads", threads = 2)]
fn limited(time: Duration) -> io::Result<()> {
    sleep(time);
    Ok(())
}

#[test]
fn a_limit_around_ends_at_its_deadline() {
    let scope = scope();
    limited(Duration::from_secs(1)).unwrap();
    limited(Duration::from_secs(60)).unwrap_err();
    assert_eq!(scope.clock().elapsed(), Duration::from_secs(3));
}
