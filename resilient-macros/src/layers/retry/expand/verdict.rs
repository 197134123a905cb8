//! What decides after an attempt: the settings that look at its outcome.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;
use syn::spanned::Spanned;

use crate::expand::spans::{Extent, at};
use crate::expand::values::{callable, predicate, typed};
use crate::layers::retry::model::Retry;
use crate::model::Setting;

/// The statement that makes an attempt, and asks a filter that looks at the whole result. It has to own the result.
pub(super) fn outcome(retry: &Retry, body: &TokenStream) -> TokenStream {
    let Some(result) = retry.filters().result else {
        return quote_spanned!(at(retry.span)=> let __resilient_outcome = #body;);
    };
    let filter = callable(&result.value);
    let extent = Extent::of(&filter);
    let arguments = extent.call(quote_spanned!(Span::mixed_site()=> #body, #filter));
    let judged = quote_spanned!(extent.first=> __resilient_pipeline::judged #arguments);
    quote_spanned!(at(retry.span)=> let (__resilient_outcome, __resilient_again) = #judged;)
}

/// The statement that asks, once in a call, whether the call may be repeated.
pub(super) fn idempotent(Setting { key, value, .. }: &Setting<Expr>) -> TokenStream {
    let value = typed(value, &quote_spanned!(at(key.span())=> ::core::primitive::bool));
    quote_spanned!(Span::mixed_site()=> let __resilient_idempotent = #value;)
}

/// What decides where it may not: whether the error is one of a call that was never sent.
fn unless_sent(retry: &Retry) -> TokenStream {
    let unsent = match &retry.unsent_on {
        Some(unsent) => predicate(&unsent.value),
        None => quote_spanned!(Span::mixed_site()=> |_| false),
    };
    quote_spanned!(Span::mixed_site()=> __resilient_idempotent, #unsent)
}

/// The decision about an outcome by the settings that look at it.
pub(super) fn verdict(retry: &Retry) -> TokenStream {
    let look = quote_spanned! {Span::mixed_site()=>
        __resilient_pipeline::Retrying::look(&__resilient_retrying, &__resilient_outcome)
    };
    let by_policy = |method, functions| retry.policy.as_ref().map(|_| (method, functions));
    let rules = quote_spanned!(Span::mixed_site()=> __resilient_rules);
    let rules_of_attempt = quote_spanned!(Span::mixed_site()=> __resilient_rules, __resilient_attempt);
    let filters = retry.filters();
    let filter = filters.of_errors().map(|filter| ("retry_if", predicate(&filter.value)));
    let asked = [
        if filters.result.is_some() { None } else { filter.or_else(|| by_policy("filtered_by", rules)) },
        filters.ok.map(|setting| ("retry_if_ok", callable(&setting.value))),
        filters.result.map(|_| ("retry_if_result", quote_spanned!(Span::mixed_site()=> __resilient_again))),
        retry.idempotent.as_ref().map(|_| ("unless_sent", unless_sent(retry))),
        match &retry.retry_after {
            Some(setting) => Some(asked_delay(&setting.value)),
            None => by_policy("delayed_by", rules_of_attempt),
        },
        retry.retry_after_ok.as_ref().map(|setting| ("retry_after_ok", callable(&setting.value))),
    ];
    asked.into_iter().flatten().fold(look, |verdict, (method, asked)| {
        let extent = Extent::of(&asked);
        let method = Ident::new(method, extent.first);
        let arguments = extent.call(quote_spanned!(Span::mixed_site()=> #verdict, #asked));
        quote_spanned!(extent.first=> __resilient_pipeline::Verdict::#method #arguments)
    })
}

/// How the delay that an error asks for is found, and the method that takes it. A path is called through a trait,
/// because only the compiler knows whether it takes the attempt as well.
fn asked_delay(asked: &Expr) -> (&'static str, TokenStream) {
    let at = at(asked.span());
    match asked {
        Expr::Closure(closure) if closure.inputs.len() == 1 => ("retry_after", closure.to_token_stream()),
        Expr::Closure(closure) => ("retry_after_attempt", quote_spanned!(at=> __resilient_attempt, #closure)),
        path => {
            let find = quote_spanned!(at=> __resilient_pipeline::FindPause::find_pause);
            let asked = quote_spanned!(at=> |__resilient_error| #find(#path, __resilient_error, __resilient_attempt));
            ("retry_after", asked)
        }
    }
}

/// Whether the delay that an error asks for may depend on the attempt.
pub(super) fn asked_of_attempt(retry: &Retry) -> bool {
    let asked = retry.retry_after.as_ref().map(|setting| &setting.value);
    asked.is_some_and(|asked| !matches!(asked, Expr::Closure(closure) if closure.inputs.len() == 1))
}
