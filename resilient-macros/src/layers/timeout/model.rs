//! What `#[timeout]` says, once parsed.

use proc_macro2::{Ident, Span};
use syn::Expr;

use crate::facts::refusal::Refusal;
use crate::facts::{Facts, HasFacts, MadeRefusal, TimeLimit};
use crate::model::{DurationSetting, Setting, evaluated, plain};

pub(crate) struct Timeout {
    pub(crate) span: Span,
    pub(crate) policy: Option<Setting<Expr>>,
    /// The positional value or `duration = …`.
    pub(crate) duration: DurationSetting,
    pub(crate) step: DurationSetting,
    /// The word `cooperative`.
    pub(crate) cooperative: Option<Ident>,
    pub(crate) map_err: Option<Setting<Expr>>,
}

impl Timeout {
    /// Whether the limit may depend on the attempt.
    pub(crate) const fn may_grow(&self) -> bool {
        self.step.is_some() || self.policy.is_some()
    }
}

impl HasFacts for Timeout {
    fn facts(&self) -> Facts<'_> {
        let evaluates = [
            plain(self.policy.as_ref()),
            evaluated(self.duration.as_ref()),
            evaluated(self.step.as_ref()),
            plain(self.map_err.as_ref()),
        ];
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
            evaluates: evaluates.into_iter().flatten().collect(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
