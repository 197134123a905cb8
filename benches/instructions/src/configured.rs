//! What the feature `config` costs hot paths, held against the figures of the program without it: before a configuration
//! gives a layer other settings, and after.

use std::collections::BTreeMap;

/// Paths, and how many layers each of them has.
const LAYERS: &[(&str, u64)] = &[
    ("breaker, in a row, sync", 1),
    ("breaker, in a row", 1),
    ("breaker, count window", 1),
    ("adaptive throttle, admits", 1),
    ("bulkhead, free", 1),
    ("bulkhead, free, limit 8", 1),
    ("rate limit, free", 1),
    ("retry, first attempt", 1),
    ("hedge, ready", 1),
    ("timeout, ready", 1),
    ("four attributes, sync", 3),
    ("five attributes, ready", 4),
];

/// So many more instructions may each layer take: about 1 ns.
const AS_WRITTEN: u64 = 4;
/// And so many with other settings: about 4 ns.
const OVERRIDDEN: u64 = 16;

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

/// How many paths take more than they may. `count` is given the name, and whether the settings are other ones.
pub fn exceeding(kept: &BTreeMap<&str, u64>, count: impl Fn(&str, bool) -> u64) -> usize {
    println!("without  as written  overridden");
    let exceeds = |(name, layers): &&(&str, u64)| {
        let without = kept.get(name).copied().unwrap_or_else(|| panic!("kept.txt has no figure of {name}"));
        let [written, overridden] = [false, true].map(|is_overridden| count(name, is_overridden));
        let exceeds = written > without + AS_WRITTEN * layers || overridden > without + OVERRIDDEN * layers;
        println!("{without:>7}  {written:>10}  {overridden:>10}  {name}{}", if exceeds { "  <- too many" } else { "" });
        exceeds
    };
    LAYERS.iter().filter(exceeds).count()
}
