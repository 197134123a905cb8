//! `Registry::verify` of a name that stands for state of several kinds: with threads, by key, and neither. A process of its
//! own, because `verify` checks all names of the process.
#![allow(dead_code)]

use resilient::inspect::{LayerKind, Problem};
use resilient::{Error, bulkhead, circuit_breaker, rate_limit, registry};

type Outcome = Result<(), Error>;

#[bulkhead(name = "images", threads = 2)]
fn two_threads() -> Outcome {
    Ok(())
}

#[bulkhead(name = "images", threads = 4)]
async fn four_threads() -> Outcome {
    Ok(())
}

#[bulkhead(name = "files", threads = 2)]
fn with_threads() -> Outcome {
    Ok(())
}

#[bulkhead(name = "files", max_concurrent = 2)]
fn without_threads() -> Outcome {
    Ok(())
}

#[bulkhead(name = "disk", threads = 2)]
fn gives_threads() -> Outcome {
    Ok(())
}

/// The word `threads` is missing.
#[bulkhead(name = "disk")]
async fn names_no_threads() -> Outcome {
    Ok(())
}

#[bulkhead(name = "tenant", key = tenant, max_concurrent = 2)]
fn by_key(tenant: u64) -> Outcome {
    let _ = tenant;
    Ok(())
}

#[bulkhead(name = "tenant", max_concurrent = 2)]
fn without_a_key() -> Outcome {
    Ok(())
}

#[bulkhead(name = "scan", key = tenant, max_concurrent = 2)]
fn scans_by_key(tenant: u64) -> Outcome {
    let _ = tenant;
    Ok(())
}

#[bulkhead(name = "scan", threads = 2)]
fn scans_on_threads() -> Outcome {
    Ok(())
}

#[rate_limit(name = "user", key = user, permits = 2)]
fn user_limit(user: u64) -> Outcome {
    let _ = user;
    Ok(())
}

#[rate_limit(name = "user", permits = 2)]
fn limit_of_all() -> Outcome {
    Ok(())
}

/// A name of layers of different kinds is no problem.
#[circuit_breaker(name = "shared")]
#[rate_limit(name = "shared", permits = 2)]
#[bulkhead(name = "shared", threads = 2)]
fn one_name_for_three() -> Outcome {
    Ok(())
}

/// File, line and path of a function in this file.
fn place(name: &str) -> String {
    let path = format!("{}::{name}", module_path!());
    let function =
        resilient::inspect::functions().find(|function| function.path() == path).expect("an annotated function");
    format!("{}:{} ({path})", function.file(), function.line())
}

/// The problems of one name, as text.
fn problems(name: &str) -> Vec<String> {
    let error = registry().verify().expect_err("names contradict each other");
    let problems = error.problems().iter().map(ToString::to_string);
    problems.filter(|text| text.contains(&format!("{name:?}"))).collect()
}

fn two_kinds(
    kind: LayerKind,
    name: &str,
    (first, at_first): (&str, &str),
    (second, at_second): (&str, &str),
) -> String {
    format!(
        "{kind} {name:?} is the name of a {first} at {}, and of a {second} at {}\n  \
         make both of one kind, or give one of them another name",
        place(at_first),
        place(at_second),
    )
}

#[test]
fn different_numbers_of_threads_are_different_settings() {
    let expected = format!(
        "bulkhead \"images\" is given different settings at {} and at {}:\n  threads: 2 and 4\n  \
         give them at one place, and the name alone at the other",
        place("two_threads"),
        place("four_threads"),
    );
    assert_eq!(problems("images"), [expected]);
}

#[test]
fn with_and_without_threads_are_two_kinds() {
    let (plain, threads) = ("bulkhead", "bulkhead with threads");
    let settings = two_kinds(LayerKind::Bulkhead, "files", (plain, "without_threads"), (threads, "with_threads"));
    let name_alone = two_kinds(LayerKind::Bulkhead, "disk", (plain, "names_no_threads"), (threads, "gives_threads"));
    assert_eq!(problems("files"), [settings]);
    assert_eq!(problems("disk"), [name_alone]);
}

#[test]
fn with_and_without_a_key_are_two_kinds() {
    let (plain, keyed) = (("bulkhead", "without_a_key"), ("bulkhead by key", "by_key"));
    assert_eq!(problems("tenant"), [two_kinds(LayerKind::Bulkhead, "tenant", plain, keyed)]);
    let (plain, keyed) = (("rate limit", "limit_of_all"), ("rate limit by key", "user_limit"));
    assert_eq!(problems("user"), [two_kinds(LayerKind::RateLimit, "user", plain, keyed)]);
}

#[test]
fn threads_and_a_key_are_two_kinds() {
    let (threads, keyed) = (("bulkhead with threads", "scans_on_threads"), ("bulkhead by key", "scans_by_key"));
    assert_eq!(problems("scan"), [two_kinds(LayerKind::Bulkhead, "scan", threads, keyed)]);
}

#[test]
fn nothing_else_is_a_problem() {
    let error = registry().verify().expect_err("names contradict each other");
    assert!(problems("shared").is_empty());
    let of_two_kinds = error.problems().iter().filter(|problem| matches!(problem, Problem::TwoKinds { .. })).count();
    assert_eq!((of_two_kinds, error.problems().len()), (5, 6));
}
