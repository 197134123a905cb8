//! `#[fallback]`: another answer in place of a failure.
//!
//! Input
//!
//! ```ignore
//! #[fallback(cached)]
//! async fn user(id: u64) -> Result<User, ApiError> { BODY }
//! ```
//!
//! Output, without the registration, scripts of tests, the call whose end is reported, and the path
//! `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! async fn user(id: u64) -> Result<User, ApiError> {
//!     let __resilient_answer: Result<User, ApiError> = '__resilient_fallback_0: {
//!         let __resilient_failure = match Leaving(lift_future(async { BODY }).await).__resilient_success() {
//!             Ok(__resilient_answer) => break '__resilient_fallback_0 __resilient_answer,
//!             Err(__resilient_failure) => __resilient_failure,
//!         };
//!         let __resilient_failure = match answerable(__resilient_failure) {
//!             Ok(__resilient_failure) => __resilient_failure,
//!             Err(__resilient_error) => break '__resilient_fallback_0 Err(__resilient_error),
//!         };
//!         {
//!             forget(__resilient_failure);
//!             '__resilient_answer: {
//!                 let __resilient_answer = cached(id);
//!                 let __resilient_later = match answer::<Result<User, ApiError>, _, _>(__resilient_answer) {
//!                     Answer::Now(__resilient_answer) => break '__resilient_answer AnswerNow::now(__resilient_answer),
//!                     Answer::Later(__resilient_later) => __resilient_later,
//!                 };
//!                 __resilient_later.await
//!             }
//!         }
//!     };
//!     __resilient_answer
//! }
//! ```
//!
//! With `fallback_if_ok = PREDICATE` the match asks `__resilient_unless_ok(PREDICATE, |_| true)` in place of
//! `__resilient_success()`, and the answers replace an outcome in place of a failure. With `fallback_refused(…)`,
//! refusals that it does not name leave the block by `unanswered`.

mod exit;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, Pat, Type};

use self::exit::Exit;
use super::model::{Answer, Fallback};
use crate::expand::context::{Context, Expand};
use crate::expand::error_conversion;
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::spans::{Extent, at};
use crate::expand::values::{callable, predicate};
use crate::facts::needs::Needs;

impl Expand for Fallback {
    /// A sequence of statements, so that no value of the user's is held while an answer is awaited.
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        let inner = inner.lifted();
        let end = Exit::of(context, index, self, &inner);
        let (returns, label) = (end.returns(&context.returns), &end.label);
        let asked = asked(self, &inner.value());
        let unanswered = end.unanswered(self);
        let filter = if self.answers_successes() { None } else { filter(self, &end) };
        let answers = answers(context, index, self, inner, &end);
        let success = end.with(&quote_spanned!(Span::mixed_site()=> __resilient_answer));
        let (name, is_ok) = (context.name(), end.is_ok());
        let traits = self.answers_successes().then(|| {
            quote_spanned! {Span::mixed_site()=>
                #[allow(unused_imports)]
                use __resilient_pipeline::{LeavingDeclined as _, LeavingOutcome as _};
            }
        });
        end.flow(&quote_spanned! {Span::mixed_site()=>
            #traits
            let mut __resilient_answering = __resilient_pipeline::Answering::none(#name);
            let __resilient_answer: #returns = #label: {
                let __resilient_failure = match #asked {
                    ::core::result::Result::Ok(__resilient_answer) => #success,
                    ::core::result::Result::Err(__resilient_failure) => __resilient_failure,
                };
                #unanswered
                #filter
                #answers
            };
            __resilient_pipeline::Answering::end(__resilient_answering, #is_ok);
        })
    }
}

