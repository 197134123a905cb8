//! `Registry::verify` of a program with conflicts between names. No function here is called, because the second of two
//! in conflict would panic. A process of its own, because `verify` checks all names of the process.
#![allow(dead_code)]

use resilient::inspect::{Origin, Problem};
use resilient::{BreakerPolicy, BulkheadPolicy, Error, bulkhead, circuit_breaker, registry};

type Outcome = Result<(), Error>;

const STRICT: BreakerPolicy = BreakerPolicy::new().failure_rate(0.1).count_window(20);

#[circuit_breaker(name = "payments", failure_threshold = 5)]
fn pay() -> Outcome {
    Ok(())
}

#[circuit_breaker(name = "payments", policy = STRICT)]
#[bulkhead(name = "db", max_concurrent = 10)]
async fn refund() -> Outcome {
    Ok(())
}

#[circuit_breaker(name = "paymnets")]
#[bulkhead(name = "db", max_concurrent = 10, max_wait = 1s)]
async fn charge() -> Outcome {
    Ok(())
}

#[circuit_breaker(name = "paymnets")]
#[bulkhead(name = "Search-API")]
fn charge_again() -> Outcome {
    Ok(())
}

/// File, line and path of a function in this file.
fn place(name: &str) -> String {
    let path = format!("{}::{name}", module_path!());
    let function =
        resilient::inspect::functions().find(|function| function.path() == path).expect("an annotated function");
    format!("{}:{} ({path})", function.file(), function.line())
}

#[test]
fn every_problem_is_reported_before_the_first_call() {
    // Like a program that reads its settings from a configuration.
    registry().bulkhead_or_insert("search_api", BulkheadPolicy::new(3));

    let error = registry().verify().expect_err("names contradict each other");
    let expected = [
        format!(
            "circuit_breaker \"payments\" is given different settings at {} and at {}:\n  \
             failure_threshold: 5 and not given\n  \
             window: 100 and 20\n  \
             failure_rate: not given and 0.1\n  \
             give them at one place, and the name alone at the other",
            place("pay"),
            place("refund"),
        ),
        format!(
            "circuit_breaker \"paymnets\" is given settings nowhere; did you mean \"payments\", as at {}?\n  \
             it stands at {}\n  \
             it stands at {}\n  \
             correct it, or give it settings of its own",
            place("pay"),
            place("charge"),
            place("charge_again"),
        ),
        format!(
            "bulkhead \"Search-API\" is given settings nowhere; did you mean \"search_api\", \
             as at a call of `bulkhead_or_insert`?\n  \
             it stands at {}\n  \
             correct it, or give it settings of its own",
            place("charge_again"),
        ),
        format!(
            "bulkhead \"db\" is given different settings at {} and at {}:\n  \
             max_wait: 0ns and 1s\n  \
             give them at one place, and the name alone at the other",
            place("refund"),
            place("charge"),
        ),
    ];
    assert_eq!(error.problems().iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    assert_eq!(error.to_string(), expected.join("\n"));
    assert_eq!(format!("{error:?}"), error.to_string(), "an `unwrap` in a test is readable");
}

#[test]
fn a_problem_can_be_taken_apart() {
    let error = registry().verify().expect_err("names contradict each other");
    let Some(Problem::Conflict { name: "payments", first: Origin::Function(first), differences, .. }) =
        error.problems().first()
    else {
        panic!("the first problem is that of `payments`");
    };
    assert!(first.path().ends_with("::pay"));
    assert_eq!(differences[1].setting, "window");
    assert_eq!(differences[1].first.as_deref(), Some("100"));
}
