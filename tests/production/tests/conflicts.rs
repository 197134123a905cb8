//! Two places that give one name different settings, in a build without debug assertions: one report for each pair of
//! places, and no panic. The calls are made in a child process, whose standard error is checked.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};
use std::thread;

use resilient::{BreakerPolicy, BulkheadPolicy, Error, bulkhead, circuit_breaker, registry};

type Outcome = Result<(), Error>;

const STRICT: BreakerPolicy = BreakerPolicy::new().failure_threshold(1);

#[circuit_breaker(name = "two attributes", failure_threshold = 2)]
#[bulkhead(name = "two attributes", max_concurrent = 8)]
fn first() -> Outcome {
    Ok(())
}

#[circuit_breaker(name = "two attributes", failure_threshold = 3)]
fn second() -> Outcome {
    Ok(())
}

#[bulkhead(name = "two attributes", max_concurrent = 9)]
fn third() -> Outcome {
    Ok(())
}

#[circuit_breaker(name = "by hand before", failure_threshold = 2)]
fn after_by_hand() -> Outcome {
    Ok(())
}

#[circuit_breaker(name = "by hand after", failure_threshold = 2)]
fn before_by_hand() -> Outcome {
    Ok(())
}

#[circuit_breaker(name = "the same", failure_threshold = 1)]
fn the_same() -> Outcome {
    Ok(())
}

/// Each place that gives settings is reached three times, in three threads.
fn all_conflicts() {
    assert!(first().is_ok());
    assert_eq!(registry().circuit_breaker_or_insert("by hand before", STRICT).policy(), STRICT);
    assert!(before_by_hand().is_ok());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                assert!(second().is_ok() && third().is_ok());
                assert!(after_by_hand().is_ok());
                assert_ne!(registry().circuit_breaker_or_insert("by hand after", STRICT).policy(), STRICT);
                assert_ne!(registry().circuit_breaker_or_insert("by hand after", STRICT).policy(), STRICT);
                assert!(the_same().is_ok());
                registry().circuit_breaker_or_insert("the same", STRICT);
                registry().bulkhead_or_insert("two calls", BulkheadPolicy::new(1));
                registry().bulkhead_or_insert("two calls", BulkheadPolicy::new(2));
            });
        }
    });
    assert_eq!(registry().circuit_breaker("two attributes").unwrap().policy(), STRICT.failure_threshold(2));
    assert_eq!(registry().bulkhead("two attributes").unwrap().limit(), 8);
}

#[test]
#[ignore = "runs in a process of its own, started by the others"]
fn in_a_process_of_its_own() {
    // Waits until the reader of standard error is ready.
    std::io::stdin().read_exact(&mut [0]).unwrap();
    all_conflicts();
}

/// Runs the calls in a child process. `redirect` is the redirection of its standard error, in the shell's syntax.
fn start(redirect: &str) -> Child {
    let arguments = ["--exact", "in_a_process_of_its_own", "--ignored", "--nocapture"];
    Command::new("sh")
        .args(["-c", &format!("exec \"$0\" \"$@\" {redirect}")])
        .arg(std::env::current_exe().unwrap())
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn go_on(child: &mut Child) {
    child.stdin.take().unwrap().write_all(b"!").unwrap();
}

#[test]
fn are_reported_once_for_each_two_places() {
    let mut child = start("");
    go_on(&mut child);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    let reports: Vec<_> = text.lines().filter(|line| line.contains("resilient: error: ")).collect();
    let count =
        |parts: [&str; 3]| reports.iter().filter(|report| parts.iter().all(|part| report.contains(part))).count();

    assert_eq!(count(["circuit breaker `two attributes`", "::first)", "::second)"]), 1, "{text}");
    assert_eq!(count(["bulkhead `two attributes`", "::first)", "::third)"]), 1, "{text}");
    let by_hand = "a call of `circuit_breaker_or_insert` at ";
    assert_eq!(count(["circuit breaker `by hand before`", by_hand, "::after_by_hand)"]), 1, "{text}");
    // Two lines of the program call it.
    assert_eq!(count(["circuit breaker `by hand after`", by_hand, "::before_by_hand)"]), 2, "{text}");
    assert_eq!(count(["bulkhead `two calls`", "a call of `bulkhead_or_insert` at ", file!()]), 1, "{text}");
    assert_eq!(reports.len(), 6, "{text}");
}

#[test]
fn do_not_panic_where_nobody_reads_standard_error() {
    let mut child = start("");
    drop(child.stderr.take());
    go_on(&mut child);
    assert!(child.wait().unwrap().success());
}

#[test]
fn do_not_panic_where_standard_error_is_closed_or_full() {
    for redirect in ["2>&-", "2>/dev/full"] {
        let mut child = start(redirect);
        go_on(&mut child);
        assert!(child.wait().unwrap().success(), "{redirect}");
    }
}
