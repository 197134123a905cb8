//! `#[hedge]`: further attempts beside one that takes too long. Those of an async function are polled in the caller's
//! task.
//!
//! Input
//!
//! ```ignore
//! #[hedge(delay = 100ms, over(replica in replicas))]
//! async fn user(replicas: &[Replica], id: u64) -> Result<User, ApiError> { BODY }
//! ```
//!
//! Output, without the registration, scripts of tests, the call whose end is reported, and the path
//! `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! async fn user(replicas: &[Replica], id: u64) -> Result<User, ApiError> {
//!     static __RESILIENT_STATE_0: StateRef<Hedge> =
//!         StateRef::own(Name::new(&PATH), Some(HedgePolicy::delay(HedgePolicy::DEFAULT, Duration::new(0, 100_000_000))));
//!     settled({
//!         let mut __resilient_items = items(replicas);
//!         let mut __resilient_race = pin!(racing(StateRef::get(&__RESILIENT_STATE_0), false));
//!         loop {
//!             let Some(__resilient_item) = next_item(&mut __resilient_items, Pin::as_mut(&mut __resilient_race)) else {
//!                 break no_items(Pin::as_ref(&__resilient_race), const { Name::new(&PATH) });
//!             };
//!             let __resilient_item = Own(__resilient_item);
//!             count_hedge(Pin::as_ref(&__resilient_race), &__resilient_call);
//!             launch(Pin::as_mut(&mut __resilient_race), async {
//!                 let replica = Own::own(__resilient_item);
//!                 lift_future(async { BODY }).await
//!             });
//!             if let Some(__resilient_outcome) = raced(Pin::as_mut(&mut __resilient_race)).await {
//!                 break widen(__resilient_outcome);
//!             }
//!         }
//!     }, FromRefusal::from_refusal)
//! }
//! ```
//!
//! Without `over` and `bind` the body's own future is launched. Each attempt is made at one place of the loop, so all are
//! of one type.

mod blocking;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;

use super::model::Hedge;
use crate::budget::given::Budget;
use crate::expand::context::{Context, Expand};
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::policy::Policy;
use crate::expand::spans::{Extent, at};
use crate::expand::values::{callable, predicate};
use crate::expand::{held, statics};
use crate::facts::Facts;
use crate::settings::Table;

impl Expand for Hedge {
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        let inner = inner.lifted();
        let race = if context.is_async { race } else { blocking::race };
        let state = match &self.held {
            Some(_) => quote_spanned!(Span::mixed_site()=> __resilient_held),
            None => statics::state(index),
        };
        let raced =
            held::with_budget(context, index, &race(self, (context, index), &racing(self, index, &state), &inner));
        let raced = if self.held.is_some() { held::with(context, index, "given", &raced) } else { raced };
        let raced = inner.with_value(raced);
        if self.over.is_some() { raced.refused_by(index) } else { raced }
    }

    fn state_policy(&self) -> Option<TokenStream> {
        let new = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::HedgePolicy::DEFAULT);
        let mut policy = Policy::shared("HedgePolicy", self.policy.as_ref(), new);
        self.set_each(&mut policy, |_, _| false);
        policy.checked()
    }

    fn budget_policy(&self) -> Option<TokenStream> {
        self.budget.as_ref()?.value.elsewhere()?.settings()?.policy()
    }
}

/// What follows the name of the function that begins a call: `_within` if there is a budget beside the state, and the
/// arguments.
struct Racing {
    within: &'static str,
    arguments: TokenStream,
}

