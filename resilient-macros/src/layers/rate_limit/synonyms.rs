//! What other libraries call the settings of `#[rate_limit]`.

use crate::parse::synonyms::Write::{Alone, Name, With};
use crate::parse::synonyms::{Synonym, Write, row};

const TWO: Write = Alone("a rate is two settings: write `permits = 80, per = 1min`");

pub(crate) const SYNONYMS: &[Synonym] = &[
    row("calls", "permits", Name, ""),
    row("limit", "permits", Name, ""),
    row("limit_for_period", "permits", Name, ""),
    row("max_calls", "permits", Name, ""),
    row("max_rate", "permits", Name, ""),
    row("permit_limit", "permits", Name, ""),
    row("rate", "permits", Name, ""),
    row("requests", "permits", Name, ""),
    row("value", "permits", Name, ""),
    row("per_second", "", TWO, ""),
    row("per_minute", "", TWO, ""),
    row("rps", "", TWO, ""),
    row("duration", "per", Name, ""),
    row("interval", "per", Name, ""),
    row("limit_refresh_period", "per", Name, ""),
    row("period", "per", Name, ""),
    row("time_period", "per", Name, ""),
    row("window", "per", Name, ""),
    row("burst_size", "burst", Name, ""),
    row("capacity", "burst", Name, ""),
    row("max_burst", "burst", Name, ""),
    row("tokens", "cost", Name, ""),
    row("weight", "cost", Name, ""),
    row("max_delay", "max_wait", Name, ""),
    row("timeout", "max_wait", Name, ""),
    row("timeout_duration", "max_wait", Name, ""),
    row("queue_limit", "max_queue", Name, ""),
    row("queue_size", "max_queue", Name, ""),
    row("exceptions", "paused_on", With("(PATTERN)"), ""),
    row("pause_on", "paused_on", With("(PATTERN)"), ""),
];
