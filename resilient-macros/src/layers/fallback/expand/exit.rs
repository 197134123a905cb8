//! How a fallback's answer leaves the block in which it is found.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::{Lifetime, Type};

use crate::expand::context::Context;
use crate::expand::pipeline_expr::PipelineExpr;
use crate::expand::result_type::is_result;
use crate::layers::fallback::model::Fallback;

/// How the answer leaves the block in which it is found.
pub(super) struct Exit {
    pub(super) label: Lifetime,
    /// Whether a timeout stands further out in the same function. After its deadline no answer begins, and the result
    /// is a refusal by that timeout.
    is_limited: bool,
    /// The layers whose refusals may leave in place of an answer, the innermost first: those below that are not
    /// answered, and that timeout.
    refusing: Vec<usize>,
    /// The deadline may be that of another function: of one that called this, and that is not dropped before this
    /// returns, because this is sync or because its body ended in the same poll. Then a function's own error is not
    /// answered; a refusal is, since it may have no other way out.
    keeps_own_error: bool,
    /// What is answered may be a success.
    answers_outcomes: bool,
}

impl Exit {
    pub(super) fn of(context: &Context<'_>, index: usize, fallback: &Fallback, inner: &PipelineExpr) -> Self {
        let timeout = context.above(index).iter().rposition(|layer| layer.limits_time.is_some());
        let keeps_own_error = timeout.is_none() && is_result(&context.returns);
        let refusal = |below: usize| context.layers[below].made_refusal();
        let below = inner.refusing().iter().copied();
        let left = below.filter(|below| refusal(*below).is_some_and(|refusal| fallback.leaves(refusal)));
        Self {
            label: label("fallback", index),
            is_limited: timeout.is_some(),
            refusing: left.chain(timeout).collect(),
            answers_outcomes: fallback.answers_successes(),
            keeps_own_error,
        }
    }

    /// The type of the block.
    pub(super) fn returns(&self, returns: &Type) -> TokenStream {
        if self.refusing.is_empty() {
            return returns.to_token_stream();
        }
        quote_spanned!(Span::mixed_site()=> ::core::result::Result<#returns, __resilient_pipeline::Error>)
    }

    /// Whether what the block gave is a success.
    pub(super) fn is_ok(&self) -> TokenStream {
        let is_ok = |answer: &TokenStream| quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Returns::of(#answer).__resilient_is_ok(#answer));
        if self.refusing.is_empty() {
            return is_ok(&quote_spanned!(Span::mixed_site()=> &__resilient_answer));
        }
        let is_ok = is_ok(&quote_spanned!(Span::mixed_site()=> __resilient_answer));
        quote_spanned! {Span::mixed_site()=>
            match &__resilient_answer {
                ::core::result::Result::Ok(__resilient_answer) => #is_ok,
                ::core::result::Result::Err(_) => false,
            }
        }
    }

    /// The end of the block with an answer.
    pub(super) fn value(&self, answer: &TokenStream) -> TokenStream {
        if self.refusing.is_empty() {
            return answer.clone();
        }
        quote_spanned!(Span::mixed_site()=> ::core::result::Result::Ok(#answer))
    }

    /// The same from within.
    pub(super) fn with(&self, answer: &TokenStream) -> TokenStream {
        let (label, value) = (&self.label, self.value(answer));
        quote_spanned!(Span::mixed_site()=> break #label #value)
    }

    /// Before an answer: leaves if the deadline is over.
    pub(super) fn if_too_late(&self) -> Option<TokenStream> {
        let label = &self.label;
        if self.is_limited {
            return Some(quote_spanned! {Span::mixed_site()=>
                if let ::core::option::Option::Some(__resilient_refusal) = __resilient_pipeline::too_late() {
                    break #label ::core::result::Result::Err(__resilient_refusal);
                }
            });
        }
        let (answerable, own) = if self.answers_outcomes {
            ("answerable_outcome", quote_spanned!(Span::mixed_site()=> __resilient_error))
        } else {
            ("answerable", quote_spanned!(Span::mixed_site()=> ::core::result::Result::Err(__resilient_error)))
        };
        let (answerable, own) = (Ident::new(answerable, Span::mixed_site()), self.with(&own));
        self.keeps_own_error.then(|| {
            quote_spanned! {Span::mixed_site()=>
                let __resilient_failure = match __resilient_pipeline::#answerable(__resilient_failure) {
                    ::core::result::Result::Ok(__resilient_failure) => __resilient_failure,
                    ::core::result::Result::Err(__resilient_error) => {
                        #own
                    }
                };
            }
        })
    }

    /// Leaves with a refusal that is not to be answered.
    pub(super) fn unanswered(&self, fallback: &Fallback) -> Option<TokenStream> {
        let named = fallback.refusals().filter(|_| self.refusing.len() > usize::from(self.is_limited))?;
        let label = &self.label;
        let kinds = named.iter().map(|refusal| Ident::new(refusal.kind(), Span::mixed_site()));
        Some(quote_spanned! {Span::mixed_site()=>
            let __resilient_failure = match __resilient_pipeline::unanswered(
                __resilient_failure,
                &[#(__resilient_pipeline::ErrorKind::#kinds),*],
            ) {
                ::core::result::Result::Ok(__resilient_failure) => __resilient_failure,
                ::core::result::Result::Err(__resilient_refusal) => {
                    break #label ::core::result::Result::Err(__resilient_refusal);
                }
            };
        })
    }

    /// The block that binds `__resilient_answer`, as an expression.
    pub(super) fn flow(&self, block: &TokenStream) -> PipelineExpr {
        if self.refusing.is_empty() {
            return PipelineExpr::answer(quote_spanned!(Span::mixed_site()=> { #block __resilient_answer }));
        }
        let flow = PipelineExpr::body_value(quote_spanned! {Span::mixed_site()=>
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
        });
        self.refusing.iter().fold(flow, |flow, index| flow.refused_by(*index))
    }
}

/// A label that is unique in the function, because a label within another of the same name causes a warning.
fn label(name: &str, index: usize) -> Lifetime {
    Lifetime::new(&format!("'__resilient_{name}_{index}"), Span::mixed_site())
}
