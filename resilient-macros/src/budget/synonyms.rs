//! What other libraries call the settings of a retry budget.

use crate::parse::synonyms::Write::Name;
use crate::parse::synonyms::{Synonym, row};

pub(crate) const SYNONYMS: &[Synonym] = &[
    row("percent_can_retry", "share", Name, "is a number from 0 to 10"),
    row("ratio", "share", Name, ""),
    row("retry_percent", "share", Name, "is a number from 0 to 10"),
    row("retry_ratio", "share", Name, ""),
    row("token_ratio", "share", Name, ""),
    row("min_retries_per_sec", "min_per_second", Name, ""),
    row("min_retries_per_second", "min_per_second", Name, ""),
    row("max_tokens", "burst", Name, ""),
    row("tokens", "burst", Name, ""),
];