/// Whether there is something to answer: what the user's function returns, or else the failure. Where successes are
/// answered as well, all filters are asked at once.
fn asked(fallback: &Fallback, outcome: &TokenStream) -> TokenStream {
    let filters = fallback.filters();
    let ask = match (filters.result, filters.ok) {
        (Some(result), _) => {
            let results = callable(&result.value);
            quote_spanned!(Span::mixed_site()=> __resilient_unless_result(#results))
        }
        (None, Some(ok)) => {
            let every = || quote_spanned!(Span::mixed_site()=> |_| true);
            let errors = filters.of_errors().map_or_else(every, |filter| predicate(&filter.value));
            let values = callable(&ok.value);
            quote_spanned!(Span::mixed_site()=> __resilient_unless_ok(#values, #errors))
        }
        (None, None) => quote_spanned!(Span::mixed_site()=> __resilient_success()),
    };
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Leaving(#outcome).#ask)
}

/// Leaves with an error that is not to be answered.
fn filter(fallback: &Fallback, end: &Exit) -> Option<TokenStream> {
    let filter = predicate(&fallback.filters().of_errors()?.value);
    let error = end.with(&quote_spanned!(Span::mixed_site()=> ::core::result::Result::Err(__resilient_error)));
    Some(quote_spanned! {Span::mixed_site()=>
        let __resilient_failure = match __resilient_pipeline::sift(__resilient_failure, #filter) {
            ::core::result::Result::Ok(__resilient_failure) => __resilient_failure,
            ::core::result::Result::Err(__resilient_error) => #error,
        };
    })
}

/// The answers in order: the next is tried if one fails. Each is given the error of the one before.
fn answers(context: &Context<'_>, index: usize, fallback: &Fallback, inner: PipelineExpr, end: &Exit) -> TokenStream {
    let returns = &context.returns;
    let (given, failed) = if fallback.answers_successes() {
        ("outcome", quote_spanned!(Span::mixed_site()=> __resilient_unless_ok(|_| false, |_| true)))
    } else {
        ("error", quote_spanned!(Span::mixed_site()=> __resilient_success()))
    };
    let answered =
        inner.of_refusing(|below| !context.layers[below].made_refusal().is_some_and(|it| fallback.leaves(it)));
    let mut error = error_conversion::given(context, &answered, given);
    let mut tokens = TokenStream::new();
    for (position, answer) in fallback.answers.iter().enumerate() {
        let is_last = position + 1 == fallback.answers.len();
        let needs = after_answer(context, index, &fallback.answers[position + 1..]);
        let answer = one(context, answer, &Given { error: &error, noun: given }, &needs);
        let answer = reported(fallback, &answer);
        tokens.extend(end.if_too_late());
        if is_last {
            tokens.extend(end.value(&answer));
            break;
        }
        let success = end.with(&quote_spanned!(Span::mixed_site()=> __resilient_answer));
        tokens.extend(quote_spanned! {Span::mixed_site()=>
            let __resilient_failure = {
                let __resilient_answer: #returns = #answer;
                let __resilient_returns = __resilient_pipeline::Returns::of(&__resilient_answer);
                let __resilient_lifted = __resilient_returns.__resilient_lift(__resilient_answer);
                match __resilient_pipeline::Leaving(__resilient_lifted).#failed {
                    ::core::result::Result::Ok(__resilient_answer) => #success,
                    ::core::result::Result::Err(__resilient_failure) => __resilient_failure,
                }
            };
        });
        // An answer that failed was not refused.
        error = error_conversion::own(given);
    }
    tokens
}

/// An answer of which listeners are notified once it has ended.
fn reported(fallback: &Fallback, answer: &TokenStream) -> TokenStream {
    let cause = if fallback.answers_successes() { "cause_of_outcome" } else { "cause" };
    let cause = format_ident!("{cause}", span = Span::mixed_site());
    quote_spanned! {Span::mixed_site()=>
        {
            let (__resilient_cause, __resilient_failure) = __resilient_pipeline::#cause(__resilient_failure);
            __resilient_answering =
                __resilient_pipeline::Answering::begin(__resilient_answering, &__resilient_call, __resilient_cause);
            #answer
        }
    }
}

/// The arguments that are needed after an answer of the fallback at `index`, which has some `later` answers.
fn after_answer(context: &Context<'_>, index: usize, later: &[Answer]) -> Needs {
    Needs::join(later.iter().map(Answer::needs).chain([context.needs_above(index)]))
}

/// What an answer is given.
struct Given<'a> {
    /// The call that gives it.
    error: &'a TokenStream,
    /// The error alone, or the whole outcome.
    noun: &'static str,
}

fn one(context: &Context<'_>, answer: &Answer, given: &Given<'_>, needs: &Needs) -> TokenStream {
    match answer {
        Answer::Path(path) => call(context, path, needs),
        Answer::Closure(closure) => apply(context, closure, given.error),
        Answer::Value(value) => instead(value.span(), given, value),
        Answer::Default(span) => instead(*span, given, &quote_spanned!(*span=> ::core::default::Default::default())),
    }
}

/// A value as a success. The error about a value of a wrong type points at `place`.
fn instead(place: Span, given: &Given<'_>, value: &impl ToTokens) -> TokenStream {
    let of_outcome = if given.noun == "outcome" { "_of_outcome" } else { "" };
    let instead = format_ident!("__resilient_instead{of_outcome}", span = at(place));
    quote_spanned!(at(place)=> __resilient_pipeline::Leaving(__resilient_failure).#instead()(#value))
}

/// A function, called with the same arguments.
fn call(context: &Context<'_>, path: &Expr, needs: &Needs) -> TokenStream {
    let returns = &context.returns;
    let (copies, arguments) = context.arguments.given_on(needs, path.span());
    // Type errors point at the path.
    let at = at(path.span());
    let call = quote_spanned!(at=> #path(#(#arguments),*));
    let answer = if context.is_async {
        awaited(returns, at, &call)
    } else {
        quote_spanned!(at=> { let __resilient_answer: #returns = #call; __resilient_answer })
    };
    quote_spanned!(Span::mixed_site()=> { __resilient_pipeline::forget(__resilient_failure); #copies #answer })
}

/// A closure, given the error as the function's own type; one that does not look at it asks for no conversion.
fn apply(context: &Context<'_>, closure: &ExprClosure, error: &TokenStream) -> TokenStream {
    let returns = &context.returns;
    let ignores_error = closure.inputs.first().is_none_or(|input| matches!(input, Pat::Wild(_)));
    let error = if ignores_error {
        quote_spanned!(Span::mixed_site()=> __resilient_failure)
    } else {
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Leaving(__resilient_failure).#error)
    };
    let extent = Extent::of(closure);
    let arguments = extent.call(quote_spanned!(Span::mixed_site()=> #error, #closure));
    let returned =
        if context.is_async { quote_spanned!(extent.first=> _) } else { quote_spanned!(extent.first=> #returns) };
    let answer = quote_spanned!(extent.first=> __resilient_pipeline::apply::<_, #returned> #arguments);
    if context.is_async { awaited(returns, at(closure.body.span()), &answer) } else { answer }
}

/// The answer, awaited if it is a future. All of this has one span, so that an answer of a wrong type is reported once.
fn awaited(returns: &Type, at: Span, answer: &TokenStream) -> TokenStream {
    quote_spanned! {at=>
        '__resilient_answer: {
            let __resilient_answer = #answer;
            let __resilient_later = match __resilient_pipeline::answer::<#returns, _, _>(__resilient_answer) {
                __resilient_pipeline::Answer::Now(__resilient_answer) => {
                    break '__resilient_answer __resilient_pipeline::AnswerNow::now(__resilient_answer)
                }
                __resilient_pipeline::Answer::Later(__resilient_later) => __resilient_later,
            };
            __resilient_later.await
        }
    }
}
