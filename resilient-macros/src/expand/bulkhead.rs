//! `#[bulkhead]`: a call holds a slot from before the body until it has ended.

use std::time::Duration;

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

use super::flow::Flow;
use super::policy::Policy;
use super::spans::at;
use super::values::SettingType;
use super::{Context, site};
use crate::defaults::bulkhead::MAX_CONCURRENT;
use crate::model::{Bulkhead, Setting, Value};

pub(crate) fn expand(context: &Context<'_>, index: usize, bulkhead: &Bulkhead, inner: Flow) -> Flow {
    let inner = inner.lifted();
    let site = site::resolved(index, bulkhead.name.as_ref());
    let guarded = if context.is_async {
        let body = inner.future();
        let code = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Bulkhead::guard(#site, #body));
        inner.with_future(code)
    } else {
        let body = inner.value();
        let code = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Bulkhead::guard_blocking(#site, || #body));
        inner.with_value(code)
    };
    guarded.refused_by(index)
}

/// A duration, or an option of one.
fn max_wait(value: &Value<Duration>) -> TokenStream {
    match value {
        Value::Known(known) => known.known(),
        Value::Expr(expr) => {
            let limit = quote_spanned!(at(expr.span())=> __resilient_pipeline::max_wait(#expr));
            quote_spanned!(Span::mixed_site()=> #limit.__resilient_constant_wait())
        }
    }
}

/// The policy, if this place gives any settings.
pub(crate) fn settings(bulkhead: &Bulkhead) -> Option<TokenStream> {
    let new = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::BulkheadPolicy::new(#MAX_CONCURRENT));
    let mut policy = Policy::shared("BulkheadPolicy", bulkhead.policy.as_ref(), new);
    policy.set_given("max_concurrent", bulkhead.max_concurrent.as_ref());
    if let Some(Setting { value, value_span, .. }) = &bulkhead.max_wait {
        policy.set_at(at(*value_span), "max_wait", &max_wait(value));
    }
    policy.set_given("max_queue", bulkhead.max_queue.as_ref());
    policy.checked()
}
