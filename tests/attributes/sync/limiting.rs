//! `#[timeout]` and `#[bulkhead]` on a sync function.

use super::*;

#[test]
fn in_time_is_done_on_a_helper_thread() {
    #[timeout(10ms)]
    fn call(release: Receiver<()>) -> Outcome {
        let _ = release.recv();
        Ok(0)
    }

    let (release, released) = channel();
    assert_eq!(call(released), refused(ErrorKind::TimedOut));
    drop(release);
}

#[test]
fn in_number_holds_a_slot_for_the_body() {
    #[bulkhead(name = "sync: limiting", max_concurrent = 1)]
    fn call(depth: u32) -> Outcome {
        if depth == 0 { Ok(0) } else { call(depth - 1) }
    }

    assert_eq!(call(0), Ok(0));
    assert_eq!(call(1), refused(ErrorKind::BulkheadFull));
    assert_eq!(call(0), Ok(0));
}
