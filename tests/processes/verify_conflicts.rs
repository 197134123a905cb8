//! `Registry::verify` of a program with conflicts between names. No function here is called, because the second of two
//! in conflict would panic. A process of its own, because `verify` checks all names of the process.
#![allow(dead_code)]

use resilient::inspect::{Origin, Problem};
use resilient::{BreakerPolicy, BulkheadPolicy, Error, bulkhead, circuit_breaker, hedge, rate_limit, registry, retry};

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

#[rate_limit(name = "github", permits = 80, per = 1min)]
#[retry(budget(name = "api", share = 0.2))]
async fn stars() -> Outcome {
    Ok(())
}

#[retry(budget(name = "api", share = 0.3, burst = 7))]
#[rate_limit(name = "github", permits = 80, per = 1min, burst = 5, cost = 2)]
fn forks() -> Outcome {
    Ok(())
}

#[retry(budget = "API")]
#[rate_limit(name = "git-hub")]
fn issues() -> Outcome {
    Ok(())
}

#[hedge(delay = 100ms, budget(name = "replicas", share = 0.1))]
async fn read() -> Outcome {
    Ok(())
}

/// A hedge's budget may be a retry's as well.
#[retry(budget(name = "replicas", share = 0.2))]
async fn write() -> Outcome {
    Ok(())
}

#[hedge(delay = 100ms, budget = "Replicas")]
async fn list() -> Outcome {
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
    let problems: Vec<_> = error.problems().iter().map(ToString::to_string).collect();
    let of_pools = |text: &&String| text.starts_with("circuit_breaker") || text.starts_with("bulkhead");
    assert_eq!(problems.iter().filter(of_pools).collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    assert_eq!(error.to_string(), problems.join("\n"));
    assert_eq!(format!("{error:?}"), error.to_string(), "an `unwrap` in a test is readable");
}

#[test]
fn rate_limits_and_budgets_are_compared_as_well() {
    let error = registry().verify().expect_err("names contradict each other");
    let expected = [
        format!(
            "rate_limit \"git-hub\" is given settings nowhere; did you mean \"github\", as at {}?\n  \
             it stands at {}\n  \
             correct it, or give it settings of its own",
            place("stars"),
            place("issues"),
        ),
        format!(
            "rate_limit \"github\" is given different settings at {} and at {}:\n  \
             burst: not given and 5\n  \
             give them at one place, and the name alone at the other",
            place("stars"),
            place("forks"),
        ),
        format!(
            "retry_budget \"API\" is given settings nowhere; did you mean \"api\", as at {}?\n  \
             it stands at {}\n  \
             correct it, or give it settings of its own",
            place("stars"),
            place("issues"),
        ),
        format!(
            "retry_budget \"Replicas\" is given settings nowhere; did you mean \"replicas\", as at {}?\n  \
             it stands at {}\n  \
             correct it, or give it settings of its own",
            place("read"),
            place("list"),
        ),
        format!(
            "retry_budget \"api\" is given different settings at {} and at {}:\n  \
             share: 0.2 and 0.3\n  \
             burst: 100 and 7\n  \
             give them at one place, and the name alone at the other",
            place("stars"),
            place("forks"),
        ),
        format!(
            "retry_budget \"replicas\" is given different settings at {} and at {}:\n  \
             share: 0.1 and 0.2\n  \
             give them at one place, and the name alone at the other",
            place("read"),
            place("write"),
        ),
    ];
    let problems = error.problems().iter().map(ToString::to_string);
    let of_traffic = |text: &String| text.starts_with("rate_limit") || text.starts_with("retry_budget");
    assert_eq!(problems.filter(of_traffic).collect::<Vec<_>>(), expected);
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
