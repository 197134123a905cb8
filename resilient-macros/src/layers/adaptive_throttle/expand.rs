//! `#[adaptive_throttle]`: a call passes unless the throttle sheds it, and its outcome counts.
//!
//! Input
//!
//! ```ignore
//! #[adaptive_throttle(name = "api", ratio = 1.5)]
//! async fn user(id: u64) -> Result<User, ApiError> { BODY }
//! ```
//!
//! Output, without the registration, scripts of tests, the call whose end is reported, and the path
//! `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! async fn user(id: u64) -> Result<User, ApiError> {
//!     static __RESILIENT_STATE_0: StateRef<AdaptiveThrottle> = StateRef::shared(
//!         Name::new(&"api"),
//!         Some(AdaptiveThrottlePolicy::ratio(AdaptiveThrottlePolicy::DEFAULT, 1.5)),
//!     );
//!     settled(
//!         admitted(StateRef::get(&__RESILIENT_STATE_0), lift_future(async move { BODY })).await,
//!         FromRefusal::from_refusal,
//!     )
//! }
//! ```
//!
//! With filters, a handle or a value it is as `#[circuit_breaker]`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::model::AdaptiveThrottle;
use crate::expand::admitted::{Found, admitted};
use crate::expand::context::{Context, Expand};
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::policy::Policy;
use crate::settings::Table;

impl Expand for AdaptiveThrottle {
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        admitted(context, index, Found { held: self.held.as_ref(), by_key: false }, &self.filters(), inner)
    }

    fn state_policy(&self) -> Option<TokenStream> {
        let new = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::AdaptiveThrottlePolicy::DEFAULT);
        let mut policy = Policy::shared("AdaptiveThrottlePolicy", self.policy.as_ref(), new);
        self.set_each(&mut policy, |_, _| false);
        policy.checked()
    }
}

#[cfg(test)]
mod tests {
    use crate::layers::Kind;
    use crate::tests::policies::is_checked;

    #[test]
    fn a_policy_with_a_constant_is_checked_and_one_of_literals_has_been() {
        for args in ["ratio = R", "window = D", "min_calls = N", "max_share = S", "policy = P"] {
            assert!(is_checked(Kind::AdaptiveThrottle, args), "{args}");
        }
        assert!(!is_checked(Kind::AdaptiveThrottle, "ratio = 1.5, window = 1min, min_calls = 5, max_share = 0.5"));
    }
}
