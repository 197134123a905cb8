//! `#[circuit_breaker]`: a call passes if the breaker of this name admits it.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use super::model::{CircuitBreaker, Window};
use crate::expand::context::{Context, Expand};
use crate::expand::count::takes_any_type;
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::policy::Policy;
use crate::expand::spans::at;
use crate::expand::statics;
use crate::expand::values::{SettingType, predicate, typed};

impl Expand for CircuitBreaker {
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        let inner = inner.lifted();
        let site = statics::resolved(index, Some(&self.name));
        let is_failure = match &self.filter {
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
        policy.set_given("failure_threshold", self.failure_threshold.as_ref());
        policy.set_given("failure_rate", self.failure_rate.as_ref());
        match self.window.as_ref().map(|window| &window.value) {
            Some(Window::Calls(calls)) => policy.set("count_window", &calls.to_token_stream()),
            Some(Window::Time(span)) => policy.set("time_window", &span.known()),
            Some(Window::Expr(expr)) => policy.apply(at(expr.span()), &window(expr)),
            None => {}
        }
        policy.set_given("min_calls", self.min_calls.as_ref());
        if let (Some(call), Some(rate)) = (&self.slow_call, &self.slow_call_rate) {
            let (call, rate) = (call.tokens(), rate.tokens());
            policy.set("slow_call", &quote_spanned!(Span::mixed_site()=> #call, #rate));
        }
        policy.set_given("recovery_timeout", self.recovery_timeout.as_ref());
        policy.set_given("recovery_backoff", self.recovery_backoff.as_ref());
        policy.set_given("max_recovery_timeout", self.max_recovery_timeout.as_ref());
        policy.set_given("half_open_max_calls", self.half_open_max_calls.as_ref());
        policy.set_given("probe_timeout", self.probe_timeout.as_ref());
        policy.set_given("success_threshold", self.success_threshold.as_ref());
        policy.checked()
    }
}

/// A count of calls or a time: what is called with the policy gives it that window.
fn window(expr: &Expr) -> TokenStream {
    let size = if takes_any_type(expr) { typed(expr, &u32::name(Span::mixed_site())) } else { expr.to_token_stream() };
    let at = at(expr.span());
    quote_spanned!(at=> __resilient_pipeline::window(#size).__resilient_set)
}
