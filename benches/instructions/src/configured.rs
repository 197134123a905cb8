//! What the feature `config` costs hot paths, held against the figures of the program without it: before a configuration
//! gives the layers other settings, and after.

use std::collections::BTreeMap;

use crate::count_by;

/// Paths, and how many more instructions they took when this was written: before and after.
///
/// A layer that is as written looks at a word or two; the rest is what the compiler no longer knows, as that a timeout of
/// a second is longer than half a second.
const MORE: &[(&str, [u64; 2])] = &[
    ("breaker, in a row, sync", [4, 4]),
    ("breaker, in a row", [4, 4]),
    ("breaker, count window", [12, 29]),
    ("adaptive throttle, admits", [9, 29]),
    ("bulkhead, free", [3, 3]),
    ("bulkhead, free, limit 8", [3, 3]),
    ("rate limit, free", [13, 13]),
    ("rate limit, a bucket, sync", [5, 70]),
    ("retry, first attempt", [7, 42]),
    ("hedge, ready", [37, 57]),
    ("timeout, ready", [8, 8]),
    ("four attributes, sync", [12, 46]),
    ("five attributes, ready", [28, 65]),
];

/// So many more than these are no failure.
const TOLERATED: u64 = 6;

/// Other settings for every layer of the paths.
const SETTINGS: &str = r#"
[all.retry]
max_attempts = 4
[all.timeout]
duration = "2s"
[all.circuit_breaker]
recovery_timeout = "31s"
[all.adaptive_throttle]
min_calls = 11
[all.bulkhead]
max_wait = "1ms"
[all.rate_limit]
max_wait = "1ms"
[all.hedge]
delay = "2s"
"#;

pub fn override_all() {
    resilient::config::apply(SETTINGS).expect("the paths have such layers");
}

/// How many paths take more than they may.
pub fn exceeding(kept: &BTreeMap<String, u64>) -> usize {
    println!("without  as written  overridden");
    let exceeds = |(name, more): &&(&str, [u64; 2])| {
        let without = kept.get(*name).copied().unwrap_or_else(|| panic!("kept.txt has no figure of {name}"));
        let now = ["--call", "--call-overridden"].map(|call| count_by(call, name));
        let exceeds = now.iter().zip(more).any(|(now, more)| *now > without + more + TOLERATED);
        println!("{without:>7}  {:>10}  {:>10}  {name}{}", now[0], now[1], if exceeds { "  <- too many" } else { "" });
        exceeds
    };
    MORE.iter().filter(exceeds).count()
}
