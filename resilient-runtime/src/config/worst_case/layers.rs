//! The layers of a function with the settings in force, and how long each lets a call take.

use std::time::Duration;

use resilient_rules::duration;
use resilient_rules::worst_case::{
    AND_ITS_FALLBACK, AND_ITS_FALLBACK_IN_EACH_ATTEMPT as IN_EACH_ATTEMPT, AND_ITS_FALLBACKS,
    IF_IT_KEEPS_TO_ITS_DEADLINE as KEEPS, NO_TIMEOUT, WAITS_FOR_A_PERMIT, WAITS_FOR_A_SLOT,
};

use super::bound::{Bound, Caveat};
use super::retry;
use crate::config::plan::Planned;
use crate::registry::configurable::AnyPolicy;
use crate::registry::functions::{Layer, LayerKind};
use crate::retry::settings::Settings;

const FALLBACK: Caveat = Caveat { words: AND_ITS_FALLBACK, repeated: IN_EACH_ATTEMPT };
const FALLBACKS: Caveat = Caveat { words: AND_ITS_FALLBACKS, repeated: IN_EACH_ATTEMPT };
const COOPERATIVE: Caveat = Caveat { words: KEEPS, repeated: KEEPS };

/// A layer that acts.
pub(super) struct InEffect<'f> {
    layer: &'f Layer,
    /// Nothing if calls compute some of it.
    policy: Option<AnyPolicy>,
    /// Those of the policy; nothing if only a call knows it.
    settings: Vec<(&'static str, String)>,
}

impl<'f> InEffect<'f> {
    pub(super) fn of(layer: &'f Layer, planned: Option<&Planned<'_>>) -> Self {
        let policy = planned.filter(|planned| planned.is_known()).and_then(Planned::policy_in_force);
        // Those that calls compute are their code, which is no duration.
        Self { layer, policy, settings: planned.map(Planned::listed).unwrap_or_default() }
    }

    pub(super) const fn kind(&self) -> LayerKind {
        self.layer.kind()
    }

    /// The value in force, or if no configuration can change it the one that is written.
    fn setting(&self, name: &str) -> Option<&str> {
        let in_force = self.settings.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
        in_force.or_else(|| self.layer.setting(name).filter(|_| self.settings.is_empty()))
    }

    /// Whether something that is code is given.
    pub(super) fn has(&self, name: &str) -> bool {
        self.layer.setting(name).is_some()
    }

    pub(super) fn duration(&self, name: &str) -> Option<Duration> {
        duration::read(self.setting(name)?).ok()
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.setting(name)?.parse().ok()
    }

    pub(super) const fn retry(&self) -> Option<&Settings> {
        match &self.policy {
            Some(AnyPolicy::Retry(settings)) => Some(settings),
            _ => None,
        }
    }

    /// What only a call knows.
    pub(super) fn unknown(&self) -> Bound {
        let of = self.layer.held().map(str::to_owned).or_else(|| self.layer.name().map(|name| format!("{name:?}")));
        let of = of.map(|of| format!(" `{of}`")).unwrap_or_default();
        Bound::depends_on(format!("the settings of its {}{of}", self.kind()))
    }

    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> Bound {
        match self.kind() {
            LayerKind::Retry => retry::worst_case(self, below),
            LayerKind::Timeout => self.timeout(below.worst_case(attempt), attempt),
            LayerKind::Bulkhead => below.worst_case(attempt).and(self.wait(WAITS_FOR_A_SLOT)),
            LayerKind::RateLimit => below.worst_case(attempt).and(self.wait(WAITS_FOR_A_PERMIT)),
            LayerKind::Hedge => self.hedge(below.worst_case(attempt)),
            LayerKind::Fallback => self.fallback(below.worst_case(attempt)),
            LayerKind::CircuitBreaker | LayerKind::AdaptiveThrottle | LayerKind::RetryBudget => {
                below.worst_case(attempt)
            }
        }
    }

