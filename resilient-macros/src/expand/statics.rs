//! The static by which a function refers to its state, resolved on the first call.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};

use super::context::Context;
use super::per_key;
use super::spans::at;
use crate::facts::{BUDGET, Facts, State};
use crate::model::{Name, Setting};

/// The policies of a layer's state: of its own, and of a budget beside it.
pub(crate) type Policies = (Option<TokenStream>, Option<TokenStream>);

/// The statics of all layers that have state. They are first in the function, because its registration names them.
pub(crate) fn items(context: &Context<'_>, policies: impl Iterator<Item = Policies>) -> TokenStream {
    let layers = context.layers.iter().zip(policies).enumerate();
    let items = layers.map(|(index, (layer, (policy, budget)))| {
        let policy = per_key::policy(layer, policy);
        let name = || own_name(context, index);
        let own = item(&ident(index), layer.state, name, layer.state_type, policy.as_ref());
        let budget = item(&budget_ident(index), layer.budget, name, BUDGET, budget.as_ref());
        quote_spanned!(Span::mixed_site()=> #own #budget)
    });
    items.collect()
}

fn item(
    ident: &Ident,
    state: State<'_>,
    own_name: impl FnOnce() -> TokenStream,
    kind: &str,
    policy: Option<&TokenStream>,
) -> Option<TokenStream> {
    let (constructor, name) = match state {
        State::None | State::Held(_) => return None,
        State::Own => ("own", own_name()),
        State::Shared(name) => ("shared", constant_name(name)),
    };
    let kind = Ident::new(kind, Span::mixed_site());
    let policy_value = match policy {
        Some(policy) => quote_spanned!(Span::mixed_site()=> ::core::option::Option::Some(#policy)),
        None => quote_spanned!(Span::mixed_site()=> ::core::option::Option::None),
    };
    let constructor = Ident::new(constructor, Span::mixed_site());
    Some(quote_spanned! {Span::mixed_site()=>
        static #ident: __resilient_pipeline::StateRef<__resilient_pipeline::#kind> =
            __resilient_pipeline::StateRef::#constructor(#name, #policy_value);
    })
}

/// The name of state that is the function's own: its path, and a number behind it if that of such a layer is above.
fn own_name(context: &Context<'_>, index: usize) -> TokenStream {
    let is_same = |above: &&Facts<'_>| matches!(above.state, State::Own) && above.name == context.layers[index].name;
    context.name_of_own(context.above(index).iter().filter(is_same).count() + 1)
}

/// The name that the user gave, where a constant is expected. An error about a name that is no string points at it.
pub(crate) fn constant_name(Setting { key, value, value_span }: &Setting<Name>) -> TokenStream {
    let expr = &value.expr;
    if value.literal.is_some() {
        return quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Name::new(&#expr));
    }
    let ty = quote_spanned!(at(key.span())=> &'static ::core::primitive::str);
    let name = quote_spanned!(at(*value_span)=> __resilient_pipeline::Name::new(&__RESILIENT_NAME));
    quote_spanned!(Span::mixed_site()=> { const __RESILIENT_NAME: #ty = #expr; #name })
}

/// An expression for the state of the layer at `index`. It is the first argument of a guard and the body is the second:
/// so all state is found before any future is made, and each future is built in its place. A call between the two would
/// have each of them copied, in pieces of other sizes than they were written, for which a processor has to wait.
pub(crate) fn state(index: usize) -> TokenStream {
    let state = ident(index);
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::StateRef::get(&#state))
}

/// The static of the layer at `index`.
pub(crate) fn ident(index: usize) -> Ident {
    format_ident!("__RESILIENT_STATE_{index}", span = Span::mixed_site())
}

/// An expression for that budget.
pub(crate) fn budget(index: usize) -> TokenStream {
    let budget = budget_ident(index);
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::StateRef::get(&#budget))
}

/// The static of the budget beside the state of the layer at `index`.
pub(crate) fn budget_ident(index: usize) -> Ident {
    format_ident!("__RESILIENT_BUDGET_{index}", span = Span::mixed_site())
}
