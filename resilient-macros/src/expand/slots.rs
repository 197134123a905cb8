//! The slots of a function: each is a word that says whether a configuration changes what a layer does.
//!
//! A layer has one if its settings are those of the function, as of a retry and a timeout, or if the function is given
//! its state. Layers with state of a name are configured by that name. All slots are one static, which the registration
//! names:
//!
//! ```ignore
//! const __RESILIENT_POLICY: &RetrySettings = &RetrySettings::max_attempts(RetrySettings::DEFAULT, 4);
//! static __RESILIENT_SLOTS: [Slot; 2] = [Slot::retry(__RESILIENT_POLICY), Slot::timeout(2_000_000_000)];
//! ```
//!
//! Without the runtime's feature `config` a slot is empty, and whoever asks it gets what is written in the attribute.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};

use super::context::Context;
use crate::facts::Facts;

/// The settings of a layer as they are written.
pub(crate) struct Written {
    /// The constant that has them, if calls use one.
    pub(crate) constant: Option<TokenStream>,
    /// The slot of the layer.
    pub(crate) slot: TokenStream,
}

/// The constants and the slots of all layers. They are first in the function, because its registration names them.
pub(crate) fn items(context: &Context<'_>, written: impl Iterator<Item = Option<Written>>) -> TokenStream {
    let slotted = context.layers.iter().zip(written).filter(|(layer, _)| layer.is_slotted());
    let given = || Written { constant: None, slot: given() };
    let (constants, slots): (Vec<_>, Vec<_>) = slotted
        .map(|(_, written)| written.unwrap_or_else(given))
        .map(|Written { constant, slot }| (constant, slot))
        .unzip();
    if slots.is_empty() {
        return TokenStream::new();
    }
    let count = slots.len();
    quote_spanned! {Span::mixed_site()=>
        #(#constants)*
        static __RESILIENT_SLOTS: [__resilient_pipeline::Slot; #count] = [#(#slots),*];
    }
}

/// The slot of a layer that is given its state.
fn given() -> TokenStream {
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Slot::given())
}

/// The slots of the function, for its registration.
pub(crate) fn all(context: &Context<'_>) -> TokenStream {
    if context.layers.iter().any(Facts::is_slotted) {
        quote_spanned!(Span::mixed_site()=> &__RESILIENT_SLOTS)
    } else {
        quote_spanned!(Span::mixed_site()=> &[])
    }
}

/// An expression for the slot of the layer at `index`.
pub(crate) fn slot(context: &Context<'_>, index: usize) -> TokenStream {
    let place = context.above(index).iter().filter(|layer| layer.is_slotted()).count();
    quote_spanned!(Span::mixed_site()=> &__RESILIENT_SLOTS[#place])
}

/// The name of the constant that has the settings of the layer at `index`. Compile errors print that of the first.
pub(crate) fn constant(context: &Context<'_>, index: usize) -> Ident {
    if context.above(index).iter().any(Facts::has_slot) {
        format_ident!("__RESILIENT_POLICY_{index}", span = Span::mixed_site())
    } else {
        Ident::new("__RESILIENT_POLICY", Span::mixed_site())
    }
}
