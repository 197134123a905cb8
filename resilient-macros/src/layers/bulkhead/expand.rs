//! `#[bulkhead]`: a call holds a slot from before the body until it has ended.
//!
//! Input
//!
//! ```ignore
//! #[bulkhead(max_concurrent = 8)]
//! async fn user(id: u64) -> Result<User, ApiError> { BODY }
//! ```
//!
//! Output, without the registration, scripts of tests, the call whose end is reported, and the path
//! `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! async fn user(id: u64) -> Result<User, ApiError> {
//!     static __RESILIENT_STATE_0: StateRef<Bulkhead> =
//!         StateRef::own(Name::new(&PATH), Some(BulkheadPolicy::max_concurrent(BulkheadPolicy::new(10), 8)));
//!     settled(
//!         bulkhead(StateRef::get(&__RESILIENT_STATE_0), lift_future(async move { BODY })).await,
//!         FromRefusal::from_refusal,
//!     )
//! }
//! ```
//!
//! A limit that adapts itself, `max_concurrent = adaptive(max = 200)`, counts how calls end: the call is `bulkhead_on(STATE,
//! BODY, FILTER)`, and other filters have functions of their own. So it is where another place gives the limit.
//!
//! With a handle or a value, `#[bulkhead(self.slots)]`, the state is evaluated in the call:
//!
//! ```ignore
//! let __resilient_outcome = match given(PhantomData::<Bulkhead>, &self.slots) {
//!     __resilient_held => {
//!         guarded(__resilient_held, lift_future(async move { BODY }), |state, body| bulkhead_on(state, body, |_| false)).await
//!     }
//! };
//! __resilient_outcome
//! ```

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};

use super::model::{Bulkhead, MAX_CONCURRENT};
use super::threads;
use crate::expand::context::{Context, Expand};
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::policy::Policy;
use crate::expand::values::{callable, predicate};
use crate::expand::{held, statics};
use crate::facts::filters::Filters;
use crate::settings::Table;

impl Expand for Bulkhead {
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        let inner = inner.lifted();
        if self.has_threads() {
            return threads::expand(self, context, index, inner);
        }
        let (on, signs) = if self.is_fixed() { ("", TokenStream::new()) } else { signs(&self.filters()) };
        let kind = if context.is_async { "" } else { "_blocking" };
        let guard = format_ident!("bulkhead{kind}{on}", span = Span::mixed_site());
        if self.held.is_some() || self.key.is_some() {
            return held::guarded(context, index, inner, &guard, &signs);
        }
        let state = statics::state(index);
        let guarded = if context.is_async {
            let body = inner.future();
            let code = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#guard(#state, #body #signs));
            inner.with_future(code)
        } else {
            let body = inner.value();
            let code = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#guard(#state, || #body #signs));
            inner.with_value(code)
        };
        guarded.refused_by(index)
    }

    fn state_policy(&self) -> Option<TokenStream> {
        if self.has_threads() {
            return threads::policy(self);
        }
        let new = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::BulkheadPolicy::new(#MAX_CONCURRENT));
        let mut policy = Policy::shared("BulkheadPolicy", self.policy.as_ref(), new);
        self.set_each(&mut policy, |_, _| false);
        policy.checked_if(self.keys().are_given())
    }
}

/// What filters add to the name of the guard and to its arguments, where the limit may adapt itself.
fn signs(filters: &Filters<'_>) -> (&'static str, TokenStream) {
    if let Some(result) = filters.result {
        let results = callable(&result.value);
        return ("_if_result", quote_spanned!(Span::mixed_site()=> , #results));
    }
    let none = || quote_spanned!(Span::mixed_site()=> |_| false);
    let errors = filters.of_errors().map_or_else(none, |filter| predicate(&filter.value));
    match filters.ok.map(|ok| callable(&ok.value)) {
        Some(values) => ("_if_ok", quote_spanned!(Span::mixed_site()=> , #errors, #values)),
        None => ("_on", quote_spanned!(Span::mixed_site()=> , #errors)),
    }
}

#[cfg(test)]
mod tests {
    use crate::layers::Kind;
    use crate::tests::policies::is_checked;

    #[test]
    fn a_policy_with_a_constant_is_checked_and_one_of_literals_has_been() {
        for args in ["max_concurrent = N", "max_wait = D", "max_wait = 1s, max_queue = N", "policy = P"] {
            assert!(is_checked(Kind::Bulkhead, args), "{args}");
        }
        assert!(!is_checked(Kind::Bulkhead, "max_concurrent = 4, max_wait = 1s"));
        assert!(is_checked(Kind::Bulkhead, "threads = N") && is_checked(Kind::Bulkhead, "threads, policy = P"));
        assert!(!is_checked(Kind::Bulkhead, "threads = 4, keep_alive = 1s"));
    }
}
