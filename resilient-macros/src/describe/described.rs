//! How a layer describes itself to readers.

use resilient_rules::refusal::Refusal;

use super::settings::DescribedSettings;
use super::worst_case::{NO_TIMEOUT, WorstCase};
use crate::facts::Facts;
use crate::facts::answered::Answered;

/// A layer's part in the descriptions of a function.
pub(crate) trait Describe {
    /// All settings in the order of their documentation. A `policy` decides about those that are not written, and so
    /// does the place that gives shared state its settings: they are left out then.
    fn settings(&self) -> DescribedSettings;

    /// The most important settings in a few words of Markdown, to stand behind the attribute's name. A `policy` is
    /// described elsewhere.
    fn summary(&self, facts: &Facts, settings: &DescribedSettings) -> String;

    /// How long a call of this layer and those below it takes at most, in this attempt of the retry above it.
    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> WorstCase;

    /// What its state does, for the documentation of a handle.
    fn state_in_words(&self) -> String {
        String::new()
    }

    /// How long a retry above it may wait after its refusal, if it says so.
    fn longest_refusal(&self) -> Option<WorstCase> {
        None
    }
}

pub(crate) struct Described<'a> {
    pub(crate) facts: &'a Facts<'a>,
    pub(crate) layer: &'a dyn Describe,
}

impl<'a> Described<'a> {
    pub(crate) const fn new(facts: &'a Facts<'a>, layer: &'a dyn Describe) -> Self {
        Self { facts, layer }
    }
}

/// Some layers and the body below them.
#[derive(Clone, Copy)]
pub(crate) struct Layers<'a>(&'a [Described<'a>]);

impl Layers<'_> {
    /// How long these take, in this attempt of the retry above them.
    pub(crate) fn worst_case(self, attempt: u32) -> WorstCase {
        match self.0.split_first() {
            Some((layer, below)) => layer.layer.worst_case(Layers(below), attempt),
            None => WorstCase::Unbounded(NO_TIMEOUT),
        }
    }

    /// Whether the first attempt may have less time than the ones after it.
    pub(crate) fn may_grow(self) -> bool {
        self.0.iter().any(|layer| layer.facts.may_grow())
    }

    /// How long the refusals may make a retry wait that waits for these: those that come up from these layers.
    pub(crate) fn longest_refusals(self, waits_for: impl Fn(Refusal) -> bool) -> impl Iterator<Item = WorstCase> {
        let mut answered = Answered::default();
        let seen = self.0.iter().filter(move |layer| answered.passes(layer.facts));
        let seen = seen.filter(move |layer| layer.facts.made_refusal().is_some_and(&waits_for));
        seen.filter_map(|layer| layer.layer.longest_refusal())
    }
}

/// The worst case of a whole call.
pub(crate) fn worst_case(layers: &[Described]) -> WorstCase {
    Layers(layers).worst_case(1)
}
