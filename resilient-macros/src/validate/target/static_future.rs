//! A future that says it is `'static` cannot hold a setting that borrows from the caller.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Expr, FnArg, GenericArgument, Lifetime, PathArguments, Signature, Type, TypeParamBound};

use super::borrow;
use crate::diagnostics::Errors;
use crate::model::{Answer, Filter, Frame, Layer, MaxAttempts, Retry, Setting, Value};
use crate::pattern::bindings;
use crate::validate::Checked;

pub(super) fn check(frame: &Frame, layers: &[Checked], errors: &mut Errors) {
    let syn::ReturnType::Type(_, output) = &frame.sig.output else { return };
    if !is_static_future(output) {
        return;
    }
    let borrowed = borrowed(&frame.sig);
    for expr in layers.iter().flat_map(|it| expressions(it.layer)) {
        let Some(name) = mentioned(expr.clone(), &borrowed) else { continue };
        let message = format!(
            "this borrows `{name}`, and the future, which is `'static`, may outlive it: own the argument, \
             write a value that borrows nothing, or return a future that borrows, as `BoxFuture<'_, …>`",
        );
        errors.over(expr, message);
    }
}

/// The arguments that borrow from the caller.
fn borrowed(sig: &Signature) -> Vec<String> {
    let inputs = sig.inputs.iter().filter(|input| borrow::borrowing(input));
    let names = inputs.flat_map(|input| match input {
        FnArg::Receiver(_) => vec!["self".to_owned()],
        FnArg::Typed(typed) => bindings(&typed.pat).iter().map(|binding| binding.ident.to_string()).collect(),
    });
    names.collect()
}

/// By its looks: what is no alias of a future by any reading is `'static` if it says so, or says nothing and is boxed.
fn is_static_future(ty: &Type) -> bool {
    match ty {
        Type::ImplTrait(opaque) => opaque.bounds.iter().filter_map(as_lifetime).any(is_static),
        Type::TraitObject(object) => object.bounds.iter().filter_map(as_lifetime).all(is_static),
        Type::Paren(inner) => is_static_future(&inner.elem),
        Type::Group(inner) => is_static_future(&inner.elem),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| {
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return false };
            match last.ident.to_string().as_str() {
                "Pin" | "Box" => arguments.args.iter().any(|argument| match argument {
                    GenericArgument::Type(ty) => is_static_future(ty),
                    _ => false,
                }),
                "BoxFuture" | "LocalBoxFuture" => arguments.args.iter().any(|argument| match argument {
                    GenericArgument::Lifetime(lifetime) => is_static(lifetime),
                    _ => false,
                }),
                _ => false,
            }
        }),
        _ => false,
    }
}

const fn as_lifetime(bound: &TypeParamBound) -> Option<&Lifetime> {
    if let TypeParamBound::Lifetime(lifetime) = bound { Some(lifetime) } else { None }
}

fn is_static(lifetime: &Lifetime) -> bool {
    lifetime.ident == "static"
}

/// The first of these names that stands there as a variable.
fn mentioned(tokens: TokenStream, names: &[String]) -> Option<Ident> {
    let mut after_dot = false;
    for tree in tokens {
        let found = match &tree {
            TokenTree::Group(group) => mentioned(group.stream(), names),
            TokenTree::Ident(name) if !after_dot && names.contains(&name.to_string()) => Some(name.clone()),
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        after_dot = matches!(&tree, TokenTree::Punct(punct) if punct.as_char() == '.');
    }
    None
}

/// What the future evaluates beside the body.
fn expressions(layer: &Layer) -> Vec<TokenStream> {
    let expressions = match layer {
        Layer::Retry(retry) => of_retry(retry),
        Layer::Timeout(timeout) => vec![
            plain(timeout.policy.as_ref()),
            setting(timeout.duration.as_ref()),
            setting(timeout.step.as_ref()),
            plain(timeout.map_err.as_ref()),
        ],
        Layer::CircuitBreaker(breaker) => vec![filter(breaker.filter.as_ref()), plain(breaker.map_err.as_ref())],
        Layer::Bulkhead(bulkhead) => vec![plain(bulkhead.map_err.as_ref())],
        Layer::Fallback(fallback) => {
            let answers = fallback.answers.iter().map(|answer| match answer {
                Answer::Value(value) => Some(value.to_token_stream()),
                Answer::Closure(closure) => Some(closure.to_token_stream()),
                Answer::Path(_) | Answer::Default(_) => None,
            });
            answers.chain([filter(fallback.filter.as_ref())]).collect()
        }
    };
    expressions.into_iter().flatten().collect()
}

fn of_retry(retry: &Retry) -> Vec<Option<TokenStream>> {
    let max_attempts = retry.max_attempts.as_ref().and_then(|setting| match &setting.value {
        MaxAttempts::Count(count) => value(count),
        MaxAttempts::Unlimited => None,
    });
    vec![
        plain(retry.policy.as_ref()),
        max_attempts,
        setting(retry.base_delay.as_ref()),
        setting(retry.max_delay.as_ref()),
        setting(retry.exponential_base.as_ref()),
        setting(retry.max_elapsed.as_ref()),
        setting(retry.max_retry_after.as_ref()),
        filter(retry.filter.as_ref()),
        plain(retry.retry_if_ok.as_ref()),
        plain(retry.retry_after.as_ref()),
        plain(retry.on_retry.as_ref()),
        plain(retry.map_err.as_ref()),
    ]
}

fn plain(setting: Option<&Setting<Expr>>) -> Option<TokenStream> {
    setting.map(|setting| setting.value.to_token_stream())
}

fn setting<T>(setting: Option<&Setting<Value<T>>>) -> Option<TokenStream> {
    value(&setting?.value)
}

fn value<T>(value: &Value<T>) -> Option<TokenStream> {
    if let Value::Expr(expr) = value { Some(expr.to_token_stream()) } else { None }
}

fn filter(filter: Option<&Setting<Filter>>) -> Option<TokenStream> {
    match &filter?.value {
        Filter::On { guard, .. } => guard.as_ref().map(ToTokens::to_token_stream),
        Filter::If(predicate) => Some(predicate.to_token_stream()),
    }
}
