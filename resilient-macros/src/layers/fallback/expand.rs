//! `#[fallback]`: another answer in place of a failure.
//!
//! Input
//!
//! ```ignore
//! #[fallback(cached)]
//! async fn user(id: u64) -> Result<User, ApiError> { BODY }
//! ```
//!
//! Output, without the registration and the path `__resilient_pipeline::` before names of the runtime
//!
//! ```ignore
//! async fn user(id: u64) -> Result<User, ApiError> {
//!     let __resilient_answer: Result<User, ApiError> = '__resilient_fallback_0: {
//!         let __resilient_failure = match Leaving(lift_future(async { BODY }).await).__resilient_success() {
//!             Ok(__resilient_answer) => break '__resilient_fallback_0 __resilient_answer,
//!             Err(__resilient_failure) => __resilient_failure,
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

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, ExprClosure, Lifetime, Pat, Type};

use super::model::{Answer, Fallback};
use crate::expand::context::{Context, Expand};
use crate::expand::error_conversion;
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::result_type::is_result;
use crate::expand::spans::{Extent, at};
use crate::expand::values::predicate;
use crate::facts::needs::Needs;

impl Expand for Fallback {
    /// A sequence of statements, so that no value of the user's is held while an answer is awaited.
    fn expand(&self, context: &Context<'_>, index: usize, inner: PipelineExpr) -> PipelineExpr {
        let inner = inner.lifted();
        let outcome = inner.value();
        let end = Exit::of(context, index);
        let (returns, label) = (end.returns(&context.returns), &end.label);
        let filter = self.filter().map(|filter| {
            let filter = predicate(&filter.value);
            let error = end.with(&quote_spanned!(Span::mixed_site()=> ::core::result::Result::Err(__resilient_error)));
            quote_spanned! {Span::mixed_site()=>
                let __resilient_failure = match __resilient_pipeline::sift(__resilient_failure, #filter) {
                    ::core::result::Result::Ok(__resilient_failure) => __resilient_failure,
                    ::core::result::Result::Err(__resilient_error) => #error,
                };
            }
        });
        let answers = answers(context, index, self, &inner, &end);
        let success = end.with(&quote_spanned!(Span::mixed_site()=> __resilient_answer));
        end.flow(&quote_spanned! {Span::mixed_site()=>
            let __resilient_answer: #returns = #label: {
                let __resilient_failure = match __resilient_pipeline::Leaving(#outcome).__resilient_success() {
                    ::core::result::Result::Ok(__resilient_answer) => #success,
                    ::core::result::Result::Err(__resilient_failure) => __resilient_failure,
                };
                #filter
                #answers
            };
        })
    }
}

/// How the answer leaves the block in which it is found.
struct Exit {
    label: Lifetime,
    /// The timeout further out in the same function, if there is one. After its deadline no answer begins, and the
    /// result is a refusal by that timeout.
    timeout: Option<usize>,
    /// In a sync function, the deadline may be that of another function. Then a function's own error is not answered; a
    /// refusal is, since it may have no other way out.
    keeps_own_error: bool,
}

impl Exit {
    fn of(context: &Context<'_>, index: usize) -> Self {
        let timeout = context.above(index).iter().rposition(|layer| layer.limits_time.is_some());
        let keeps_own_error = timeout.is_none() && !context.is_async && is_result(&context.returns);
        Self { label: label("fallback", index), timeout, keeps_own_error }
    }

