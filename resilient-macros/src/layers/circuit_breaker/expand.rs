//! `#[circuit_breaker]`: a call passes if the breaker of this name admits it.
//!
//! Input
//!
//! ```ignore
//! #[circuit_breaker(name = "users", failure_threshold = 5)]
//! async fn user(id: u64) -> Result<User, ApiError> { BODY }
//! ```
//!
//! Output, without the registration and the path `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! async fn user(id: u64) -> Result<User, ApiError> {
//!     static __RESILIENT_STATE_0: StateRef<CircuitBreaker> =
//!         StateRef::shared(Name::new(&"users"), Some(BreakerPolicy::failure_threshold(BreakerPolicy::DEFAULT, 5)));
//!     settled(
//!         circuit_breaker(StateRef::get(&__RESILIENT_STATE_0), lift_future(async move { BODY })).await,
//!         FromRefusal::from_refusal,
//!     )
//! }
//! ```
//!
//! With a handle or a value, `#[circuit_breaker(self.breaker)]`, the state is evaluated in the call:
//!
//! ```ignore
//! let __resilient_outcome = match given(PhantomData::<CircuitBreaker>, &self.breaker) {
//!     __resilient_held => guarded(__resilient_held, lift_future(async move { BODY }), |state, body| {
//!         circuit_breaker(state, body)
//!     })
//!     .await,
//! };
//! __resilient_outcome
//! ```
//!
//! With `failure_if = PREDICATE` the call is `circuit_breaker_on(StateRef::get(&__RESILIENT_STATE_0), BODY, PREDICATE)`;
//! other filters have functions of their own.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};

use super::model::CircuitBreaker;
use crate::expand::context::{Context, Expand};
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::policy::Policy;
use crate::expand::values::{callable, predicate};
use crate::expand::{held, statics};
use crate::facts::filters::Filters;
use crate::settings::Table;

impl Expand for CircuitBreaker {
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        let inner = inner.lifted();
        if self.held.is_some() || self.key.is_some() {
            return self.expand_held(context, index, inner);
        }
        let state = statics::state(index);
        let (on, failures) = failures(&self.filters());
        let guarded = if context.is_async {
            let (guard, body) = (format_ident!("circuit_breaker{on}", span = Span::mixed_site()), inner.future());
            let code = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#guard(#state, #body #failures));
            inner.with_future(code)
        } else {
            let (guard, body) =
                (format_ident!("circuit_breaker_blocking{on}", span = Span::mixed_site()), inner.value());
            let code = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#guard(#state, || #body #failures));
            inner.with_value(code)
        };
        guarded.refused_by(index)
    }

    fn state_policy(&self) -> Option<TokenStream> {
        let new = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::BreakerPolicy::DEFAULT);
        let mut policy = Policy::shared("BreakerPolicy", self.policy.as_ref(), new);
        self.set_each(&mut policy, |name, policy| match (name, &self.slow_call, &self.slow_call_rate) {
            // One setter takes both.
            ("slow_call", Some(call), Some(rate)) => {
                policy.uses(&call.value);
                policy.uses(&rate.value);
                let (call, rate) = (call.tokens(), rate.tokens());
                policy.set("slow_call", &quote_spanned!(Span::mixed_site()=> #call, #rate));
                true
            }
            ("slow_call" | "slow_call_rate", ..) => true,
            _ => false,
        });
        policy.checked_if(self.keys().are_given())
    }
}

/// What filters add to the name of the guard and to its arguments.
fn failures(filters: &Filters<'_>) -> (&'static str, TokenStream) {
    let errors = filters.of_errors().map(|filter| predicate(&filter.value));
    if let Some(result) = filters.result {
        let results = callable(&result.value);
        return ("_if_result", quote_spanned!(Span::mixed_site()=> , #results));
    }
    if let Some(ok) = filters.ok {
        let errors = errors.unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> |_| true));
        let values = callable(&ok.value);
        return ("_if_ok", quote_spanned!(Span::mixed_site()=> , #errors, #values));
    }
    match errors {
        Some(errors) => ("_on", quote_spanned!(Span::mixed_site()=> , #errors)),
        None => ("", TokenStream::new()),
    }
}

impl CircuitBreaker {
    /// The same with a handle or a value, or for a key. A sync call needs a breaker that outlives it, or has to ask what gives it for
    /// one.
    fn expand_held(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        let (on, failures) = failures(&self.filters());
        if context.is_async {
            let guard = format_ident!("circuit_breaker{on}", span = Span::mixed_site());
            return held::guarded(context, index, inner, &guard, &failures);
        }
        let guard = format_ident!("circuit_breaker_blocking{on}", span = Span::mixed_site());
        let is_static = self.held.as_ref().is_some_and(|held| held::is_static(held, context.sig));
        if is_static && self.key.is_none() {
            return held::guarded(context, index, inner, &guard, &failures);
        }
        let body = inner.value();
        let guarded = quote_spanned! {Span::mixed_site()=>
            __resilient_pipeline::guarded_blocking(__resilient_held.0, || #body, |__resilient_state, __resilient_body| {
                let __resilient_state =
                    __resilient_pipeline::kept(__resilient_state, __resilient_held.1.__resilient_keep());
                __resilient_pipeline::#guard(__resilient_state, __resilient_body #failures)
            })
        };
        inner.with_value(held::with(context, index, "held", &guarded)).refused_by(index)
    }
}
