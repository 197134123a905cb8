//! The code that notifies listeners of what follows an attempt.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use crate::expand::context::Context;
use crate::layers::retry::model::Retry;

/// What follows an attempt, as `next` decides it. Listeners are notified.
pub(super) fn reported(retry: &Retry, next: &TokenStream) -> TokenStream {
    let (report, rules) = match retry.policy {
        None => ("report", None),
        Some(_) => ("report_by", Some(quote_spanned!(Span::mixed_site()=> , __resilient_rules))),
    };
    let report = Ident::new(report, Span::mixed_site());
    quote_spanned! {Span::mixed_site()=>
        {
            let __resilient_next = #next;
            __resilient_pipeline::#report(
                &mut __resilient_retrying, &__resilient_outcome, __resilient_next, __resilient_subject #rules
            )
        }
    }
}

/// The statement that binds what events say of the function: its name, and how its error is shown.
pub(super) fn subject(context: &Context<'_>) -> TokenStream {
    let name = context.name();
    quote_spanned! {Span::mixed_site()=>
        let __resilient_subject =
            (#name, __resilient_pipeline::ErrorOf::outcome(&__resilient_outcome).__resilient_shows());
    }
}
