//! What `#[timeout]` says, once parsed.

use std::time::Duration;

use resilient_rules::refusal::Refusal;

use super::synonyms::SYNONYMS;
use crate::facts::{Facts, HasFacts, MadeRefusal, TimeLimit};
use crate::model::Value;
use crate::parse::value::{Callable, Flag, PolicyExpr};
use crate::settings::{Table, settings};
use crate::validate::setting::longer_than_zero;

settings! {
    Timeout, SYNONYMS;
    policy: PolicyExpr;
    /// The positional value or `duration = …`.
    duration: Value<Duration>;
    step: Value<Duration>, longer_than_zero("1s");
    /// The word.
    cooperative: Flag;
    map_err: Callable;
}

impl Timeout {
    /// Whether the limit may depend on the attempt.
    pub(crate) const fn may_grow(&self) -> bool {
        self.step.is_some() || self.policy.is_some()
    }
}

impl HasFacts for Timeout {
    fn facts(&self) -> Facts<'_> {
        Facts {
            refusal: Some(MadeRefusal {
                refusal: Refusal::TimedOut,
                is_made: true,
                map_err: self.map_err.as_ref(),
                maker: "`timeout` can refuse a call",
            }),
            limits_time: Some(TimeLimit {
                duration: &self.duration,
                may_grow: self.may_grow(),
                moves_to_thread: self.cooperative.is_none(),
            }),
            evaluates: self.evaluated(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
