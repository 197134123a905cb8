//! The user's body as the innermost part of the pipeline.

use proc_macro2::{Delimiter, Group, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::spanned::Spanned;

use super::acts;
use super::context::Context;
use super::pipeline_expr::PipelineExpr;
use super::result_type::is_result;
use super::scripted;
use super::spans::at;
use crate::facts::Facts;
use crate::model::Function;

/// In a closure or an async block of its own, so that `?` and `return` leave the attempt and not the function.
pub(crate) fn expand(context: &Context<'_>, function: &Function) -> PipelineExpr {
    let returns = &context.returns;
    let (copies, own) = own_values(context);
    let script = scripted::begin(context);
    // The error about an argument that the body moves and something else needs points at the start of the body.
    let begin = at(function.braces.open);
    let is_needed = context.arguments.are_needed(context.needs) || context.layers.iter().any(Facts::races);
    let take = (!is_needed).then(|| quote_spanned!(begin=> move));
    if !context.has_async_body() {
        let body = with_first(quote_spanned!(Span::mixed_site()=> #script #own), function);
        let closure = quote_spanned!(begin=> #take || -> #returns);
        return PipelineExpr::body_value(lifted(context, &copies, &quote_spanned!(begin=> #closure #body), "call"));
    }
    let block = quote_spanned!(begin=> async #take);
    let declared = at(returns.span());
    let body = with_first(
        quote_spanned! {declared=>
            // The type of an async block can only be given by a `return`.
            if false {
                return __resilient_pipeline::never::<#returns>();
            }
            #script
            #own
        },
        function,
    );
    PipelineExpr::body_future(lifted(context, &copies, &quote_spanned!(begin=> #block #body), "future"))
}

/// The body, a `call` or a `future`, on its way into the pipeline, after the copies that it uses.
fn lifted(context: &Context<'_>, copies: &TokenStream, body: &TokenStream, kind: &str) -> TokenStream {
    if is_result(&context.returns) {
        let lifted = if scripted::may_be_refused(context) {
            let (lift, path) = (format_ident!("lift_refusable_{kind}", span = Span::mixed_site()), context.path());
            quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#lift(#path, #body))
        } else {
            let lift = format_ident!("lift_{kind}", span = Span::mixed_site());
            quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#lift(#body))
        };
        return if copies.is_empty() { lifted } else { quote_spanned!(Span::mixed_site()=> { #copies #lifted }) };
    }
    let question = acts::question(context, kind);
    let lift = format_ident!("__resilient_lift_{kind}", span = Span::mixed_site());
    let of = format_ident!("of_{kind}", span = Span::mixed_site());
    quote_spanned! {Span::mixed_site()=>
        {
            #copies
            let __resilient_body = #body;
            #question
            __resilient_pipeline::Returns::#of(&__resilient_body).#lift(__resilient_body)
        }
    }
}

/// The body with something before it, in the braces that the user wrote: a second pair would be "unnecessary".
fn with_first(first: TokenStream, function: &Function) -> Group {
    let mut tokens = first;
    tokens.extend(function.body.clone());
    let mut body = Group::new(Delimiter::Brace, tokens);
    body.set_span(at(function.braces.both));
    body
}

/// The values that belong to one attempt, before the body and first in it: the `Attempt` that `bind` names, and the
/// arguments declared `mut`.
fn own_values(context: &Context<'_>) -> (TokenStream, TokenStream) {
    // A layer that runs several attempts at once binds the names of each around it.
    let bound = context.layers.iter().filter(|layer| !layer.races()).flat_map(|layer| &layer.binds);
    let bind = bound.map(|bound| {
        let ident = bound.name();
        quote_spanned!(Span::mixed_site()=> let #ident: __resilient_pipeline::Attempt = __resilient_attempt;)
    });
    let bind: TokenStream = bind.collect();
    let (copies, own) = context.arguments.own_copies(context.needs);
    (copies, quote_spanned!(Span::mixed_site()=> #bind #own))
}
