//! What the expansion of a layer may know of the whole function.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Signature, Type};

use super::arguments::Arguments;
use super::pipeline_expr::PipelineExpr;
use super::slots::Written;
use crate::facts::Facts;
use crate::facts::needs::Needs;
use crate::model::StackId;

/// A layer's part of the pipeline.
pub(crate) trait Expand {
    /// The layer at `index` around the code `inner`.
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr;

    /// The policy of its state, if it has one and this place gives any settings.
    fn state_policy(&self) -> Option<TokenStream> {
        None
    }

    /// The policy of a budget beside its state, if this place gives any settings.
    fn budget_policy(&self) -> Option<TokenStream> {
        None
    }

    /// Its settings, if they are those of the function and are known before any call.
    fn written(&self, _context: &Context<'_>, _index: usize) -> Option<Written> {
        None
    }
}

/// What the expansion of a layer may know of the whole function.
pub(crate) struct Context<'a> {
    /// All layers, the outermost first.
    pub(crate) layers: &'a [Facts<'a>],
    pub(crate) sig: &'a Signature,
    /// What stands between the function's braces.
    pub(crate) body: &'a TokenStream,
    pub(crate) arguments: &'a Arguments,
    /// The arguments that are needed once the body has run.
    pub(crate) needs: &'a Needs,
    /// The result type, with `_` for what cannot be named in a body.
    pub(crate) returns: Type,
    pub(crate) is_async: bool,
    /// The function's name behind its module: its own, or what an attribute calls it.
    pub(crate) name: String,
    /// For each layer the stack for many functions that it comes from.
    pub(crate) origins: &'a [Option<StackId>],
}

impl Context<'_> {
    /// Whether the body is async. That of an async function is not if it runs on threads of a bulkhead.
    pub(crate) fn has_async_body(&self) -> bool {
        self.is_async && !self.runs_on_threads()
    }

    fn runs_on_threads(&self) -> bool {
        self.layers.iter().any(|layer| layer.runs_on_threads)
    }

    /// Whether everything below the layer at `index` that can take long is a wait of this library, which ends at a
    /// deadline by itself: the body runs on threads of a bulkhead, and no fallback does on this one.
    pub(crate) fn only_waits_below(&self, index: usize) -> bool {
        self.runs_on_threads() && self.layers[index + 1..].iter().all(|layer| layer.answers.is_none())
    }

    /// The layers above the one at `index`, the outermost first.
    pub(crate) fn above(&self, index: usize) -> &[Facts<'_>] {
        &self.layers[..index]
    }

    /// Whether what is below `index` can be run more than once in a call.
    pub(crate) fn is_repeated(&self, index: usize) -> bool {
        self.above(index).iter().any(Facts::repeats)
    }

    /// The arguments that are needed around the layer at `index`, once that has run. Refusals from below it are turned
    /// into errors there.
    pub(crate) fn needs_around(&self, index: usize) -> Needs {
        let (above, below) = self.layers.split_at(index);
        let conversions = below.iter().map(|layer| Needs::of_setting(layer.map_err()));
        Needs::join(above.iter().map(Facts::all_needs).chain(conversions))
    }

    /// The arguments that the layers above `index` need once it has run.
    pub(crate) fn needs_above(&self, index: usize) -> Needs {
        Needs::join(self.above(index).iter().map(Facts::all_needs))
    }

    /// The function's path, a string.
    pub(crate) fn path(&self) -> TokenStream {
        let name = &self.name;
        quote_spanned!(Span::mixed_site()=> ::core::concat!(::core::module_path!(), "::", #name))
    }

    /// The function's path as a name, for state without a name of its own, where a constant is expected. It has the number
    /// of the state behind it, from the second one of a kind on.
    pub(crate) fn name_of_own(&self, number: usize) -> TokenStream {
        let name = if number == 1 { self.name.clone() } else { format!("{}#{number}", self.name) };
        quote_spanned! {Span::mixed_site()=>
            __resilient_pipeline::Name::new(&::core::concat!(::core::module_path!(), "::", #name))
        }
    }

    /// The function's path as a name, as an expression.
    pub(crate) fn name(&self) -> TokenStream {
        let name = self.name_of_own(1);
        quote_spanned!(Span::mixed_site()=> const { #name })
    }
}
