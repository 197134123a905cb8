//! What `#[retry]` says, once parsed.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::Expr;

use crate::facts::needs::Needs;
use crate::facts::refusal::Refusal;
use crate::facts::{ActsOnRefusals, Facts, HasFacts, MadeRefusal};
use crate::model::{DurationSetting, Filter, RateSetting, Setting, Value, evaluated, keys, plain};

// What holds where a setting is not written. The runtime's policies start from the same values; a test of the facade
// compares the two.
pub(crate) const MAX_ATTEMPTS: u32 = 3;
pub(crate) const BASE_DELAY: Duration = Duration::from_millis(100);
pub(crate) const MAX_DELAY: Duration = Duration::from_secs(60);
pub(crate) const EXPONENTIAL_BASE: f64 = 2.0;
pub(crate) const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);

pub(crate) enum MaxAttempts {
    Count(Value<u32>),
    Unlimited,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Backoff {
    Exponential,
    Linear,
    Constant,
    Fibonacci,
    Decorrelated,
}

pub(crate) enum Jitter {
    Full,
    Equal,
    None,
    /// A number: the share by which a pause may differ from the computed one.
    Factor(f64),
    /// An expression of type `Jitter`.
    Expr(Expr),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exhausted {
    LastError,
    Wrap,
}

// The fields are named after the settings.
#[allow(clippy::struct_field_names)]
pub(crate) struct Retry {
    /// The attribute's own path or, inside it, the narrowest place that stands for the whole.
    pub(crate) span: Span,
    pub(crate) policy: Option<Setting<Expr>>,
    pub(crate) max_attempts: Option<Setting<MaxAttempts>>,
    pub(crate) backoff: Option<Setting<Backoff>>,
    pub(crate) base_delay: DurationSetting,
    pub(crate) max_delay: DurationSetting,
    pub(crate) exponential_base: RateSetting,
    pub(crate) jitter: Option<Setting<Jitter>>,
    pub(crate) max_elapsed: DurationSetting,
    /// `retry_on(…)` or `retry_if = …`.
    pub(crate) filter: Option<Setting<Filter>>,
    pub(crate) retry_if_ok: Option<Setting<Expr>>,
    pub(crate) retry_after: Option<Setting<Expr>>,
    pub(crate) max_retry_after: DurationSetting,
    pub(crate) retry_refused: Option<Setting<Vec<Refusal>>>,
    pub(crate) on_retry: Option<Setting<Expr>>,
    pub(crate) exhausted: Option<Setting<Exhausted>>,
    pub(crate) map_err: Option<Setting<Expr>>,
    pub(crate) bind: Option<Setting<Ident>>,
}

impl Retry {
    pub(crate) fn wraps(&self) -> bool {
        self.exhausted.as_ref().is_some_and(|exhausted| exhausted.value == Exhausted::Wrap)
    }

    /// Whether a refusal from below is worth another attempt.
    fn retries(&self, refusal: Refusal) -> bool {
        match &self.retry_refused {
            Some(named) => named.value.contains(&refusal) || refusal == Refusal::RetriesExhausted,
            // A policy may say so.
            None => refusal.is_retried_by_default() || self.policy.is_some(),
        }
    }

    fn acts_on_refusals(&self) -> Option<ActsOnRefusals> {
        self.retry_if_ok.is_none().then(|| ActsOnRefusals {
            which: Refusal::ALL.into_iter().filter(|refusal| self.retries(*refusal)).collect(),
            message: "this `retry` never acts, since the function returns no `Result` and nothing below refuses a \
                      call that it would retry: return a `Result`, or say which values are worth another attempt by \
                      `retry_if_ok = …`",
        })
    }

    fn evaluates(&self) -> Vec<&dyn ToTokens> {
        let max_attempts = self.max_attempts.as_ref().and_then(|setting| match &setting.value {
            MaxAttempts::Count(Value::Expr(expr)) => Some(expr as &dyn ToTokens),
            MaxAttempts::Count(Value::Known(_)) | MaxAttempts::Unlimited => None,
        });
        let settings = [
            plain(self.policy.as_ref()),
            max_attempts,
            evaluated(self.base_delay.as_ref()),
            evaluated(self.max_delay.as_ref()),
            evaluated(self.exponential_base.as_ref()),
            evaluated(self.max_elapsed.as_ref()),
            evaluated(self.max_retry_after.as_ref()),
            self.filter.as_ref().and_then(|filter| filter.value.evaluated()),
            plain(self.retry_if_ok.as_ref()),
            plain(self.retry_after.as_ref()),
            plain(self.on_retry.as_ref()),
            plain(self.map_err.as_ref()),
        ];
        settings.into_iter().flatten().collect()
    }
}

impl HasFacts for Retry {
    fn facts(&self) -> Facts<'_> {
        Facts {
            refusal: Some(MadeRefusal {
                refusal: Refusal::RetriesExhausted,
                is_made: self.wraps(),
                map_err: self.map_err.as_ref(),
                maker: "`exhausted = wrap` gives an error",
            }),
            looks_at_errors: keys([
                self.filter.as_ref().map(|it| &it.key),
                self.retry_after.as_ref().map(|it| &it.key),
            ]),
            acts_on_refusals: self.acts_on_refusals(),
            judges_failures: true,
            repeats: true,
            needs: Needs::Everything,
            binds: self.bind.as_ref().map(|bind| &bind.value),
            evaluates: self.evaluates(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
