//! The rules of the attributes and those of configurations are the same, and so are their words.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::Case;
use crate::Config;

/// The folders whose cases are mistakes in settings, alone and beside others. All of a fallback is code.
const FOLDERS: [&str; 10] = [
    "adaptive_throttle",
    "bulkhead",
    "circuit_breaker",
    "hedge",
    "per_key",
    "rate_limit",
    "retry",
    "retry_budget",
    "stack",
    "timeout",
];

fn ui_tests() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../ui-tests"))
}

/// The compile errors of a ui test, without what the compiler says by itself.
fn compile_errors(words: &str) -> Vec<String> {
    let text = fs::read_to_string(ui_tests().join(words).with_extension("stderr")).expect(words);
    text.lines().filter_map(|line| line.strip_prefix("error: ")).map(fact).collect()
}

/// What is wrong, without the way out, which is written in another way, and without what differs from case to case: what
/// stands in parentheses, and numbers.
fn fact(message: &str) -> String {
    let fact = message.split(": ").next().unwrap().split(", and this ").next().unwrap();
    let mut depth = 0_i32;
    let kept = fact.chars().filter(|letter| {
        depth += i32::from(*letter == '(');
        let is_kept = depth == 0;
        depth -= i32::from(*letter == ')');
        is_kept
    });
    let kept: String = kept.collect();
    let is_number = |word: &&str| word.trim_start_matches('`').starts_with(|letter: char| letter.is_ascii_digit());
    kept.split(' ').filter(|word| !is_number(word) && !word.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_mistake_that_an_attribute_can_have_is_reported_in_the_same_words() {
    let (config, mut others) = (Config::alone(), Vec::new());
    for case in Case::all() {
        let Some(words) = case.head("words") else { continue };
        let (known, error) = (compile_errors(words), case.error(&config));
        for said in error.problems().iter().map(|problem| fact(problem.message())) {
            if !known.iter().any(|known| known.starts_with(&said)) {
                others.push(format!("{}: {said}\n{known:#?}", case.name()));
            }
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
}

/// Each ui test has a case here with its words, or a reason why no file can bring its mistake about; and so has each of the
/// errors of a ui test that has a case.
#[test]
fn each_mistake_of_an_attribute_has_a_case_or_a_reason_why_a_file_cannot_make_it() {
    let config = Config::alone();
    let said: BTreeSet<(String, String)> = Case::all()
        .iter()
        .filter_map(|case| Some((case.head("words")?.to_owned(), case.error(&config))))
        .flat_map(|(words, error)| {
            let facts: Vec<_> = error.problems().iter().map(|problem| fact(problem.message())).collect();
            facts.into_iter().map(move |fact| (words.clone(), fact))
        })
        .collect();
    let reasons: BTreeSet<&str> = NO_VALUE.iter().flat_map(|(_, tests)| tests.iter().copied()).collect();
    let mut left = Vec::new();
    for folder in FOLDERS {
        for test in fs::read_dir(ui_tests().join(folder)).unwrap() {
            let path = test.unwrap().path();
            if path.extension().is_none_or(|extension| extension != "stderr") {
                continue;
            }
            let test = format!("{folder}/{}", path.file_stem().unwrap().to_str().unwrap());
            let cases: Vec<_> = said.iter().filter(|(words, _)| *words == test).map(|(_, fact)| fact).collect();
            match (reasons.contains(test.as_str()), cases.is_empty()) {
                (true, true) => {}
                (true, false) => left.push(format!("{test} has both a case and a reason")),
                (false, true) => left.push(format!("{test} has neither a case nor a reason")),
                (false, false) => left.extend(uncovered(&test, &said)),
            }
        }
    }
    left.extend(
        reasons.iter().filter(|test| !ui_tests().join(test).with_extension("rs").exists()).map(ToString::to_string),
    );
    assert!(left.is_empty(), "{}", left.join("\n"));
}

/// The errors of a ui test that no case says.
fn uncovered(test: &str, said: &BTreeSet<(String, String)>) -> Vec<String> {
    let is_said = |error: &String| said.iter().any(|(_, fact)| error.starts_with(fact.as_str()));
    let is_of_code = |error: &String| OF_CODE.iter().any(|(_, begins)| begins.iter().any(|it| error.starts_with(it)));
    let errors = compile_errors(test).into_iter().filter(|error| !is_said(error) && !is_of_code(error));
    errors.map(|error| format!("{test}: {error}")).collect()
}

/// Why no value of a file makes these mistakes.
const NO_VALUE: &[(&str, &[&str])] = &[
    (
        "the function, its arguments or its type are at fault",
        &[
            "bulkhead/threads_and_await",
            "bulkhead/threads_and_borrowed_arguments",
            "bulkhead/threads_and_types",
            "circuit_breaker/on_state_change_of_another_type",
            "hedge/argument_is_consumed",
            "hedge/exclusive_arguments",
            "hedge/in_a_sync_function",
            "hedge/names_that_hide_arguments",
            "per_key/key_of_another_type",
            "per_key/key_that_awaits",
            "retry/bind_hides_an_argument",
            "retry/unlimited_with_an_option",
            "stack/bulkhead_above_sync_timeout",
        ],
    ),
    (
        "a configuration neither adds layers nor moves them, and one that is switched off is meant to be",
        &[
            "adaptive_throttle/one_throttle_twice",
            "adaptive_throttle/two_without_a_name",
            "bulkhead/threads_are_lowest",
            "hedge/above_a_fallback_for_every_error",
            "hedge/two_hedges",
            "rate_limit/one_limit_twice",
            "stack/adjacent_timeouts",
            "stack/catch_all_fallback_below",
            "stack/fallback_never_reached",
            "stack/map_err_never_called",
            "stack/one_name_twice",
            "stack/refusal_that_never_comes",
            "stack/step_without_retry",
            "stack/two_retries",
        ],
    ),
    (
        "code stays code: filters, hooks, keys, items, answers, conversions, names",
        &[
            "adaptive_throttle/filters_that_contradict",
            "bulkhead/bad_names",
            "circuit_breaker/bad_names",
            "circuit_breaker/filter_given_twice",
            "circuit_breaker/filters_that_exclude_each_other",
            "circuit_breaker/no_name",
            "circuit_breaker/on_state_change",
            "hedge/map_err_without_items",
            "hedge/over_without_items",
            "per_key/handle_without_a_key",
            "per_key/no_name",
            "per_key/one_key_for_all",
            "retry/bind_beside_a_mistake",
            "retry/bind_is_no_name",
            "retry/closure_in_parentheses",
            "retry/closure_takes_one_argument",
            "retry/companions_of_idempotent",
            "retry/crate_is_no_path",
            "retry/filter_given_twice",
            "retry/filters_that_exclude_each_other",
            "retry/map_err_without_wrap",
            "retry/no_pattern",
            "retry/retry_after_ok_without_retry_if_ok",
            "retry/variable_as_a_filter",
            "stack/function_name_is_no_path",
            "stack/function_names_differ",
            "stack/map_err_differs",
            "stack/renamed_attribute",
            "stack/two_crates",
        ],
    ),
    (
        "a handle, or where settings stand, is at fault: a file has one place for each state",
        &[
            "adaptive_throttle/settings_at_a_static",
            "per_key/handle_of_one_state",
            "per_key/key_at_a_static",
            "per_key/settings_beside_a_handle",
            "rate_limit/settings_at_a_static",
            "retry_budget/on_a_function",
        ],
    ),
    (
        "the kind of limit, the percentile of a delay and the budget of a hedge are of the code",
        &["bulkhead/adaptive_bounds", "hedge/budget_of_another_kind", "hedge/percentile_out_of_range"],
    ),
    ("a setting is left out, and a file only adds", &["hedge/no_delay", "timeout/no_duration"]),
    (
        "only an attribute is written like this; a file is TOML, which has its own errors",
        &[
            "bulkhead/max_wait_of_another_kind",
            "bulkhead/value_without_a_name",
            "circuit_breaker/window_not_known",
            "hedge/beside_a_mistake",
            "per_key/settings_that_vary",
            "rate_limit/rate_as_a_count",
            "rate_limit/value_without_a_name",
            "retry/half_typed",
            "retry/jitter_of_another_kind",
            "retry/max_elapsed_without_a_limit",
            "retry/other_notation",
            "retry/setting_given_twice",
            "retry/value_without_a_name",
            "stack/all_errors_at_once",
            "stack/value_behind_an_equals_sign",
            "stack/value_instead_of_parentheses",
            "timeout/cooperative_with_a_value",
            "timeout/duration_given_twice",
            "timeout/unit_inside_an_expression",
            "timeout/without_a_limit",
        ],
    ),
    (
        "an unknown setting is said with the layer, which in a file stands on another line",
        &[
            "bulkhead/names_from_elsewhere",
            "circuit_breaker/names_from_elsewhere",
            "retry/names_from_elsewhere",
            "retry/unknown_setting",
            "stack/unknown_settings",
            "timeout/names_from_elsewhere",
            "timeout/unknown_setting",
        ],
    ),
];

/// The same of single errors, by how they begin.
const OF_CODE: &[(&str, &[&str])] = &[
    (
        "it is about code",
        &[
            "`overload_on` acts only",
            "the closure of",
            "`retry_after` finds",
            "`retry_after_ok` finds",
            "`paused_on` and `paused_if`",
            "`cost` must be",
            "`retry_if` takes",
            "unknown `exhausted` value",
            "`threads` stands alone",
        ],
    ),
    ("a file adds values, and takes none away", &["`rate_limit` needs the number of calls"]),
    (
        "the delays are a list or a function in the code, so a file that gives `base_delay` is told that",
        &["`backoff` lists the pauses", "`backoff` computes the pauses", "`backoff = []` has no pause"],
    ),
    (
        "only an attribute is written like this",
        &[
            "`max_attempts` is not written like this",
            "`max_attempts` needs a value",
            "a share is a number",
            "`retry_refused` is not written like this",
            "`backoff` takes a word",
            "unknown `backoff` value `STEPS`",
            "a duration is a number with a unit",
            "`budget` takes the name",
            "`budget` needs a value",
            "a name must not be empty",
            "unknown setting `ratio`",
            "unknown setting `speed`",
        ],
    ),
    (
        "a duration in quotes may have these units, and several parts",
        &["`m` could be minutes", "unknown unit `secs`", "a duration of several parts is a string"],
    ),
];