fn racing(hedge: &Hedge, index: usize, state: &TokenStream) -> Racing {
    let timed = hedge.bind.is_some();
    let budget = hedge.budget.as_ref().and_then(|budget| budget.value.elsewhere()).map(|budget| match budget {
        Budget::Settings(_) => statics::budget(index),
        Budget::Held(_) => quote_spanned!(Span::mixed_site()=> __resilient_budget),
    });
    match budget {
        Some(budget) => {
            Racing { within: "_within", arguments: quote_spanned!(Span::mixed_site()=> (#state, #budget, #timed)) }
        }
        None => Racing { within: "", arguments: quote_spanned!(Span::mixed_site()=> (#state, #timed)) },
    }
}

impl Racing {
    /// The call of this function.
    fn call(&self, function: &str) -> TokenStream {
        let function = format_ident!("{function}{}", self.within, span = Span::mixed_site());
        let arguments = &self.arguments;
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#function #arguments)
    }
}

/// The statement by which `count` counts the next attempt in its call, unless retries below count theirs.
fn counted(context: &Context<'_>, index: usize, count: &str, race: &TokenStream) -> Option<TokenStream> {
    let is_counted = !context.layers[index + 1..].iter().any(Facts::repeats);
    is_counted.then(|| {
        let count = Ident::new(count, Span::mixed_site());
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#count(#race, &__resilient_call);)
    })
}

/// The loop that makes the attempts.
fn race(hedge: &Hedge, (context, index): (&Context<'_>, usize), racing: &Racing, inner: &PipelineExpr) -> TokenStream {
    let at = at(hedge.span);
    let (items, item) = (taken_items(hedge), next_item(hedge, context));
    let (binding, attempt) = attempt(hedge, inner);
    let (outcome, observe) = (outcome(hedge), observe(hedge, context));
    let (racing, answer) = (racing.call("racing"), answer(hedge));
    let race = quote_spanned!(Span::mixed_site()=> ::core::pin::Pin::as_ref(&__resilient_race));
    let counted = counted(context, index, "count_hedge", &race);
    quote_spanned! {at=>
        {
            #items
            let mut __resilient_race = ::core::pin::pin!(#racing);
            loop {
                #item
                #binding
                #counted
                __resilient_pipeline::launch(::core::pin::Pin::as_mut(&mut __resilient_race), #attempt);
                if let ::core::option::Option::Some(__resilient_outcome) = #outcome.await {
                    break #answer;
                }
                #observe
            }
        }
    }
}

/// The value of the loop where there is an answer. A call without items can be refused.
fn answer(hedge: &Hedge) -> TokenStream {
    match hedge.over {
        Some(_) => quote_spanned!(Span::mixed_site()=> __resilient_pipeline::widen(__resilient_outcome)),
        None => quote_spanned!(Span::mixed_site()=> __resilient_outcome),
    }
}

/// The statement that takes the items.
fn taken_items(hedge: &Hedge) -> Option<TokenStream> {
    let items = &hedge.over.as_ref()?.value.items;
    let extent = Extent::of(items);
    let argument = extent.call(quote_spanned!(Span::mixed_site()=> #items));
    let taken = quote_spanned!(extent.first=> __resilient_pipeline::items #argument);
    Some(quote_spanned!(Span::mixed_site()=> let mut __resilient_items = #taken;))
}

/// The statement that takes the next item.
fn next_item(hedge: &Hedge, context: &Context<'_>) -> Option<TokenStream> {
    let name = context.name();
    hedge.over.as_ref().map(|_| {
        quote_spanned! {Span::mixed_site()=>
            let ::core::option::Option::Some(__resilient_item) = __resilient_pipeline::next_item(
                &mut __resilient_items,
                ::core::pin::Pin::as_mut(&mut __resilient_race),
            ) else {
                break __resilient_pipeline::no_items(::core::pin::Pin::as_ref(&__resilient_race), #name);
            };
            let __resilient_item = __resilient_pipeline::Own(__resilient_item);
        }
    })
}

/// The future of an attempt, after the statement that it needs. What belongs to the attempt alone moves into it.
fn attempt(hedge: &Hedge, inner: &PipelineExpr) -> (Option<TokenStream>, TokenStream) {
    let item = hedge.over.as_ref().map(|over| {
        let name = &over.value.name;
        quote_spanned!(Span::mixed_site()=> let #name = __resilient_pipeline::Own::own(__resilient_item);)
    });
    let (binding, bind) = match &hedge.bind {
        None => (None, None),
        Some(bind) => {
            let name = &bind.value;
            let binding = quote_spanned! {Span::mixed_site()=>
                let __resilient_racing = __resilient_pipeline::Own(
                    __resilient_pipeline::next_attempt(::core::pin::Pin::as_ref(&__resilient_race)),
                );
            };
            let bind = quote_spanned! {Span::mixed_site()=>
                let #name: __resilient_pipeline::Attempt = __resilient_pipeline::Own::own(__resilient_racing);
            };
            (Some(binding), Some(bind))
        }
    };
    if item.is_none() && bind.is_none() {
        return (None, inner.future());
    }
    let body = inner.value();
    (binding, quote_spanned!(at(hedge.span)=> async { #item #bind #body }))
}

/// The future of the answer, or of the wish for another attempt.
fn outcome(hedge: &Hedge) -> TokenStream {
    let race = quote_spanned!(Span::mixed_site()=> ::core::pin::Pin::as_mut(&mut __resilient_race));
    let Some(filter) = hedge.filters().of_errors() else {
        return quote_spanned!(at(hedge.span)=> __resilient_pipeline::raced(#race));
    };
    let errors = predicate(&filter.value);
    let extent = Extent::of(&errors);
    let arguments = extent.call(quote_spanned!(Span::mixed_site()=> #race, #errors));
    quote_spanned!(extent.first=> __resilient_pipeline::raced_on #arguments)
}

/// Calls the user's observer before another attempt.
fn observe(hedge: &Hedge, context: &Context<'_>) -> Option<TokenStream> {
    let observer = callable(&hedge.on_hedge.as_ref()?.value);
    let name = context.name();
    let extent = Extent::of(&observer);
    let known = quote_spanned!(Span::mixed_site()=> ::core::pin::Pin::as_ref(&__resilient_race), #name, #observer);
    let arguments = extent.call(known);
    Some(quote_spanned!(at(observer.span())=> __resilient_pipeline::hedged #arguments;))
}

#[cfg(test)]
mod tests {
    use crate::layers::Kind;
    use crate::tests::policies::is_checked;

    #[test]
    fn a_policy_with_a_constant_is_checked_and_one_of_literals_has_been() {
        for args in ["delay = D", "delay = 1s, max_hedges = N", "delay = 1s, budget(share = S)", "policy = P"] {
            assert!(is_checked(Kind::Hedge, args), "{args}");
        }
        assert!(!is_checked(Kind::Hedge, "delay = p95(initial = 1s), max_hedges = 2, budget(share = 0.5, burst = 3)"));
    }
}
