//! `#[retry]`: the only layer that runs what is below it again, and so the only loop.
//!
//! Input
//!
//! ```ignore
//! #[retry(max_attempts = 4)]
//! async fn user(id: u64) -> Result<User, ApiError> { BODY }
//! ```
//!
//! Output, without the registration, scripts of tests, and the path `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! async fn user(id: u64) -> Result<User, ApiError> {
//!     const __RESILIENT_POLICY: &RetrySettings = &RetrySettings::max_attempts(RetrySettings::DEFAULT, 4);
//!     static __RESILIENT_SLOTS: [Slot; 1] = [Slot::retry(__RESILIENT_POLICY)];
//!     let __resilient_call = begin_call(const { Name::new(&PATH) }, true);
//!     unrefused({
//!         let __resilient_policy = __RESILIENT_POLICY;
//!         let mut __resilient_retrying = retrying(&__RESILIENT_SLOTS[0], __resilient_policy, false);
//!         loop {
//!             begin(&mut __resilient_retrying, &__resilient_call);
//!             let __resilient_delay = {
//!                 let __resilient_outcome = lift_future(async move { BODY }).await;
//!                 let __resilient_subject = (
//!                     const { Name::new(&PATH) },
//!                     ErrorOf::outcome(&__resilient_outcome).__resilient_shows(),
//!                 );
//!                 match delay_after(&mut __resilient_retrying, &__resilient_outcome, __resilient_subject) {
//!                     Some(__resilient_delay) => __resilient_delay,
//!                     None => break __resilient_outcome,
//!                 }
//!             };
//!             sleep(__resilient_delay).await;
//!         }
//!     }, &__resilient_call)
//! }
//! ```
//!
//! With settings that look at more than errors, such as `retry_if_ok = |_| false`, the block is
//!
//! ```ignore
//! let __resilient_outcome = lift_future(async move { BODY }).await;
//! let __resilient_verdict =
//!     Verdict::retry_if_ok(Retrying::look(&__resilient_retrying, &__resilient_outcome), |_| false);
//! match Retrying::next(&mut __resilient_retrying, &__resilient_verdict) {
//!     Next::Done => break __resilient_outcome,
//!     Next::Exhausted => break __resilient_outcome,
//!     Next::Delay(__resilient_delay) => { __resilient_delay }
//!     Next::TooLate(__resilient_delay) => __resilient_delay,
//! }
//! ```
//!
//! With the feature `tracing` each attempt is
//! `in_attempt(&__resilient_retrying, lift_future(async move { BODY })).await`.
//!
//! With `budget = "api"`, `spending(StateRef::get(&__RESILIENT_STATE_0))` stands before the loop, each attempt begins
//! with `spend`, and `next_in_budget` has the last word about what follows it. A handle or a value is evaluated around
//! the loop.

mod report;
mod settings;
mod verdict;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use self::report::{reported, subject};
use self::settings::{begun, item, policy, slot_in_calls};
use self::verdict::{asked_of_attempt, outcome, verdict};
use super::model::Retry;
use crate::budget::given::Budget;
use crate::expand::context::{Context, Expand};
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::slots::{self, Written};
use crate::expand::spans::{Extent, at};
use crate::expand::values::{callable, predicate};
use crate::expand::{held, statics};

impl Expand for Retry {
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        let inner = inner.lifted();
        let wraps = self.wraps();
        let timed = wraps || self.bind.is_some() || self.on_give_up.is_some() || asked_of_attempt(self);
        let (policy, retrying) = begun(self, context, index, timed);
        let body = attempt(context, &inner);
        let at = at(self.span);
        let begin = begin(context, index, self);
        let spending = spending(self, index);
        let idempotent = self.idempotent.as_ref().map(verdict::idempotent);
        let round = if context.is_async && self.looks_at_errors_alone() {
            round_of_errors(context, self, &body)
        } else if context.is_async {
            round_async(context, self, &body)
        } else {
            round_blocking(context, self, &body)
        };
        let code = quote_spanned! {at=>
            {
                #policy
                #idempotent
                let mut __resilient_retrying = #retrying;
                #spending
                loop {
                    #begin
                    #round
                }
            }
        };
        let is_held = context.layers[index].held().is_some();
        let looped = inner.with_value(if is_held { held::with(context, index, "given", &code) } else { code });
        if wraps { looped.refused_by(index) } else { looped }
    }

    fn state_policy(&self) -> Option<TokenStream> {
        self.budget.as_ref()?.value.settings()?.policy()
    }

    fn written(&self, context: &Context<'_>, index: usize) -> Option<Written> {
        let name = slots::constant(context, index);
        let Some((constant, settings)) = item(&policy(self, context.sig), &name) else {
            return Some(Written { constant: None, slot: slot_in_calls(self, context.sig) });
        };
        let slot = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Slot::retry(#settings));
        Some(Written { constant: Some(constant), slot })
    }
}

