//! The call itself, which listeners are notified of when it has ended.
//!
//! ```ignore
//! let __resilient_call = begin_call(const { Name::new(&PATH) }, false);
//! settled(OUTCOME, &__resilient_call, FromRefusal::from_refusal)
//! ```
//!
//! It is first in the function, so that it is dropped last, and stays there: a call that panics, or whose future is
//! dropped, is reported by its drop. Retries and hedges count their attempts in it. Where they may do so on another
//! thread, each closure that moves there takes a share of it under the same name.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

use super::context::Context;
use super::pipeline_expr::PipelineExpr;
use crate::facts::Facts;

/// The statement that begins the call.
pub(crate) fn begin(context: &Context<'_>) -> TokenStream {
    let counts = context.layers.iter().any(Facts::repeats);
    let name = context.name();
    quote_spanned!(Span::mixed_site()=> let __resilient_call = __resilient_pipeline::begin_call(#name, #counts);)
}

/// The end of a call whose result a fallback may have given.
pub(crate) fn answered(whole: &PipelineExpr) -> TokenStream {
    let value = whole.value();
    quote_spanned! {Span::mixed_site()=>
        {
            let __resilient_answer = #value;
            __resilient_pipeline::Returns::of(&__resilient_answer)
                .__resilient_answered(__resilient_answer, &__resilient_call)
        }
    }
}

/// The statement before a closure that moves what is below the layer at `index` to another thread.
pub(crate) fn share(context: &Context<'_>, index: usize) -> Option<TokenStream> {
    is_shared_below(context, index).then(|| {
        quote_spanned! {Span::mixed_site()=>
            let __resilient_call = __resilient_pipeline::Counts::share(&__resilient_call);
        }
    })
}

/// Whether what counts below the layer at `index` does so on another thread.
fn is_shared_below(context: &Context<'_>, index: usize) -> bool {
    let counts = |layer: &Facts| layer.repeats() || layer.races() || layer.answers.is_some();
    let layer = &context.layers[index];
    let leaves_thread = !context.is_async && (layer.moves_to_thread() || layer.races());
    leaves_thread && context.layers[index + 1..].iter().any(counts)
}
