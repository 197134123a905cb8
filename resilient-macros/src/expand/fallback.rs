//! `#[fallback]`: another answer in place of a failure.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, Pat};

use super::flow::Flow;
use super::values::predicate;
use super::{Context, refusals};
use crate::model::{Answer, Fallback};

pub(crate) fn expand(context: &Context<'_>, index: usize, fallback: &Fallback, inner: Flow) -> Flow {
    let inner = inner.lifted();
    let answers = answers(context, index, fallback, &inner);
    let on_failure = match &fallback.filter {
        Some(filter) => {
            let filter = predicate(&filter.value);
            quote_spanned! {Span::mixed_site()=>
                match __resilient_pipeline::sift(failure, #filter) {
                    ::core::result::Result::Ok(failure) => #answers,
                    ::core::result::Result::Err(error) => ::core::result::Result::Err(error),
                }
            }
        }
        None => answers,
    };
    let outcome = inner.value();
    let returns = &context.returns;
    Flow::answer(quote_spanned! {Span::mixed_site()=>
        {
            let answer: #returns = match __resilient_pipeline::Leaving(#outcome).success() {
                ::core::result::Result::Ok(answer) => answer,
                ::core::result::Result::Err(failure) => #on_failure,
            };
            answer
        }
    })
}

/// The answers in order: the next is asked if one fails. Each is given the error of the one before.
fn answers(context: &Context<'_>, index: usize, fallback: &Fallback, inner: &Flow) -> TokenStream {
    let returns = &context.returns;
    let last = fallback.answers.len() - 1;
    let chain = fallback.answers.iter().enumerate().rev().fold(None::<TokenStream>, |next, (position, answer)| {
        let error = if position == 0 { refusals::error(context.stack, inner) } else { own_error() };
        let keep = position < last || context.is_repeated(index);
        let answer = one(context, answer, &error, keep);
        Some(match next {
            None => answer,
            Some(next) => quote_spanned! {Span::mixed_site()=>
                {
                    let answer: #returns = #answer;
                    match __resilient_pipeline::Leaving(__resilient_pipeline::Returns::of(&answer).lift(answer)).success() {
                        ::core::result::Result::Ok(answer) => answer,
                        ::core::result::Result::Err(failure) => #next,
                    }
                }
            },
        })
    });
    chain.unwrap_or_default()
}

/// The error of an answer that failed: nothing refused it.
fn own_error() -> TokenStream {
    quote_spanned!(Span::mixed_site()=> own_error())
}

fn one(context: &Context<'_>, answer: &Answer, error: &TokenStream, keep: bool) -> TokenStream {
    let instead = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Leaving(failure).instead);
    match answer {
        Answer::Path(path) => call(context, path, keep),
        Answer::Closure(closure) => apply(context, closure, error),
        Answer::Value(value) => quote_spanned!(Span::mixed_site()=> #instead(#value)),
        Answer::Default(span) => {
            let default = quote_spanned!(*span=> ::core::default::Default::default());
            quote_spanned!(Span::mixed_site()=> #instead(#default))
        }
    }
}

/// A function, called with the same arguments.
fn call(context: &Context<'_>, path: &Expr, keep: bool) -> TokenStream {
    let returns = &context.returns;
    let arguments = context.arguments.given_on(keep);
    // What does not fit is told at the path.
    let at = Span::mixed_site().located_at(path.span());
    let call = quote_spanned!(at=> #path(#(#arguments),*));
    if context.is_async {
        quote_spanned!(at=> __resilient_pipeline::answer::<#returns, _, _>(#call).await)
    } else {
        quote_spanned!(at=> { let answer: #returns = #call; answer })
    }
}

/// A closure, given the error as the function's own type; one that does not look at it asks for no conversion.
fn apply(context: &Context<'_>, closure: &ExprClosure, error: &TokenStream) -> TokenStream {
    let returns = &context.returns;
    let ignores_error = closure.inputs.first().is_none_or(|input| matches!(input, Pat::Wild(_)));
    let error = if ignores_error {
        quote_spanned!(Span::mixed_site()=> failure)
    } else {
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Leaving(failure).#error)
    };
    let at = Span::mixed_site().located_at(closure.span());
    if context.is_async {
        quote_spanned! {at=>
            __resilient_pipeline::answer_to::<#returns, _, _, _, _>(#error, #closure).await
        }
    } else {
        quote_spanned! {at=>
            __resilient_pipeline::answer_to_blocking::<#returns, _, _>(#error, #closure)
        }
    }
}
