//! What the attributes say to a wrong use: one file in `ui-tests/` for each rule, with the words of the compiler beside it.
//! After a change of the words: `TRYBUILD=overwrite cargo test --test ui`, and read what they have become; then
//! `UPDATE_ERRORS=1 cargo test --test errors_chapter`. In `types` most words are the compiler's own, and change with it.

#[test]
fn messages() {
    let cases = trybuild::TestCases::new();
    for about in ["retry", "circuit_breaker", "timeout", "bulkhead", "fallback", "stack", "target", "types"] {
        cases.compile_fail(format!("ui-tests/{about}/*.rs"));
    }
    cases.pass("ui-tests/pass/*.rs");
}
