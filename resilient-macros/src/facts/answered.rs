//! Which refusals layers above see: a fallback between keeps those that it answers.

use super::{Answers, Facts};
use resilient_rules::refusal::Refusal;

/// What has been found of the layers so far, from the outermost to the innermost.
#[derive(Default)]
pub(crate) struct Answered {
    all: bool,
    named: Vec<Refusal>,
}

impl Answered {
    /// Whether what stands above all layers so far sees the refusal of this next one.
    pub(crate) fn passes(&mut self, layer: &Facts) -> bool {
        match layer.answers {
            Some(Answers { refusals: None, .. }) => self.all = true,
            Some(Answers { refusals: Some(named), .. }) => self.named.extend(named),
            None => {}
        }
        !self.all && layer.refusal.is_none_or(|made| !self.named.contains(&made.refusal))
    }
}
