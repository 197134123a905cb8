//! From the model to one pipeline: the layers are folded from the innermost to the outermost.
//!
//! Generated names begin with `__resilient_`: a pattern never shadows a constant, a static or a unit struct, whatever its
//! hygiene, so a binding called `outcome` would not compile beside a user's `static outcome`. And everything is called
//! by its path: a trait of the user's may give every type a method called `next`.

mod acts;
mod arguments;
mod body;
mod bulkhead;
mod circuit_breaker;
mod count;
mod description;
mod fallback;
mod flow;
mod frame;
mod lent;
mod nameable;
mod needs;
mod policy;
mod refusals;
mod retry;
mod site;
mod spans;
mod timeout;
mod values;

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Signature, Type};

use crate::model::{Function, Layer, Stack};
use crate::{absorbed, tell};
use arguments::Arguments;
use flow::Flow;
use needs::Needs;

/// Everything that the expansion of a layer may want to know of its surroundings.
struct Context<'a> {
    stack: &'a Stack,
    sig: &'a Signature,
    arguments: &'a Arguments,
    /// What is needed of them once the body has run.
    needs: &'a Needs,
    /// The result type, with `_` for what cannot be named in a body.
    returns: Type,
    is_async: bool,
}

impl Context<'_> {
    /// The layers above the one at `index`, the outermost first.
    fn above(&self, index: usize) -> &[Layer] {
        &self.stack.layers[..index]
    }

    /// Whether what is below `index` can be run more than once in a call.
    fn is_repeated(&self, index: usize) -> bool {
        self.above(index).iter().any(|layer| matches!(layer, Layer::Retry(_)))
    }

    /// The function's path, which names its timeouts, its retries and its own bulkhead.
    fn name(&self) -> TokenStream {
        let path = self.path();
        quote_spanned!(Span::mixed_site()=> const { #path })
    }

    /// The same where a constant is expected.
    fn path(&self) -> TokenStream {
        let name = self.sig.ident.to_string();
        quote_spanned!(Span::mixed_site()=>
            __resilient_pipeline::Name::new(&::core::concat!(::core::module_path!(), "::", #name))
        )
    }
}

/// The annotated function with its body replaced by the pipeline.
///
/// Input
///
/// ```ignore
/// #[retry]
/// #[timeout(2s)]
/// async fn user(&self, id: u64) -> Result<User, ApiError> { BODY }
/// ```
///
/// Output
///
/// ```ignore
/// #[cfg_attr(doc, doc = "**Resilience**, outermost first: …")]
/// async fn user(&self, id: u64) -> Result<User, ApiError> {
///     use ::resilient::private as __resilient_pipeline;
///     #[timeout(__resilient_absorbed)] const _: () = ();
///     inventory::submit! { Function::new(NAME, PLACE, true, &[LAYER, LAYER], WORST_CASE) }
///     settled({
///         let mut __resilient_retrying = Retrying::new(POLICY, false);
///         loop {
///             Retrying::begin(&mut __resilient_retrying);
///             let __resilient_pause = {
///                 let __resilient_outcome =
///                     Limit::guard(Limit::new(POLICY, 1, NAME), lift_future(async { BODY })).await;
///                 let __resilient_verdict = Retrying::look(&__resilient_retrying, &__resilient_outcome);
///                 match Retrying::next(&mut __resilient_retrying, &__resilient_verdict) {
///                     Next::Done | Next::Exhausted => break __resilient_outcome,
///                     Next::Pause(__resilient_pause) => __resilient_pause,
///                 }
///             };
///             sleep(__resilient_pause).await;
///         }
///     }, |__resilient_refusal| FromRefusal::from_refusal(__resilient_refusal))
/// }
/// ```
pub(crate) fn pipeline(function: &Function, stack: &Stack) -> TokenStream {
    let needs = Needs::after_body(stack);
    let arguments = Arguments::of(function, stack, &needs);
    let context = Context {
        stack,
        sig: &function.sig,
        arguments: &arguments,
        needs: &needs,
        returns: nameable::nameable(&function.sig),
        is_async: function.sig.asyncness.is_some(),
    };
    let innermost = body::expand(&context, function);
    let whole = stack.layers.iter().enumerate().rev().fold(innermost, |flow, (index, layer)| match layer {
        Layer::Retry(retry) => retry::expand(&context, index, retry, flow),
        Layer::CircuitBreaker(breaker) => circuit_breaker::expand(&context, index, breaker, flow),
        Layer::Timeout(timeout) => timeout::expand(&context, index, timeout, flow),
        Layer::Bulkhead(bulkhead) => bulkhead::expand(&context, index, bulkhead, flow),
        Layer::Fallback(fallback) => fallback::expand(&context, index, fallback, flow),
    });
    let answer = leave(&context, &whole);
    assemble(function, &context, &answer)
}

/// What the function returns: refusals become errors here, and nowhere before.
fn leave(context: &Context<'_>, whole: &Flow) -> TokenStream {
    if whole.is_answer() { whole.value() } else { refusals::settle(context, whole) }
}

fn assemble(function: &Function, context: &Context<'_>, answer: &TokenStream) -> TokenStream {
    let Function { attrs, vis, .. } = function;
    let Context { stack, arguments, .. } = context;
    let krate = &stack.krate;
    let sites = site::items(context);
    let description = description::expand(context);
    let paragraph = tell::paragraph(attrs, &stack.layers);
    let traits = traits(context);
    let absorbed = absorbed::named(&stack.absorbed);
    let entry = arguments.entry();
    let pipeline = quote_spanned! {Span::mixed_site()=>
            use #krate::private as __resilient_pipeline;
            #traits
            #absorbed
            #sites
            #description
            #entry
            #answer
    };
    // In the user's braces, so that lints of functions know it for the user's.
    let mut pipeline = Group::new(Delimiter::Brace, pipeline);
    pipeline.set_span(function.braces.both);
    let (sig, block) = match &function.frame {
        None => (arguments.signature(&function.sig), pipeline.into_token_stream()),
        Some(frame) => frame::around(frame, arguments, &pipeline),
    };
    let lints = lints(stack, arguments);
    quote_spanned!(Span::mixed_site()=> #(#attrs)* #lints #paragraph #vis #sig #block)
}

/// What tells a result from any other type, and serves fallbacks.
fn traits(context: &Context<'_>) -> Option<TokenStream> {
    let has_fallback = context.stack.layers.iter().any(|layer| matches!(layer, Layer::Fallback(_)));
    (has_fallback || !refusals::is_result(&context.returns)).then(|| {
        quote_spanned! {Span::mixed_site()=>
            #[allow(unused_imports)]
            use __resilient_pipeline::{
                LeavingError as _, LeavingInstead as _, LeavingRefused as _, LeavingResult as _, ReturnsPlain as _,
            };
        }
    })
}

/// A lint that would blame the user for what an attribute asks for: to own an argument of which only copies are
/// consumed, in an attempt, a helper thread or a fallback.
fn lints(stack: &Stack, arguments: &Arguments) -> Option<TokenStream> {
    let takes_copies = |layer: &Layer| match layer {
        Layer::Timeout(timeout) => timeout.cooperative.is_none(),
        other => fallback::gives_arguments_on(other),
    };
    (stack.layers.iter().any(takes_copies) || arguments.are_copied())
        .then(|| quote_spanned!(Span::mixed_site()=> #[allow(clippy::needless_pass_by_value)]))
}
