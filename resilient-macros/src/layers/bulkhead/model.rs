//! What `#[bulkhead]` says, once parsed.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::Expr;

use crate::facts::refusal::Refusal;
use crate::facts::{Facts, HasFacts, MadeRefusal, State};
use crate::model::{CountSetting, DurationSetting, Name, Setting, given, plain, written};

// What holds where a setting is not written. The runtime's policies start from the same values; a test of the facade
// compares the two.
pub(crate) const MAX_CONCURRENT: u32 = 10;
pub(crate) const MAX_WAIT: Duration = Duration::ZERO;

pub(crate) struct Bulkhead {
    pub(crate) span: Span,
    /// Without one the function has a bulkhead of its own.
    pub(crate) name: Option<Setting<Name>>,
    pub(crate) policy: Option<Setting<Expr>>,
    pub(crate) max_concurrent: CountSetting,
    pub(crate) max_wait: DurationSetting,
    pub(crate) max_queue: CountSetting,
    pub(crate) map_err: Option<Setting<Expr>>,
}

impl Bulkhead {
    /// Whether this place gives the bulkhead its settings; otherwise it says only which one.
    pub(crate) const fn gives_settings(&self) -> bool {
        self.name.is_none()
            || self.policy.is_some()
            || self.max_concurrent.is_some()
            || self.max_wait.is_some()
            || self.max_queue.is_some()
    }

    /// The settings that are expressions. All fields are named, so that a new one is not forgotten.
    fn constants(&self) -> Vec<(&Ident, &Expr)> {
        let Self { span: _, name, policy, max_concurrent, max_wait, max_queue, map_err: _ } = self;
        let settings = [
            name.as_ref().map(|name| (&name.key, &name.value.expr)),
            given(policy.as_ref()),
            written(max_concurrent.as_ref()),
            written(max_wait.as_ref()),
            written(max_queue.as_ref()),
        ];
        settings.into_iter().flatten().collect()
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
            state: self.name.as_ref().map_or(State::Own, State::Shared),
            constants: self.constants(),
            evaluates: plain(self.map_err.as_ref()).into_iter().collect(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
