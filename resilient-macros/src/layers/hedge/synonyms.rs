//! What other libraries call the settings of `#[hedge]`.

use crate::parse::synonyms::Write::Name;
use crate::parse::synonyms::{Synonym, row};

pub(crate) const SYNONYMS: &[Synonym] = &[
    row("after", "delay", Name, ""),
    row("hedge_delay", "delay", Name, ""),
    row("hedging_delay", "delay", Name, ""),
    row("hedged_attempts", "max_hedges", Name, ""),
    row("max_hedged_attempts", "max_hedges", Name, ""),
    row("on_hedging", "on_hedge", Name, ""),
];
