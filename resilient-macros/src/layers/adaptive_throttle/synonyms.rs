//! What other libraries call the settings of `#[adaptive_throttle]`.

use crate::parse::synonyms::Write::{Name, With};
use crate::parse::synonyms::{Synonym, row};

pub(crate) const SYNONYMS: &[Synonym] = &[
    row("k", "ratio", Name, ""),
    row("multiplier", "ratio", Name, ""),
    row("overload_ratio", "ratio", Name, ""),
    row("ratio_for_accepts", "ratio", Name, ""),
    row("failure_rate_threshold", "ratio", With(" = 2.0"), "is how many calls are made for each that is accepted"),
    row("success_rate_threshold", "ratio", With(" = 2.0"), "is how many calls are made for each that is accepted"),
    row("history", "window", Name, ""),
    row("sampling_window", "window", Name, ""),
    row("thresholding_period", "window", Name, ""),
    row("execution_threshold", "min_calls", Name, ""),
    row("minimum_number_of_calls", "min_calls", Name, ""),
    row("requests_padding", "min_calls", Name, ""),
    row("max_rejection_probability", "max_share", Name, ""),
    row("max_rejection_rate", "max_share", Name, ""),
    row("handle_errors", "failure_on", With("(PATTERN)"), ""),
    row("record_exceptions", "failure_on", With("(PATTERN)"), ""),
];
