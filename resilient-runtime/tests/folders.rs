//! The rules of the folders, read off the sources.

use std::fs;
use std::path::Path;

/// A folder uses only those on the lines before its own.
const ORDER: [&[&str]; 6] = [
    &["core"],
    &["timer"],
    &["deadline"],
    &["retry", "circuit_breaker", "bulkhead", "timeout"],
    &["registry"],
    &["private"],
];

/// Plain values and pure decisions, which take the time and the outcome, and return what to do next.
const PURE: [&str; 14] = [
    "bulkhead/policy.rs",
    "circuit_breaker/machine.rs",
    "circuit_breaker/policy.rs",
    "circuit_breaker/probes.rs",
    "circuit_breaker/state_word.rs",
    "circuit_breaker/streak.rs",
    "retry/backoff.rs",
    "retry/pending.rs",
    "retry/policy.rs",
    "retry/schedule.rs",
    "timeout/policy.rs",
    "timeout/thread_pool/places.rs",
    "timer/slab.rs",
    "timer/wheel.rs",
];

/// What depends on the moment, on other threads or on chance.
const IMPURE: [&str; 9] = [
    "core::clock",
    "core::sync",
    "core::random",
    "core::process",
    "core::sharded",
    "std::sync",
    "std::thread",
    "Instant",
    "SystemTime",
];

/// Each file by its path in `src`, without its comments.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut sources = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("the sources are there") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).expect("a source is text");
                let code: Vec<_> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
                let name = path.strip_prefix(&root).expect("it is below").display().to_string().replace('\\', "/");
                sources.push((name, code.join("\n")));
            }
        }
    }
    sources
}

fn rank(folder: &str) -> Option<usize> {
    ORDER.iter().position(|folders| folders.contains(&folder))
}

/// The first parts of the paths from the crate's root.
fn used(code: &str) -> impl Iterator<Item = &str> {
    code.split("crate::").skip(1).filter(|rest| !rest.is_empty()).map(|rest| {
        let end = rest.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(rest.len());
        &rest[..end]
    })
}

#[test]
fn a_folder_uses_only_those_before_it() {
    for (path, code) in sources() {
        let Some((folder, _)) = path.split_once('/') else { continue };
        let own = rank(folder).unwrap_or_else(|| panic!("`{folder}` has no place in the order"));
        for other in used(&code).filter(|other| *other != folder) {
            let before = rank(other).is_some_and(|other| other < own);
            assert!(before, "{path} uses `crate::{other}`, which is not before `{folder}`");
        }
    }
}

#[test]
fn what_decides_reads_no_clock_takes_no_lock_and_draws_no_number() {
    let sources = sources();
    for pure in PURE {
        let (_, code) = sources.iter().find(|(path, _)| path == pure).unwrap_or_else(|| panic!("{pure} is gone"));
        // Its own tests may.
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for impure in IMPURE {
            assert!(!code.contains(impure), "{pure} decides, and so must not use `{impure}`");
        }
    }
}

#[test]
fn every_policy_is_pure() {
    for (path, _) in sources().iter().filter(|(path, _)| path.ends_with("/policy.rs")) {
        assert!(PURE.contains(&path.as_str()), "{path} is not among the pure files");
    }
}
