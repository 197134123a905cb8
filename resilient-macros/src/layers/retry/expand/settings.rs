//! The settings of a retry: a constant if they are known before any call, and else the statements that compute them.
//!
//! ```ignore
//! let __resilient_policy = &RetrySettings::max_attempts(RetrySettings::DEFAULT, self.attempts);
//! let __resilient_settings = settings_in_call(&__RESILIENT_SLOTS[0], __resilient_policy);
//! let mut __resilient_retrying = retrying_in_call(&__resilient_settings, false);
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::Signature;

use crate::expand::context::Context;
use crate::expand::policy::Policy;
use crate::expand::slots;
use crate::expand::spans::at;
use crate::layers::retry::model::Retry;
use crate::layers::retry::values::MaxAttempts;
use crate::model::Setting;
use crate::settings::Table;

/// The item that has the settings of a policy, and a reference to that, if they are known before any call.
pub(super) fn item(policy: &Policy<'_>, name: &Ident) -> Option<(TokenStream, TokenStream)> {
    let settings = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::settings_of);
    policy.item(name, Some((SETTINGS, settings)))
}

/// The runtime's type of a retry's settings.
const SETTINGS: &str = "RetrySettings";

/// The statements before the attempts of a call, and the expression of their state.
pub(super) fn begun(retry: &Retry, context: &Context<'_>, index: usize, timed: bool) -> (TokenStream, TokenStream) {
    let (constant, slot) = (slots::constant(context, index), slots::slot(context, index));
    let policy = policy(retry, context.sig);
    if policy.is_item() {
        return (policy.binding_to(&constant), retrying(retry, &slot, timed));
    }
    let (binding, settings) = (policy.binding(), settings_in_call(retry, &slot));
    (quote_spanned!(Span::mixed_site()=> #binding #settings), retrying_in_call(retry, timed))
}

/// The attempts by settings that are known before any call.
fn retrying(retry: &Retry, slot: &TokenStream, timed: bool) -> TokenStream {
    let by = Ident::new(if retry.policy.is_some() { "retrying_by" } else { "retrying" }, Span::mixed_site());
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#by(#slot, __resilient_policy, #timed))
}

/// The statement before the attempts by settings that the call computes. A configuration may replace some of them.
fn settings_in_call(retry: &Retry, slot: &TokenStream) -> TokenStream {
    let by = if retry.policy.is_some() { "settings_in_call_by" } else { "settings_in_call" };
    let by = Ident::new(by, Span::mixed_site());
    quote_spanned! {Span::mixed_site()=>
        let __resilient_settings = __resilient_pipeline::#by(#slot, __resilient_policy);
    }
}

fn retrying_in_call(retry: &Retry, timed: bool) -> TokenStream {
    match retry.policy {
        Some(_) => quote_spanned! {Span::mixed_site()=>
            __resilient_pipeline::retrying_by_in_call(&__resilient_settings, __resilient_policy, #timed)
        },
        None => quote_spanned! {Span::mixed_site()=>
            __resilient_pipeline::retrying_in_call(&__resilient_settings, #timed)
        },
    }
}

pub(super) fn policy<'r>(retry: &'r Retry, sig: &Signature) -> Policy<'r> {
    let mut policy = Policy::generic("RetryPolicy", retry.policy.as_ref(), SETTINGS, default_settings());
    set_each(retry, &mut policy, sig);
    if let Some(given) = retry.policy.as_ref().filter(|_| !retry.wraps()) {
        policy.apply(at(given.value_span), &quote_spanned!(at(given.value_span)=> __resilient_pipeline::unwrapped));
    }
    policy
}

fn default_settings() -> TokenStream {
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::RetrySettings::DEFAULT)
}

fn set_each(retry: &Retry, policy: &mut Policy<'_>, sig: &Signature) {
    retry.set_each(policy, |name, policy| match (name, &retry.max_attempts) {
        ("max_attempts", Some(attempts)) => {
            set_attempts(policy, attempts, sig);
            true
        }
        // Attempts without a number have no other end.
        ("max_elapsed", Some(Setting { value: MaxAttempts::Unlimited, .. })) if retry.budget.is_none() => {
            policy.set_limit(name, "only_limit", retry.max_elapsed.as_ref());
            true
        }
        ("max_elapsed", _) => {
            policy.set_limit(name, "limit", retry.max_elapsed.as_ref());
            true
        }
        _ => false,
    });
}

/// The slot of a retry that computes settings in each call.
pub(super) fn slot_in_calls(retry: &Retry, sig: &Signature) -> TokenStream {
    let mut literals = Policy::of_literals(SETTINGS, default_settings(), retry.policy.as_ref());
    set_each(retry, &mut literals, sig);
    let (known, computed) = literals.into_literals();
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Slot::retry_in_calls(const { &#known }, #computed))
}

fn set_attempts(policy: &mut Policy<'_>, setting: &Setting<MaxAttempts>, sig: &Signature) {
    let Setting { key, value, value_span } = setting;
    match value {
        MaxAttempts::Count(count) => {
            policy.uses_count(count, sig);
            policy.set_at(at(*value_span), "max_attempts", &count.tokens(key));
        }
        MaxAttempts::Unlimited => policy.set("unlimited_attempts", &TokenStream::new()),
    }
}
