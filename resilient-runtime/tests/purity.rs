//! What decides is pure, read off the sources.

use std::fs;
use std::path::Path;

/// Pure decisions, which take the time and the outcome, and return what to do next. Every `policy.rs` is one, too.
const PURE: [&str; 22] = [
    "bulkhead/adaptive/limit.rs",
    "bulkhead/adaptive/machine.rs",
    "bulkhead/semaphore/line_word.rs",
    "bulkhead/semaphore/pool_word.rs",
    "circuit_breaker/machine.rs",
    "circuit_breaker/probes.rs",
    "circuit_breaker/state_word.rs",
    "circuit_breaker/streak.rs",
    "hedge/machine.rs",
    "rate_limit/bucket.rs",
    "rate_limit/hold.rs",
    "rate_limit/machine.rs",
    "rate_limit/permit_word.rs",
    "rate_limit/window.rs",
    "retry/backoff.rs",
    "retry/pending.rs",
    "retry/schedule.rs",
    "retry/settings.rs",
    "retry_budget/machine.rs",
    "thread_pool/places.rs",
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

#[test]
fn what_decides_reads_no_clock_takes_no_lock_and_draws_no_number() {
    let sources = sources();
    let is_policy = |path: &&str| path.ends_with("/policy.rs");
    let policies = sources.iter().map(|(path, _)| path.as_str()).filter(is_policy);
    for pure in policies.chain(PURE) {
        let (_, code) = sources.iter().find(|(path, _)| path == pure).unwrap_or_else(|| panic!("{pure} is gone"));
        // Its own tests may.
        let code = code.split("#[cfg(test)]").next().unwrap_or_default();
        for impure in IMPURE {
            assert!(!code.contains(impure), "{pure} decides, and so must not use `{impure}`");
        }
    }
}
