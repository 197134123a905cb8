//! `#[circuit_breaker]`: a call passes if the breaker of this name admits it.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::model::CircuitBreaker;
use crate::expand::context::{Context, Expand};
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::policy::Policy;
use crate::expand::statics;
use crate::expand::values::predicate;
use crate::settings::Table;

impl Expand for CircuitBreaker {
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        let inner = inner.lifted();
        let site = statics::resolved(index, self.name.as_ref());
        let is_failure = match self.filter() {
            Some(filter) => predicate(&filter.value),
            None => quote_spanned!(Span::mixed_site()=> |_| true),
        };
        let guarded = if context.is_async {
            let body = inner.future();
            let code = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::CircuitBreaker::guard(#site, #body, #is_failure));
            inner.with_future(code)
        } else {
            let body = inner.value();
            let code = quote_spanned!(Span::mixed_site()=>
                __resilient_pipeline::CircuitBreaker::guard_blocking(#site, || #body, #is_failure)
            );
            inner.with_value(code)
        };
        guarded.refused_by(index)
    }

    fn state_policy(&self) -> Option<TokenStream> {
        let new = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::BreakerPolicy::new());
        let mut policy = Policy::shared("BreakerPolicy", self.policy.as_ref(), new);
        self.set_each(&mut policy, |name, policy| match (name, &self.slow_call, &self.slow_call_rate) {
            // One setter takes both.
            ("slow_call", Some(call), Some(rate)) => {
                let (call, rate) = (call.tokens(), rate.tokens());
                policy.set("slow_call", &quote_spanned!(Span::mixed_site()=> #call, #rate));
                true
            }
            ("slow_call" | "slow_call_rate", ..) => true,
            _ => false,
        });
        policy.checked()
    }
}
