//! What other libraries call the settings of `#[fallback]`.

use crate::parse::synonyms::Write::{Alone, Name, With};
use crate::parse::synonyms::{Synonym, Write, row};

const ALONE: Write = Alone("a function or a closure stands alone: write `#[fallback(name_of_a_function)]`");

pub(crate) const SYNONYMS: &[Synonym] = &[
    row("apply_on", "fallback_on", With("(PATTERN)"), ""),
    row("exceptions", "fallback_on", With("(PATTERN)"), ""),
    row("default_value", "value", Name, ""),
    row("fallback_value", "value", Name, ""),
    row("call", "", ALONE, ""),
    row("fallback", "", ALONE, ""),
    row("fallback_fn", "", ALONE, ""),
    row("fallback_function", "", ALONE, ""),
    row("fallback_method", "", ALONE, ""),
    row("func", "", ALONE, ""),
    row("function", "", ALONE, ""),
    row("handler", "", ALONE, ""),
];
