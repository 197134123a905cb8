//! What other libraries call the settings of `#[timeout]`.

use crate::parse::synonyms::Write::{Name, Unit};
use crate::parse::synonyms::{Synonym, row};

pub(crate) const SYNONYMS: &[Synonym] = &[
    row("seconds", "duration", Unit("s"), ""),
    row("secs", "duration", Unit("s"), ""),
    row("millis", "duration", Unit("ms"), ""),
    row("milliseconds", "duration", Unit("ms"), ""),
    row("ms", "duration", Unit("ms"), ""),
    row("after", "duration", Name, ""),
    row("limit", "duration", Name, ""),
    row("timeout", "duration", Name, ""),
    row("timeout_duration", "duration", Name, ""),
    row("value", "duration", Name, ""),
];
