//! `#[timeout]`: the body gets only so much time.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::Context;
use super::body::needs_arguments_afterwards;
use super::flow::Flow;
use super::policy::Policy;
use super::values::SettingTokens;
use crate::model::{Layer, Timeout};

pub(crate) fn expand(context: &Context<'_>, index: usize, timeout: &Timeout, inner: Flow) -> Flow {
    let inner = inner.lifted();
    let limit = limit(context, index, timeout);
    let limited = if context.is_async {
        let body = inner.future();
        let code = quote_spanned!(Span::mixed_site()=> #limit.guard(#body));
        inner.with_future(code)
    } else if timeout.cooperative.is_some() {
        let body = inner.value();
        let code = quote_spanned!(Span::mixed_site()=> #limit.guard_cooperative(|| #body));
        inner.with_value(code)
    } else {
        let job = job(context, &inner.value());
        let code = quote_spanned!(Span::mixed_site()=> #limit.guard_blocking(#job));
        inner.with_value(code)
    };
    limited.refused_by(index)
}

/// Whether the layer is a timeout whose limit may depend on the attempt.
pub(crate) fn may_grow(layer: &Layer) -> bool {
    matches!(layer, Layer::Timeout(timeout) if grows(timeout))
}

const fn grows(timeout: &Timeout) -> bool {
    timeout.step.is_some() || timeout.policy.is_some()
}

/// The body for a helper thread: it owns what it uses.
fn job(context: &Context<'_>, body: &TokenStream) -> TokenStream {
    let copies = needs_arguments_afterwards(context.stack).then(|| context.arguments.copies());
    quote_spanned!(Span::mixed_site()=> { #copies move || #body })
}

/// The limit, which counts from the moment the call reaches it.
fn limit(context: &Context<'_>, index: usize, timeout: &Timeout) -> TokenStream {
    let duration = match &timeout.duration {
        Some(duration) => duration.value.setting_tokens(),
        None => quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Duration::MAX),
    };
    let new = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::TimeoutPolicy::new(#duration));
    let mut policy = Policy::new(timeout.policy.as_ref(), new);
    if let Some(duration) = &timeout.duration {
        policy.uses(&duration.value);
        if timeout.policy.is_some() {
            policy.set("duration", &duration.value.setting_tokens());
        }
    }
    policy.set_given("step", timeout.step.as_ref());
    let kind = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::TimeoutPolicy);
    let policy = policy.reference(&kind);
    let attempt = if grows(timeout) && context.is_repeated(index) {
        quote_spanned!(Span::mixed_site()=> attempt.number())
    } else {
        quote_spanned!(Span::mixed_site()=> 1)
    };
    let name = context.name();
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Limit::new(#policy, #attempt, #name))
}
