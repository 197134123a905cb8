//! The attempts of a sync function, each on a thread of its own.
//!
//! ```ignore
//! let mut __resilient_race = racing_blocking(StateRef::get(&__RESILIENT_STATE_0), false);
//! loop {
//!     count_hedge_blocking(&__resilient_race, &__resilient_call);
//!     let __resilient_carry = BlockingRace::carry(&mut __resilient_race);
//!     let __resilient_attempt = {
//!         let id = CopiedForHedge::copied(&id);
//!         CrossesForAttempt::crosses(&id);
//!         Carry::around(__resilient_carry, move || lift_call(|| BODY))
//!     };
//!     if let Some(__resilient_outcome) = raced_and_brought_back(&mut __resilient_race, __resilient_attempt, |_| true) {
//!         break __resilient_outcome;
//!     }
//! }
//! ```

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

use super::{Racing, answer, counted, taken_items};
use crate::expand::call;
use crate::expand::context::Context;
use crate::expand::copied::Mover;
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::spans::{Extent, at};
use crate::expand::values::{callable, predicate};
use crate::facts::needs::{Needs, words_of};
use crate::layers::hedge::model::Hedge;

/// The loop that makes the attempts.
pub(super) fn race(
    hedge: &Hedge,
    (context, index): (&Context<'_>, usize),
    racing: &Racing,
    inner: &PipelineExpr,
) -> TokenStream {
    let (items, next) = (taken_items(hedge), next_item(hedge, context));
    let (attempt, raced) = (attempt(hedge, context, index, inner), raced(hedge, context));
    let (answer, observe) = (answer(hedge), observe(hedge, context));
    let racing = racing.call("racing_blocking");
    let race = quote_spanned!(Span::mixed_site()=> &__resilient_race);
    let counted = counted(context, index, "count_hedge_blocking", &race);
    quote_spanned! {at(hedge.span)=>
        {
            #items
            let mut __resilient_race = #racing;
            loop {
                #next
                #counted
                #attempt
                if let ::core::option::Option::Some(__resilient_outcome) = #raced {
                    break #answer;
                }
                #observe
            }
        }
    }
}

fn next_item(hedge: &Hedge, context: &Context<'_>) -> Option<TokenStream> {
    let name = context.name();
    hedge.over.as_ref().map(|_| {
        quote_spanned! {Span::mixed_site()=>
            let ::core::option::Option::Some(__resilient_item) =
                __resilient_pipeline::next_item_blocking(&mut __resilient_items, &mut __resilient_race)
            else {
                break __resilient_pipeline::no_items_blocking(&__resilient_race, #name);
            };
        }
    })
}

/// The statements that make an attempt: it owns what it uses, and what it does not use may be given to others. Arguments are checked first, as those of a timeout.
fn attempt(hedge: &Hedge, context: &Context<'_>, index: usize, inner: &PipelineExpr) -> TokenStream {
    let at = at(hedge.span);
    let item = hedge.over.as_ref().map(|over| {
        let name = &over.value.name;
        quote_spanned!(Span::mixed_site()=> let #name = __resilient_item;)
    });
    let bind = hedge.bind.as_ref().map(|bind| {
        let name = &bind.value;
        quote_spanned!(Span::mixed_site()=> let #name: __resilient_pipeline::Attempt = __resilient_racing;)
    });
    let racing = bind.is_some().then(|| {
        quote_spanned! {Span::mixed_site()=>
            let __resilient_racing = __resilient_pipeline::BlockingRace::attempt(&__resilient_race);
        }
    });
    let body = inner.value();
    let used = Needs::Named(words_of(&body));
    let copies = context.arguments.copies(&used, Mover::Hedge);
    let crossing = context.arguments.crossing(&used, at, Mover::Hedge);
    let share = call::share(context, index);
    let body = if item.is_none() && bind.is_none() { body } else { quote_spanned!(at=> { #item #bind #body }) };
    quote_spanned! {at=>
        #racing
        let __resilient_carry = __resilient_pipeline::BlockingRace::carry(&mut __resilient_race);
        let __resilient_attempt = {
            #copies
            #crossing
            #share
            __resilient_pipeline::Carry::around(__resilient_carry, move || #body)
        };
    }
}

/// The answer, or the wish for another attempt.
fn raced(hedge: &Hedge, context: &Context<'_>) -> TokenStream {
    // For a type parameter the compiler's own error is better, because it names the missing bound.
    let has_parameter = context.arguments.names_parameter(&context.returns);
    let function = if has_parameter { "raced_blocking" } else { "raced_and_brought_back" };
    let function = |at: Span| Ident::new(function, at);
    let known = quote_spanned!(Span::mixed_site()=> &mut __resilient_race, __resilient_attempt);
    let Some(filter) = hedge.filters().of_errors() else {
        let at = at(hedge.span);
        let function = function(at);
        return quote_spanned!(at=> __resilient_pipeline::#function(#known, |_| true));
    };
    let errors = predicate(&filter.value);
    let extent = Extent::of(&errors);
    let arguments = extent.call(quote_spanned!(Span::mixed_site()=> #known, #errors));
    let function = function(extent.first);
    quote_spanned!(extent.first=> __resilient_pipeline::#function #arguments)
}

/// Calls the user's observer before another attempt.
fn observe(hedge: &Hedge, context: &Context<'_>) -> Option<TokenStream> {
    let observer = callable(&hedge.on_hedge.as_ref()?.value);
    let name = context.name();
    let extent = Extent::of(&observer);
    let arguments = extent.call(quote_spanned!(Span::mixed_site()=> &__resilient_race, #name, #observer));
    Some(quote_spanned!(extent.first=> __resilient_pipeline::BlockingRace::observe #arguments;))
}
