//! What other libraries call the settings of `#[retry]`.

use crate::parse::synonyms::Write::{Alone, Name, OneMore, With};
use crate::parse::synonyms::{Synonym, Write, row};

const FIRST_TOO: &str = "counts the first attempt as well";
const FINDS_IT: &str = "finds the pause in the error";
const LIMIT: Write = Alone(
    "a time limit is an attribute of its own: write `#[timeout(2s)]` below this one for each attempt, or above it for all",
);

pub(crate) const SYNONYMS: &[Synonym] = &[
    row("max_retries", "max_attempts", OneMore, FIRST_TOO),
    row("max_retry_attempts", "max_attempts", OneMore, FIRST_TOO),
    row("max_retry_count", "max_attempts", OneMore, FIRST_TOO),
    row("num_retries", "max_attempts", OneMore, FIRST_TOO),
    row("retries", "max_attempts", OneMore, FIRST_TOO),
    row("retry_count", "max_attempts", OneMore, FIRST_TOO),
    row("max_times", "max_attempts", OneMore, FIRST_TOO),
    row("times", "max_attempts", OneMore, FIRST_TOO),
    row("attempts", "max_attempts", Name, ""),
    row("stop_after_attempt", "max_attempts", Name, ""),
    row("max_tries", "max_attempts", Name, ""),
    row("tries", "max_attempts", Name, ""),
    row("delay", "base_delay", Name, ""),
    row("default_retry_delay", "base_delay", Name, ""),
    row("initial_delay", "base_delay", Name, ""),
    row("initial_interval", "base_delay", Name, ""),
    row("min_delay", "base_delay", Name, ""),
    row("retry_delay", "base_delay", Name, ""),
    row("wait_duration", "base_delay", Name, ""),
    row("max_backoff", "max_delay", Name, ""),
    row("max_interval", "max_delay", Name, ""),
    row("backoff_factor", "exponential_base", Name, ""),
    row("backoff_multiplier", "exponential_base", Name, ""),
    row("factor", "exponential_base", Name, ""),
    row("multiplier", "exponential_base", Name, ""),
    row("exponential", "backoff", With(" = exponential"), ""),
    row("linear", "backoff", With(" = linear"), ""),
    row("constant", "backoff", With(" = constant"), ""),
    row("fibonacci", "backoff", With(" = fibonacci"), ""),
    row("decorrelated", "backoff", With(" = decorrelated"), ""),
    row("timeout", "", LIMIT, ""),
    row("attempt_timeout", "", LIMIT, ""),
    row("max_duration", "max_elapsed", Name, ""),
    row("max_elapsed_time", "max_elapsed", Name, ""),
    row("max_time", "max_elapsed", Name, ""),
    row("stop_after_delay", "max_elapsed", Name, ""),
    row("total_timeout", "max_elapsed", Name, ""),
    row("abort_on", "retry_on", With("(PATTERN)"), "names the errors that are retried"),
    row("errors", "retry_on", With("(PATTERN)"), ""),
    row("exceptions", "retry_on", With("(PATTERN)"), ""),
    row("retry_exceptions", "retry_on", With("(PATTERN)"), ""),
    row("retry_for", "retry_on", With("(PATTERN)"), ""),
    row("retryable_errors", "retry_on", With("(PATTERN)"), ""),
    row("retryable_exceptions", "retry_on", With("(PATTERN)"), ""),
    row("retry_if_exception_type", "retry_on", With("(PATTERN)"), ""),
    row("when", "retry_if", With(" = PREDICATE"), ""),
    row("retry_on_result", "retry_if_ok", With(" = PREDICATE"), ""),
    row("respect_retry_after", "retry_after", With(" = FUNCTION"), FINDS_IT),
    row("use_retry_after", "retry_after", With(" = FUNCTION"), FINDS_IT),
    row("before_sleep", "on_retry", With(" = FUNCTION"), ""),
    row("notify", "on_retry", With(" = FUNCTION"), ""),
];
