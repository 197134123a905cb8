//! `#[rate_limit]`: a call takes its permits before the body begins, and its outcome may stop everybody.
//!
//! Input
//!
//! ```ignore
//! #[rate_limit(name = "github", permits = 80, per = 1min)]
//! async fn repository(id: u64) -> Result<Repository, ApiError> { BODY }
//! ```
//!
//! Output, without the registration, scripts of tests, the call whose end is reported, and the path
//! `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! async fn repository(id: u64) -> Result<Repository, ApiError> {
//!     static __RESILIENT_STATE_0: StateRef<RateLimiter> = StateRef::shared(
//!         Name::new(&"github"),
//!         Some(RateLimitPolicy::per(
//!             RateLimitPolicy::permits_given(RateLimitPolicy::HOLDS_ONLY, 80),
//!             Duration::new(60, 0),
//!         )),
//!     );
//!     settled(
//!         rate_limit(StateRef::get(&__RESILIENT_STATE_0), lift_future(async move { BODY }), 1).await,
//!         FromRefusal::from_refusal,
//!     )
//! }
//! ```
//!
//! A cost that each call computes, `cost = ids.len()`, is evaluated before the body takes the arguments away:
//!
//! ```ignore
//! {
//!     let __resilient_cost = count(ids.len()).__resilient_computed_count();
//!     rate_limit(StateRef::get(&__RESILIENT_STATE_0), lift_future(async move { BODY }), __resilient_cost).await
//! }
//! ```
//!
//! With `paused_on(PATTERN)` and the like the call is `rate_limit_paused(STATE, BODY, COST, …)` with a filter of errors,
//! what finds for how long an error stops everybody, and the same two of values.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::Expr;

use super::model::{COST, RateLimiter};
use crate::expand::context::{Context, Expand};
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::policy::Policy;
use crate::expand::values::{callable, predicate};
use crate::expand::{held, statics};
use crate::model::{Setting, Value};
use crate::settings::Table;

impl Expand for RateLimiter {
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        let inner = inner.lifted();
        let (binding, cost) = cost(self.cost.as_ref());
        let (paused, signals) = signals(self);
        let kind = if context.is_async { "" } else { "_blocking" };
        let guard = format_ident!("rate_limit{kind}{paused}", span = Span::mixed_site());
        let settings = quote_spanned!(Span::mixed_site()=> , #cost #signals);
        let guarded = if self.held.is_some() || self.key.is_some() {
            held::guarded(context, index, inner, &guard, &settings)
        } else if context.is_async {
            let (state, body) = (statics::state(index), inner.future());
            let code = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#guard(#state, #body #settings));
            inner.with_future(code).refused_by(index)
        } else {
            let (state, body) = (statics::state(index), inner.value());
            let code = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#guard(#state, || #body #settings));
            inner.with_value(code).refused_by(index)
        };
        let Some(binding) = binding else { return guarded };
        let code = guarded.value();
        guarded.with_value(quote_spanned!(Span::mixed_site()=> { #binding #code }))
    }

    fn state_policy(&self) -> Option<TokenStream> {
        let new = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::RateLimitPolicy::HOLDS_ONLY);
        let mut policy = Policy::shared("RateLimitPolicy", self.policy.as_ref(), new);
        self.set_each(&mut policy, |name, policy| {
            let is_permits = name == "permits";
            if is_permits {
                policy.set_given("permits_given", self.permits.as_ref());
            }
            is_permits
        });
        policy.checked_if(self.keys().are_given())
    }
}

/// The permits that a call takes, and the statement that computes them first.
fn cost(setting: Option<&Setting<Value<u32>>>) -> (Option<TokenStream>, TokenStream) {
    match setting {
        None => (None, COST.to_token_stream()),
        Some(Setting { value: Value::Known(cost), .. }) => (None, cost.to_token_stream()),
        Some(computed) => {
            let cost = computed.tokens();
            let binding = quote_spanned!(Span::mixed_site()=> let __resilient_cost = #cost;);
            (Some(binding), quote_spanned!(Span::mixed_site()=> __resilient_cost))
        }
    }
}

/// What outcomes that stop everybody add to the name of the guard and to its arguments.
fn signals(limiter: &RateLimiter) -> (&'static str, TokenStream) {
    if !limiter.pauses() {
        return ("", TokenStream::new());
    }
    let filters = limiter.filters();
    let none = || quote_spanned!(Span::mixed_site()=> |_| false);
    let errors = filters.of_errors().map_or_else(none, |filter| predicate(&filter.value));
    let values = filters.ok.map_or_else(none, |filter| callable(&filter.value));
    let (after_error, after_value) = (asked(limiter.retry_after.as_ref()), asked(limiter.retry_after_ok.as_ref()));
    ("_paused", quote_spanned!(Span::mixed_site()=> , #errors, #after_error, #values, #after_value))
}

/// What finds for how long an outcome stops everybody.
fn asked(setting: Option<&Setting<Expr>>) -> TokenStream {
    let unsaid = || quote_spanned!(Span::mixed_site()=> |_| ::core::option::Option::None);
    setting.map_or_else(unsaid, |setting| callable(&setting.value))
}

#[cfg(test)]
mod tests {
    use crate::layers::Kind;
    use crate::tests::policies::is_checked;

    #[test]
    fn a_policy_with_a_constant_is_checked_and_one_of_literals_has_been() {
        for args in
            ["permits = N", "permits = 1, per = D", "permits = 1, burst = N", "permits = 1, max_wait = D", "policy = P"]
        {
            assert!(is_checked(Kind::RateLimiter, args), "{args}");
        }
        assert!(!is_checked(Kind::RateLimiter, "permits = 80, per = 1min, max_wait = 1s"));
    }
}