    /// The type of the block.
    fn returns(&self, returns: &Type) -> TokenStream {
        match self.timeout {
            Some(_) => {
                quote_spanned!(Span::mixed_site()=> ::core::result::Result<#returns, __resilient_pipeline::Error>)
            }
            None => returns.to_token_stream(),
        }
    }

    /// The end of the block with an answer.
    fn value(&self, answer: &TokenStream) -> TokenStream {
        match self.timeout {
            Some(_) => quote_spanned!(Span::mixed_site()=> ::core::result::Result::Ok(#answer)),
            None => answer.clone(),
        }
    }

    /// The same from within.
    fn with(&self, answer: &TokenStream) -> TokenStream {
        let (label, value) = (&self.label, self.value(answer));
        quote_spanned!(Span::mixed_site()=> break #label #value)
    }

    /// Before an answer: leaves if the deadline is over.
    fn if_too_late(&self) -> Option<TokenStream> {
        let label = &self.label;
        if self.timeout.is_some() {
            return Some(quote_spanned! {Span::mixed_site()=>
                if let ::core::option::Option::Some(__resilient_refusal) = __resilient_pipeline::too_late() {
                    break #label ::core::result::Result::Err(__resilient_refusal);
                }
            });
        }
        self.keeps_own_error.then(|| {
            quote_spanned! {Span::mixed_site()=>
                let __resilient_failure = match __resilient_pipeline::answerable(__resilient_failure) {
                    ::core::result::Result::Ok(__resilient_failure) => __resilient_failure,
                    ::core::result::Result::Err(__resilient_error) => {
                        break #label ::core::result::Result::Err(__resilient_error)
                    }
                };
            }
        })
    }

    /// The block that binds `__resilient_answer`, as an expression.
    fn flow(&self, block: &TokenStream) -> PipelineExpr {
        match self.timeout {
            None => PipelineExpr::answer(quote_spanned!(Span::mixed_site()=> { #block __resilient_answer })),
            Some(timeout) => PipelineExpr::body_value(quote_spanned! {Span::mixed_site()=>
                {
                    #block
                    match __resilient_answer {
                        ::core::result::Result::Ok(__resilient_answer) => {
                            __resilient_pipeline::widen(__resilient_pipeline::Returns::of(&__resilient_answer).__resilient_lift(__resilient_answer))
                        }
                        ::core::result::Result::Err(__resilient_refusal) => {
                            ::core::result::Result::Err(__resilient_pipeline::Failure::Refused(__resilient_refusal))
                        }
                    }
                }
            })
            .refused_by(timeout),
        }
    }
}

/// A label that is unique in the function, because a label within another of the same name causes a warning.
fn label(name: &str, index: usize) -> Lifetime {
    Lifetime::new(&format!("'__resilient_{name}_{index}"), Span::mixed_site())
}

/// The answers in order: the next is tried if one fails. Each is given the error of the one before.
fn answers(context: &Context<'_>, index: usize, fallback: &Fallback, inner: &PipelineExpr, end: &Exit) -> TokenStream {
    let returns = &context.returns;
    let mut error = error_conversion::error(context, inner);
    let mut tokens = TokenStream::new();
    for (position, answer) in fallback.answers.iter().enumerate() {
        let is_last = position + 1 == fallback.answers.len();
        let needs = after_answer(context, index, &fallback.answers[position + 1..]);
        let answer = one(context, answer, &error, &needs);
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
                match __resilient_pipeline::Leaving(__resilient_lifted).__resilient_success() {
                    ::core::result::Result::Ok(__resilient_answer) => #success,
                    ::core::result::Result::Err(__resilient_failure) => __resilient_failure,
                }
            };
        });
        // An answer that failed was not refused.
        error = quote_spanned!(Span::mixed_site()=> __resilient_own_error());
    }
    tokens
}

/// The arguments that are needed after an answer of the fallback at `index`, which has some `later` answers.
fn after_answer(context: &Context<'_>, index: usize, later: &[Answer]) -> Needs {
    Needs::join(later.iter().map(Answer::needs).chain([context.needs_above(index)]))
}

fn one(context: &Context<'_>, answer: &Answer, error: &TokenStream, needs: &Needs) -> TokenStream {
    match answer {
        Answer::Path(path) => call(context, path, needs),
        Answer::Closure(closure) => apply(context, closure, error),
        Answer::Value(value) => instead(value.span(), value),
        Answer::Default(span) => instead(*span, &quote_spanned!(*span=> ::core::default::Default::default())),
    }
}

/// A value as a success. The error about a value of a wrong type points at `place`.
fn instead(place: Span, value: &impl ToTokens) -> TokenStream {
    quote_spanned!(at(place)=> __resilient_pipeline::Leaving(__resilient_failure).__resilient_instead()(#value))
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
