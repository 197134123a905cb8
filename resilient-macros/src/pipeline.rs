//! From the model to one pipeline: the layers are folded from the innermost to the outermost.
//!
//! Generated names begin with `__resilient_`, because a pattern cannot shadow a constant, a static or a unit struct,
//! whatever its hygiene: a binding called `outcome` would not compile beside a user's `static outcome`. Methods are
//! called by their paths, because a trait of the user's may give every type a method called `next`.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::absorb::{Stack, marker};
use crate::describe::described::Described;
use crate::describe::rustdoc;
use crate::expand::arguments::Arguments;
use crate::expand::context::Context;
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::result_type::is_result;
use crate::expand::{async_block, body, call, error_conversion, inventory, nameable, slots, statics};
use crate::facts::Facts;
use crate::facts::needs::Needs;
use crate::model::Function;

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
/// Output, without scripts of tests and the path `__resilient_pipeline::` before names of the runtime
///
/// ```ignore
/// #[cfg_attr(doc, doc = "**Resilience**, outermost first: …")]
/// #[allow(clippy::needless_pass_by_value)]
/// async fn user(&self, id: u64) -> Result<User, ApiError> {
///     use ::resilient::private as __resilient_pipeline;
///     #[timeout(__resilient_absorbed)] const _: () = ();
///     inventory::submit! {
///         Registration { path: PATH, file: FILE, line: LINE, is_async: true, layers: TEXT, states: &[], worst_case: W }
///     }
///     let __resilient_call = begin_call(const { Name::new(&PATH) }, true);
///     settled({
///         let __resilient_policy = {
///             const __RESILIENT_POLICY: &RetrySettings = &RetrySettings::DEFAULT;
///             __RESILIENT_POLICY
///         };
///         let mut __resilient_retrying = retrying(__resilient_policy, false);
///         loop {
///             begin(&mut __resilient_retrying, &__resilient_call);
///             let __resilient_delay = {
///                 let __resilient_outcome = Limit::guard(
///                     Limit::known(2_000_000_000, const { Name::new(&PATH) }),
///                     lift_future(async {
///                         if false {
///                             return never::<Result<User, ApiError>>();
///                         }
///                         BODY
///                     }),
///                 )
///                 .await;
///                 let __resilient_subject = (
///                     const { Name::new(&PATH) },
///                     ErrorOf::outcome(&__resilient_outcome).__resilient_shows(),
///                 );
///                 match delay_after(&mut __resilient_retrying, &__resilient_outcome, __resilient_subject) {
///                     Some(__resilient_delay) => __resilient_delay,
///                     None => break __resilient_outcome,
///                 }
///             };
///             sleep(__resilient_delay).await;
///         }
///     }, &__resilient_call, FromRefusal::from_refusal)
/// }
/// ```
pub(crate) fn pipeline(function: &Function, stack: &Stack) -> TokenStream {
    let facts: Vec<Facts> = stack.layers.iter().map(|layer| layer.facts()).collect();
    let needs = Needs::join(facts.iter().map(Facts::all_needs));
    let arguments = Arguments::of(function, &facts, &needs);
    let context = Context {
        layers: &facts,
        sig: &function.sig,
        body: &function.body,
        arguments: &arguments,
        needs: &needs,
        returns: nameable::nameable(&function.sig),
        name: stack.function.as_ref().map_or_else(|| function.sig.ident.to_string(), |name| name.text.clone()),
        origins: &stack.origins,
        is_async: function.sig.asyncness.is_some(),
    };
    let innermost = body::expand(&context, function);
    let layers = stack.layers.iter().enumerate().rev();
    let whole = layers.fold(innermost, |inner, (index, layer)| layer.expand(&context, index, inner));
    let answer = leave(&context, &whole);
    assemble(function, stack, &context, &answer)
}

/// What the function returns: refusals become errors here, and nowhere before.
fn leave(context: &Context<'_>, whole: &PipelineExpr) -> TokenStream {
    if whole.is_answer() { call::answered(whole) } else { error_conversion::settle(context, whole) }
}

fn assemble(function: &Function, stack: &Stack, context: &Context<'_>, answer: &TokenStream) -> TokenStream {
    let Function { attrs, vis, .. } = function;
    let Context { arguments, .. } = context;
    let Stack { krate, layers, absorbed, .. } = stack;
    let described: Vec<Described> =
        context.layers.iter().zip(layers).map(|(facts, layer)| Described::new(facts, &**layer)).collect();
    let states = statics::items(context, layers.iter().map(|layer| (layer.state_policy(), layer.budget_policy())));
    let slots = slots::items(context, layers.iter().enumerate().map(|(index, layer)| layer.written(context, index)));
    let description = inventory::expand(context, &described);
    let paragraph = rustdoc::paragraph(attrs, &described);
    let traits = traits(context);
    let absorbed = marker::named(absorbed);
    let call = call::begin(context);
    let entry = arguments.entry();
    let pipeline = quote_spanned! {Span::mixed_site()=>
            use #krate::private as __resilient_pipeline;
            #traits
            #absorbed
            #states
            #slots
            #description
            #call
            #entry
            #answer
    };
    // In the user's braces, so that lints about functions treat it as the user's code.
    let mut pipeline = Group::new(Delimiter::Brace, pipeline);
    pipeline.set_span(function.braces.both);
    let (sig, block) = match &function.async_block {
        None => (arguments.signature(&function.sig), pipeline.into_token_stream()),
        Some(frame) => async_block::around(frame, arguments, &pipeline),
    };
    let lints = lints(context);
    quote_spanned!(Span::mixed_site()=> #(#attrs)* #lints #paragraph #vis #sig #block)
}

/// Traits that distinguish a result from any other type, and an error that can be displayed from any other, and those that
/// fallbacks use.
fn traits(context: &Context<'_>) -> TokenStream {
    let has_fallback = context.layers.iter().any(|layer| layer.answers.is_some());
    let has_retry = context.layers.iter().any(Facts::repeats);
    let shows = has_retry.then(|| {
        quote_spanned! {Span::mixed_site()=>
            #[allow(unused_imports)]
            use __resilient_pipeline::ShowsNothing as _;
        }
    });
    let returns = (has_fallback || !is_result(&context.returns)).then(|| {
        quote_spanned! {Span::mixed_site()=>
            #[allow(unused_imports)]
            use __resilient_pipeline::{
                LeavingError as _, LeavingInstead as _, LeavingRefused as _, LeavingResult as _, ReturnsPlain as _,
            };
        }
    });
    quote_spanned!(Span::mixed_site()=> #returns #shows)
}

/// Allows a lint about what an attribute requires: an argument taken by value of which only copies are consumed, by an
/// attempt, a helper thread or a fallback.
fn lints(Context { layers, arguments, is_async, .. }: &Context<'_>) -> Option<TokenStream> {
    let leaves_thread = |layer: &Facts| layer.runs_on_threads || layer.outlives_call() && !is_async;
    let takes_copies = |layer: &Facts| layer.moves_to_thread() || layer.forwards_arguments || leaves_thread(layer);
    (layers.iter().any(takes_copies) || arguments.are_copied())
        .then(|| quote_spanned!(Span::mixed_site()=> #[allow(clippy::needless_pass_by_value)]))
}
