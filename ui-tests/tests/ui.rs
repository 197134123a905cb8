//! Compile errors of wrong uses: one file for each rule, in the folder of its subject, with the expected text beside it.
//!
//! After a change of the texts: `TRYBUILD=overwrite cargo test --test ui`, and read what they have become; then
//! `UPDATE_ERRORS=1 cargo test --test errors_chapter`. Most texts in `types` are the compiler's own, and change with it.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    for subject in [
        "retry",
        "hedge",
        "circuit_breaker",
        "timeout",
        "adaptive_throttle",
        "rate_limit",
        "bulkhead",
        "retry_budget",
        "fallback",
        "handles",
        "per_key",
        "stack",
        "apply",
        "target",
        "types",
    ] {
        cases.compile_fail(format!("{subject}/*.rs"));
    }
    cases.pass("pass/*.rs");
}
