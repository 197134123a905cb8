//! What `#[retry]` says, once parsed.

use std::time::Duration;

use proc_macro2::Ident;

use super::synonyms::SYNONYMS;
use super::values::{Backoff, DeadlineAbove, Exhausted, Jitter, MaxAttempts, Refusals, default_refusals};
use crate::facts::needs::Needs;
use crate::facts::refusal::Refusal;
use crate::facts::{ActsOnRefusals, Facts, HasFacts, MadeRefusal};
use crate::model::{EVERY_ERROR, Filter, Setting, Value};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::value::{Callable, PolicyExpr};
use crate::settings::{Table, settings};
use crate::validate::setting::{growth, longer_than_zero};

// Defaults. The runtime's policies start from the same values; a test of the facade compares the two.
pub(crate) const MAX_ATTEMPTS: u32 = 3;
pub(crate) const BASE_DELAY: Duration = Duration::from_millis(100);
pub(crate) const MAX_DELAY: Duration = Duration::from_secs(60);
pub(crate) const EXPONENTIAL_BASE: f64 = 2.0;
pub(crate) const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);

settings! {
    Retry, SYNONYMS;
    policy: PolicyExpr;
    max_attempts: MaxAttempts = MAX_ATTEMPTS;
    backoff: Backoff = Backoff::Exponential;
    base_delay: Value<Duration> = BASE_DELAY;
    max_delay: Value<Duration> = MAX_DELAY;
    exponential_base: Value<f64> => Self::default_exponential_base, growth("the pauses");
    jitter: Jitter => Self::default_jitter;
    max_elapsed: Value<Duration>, longer_than_zero("1min");
    deadline: DeadlineAbove;
    retry_on: Matching => Self::default_filter;
    retry_if: Predicate;
    retry_if_ok: Callable;
    retry_after: Callable;
    max_retry_after: Value<Duration> => Self::default_max_retry_after, longer_than_zero("5min");
    retry_refused: Refusals = default_refusals();
    on_retry: Callable;
    exhausted: Exhausted = Exhausted::LastError;
    map_err: Callable;
    bind: Ident;
}

/// The defaults that depend on other settings.
impl Retry {
    fn default_exponential_base(&self) -> Option<f64> {
        let grows = self.backoff.as_ref().is_none_or(|backoff| backoff.value == Backoff::Exponential);
        grows.then_some(EXPONENTIAL_BASE)
    }

    fn default_jitter(&self) -> Option<&'static str> {
        let is_random = self.backoff.as_ref().is_some_and(|backoff| backoff.value == Backoff::Decorrelated);
        (!is_random).then_some("full")
    }

    fn default_filter(&self) -> Option<&'static str> {
        self.retry_if.is_none().then_some(EVERY_ERROR)
    }

    fn default_max_retry_after(&self) -> Option<Duration> {
        self.retry_after.as_ref().map(|_| MAX_RETRY_AFTER)
    }
}

impl Retry {
    /// Which errors are worth another attempt.
    pub(crate) fn filter(&self) -> Option<&Setting<Filter>> {
        self.retry_on.as_ref().or(self.retry_if.as_ref())
    }

    /// Whether nothing looks at an outcome but the policy and a filter of errors.
    pub(crate) fn looks_at_errors_alone(&self) -> bool {
        let Self { policy, retry_if_ok, retry_after, on_retry, .. } = self;
        // A policy may have functions.
        policy.is_none() && retry_if_ok.is_none() && retry_after.is_none() && on_retry.is_none() && !self.wraps()
    }

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
            which: Refusal::ALL.iter().copied().filter(|refusal| self.retries(*refusal)).collect(),
            message: "this `retry` never acts, since the function returns no `Result` and nothing below refuses a \
                      call that it would retry: return a `Result`, or say which values are worth another attempt by \
                      `retry_if_ok = …`",
        })
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
            looks_at_errors: [self.filter().map(|it| &it.key), self.retry_after.as_ref().map(|it| &it.key)]
                .into_iter()
                .flatten()
                .collect(),
            acts_on_refusals: self.acts_on_refusals(),
            judges_failures: true,
            repeats: true,
            needs: Needs::Everything,
            binds: self.bind.as_ref().map(|bind| &bind.value),
            evaluates: self.evaluated(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
