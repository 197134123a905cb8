//! State that is given by an expression: a handle, or a value. It is evaluated when the call reaches the layer, and what
//! it borrows or makes lives until the layer has ended.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::spanned::Spanned;
use syn::{Expr, FnArg, ReceiverKind, Signature, Type};

use super::context::Context;
use super::pipeline_expr::PipelineExpr;
use super::values::{is_const, may_be_generic};
use super::{per_key, slots};
use crate::facts::BUDGET;
use crate::parse::expr_shape::{peel, word};
use crate::parse::held::field;
use crate::pattern::{argument_names, bindings};

/// The layer at `index`: the function `guard` around the code `inner`, with `settings` behind its two arguments.
pub(crate) fn guarded(
    context: &Context<'_>,
    index: usize,
    inner: PipelineExpr,
    guard: &Ident,
    settings: &TokenStream,
) -> PipelineExpr {
    let guard = quote_spanned! {Span::mixed_site()=>
        |__resilient_state, __resilient_body| {
            __resilient_pipeline::#guard(__resilient_state, __resilient_body #settings)
        }
    };
    let code = if context.is_async {
        let body = inner.future();
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::guarded(__resilient_held, #body, #guard).await)
    } else {
        let body = inner.value();
        quote_spanned!(Span::mixed_site()=> __resilient_pipeline::guarded_blocking(__resilient_held, || #body, #guard))
    };
    inner.with_value(with(context, index, "given", &code)).refused_by(index)
}

/// `code`, in which `__resilient_held` is what `function` finds in the layer's expression, or in the cell of its key:
/// `given`, or `held`.
pub(crate) fn with(context: &Context<'_>, index: usize, function: &str, code: &TokenStream) -> TokenStream {
    let facts = &context.layers[index];
    let Some(cell) = per_key::cell(context, index) else {
        let Some(expr) = facts.held() else { return TokenStream::new() };
        let borrowed = borrowed_for_call(context, expr);
        let code = unless_off(context, index, function, code);
        return found(facts.state_type, &borrowed, function, "__resilient_held", &code);
    };
    let borrowed = quote_spanned!(Span::mixed_site()=> &__resilient_cell);
    let found = found(facts.type_name, &borrowed, function, "__resilient_held", code);
    quote_spanned!(Span::mixed_site()=> { #cell #found })
}

/// `code`, in which `__resilient_held` lets all calls pass if the slot of the layer says so. A retry is given its budget
/// alone, and its slot says more.
fn unless_off(context: &Context<'_>, index: usize, function: &str, code: &TokenStream) -> TokenStream {
    if context.layers[index].has_slot() {
        return code.clone();
    }
    let slot = slots::slot(context, index);
    let function = format_ident!("{function}_unless_off", span = Span::mixed_site());
    quote_spanned! {Span::mixed_site()=>
        {
            let __resilient_held = __resilient_pipeline::#function(#slot, __resilient_held);
            #code
        }
    }
}

/// `code`, in which `__resilient_budget` is what the expression of a budget beside the layer's state gives, if it has one.
pub(crate) fn with_budget(context: &Context<'_>, index: usize, code: &TokenStream) -> TokenStream {
    match context.layers[index].budget.held() {
        Some(expr) => found(BUDGET, &borrowed_for_call(context, expr), "given", "__resilient_budget", code),
        None => code.clone(),
    }
}

/// The state is found in a `match`, so that it may borrow from a value that the expression makes, such as an `Arc`.
fn found(kind: &str, borrowed: &TokenStream, function: &str, name: &str, code: &TokenStream) -> TokenStream {
    let [kind, function, name] = [kind, function, name].map(|word| Ident::new(word, Span::mixed_site()));
    quote_spanned! {Span::mixed_site()=>
        {
            let __resilient_outcome =
                match __resilient_pipeline::#function(
                    ::core::marker::PhantomData::<__resilient_pipeline::#kind>,
                    #borrowed,
                ) {
                    #name => #code,
                };
            __resilient_outcome
        }
    }
}

/// A reference to it that can stay while the body runs.
fn borrowed_for_call(context: &Context<'_>, expr: &Expr) -> TokenStream {
    let borrowed = borrowed(expr);
    if needs_detaching(context, expr) {
        quote_spanned!(Span::mixed_site()=> &__resilient_pipeline::detached(#borrowed))
    } else {
        borrowed
    }
}

/// A reference to it. The `&` has the expression's span, so that the error about another type points at the expression.
pub(super) fn borrowed(expr: &Expr) -> TokenStream {
    let expr = without_reference(expr);
    quote_spanned!(expr.span()=> &#expr)
}

/// What is behind a `&` that the user wrote.
pub(super) fn without_reference(expr: &Expr) -> &Expr {
    match peel(expr) {
        Expr::Reference(reference) => without_reference(&reference.expr),
        other => other,
    }
}

/// Whether an expression is the path of a static by its looks, so that its state lives as long as the program.
pub(crate) fn is_static(expr: &Expr, sig: &Signature) -> bool {
    let expr = without_reference(expr);
    let is_argument = word(expr).is_some_and(|name| argument_names(sig).contains(name));
    matches!(expr, Expr::Path(_)) && is_const(expr) && !may_be_generic(expr) && !is_argument
}

/// Whether a value is a field of an argument that is a `&mut`, and the body uses more of that argument than other
/// fields: the field cannot stay borrowed then. An error says so that is clearer than the compiler's.
fn needs_detaching(context: &Context<'_>, expr: &Expr) -> bool {
    let Some((root, field)) = field(expr) else { return false };
    let is_whole = || context.arguments.takes(root) || uses_more_than_other_fields(context.body.clone(), root, &field);
    is_exclusive(root, context.sig) && is_whole()
}

fn is_exclusive(name: &Ident, sig: &Signature) -> bool {
    sig.inputs.iter().any(|input| match input {
        FnArg::Receiver(receiver) => name == "self" && matches!(receiver.kind, ReceiverKind::Reference(.., Some(_))),
        FnArg::Typed(typed) => {
            let is_named = bindings(&typed.pat).iter().any(|binding| binding.ident == *name);
            is_named && matches!(&*typed.ty, Type::Reference(reference) if reference.mutability.is_some())
        }
    })
}

/// Whether `root` stands anywhere in a body without a field other than `field` behind it.
fn uses_more_than_other_fields(body: TokenStream, root: &Ident, field: &str) -> bool {
    let trees: Vec<TokenTree> = body.into_iter().collect();
    let mut before_is_dot = false;
    for (index, tree) in trees.iter().enumerate() {
        let is_member = std::mem::replace(&mut before_is_dot, is_punct(Some(tree), '.'));
        match tree {
            TokenTree::Group(group) if uses_more_than_other_fields(group.stream(), root, field) => return true,
            TokenTree::Ident(name) if name == root && !is_member => {
                let behind = trees.get(index + 1..).unwrap_or_default();
                if !is_other_field(behind, field) {
                    return true;
                }
            }
            _ => {}
        }
    }
    false
}

/// Whether these tokens begin with a field that is not `field`: with no method.
fn is_other_field(tokens: &[TokenTree], field: &str) -> bool {
    let is_called = matches!(tokens.get(2), Some(TokenTree::Group(group)) if group.to_string().starts_with('('));
    let is_generic = is_punct(tokens.get(2), ':');
    let name = tokens.get(1).map(ToTokens::to_token_stream).unwrap_or_default().to_string();
    is_punct(tokens.first(), '.') && name != field && !is_called && !is_generic
}

fn is_punct(tree: Option<&TokenTree>, letter: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_uses_other_fields_leaves_one_free() {
        let root = Ident::new("self", Span::call_site());
        let uses_more = |body: &str| uses_more_than_other_fields(body.parse().expect("tokens"), &root, "slots");
        for body in ["self.count += 1", "f(&mut self.count)", "other.self_()", "self.count.add(self.name.len())", ""] {
            assert!(!uses_more(body), "{body}");
        }
        for body in ["self.add()", "f(self)", "{ [self.slots.len()] }", "self.get::<u8>()", "*self = x", "self"] {
            assert!(uses_more(body), "{body}");
        }
    }
}
