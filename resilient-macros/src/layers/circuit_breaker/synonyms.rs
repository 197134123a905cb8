//! What other libraries call the settings of `#[circuit_breaker]`.

use crate::parse::synonyms::Write::{Name, With};
use crate::parse::synonyms::{Synonym, row};

pub(crate) const SYNONYMS: &[Synonym] = &[
    row("consecutive_failures", "failure_threshold", Name, ""),
    row("fail_max", "failure_threshold", Name, ""),
    row("max_failures", "failure_threshold", Name, ""),
    row("error_threshold", "failure_rate", With(" = 0.5"), "is a share from 0 to 1"),
    row("failure_rate_threshold", "failure_rate", With(" = 0.5"), "is a share from 0 to 1"),
    row("failure_ratio", "failure_rate", Name, ""),
    row("sliding_window_size", "window", Name, ""),
    row("sampling_duration", "window", Name, ""),
    row("window_size", "window", Name, ""),
    row("minimum_number_of_calls", "min_calls", Name, ""),
    row("minimum_throughput", "min_calls", Name, ""),
    row("request_volume_threshold", "min_calls", Name, ""),
    row("slow_call_duration_threshold", "slow_call", Name, ""),
    row("slow_call_rate_threshold", "slow_call_rate", With(" = 0.5"), "is a share from 0 to 1"),
    row("break_duration", "recovery_timeout", Name, ""),
    row("open_duration", "recovery_timeout", Name, ""),
    row("reset_timeout", "recovery_timeout", Name, ""),
    row("timeout", "recovery_timeout", Name, ""),
    row("wait_duration_in_open_state", "recovery_timeout", Name, ""),
    row("max_calls", "half_open_max_calls", Name, ""),
    row("permitted_number_of_calls_in_half_open_state", "half_open_max_calls", Name, ""),
    row("permitted_calls_in_half_open", "half_open_max_calls", Name, ""),
    row("exceptions", "failure_on", With("(PATTERN)"), ""),
    row("expected_exception", "failure_on", With("(PATTERN)"), ""),
    row("fail_on", "failure_on", With("(PATTERN)"), ""),
    row("failure_exceptions", "failure_on", With("(PATTERN)"), ""),
    row("monitored_exceptions", "failure_on", With("(PATTERN)"), ""),
    row("record_exceptions", "failure_on", With("(PATTERN)"), ""),
    row("exclude", "failure_on", With("(PATTERN)"), "names the errors that count"),
    row("ignore_exceptions", "failure_on", With("(PATTERN)"), "names the errors that count"),
];
