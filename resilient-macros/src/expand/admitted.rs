//! A layer that admits a call and counts how it ended, by filters of its own: a breaker or an adaptive throttle.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::Expr;

use super::context::Context;
use super::pipeline_expr::PipelineExpr;
use super::values::{callable, predicate};
use super::{held, slots, statics};
use crate::facts::filters::Filters;

/// How a call finds the state of a layer, if not by a name.
#[derive(Clone, Copy)]
pub(crate) struct Found<'a> {
    /// The handle or the value.
    pub(crate) held: Option<&'a Expr>,
    /// Whether it is that of a key.
    pub(crate) by_key: bool,
}

/// The layer at `index` around the code `inner`.
pub(crate) fn admitted(
    context: &Context<'_>,
    index: usize,
    found: Found<'_>,
    filters: &Filters<'_>,
    inner: PipelineExpr,
) -> PipelineExpr {
    let inner = inner.lifted();
    let (on, failures) = failures(filters);
    if found.held.is_some() || found.by_key {
        return admitted_by(context, index, found, (on, &failures), inner);
    }
    let state = statics::state(index);
    let guarded = if context.is_async {
        let (guard, body) = (format_ident!("admitted{on}", span = Span::mixed_site()), inner.future());
        let code = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#guard(#state, #body #failures));
        inner.with_future(code)
    } else {
        let (guard, body) = (format_ident!("admitted_blocking{on}", span = Span::mixed_site()), inner.value());
        let code = quote_spanned!(Span::mixed_site()=> __resilient_pipeline::#guard(#state, || #body #failures));
        inner.with_value(code)
    };
    guarded.refused_by(index)
}

/// What filters add to the name of the guard and to its arguments.
fn failures(filters: &Filters<'_>) -> (&'static str, TokenStream) {
    let errors = filters.of_errors().map(|filter| predicate(&filter.value));
    if let Some(result) = filters.result {
        let results = callable(&result.value);
        return ("_if_result", quote_spanned!(Span::mixed_site()=> , #results));
    }
    if let Some(ok) = filters.ok {
        let errors = errors.unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> |_| true));
        let values = callable(&ok.value);
        return ("_if_ok", quote_spanned!(Span::mixed_site()=> , #errors, #values));
    }
    match errors {
        Some(errors) => ("_on", quote_spanned!(Span::mixed_site()=> , #errors)),
        None => ("", TokenStream::new()),
    }
}

/// The same with a handle, a value or a key. A sync call needs state that outlives it, or has to ask what gives it for one.
fn admitted_by(
    context: &Context<'_>,
    index: usize,
    found: Found<'_>,
    (on, failures): (&str, &TokenStream),
    inner: PipelineExpr,
) -> PipelineExpr {
    if context.is_async {
        let guard = format_ident!("admitted{on}", span = Span::mixed_site());
        return held::guarded(context, index, inner, &guard, failures);
    }
    let guard = format_ident!("admitted_blocking{on}", span = Span::mixed_site());
    let is_static = found.held.is_some_and(|held| held::is_static(held, context.sig));
    if is_static && !found.by_key {
        return held::guarded(context, index, inner, &guard, failures);
    }
    let body = inner.value();
    let keep = quote_spanned!(Span::mixed_site()=> __resilient_held.1.__resilient_keep());
    let kept = if found.held.is_some() && !found.by_key {
        let slot = slots::slot(context, index);
        quote_spanned!(Span::mixed_site()=> kept_unless_off(#slot, __resilient_state, #keep))
    } else {
        quote_spanned!(Span::mixed_site()=> kept(__resilient_state, #keep))
    };
    let guarded = quote_spanned! {Span::mixed_site()=>
        __resilient_pipeline::guarded_blocking(__resilient_held.0, || #body, |__resilient_state, __resilient_body| {
            let __resilient_state = __resilient_pipeline::#kept;
            __resilient_pipeline::#guard(__resilient_state, __resilient_body #failures)
        })
    };
    inner.with_value(held::with(context, index, "held", &guarded)).refused_by(index)
}
