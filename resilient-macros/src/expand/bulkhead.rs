//! `#[bulkhead]`: a call holds a slot from before the body until it has ended.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Lifetime;

use super::flow::Flow;
use super::policy::Policy;
use super::{Context, site};
use crate::defaults::bulkhead::MAX_CONCURRENT;
use crate::model::Bulkhead;

pub(crate) fn expand(context: &Context<'_>, index: usize, bulkhead: &Bulkhead, inner: Flow) -> Flow {
    let inner = inner.lifted();
    let site = site::resolved(index, bulkhead.name.as_ref());
    let acquire = if context.is_async {
        quote_spanned!(Span::mixed_site()=> bulkhead.acquire().await)
    } else {
        quote_spanned!(Span::mixed_site()=> bulkhead.enter_blocking())
    };
    let body = inner.value();
    // Of its own, because a function may have several.
    let label = Lifetime::new(&format!("'bulkhead_{index}"), Span::mixed_site());
    let code = quote_spanned! {Span::mixed_site()=>
        #label: {
            let bulkhead = #site;
            // A `match` around the body would keep the whole result of the admission in the future.
            let slot = match bulkhead.free_slot() {
                ::core::option::Option::Some(slot) => slot,
                ::core::option::Option::None => match #acquire {
                    ::core::result::Result::Ok(slot) => slot,
                    ::core::result::Result::Err(refusal) => {
                        break #label ::core::result::Result::Err(__resilient_pipeline::Failure::Refused(refusal));
                    }
                },
            };
            let outcome = #body;
            ::core::mem::drop(slot);
            __resilient_pipeline::widen(outcome)
        }
    };
    inner.with_value(code).refused_by(index)
}

/// The policy, if this place gives any settings.
pub(crate) fn settings(bulkhead: &Bulkhead) -> Option<TokenStream> {
    let new = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::BulkheadPolicy::new(#MAX_CONCURRENT));
    let mut policy = Policy::new("BulkheadPolicy", bulkhead.policy.as_ref(), new);
    policy.set_given("max_concurrent", bulkhead.max_concurrent.as_ref());
    policy.set_given("max_wait", bulkhead.max_wait.as_ref());
    policy.set_given("max_queue", bulkhead.max_queue.as_ref());
    policy.checked()
}