/// One attempt. With the feature `tracing` that of an async function is polled in a span; a sync one is in it since it
/// began.
fn attempt(context: &Context<'_>, inner: &PipelineExpr) -> TokenStream {
    if cfg!(feature = "tracing") && context.is_async {
        let attempt = inner.future();
        return quote_spanned!(Span::mixed_site()=> __resilient_pipeline::in_attempt(&__resilient_retrying, #attempt).await);
    }
    inner.value()
}

/// The call's part in its budget. A handle or a value is around the whole loop.
fn spending(retry: &Retry, index: usize) -> Option<TokenStream> {
    let budget = match &retry.budget.as_ref()?.value {
        Budget::Settings(_) => statics::state(index),
        Budget::Held(_) => quote_spanned!(Span::mixed_site()=> __resilient_held),
    };
    Some(quote_spanned! {Span::mixed_site()=>
        let mut __resilient_spending = __resilient_pipeline::spending(#budget);
    })
}

/// An attempt and the delay after it, where only the policy and a filter of errors look at the outcome: one call
/// decides.
fn round_of_errors(context: &Context<'_>, retry: &Retry, body: &TokenStream) -> TokenStream {
    let subject = subject(context);
    let known =
        quote_spanned!(Span::mixed_site()=> &mut __resilient_retrying, &__resilient_outcome, __resilient_subject);
    let delay = match retry.filters().of_errors() {
        None => quote_spanned!(at(retry.span)=> __resilient_pipeline::delay_after(#known)),
        Some(filter) => {
            let errors = predicate(&filter.value);
            let extent = Extent::of(&errors);
            let arguments = extent.call(quote_spanned!(Span::mixed_site()=> #known, #errors));
            quote_spanned!(extent.first=> __resilient_pipeline::delay_after_if #arguments)
        }
    };
    quote_spanned! {at(retry.span)=>
        let __resilient_delay = {
            let __resilient_outcome = #body;
            #subject
            match #delay {
                ::core::option::Option::Some(__resilient_delay) => __resilient_delay,
                ::core::option::Option::None => break __resilient_outcome,
            }
        };
        __resilient_pipeline::sleep(__resilient_delay).await;
    }
}

/// An attempt and the delay after it. The outcome is dropped before the delay, so that it need not be `Send` and the
/// future does not hold it.
fn round_async(context: &Context<'_>, retry: &Retry, body: &TokenStream) -> TokenStream {
    let (outcome, verdict, observe) = (outcome(retry, body), verdict(retry), observe(context, retry));
    let (done, exhausted) = (left(context, retry, &done(retry)), left(context, retry, &exhausted(context, retry)));
    let (rules, next, subject) = (rules(retry), next(retry), subject(context));
    quote_spanned! {at(retry.span)=>
        let __resilient_delay = {
            #outcome
            #rules
            #subject
            let __resilient_verdict = #verdict;
            match #next {
                __resilient_pipeline::Next::Done => #done,
                __resilient_pipeline::Next::Exhausted => #exhausted,
                __resilient_pipeline::Next::Delay(__resilient_delay) => {
                    #observe
                    __resilient_delay
                }
                __resilient_pipeline::Next::TooLate(__resilient_delay) => __resilient_delay,
            }
        };
        __resilient_pipeline::sleep(__resilient_delay).await;
    }
}

/// The same in a sync function. The outcome is kept, because it is the last if the deadline above is over after the
/// delay.
fn round_blocking(context: &Context<'_>, retry: &Retry, body: &TokenStream) -> TokenStream {
    let (outcome, verdict, observe) = (outcome(retry, body), verdict(retry), observe(context, retry));
    let (done, exhausted) = (left(context, retry, &done(retry)), exhausted(context, retry));
    let (rules, next, gave_up) = (rules(retry), next(retry), gave_up(context, retry));
    let subject = subject(context);
    quote_spanned! {at(retry.span)=>
        #outcome
        #rules
        #subject
        let __resilient_is_last = {
            let __resilient_verdict = #verdict;
            match #next {
                __resilient_pipeline::Next::Done => #done,
                __resilient_pipeline::Next::Exhausted | __resilient_pipeline::Next::TooLate(_) => true,
                __resilient_pipeline::Next::Delay(__resilient_delay) => {
                    #observe
                    !__resilient_pipeline::Retrying::sleep_blocking(&__resilient_retrying, __resilient_delay)
                }
            }
        };
        if __resilient_is_last {
            #gave_up
            break #exhausted;
        }
    }
}

/// The functions of a given policy. The error about one for errors of another type points at it.
fn rules(retry: &Retry) -> Option<TokenStream> {
    let given = retry.policy.as_ref()?;
    let policy = quote_spanned!(at(given.value_span)=> __resilient_policy);
    let rules = quote_spanned!(at(given.value_span)=> __resilient_pipeline::rules);
    Some(quote_spanned!(Span::mixed_site()=> let __resilient_rules = #rules(&__resilient_outcome, #policy);))
}

/// The result of the loop if the outcome needs no other attempt.
fn done(retry: &Retry) -> TokenStream {
    if retry.wraps() {
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::widen(__resilient_outcome))
    } else {
        quote_spanned!(Span::mixed_site()=> __resilient_outcome)
    }
}

/// The same if there are no more attempts.
fn exhausted(context: &Context<'_>, retry: &Retry) -> TokenStream {
    if !retry.wraps() {
        return quote_spanned!(Span::mixed_site()=> __resilient_outcome);
    }
    let name = context.name();
    let key = retry.exhausted.as_ref().map_or_else(Span::mixed_site, |exhausted| at(exhausted.value_span));
    let into_source =
        quote_spanned!(key=> |__resilient_error| __resilient_pipeline::IntoSource::into_source(__resilient_error));
    quote_spanned! {Span::mixed_site()=>
        __resilient_pipeline::Retrying::wrap(&__resilient_retrying, #name, __resilient_outcome, #into_source)
    }
}

/// The call that decides what follows an attempt.
fn next(retry: &Retry) -> TokenStream {
    let known = quote_spanned!(Span::mixed_site()=> &mut __resilient_retrying, &__resilient_verdict);
    let next = match retry.computed_backoff() {
        None => quote_spanned!(at(retry.span)=> __resilient_pipeline::Retrying::next(#known)),
        Some(backoff) => {
            let extent = Extent::of(&backoff);
            let arguments = extent.call(quote_spanned!(Span::mixed_site()=> #known, #backoff));
            quote_spanned!(extent.first=> __resilient_pipeline::Retrying::next_by #arguments)
        }
    };
    let next = match retry.budget {
        None => next,
        Some(_) => quote_spanned! {Span::mixed_site()=>
            __resilient_pipeline::next_in_budget(
                #next, &mut __resilient_spending, &mut __resilient_retrying, &__resilient_outcome,
            )
        },
    };
    reported(retry, &next)
}

/// Counts the attempt, and binds it to a name if anything uses it.
fn begin(context: &Context<'_>, index: usize, retry: &Retry) -> TokenStream {
    let is_limited = context.layers[index..].iter().any(|layer| layer.limits_time.is_some());
    let asked_by_policy = retry.policy.is_some() && retry.retry_after.is_none();
    let is_named = retry.bind.is_some() || asked_of_attempt(retry) || asked_by_policy || is_limited;
    let attempt = is_named.then(|| quote_spanned!(Span::mixed_site()=> let __resilient_attempt =));
    let spend = retry
        .budget
        .as_ref()
        .map(|_| quote_spanned!(Span::mixed_site()=> __resilient_pipeline::spend(&mut __resilient_spending);));
    quote_spanned! {Span::mixed_site()=>
        #spend
        #attempt __resilient_pipeline::begin(&mut __resilient_retrying, &__resilient_call);
    }
}

/// Calls the user's observer before the delay.
fn observe(context: &Context<'_>, retry: &Retry) -> Option<TokenStream> {
    let name = context.name();
    let Some(observer) = &retry.on_retry else {
        return retry.policy.as_ref().map(|_| {
            quote_spanned! {Span::mixed_site()=>
                __resilient_pipeline::Retrying::observe_by(
                    &__resilient_retrying, #name, &__resilient_outcome, __resilient_delay, __resilient_rules,
                );
            }
        });
    };
    let observer = callable(&observer.value);
    let extent = Extent::of(&observer);
    let arguments = extent.call(quote_spanned!(Span::mixed_site()=> &__resilient_retrying, #name, &__resilient_outcome, __resilient_delay, #observer));
    Some(quote_spanned!(extent.first=> __resilient_pipeline::Retrying::observe #arguments;))
}

/// Calls the user's observer after the last attempt, or that of a given policy.
fn gave_up(context: &Context<'_>, retry: &Retry) -> Option<TokenStream> {
    let name = context.name();
    let known = quote_spanned!(Span::mixed_site()=> &__resilient_retrying, #name, &__resilient_outcome);
    let Some(observer) = &retry.on_give_up else {
        return retry.policy.as_ref().map(|_| {
            quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Retrying::give_up_by(#known, __resilient_rules);)
        });
    };
    let observer = callable(&observer.value);
    let extent = Extent::of(&observer);
    let arguments = extent.call(quote_spanned!(Span::mixed_site()=> #known, #observer));
    Some(quote_spanned!(extent.first=> __resilient_pipeline::Retrying::give_up #arguments;))
}

/// Leaves the loop with `result`.
fn left(context: &Context<'_>, retry: &Retry, result: &TokenStream) -> TokenStream {
    match gave_up(context, retry) {
        None => quote_spanned!(Span::mixed_site()=> break #result),
        Some(gave_up) => quote_spanned!(Span::mixed_site()=> { #gave_up break #result }),
    }
}