    /// What is below a timeout is dropped or left behind at its end; a cooperative one waits for it.
    fn timeout(&self, inner: Bound, attempt: u32) -> Bound {
        let step = if self.setting("step").is_some() { self.duration("step") } else { Some(Duration::ZERO) };
        let limit = match self.duration("duration").zip(step) {
            Some((first, step)) => Bound::within(first.saturating_add(step.saturating_mul(attempt - 1))),
            None => self.unknown(),
        };
        match inner {
            Bound::Within(..) if self.has("cooperative") => inner,
            _ if self.has("cooperative") => limit.with(COOPERATIVE),
            Bound::Within(time, caveats) if caveats.is_empty() => Bound::within(time).or(limit),
            _ => limit,
        }
    }

    fn wait(&self, unlimited: &'static str) -> Bound {
        match (self.setting("max_wait"), self.duration("max_wait")) {
            (Some("unlimited"), _) => Bound::Unbounded(unlimited),
            (_, Some(wait)) => Bound::within(wait),
            _ => self.unknown(),
        }
    }

    /// An attempt without a token may start once another has failed, so all may run one after another.
    fn hedge(&self, one: Bound) -> Bound {
        let Some(hedges) = self.number::<u32>("max_hedges") else { return one.and(self.unknown()) };
        let in_turn = one.clone().times(hedges.saturating_add(1));
        match self.duration("delay").filter(|_| self.setting("budget") == Some("unlimited")) {
            Some(delay) => Bound::within(delay).times(hedges).and(one).or(in_turn),
            None => in_turn,
        }
    }

    fn fallback(&self, inner: Bound) -> Bound {
        let takes_time = |(name, _): &(&str, &str)| matches!(*name, "function" | "closure");
        match self.layer.settings().filter(takes_time).count() {
            0 => inner,
            1 => inner.with(FALLBACK),
            _ => inner.with(FALLBACKS),
        }
    }

    /// Whether a fallback keeps the refusal of this kind, so that no retry above sees it.
    fn answers(&self, refusal: LayerKind) -> bool {
        let name = if refusal == LayerKind::CircuitBreaker { "circuit_open" } else { "rate_limited" };
        let is_named = |words: &str| {
            words.split(|letter: char| letter != '_' && !letter.is_alphanumeric()).any(|word| word == name)
        };
        self.kind() == LayerKind::Fallback && self.layer.setting("fallback_refused").is_none_or(is_named)
    }

    /// How long a retry may wait after its refusal.
    fn longest_refusal(&self) -> Bound {
        let first = self.duration("recovery_timeout").filter(|_| self.kind() == LayerKind::CircuitBreaker);
        let Some(first) = first else { return self.unknown() };
        let grows = self.number::<f64>("recovery_backoff").is_some_and(|factor| factor > 1.0);
        let longest = self.duration("max_recovery_timeout").filter(|_| grows).unwrap_or_default();
        Bound::within(first.max(longest))
    }
}

/// Some layers and the body below them.
#[derive(Clone, Copy)]
pub(super) struct Layers<'a>(pub(super) &'a [InEffect<'a>]);

impl Layers<'_> {
    /// How long these take, in this attempt of the retry above them.
    pub(super) fn worst_case(self, attempt: u32) -> Bound {
        match self.0.split_first() {
            Some((layer, below)) => layer.worst_case(Layers(below), attempt),
            None => Bound::Unbounded(NO_TIMEOUT),
        }
    }

    /// Whether the first attempt may have less time than the ones after it.
    pub(super) fn may_grow(self) -> bool {
        self.0.iter().any(|layer| layer.kind() == LayerKind::Timeout && layer.setting("step").is_some())
    }

    /// How long the refusals may make a retry wait that waits for these: those that come up from these layers.
    pub(super) fn longest_refusals(self, waits_for: impl Fn(LayerKind) -> bool) -> impl Iterator<Item = Bound> {
        let is_seen = move |index: usize| {
            let kind = self.0[index].kind();
            waits_for(kind) && !self.0[..index].iter().any(|above| above.answers(kind))
        };
        (0..self.0.len()).filter(move |index| is_seen(*index)).map(move |index| self.0[index].longest_refusal())
    }
}
