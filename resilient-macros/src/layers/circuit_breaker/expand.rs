//! `#[circuit_breaker]`: a call passes if the breaker of this name admits it.
//!
//! Input
//!
//! ```ignore
//! #[circuit_breaker(name = "users", failure_threshold = 5)]
//! async fn user(id: u64) -> Result<User, ApiError> { BODY }
//! ```
//!
//! Output, without the registration, scripts of tests, the call whose end is reported, and the path
//! `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! async fn user(id: u64) -> Result<User, ApiError> {
//!     static __RESILIENT_STATE_0: StateRef<CircuitBreaker> =
//!         StateRef::shared(Name::new(&"users"), Some(BreakerPolicy::failure_threshold(BreakerPolicy::DEFAULT, 5)));
//!     settled(
//!         admitted(StateRef::get(&__RESILIENT_STATE_0), lift_future(async move { BODY })).await,
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
//!         admitted(state, body)
//!     })
//!     .await,
//! };
//! __resilient_outcome
//! ```
//!
//! With `failure_if = PREDICATE` the call is `admitted_on(StateRef::get(&__RESILIENT_STATE_0), BODY, PREDICATE)`;
//! other filters have functions of their own.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::model::CircuitBreaker;
use crate::expand::admitted::{Found, admitted};
use crate::expand::context::{Context, Expand};
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::policy::Policy;
use crate::settings::Table;

impl Expand for CircuitBreaker {
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        admitted(context, index, Found { held: self.held.as_ref(), by_key: self.key.is_some() }, &self.filters(), inner)
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
