//! What `#[bulkhead]` says, once parsed.

use std::time::Duration;

use quote::ToTokens;
use syn::Expr;

use super::synonyms::SYNONYMS;
use crate::facts::needs::Needs;
use crate::facts::refusal::Refusal;
use crate::facts::{Facts, HandleFacts, HasFacts, MadeRefusal, State};
use crate::model::{Name, Value, effective};
use crate::parse::value::{Callable, MaxWait, PolicyExpr};
use crate::settings::{Table, settings};
use crate::validate::setting::{self, at_least_one};

// Defaults. The runtime's policies start from the same values; a test of the facade compares the two.
pub(crate) const MAX_CONCURRENT: u32 = 10;
pub(crate) const MAX_WAIT: Duration = Duration::ZERO;

settings! {
    Bulkhead, SYNONYMS, held;
    /// Without one the function has a bulkhead of its own.
    name: Name, setting::name;
    policy: PolicyExpr;
    max_concurrent: Value<u32> = MAX_CONCURRENT, at_least_one(10);
    max_wait: MaxWait = MAX_WAIT;
    max_queue: Value<u32>;
    map_err: Callable;
}

impl Bulkhead {
    /// Whether this place gives the bulkhead its settings; otherwise it says only which one.
    pub(crate) fn gives_settings(&self) -> bool {
        self.held.is_none() && (self.name.is_none() || self.gives_policy())
    }

    /// The expression that says which one, if it is not the function's own.
    pub(crate) fn state(&self) -> Option<&Expr> {
        self.held.as_ref().or(self.name.as_ref().map(|name| &name.value.expr))
    }
}

impl HasFacts for Bulkhead {
    fn facts(&self) -> Facts<'_> {
        Facts {
            refusal: Some(MadeRefusal {
                refusal: Refusal::BulkheadFull,
                is_made: true,
                map_err: self.map_err.as_ref(),
                maker: "`bulkhead` can refuse a call",
            }),
            state: State::of(self.held.as_ref(), self.name.as_ref()).unwrap_or(State::Own),
            handle: Some(HandleFacts {
                state_settings: self.state_settings(),
                call_settings: self.call_settings(),
                name: self.name.as_ref(),
            }),
            at_once: effective(self.max_concurrent.as_ref(), None),
            needs: Needs::of_held(self.held.as_ref()),
            holds: Needs::of_held(self.held.as_ref()),
            constants: self.constants(),
            evaluates: self.held.iter().map(|held| held as &dyn ToTokens).chain(self.evaluated_in_calls()).collect(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
