//! What all attributes do: read the stack, check it, write the pipeline.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote, quote_spanned};
use syn::{Error, Path, parse_quote};

use crate::absorb::written::Written;
use crate::absorb::{
    Absorbed, ApplyBelow, First, Stack, absorb, has_apply, in_parentheses, marker, rename_self_in, take_apply,
};
use crate::diagnostics::Errors;
use crate::facts::{Bound, Facts};
use crate::layers::Kind;
use crate::model::{Function, StaticItem};
use crate::parse::function::{Item, Shape};
use crate::pattern::argument_names;
use crate::stack_call::call::{Apply, Call};
use crate::tokens::mentions;
use crate::validate::rules::Rules;
use crate::{handle, pipeline, validate};

/// Marks a body that is already expanded.
const MARK: &str = "__resilient_pipeline";

/// Expands the attribute `kind` on `item`: on any tokens, in and outside of a compiler, without a panic.
pub(crate) fn attribute(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    if marker::is_marker(&args) {
        return TokenStream::new();
    }
    let first = |span| First { layers: vec![Written::new(kind, span, args)], ..First::default() };
    expand(kind.name(), first, Errors::default(), item)
}

/// Expands all attributes of a function, of which the one called `name` brings the `first`.
pub(crate) fn expand(
    name: &'static str,
    first: impl FnOnce(Span) -> First,
    mut errors: Errors,
    item: TokenStream,
) -> TokenStream {
    let Some(mut parsed) = errors.keep(Item::parse(item.clone())) else {
        return with_errors(item, errors);
    };
    let span = own_span(&parsed.rest);
    let mut first = first(span);
    // One that a condition hid when the stack chose the methods.
    if first.yields && has_apply(&parsed.attrs) {
        return item;
    }
    let shape = Shape::parse(parsed.rest.clone());
    if let Ok(Shape::Function(_)) = shape
        && let Some((path, options)) = stack_below(&mut first, &mut parsed, &mut errors)
    {
        let call = Call { path, above: first.layers, options, absorbed: first.absorbed };
        return with_errors(call.of(parsed), errors);
    }
    rename_self_in(shape.as_ref().ok().and_then(Shape::async_block), &mut first, &mut parsed.attrs);
    first.on_static = matches!(shape, Ok(Shape::Static(_)));
    let absorbed = absorb(first, parsed.attrs, &mut errors);
    match shape {
        Ok(Shape::Function(function)) => {
            refuse_a_second_pipeline((name, span), parsed.rest, &mut errors);
            on_function((name, span), *function, &absorbed, errors)
        }
        Ok(Shape::Static(item)) if makes_handle(&absorbed) => make_handle(&item, &absorbed, errors),
        other => on_another_item((name, span), other, Item { attrs: absorbed.others, rest: parsed.rest }, errors),
    }
}

/// The item as it is, and the error that the attribute acts on a function.
fn on_another_item(
    attribute: (&'static str, Span),
    shape: syn::Result<Shape>,
    item: Item,
    mut errors: Errors,
) -> TokenStream {
    let named = handle::named_without_value(shape.as_ref().ok());
    errors.push(not_a_function(attribute, shape));
    match named {
        Some(named) => with_errors(named, errors),
        None => with_errors(item, errors),
    }
}

fn on_function(
    attribute: (&str, Span),
    mut function: Function,
    absorbed: &Absorbed,
    mut errors: Errors,
) -> TokenStream {
    function.attrs.splice(..0, absorbed.others.iter().cloned());
    check(&function, absorbed, &mut errors);
    if errors.is_empty() {
        pipeline::pipeline(&function, &absorbed.stack)
    } else {
        with_errors(naming(function, &absorbed.stack), about_the_form(attribute, errors))
    }
}

/// The stack that stands below the first attribute, and its options. It puts everything on the function.
fn stack_below(first: &mut First, item: &mut Item, errors: &mut Errors) -> Option<(Path, TokenStream)> {
    while let Some(ApplyBelow { apply, others }) = take_apply(first, &item.attrs) {
        item.attrs = others;
        if let Some(Apply::Stack { path, options }) = errors.keep(Apply::of(&apply)) {
            return Some((path, options));
        }
    }
    None
}

fn check(function: &Function, absorbed: &Absorbed, errors: &mut Errors) {
    let Absorbed { stack, complete, .. } = absorbed;
    let facts: Vec<Facts> = stack.layers.iter().map(|layer| layer.facts()).collect();
    let rules: Vec<&dyn Rules> = stack.layers.iter().map(|layer| &**layer as &dyn Rules).collect();
    validate::check(function, &rules, &facts, complete, errors);
    validate::check_stack(&function.sig, &facts, &stack.origins, errors);
}

fn makes_handle(absorbed: &Absorbed) -> bool {
    absorbed.stack.layers.first().is_some_and(|layer| layer.facts().handle.is_some())
}

fn make_handle(item: &StaticItem, absorbed: &Absorbed, mut errors: Errors) -> TokenStream {
    let Absorbed { stack, complete, others, .. } = absorbed;
    let ([layer, ..], [complete, ..]) = (&stack.layers[..], &complete[..]) else { return TokenStream::new() };
    let facts: Vec<Facts> = stack.layers.iter().map(|layer| handle::facts(item, &**layer)).collect();
    validate::handle::check(item, &**layer as &dyn Rules, *complete, &facts, &mut errors);
    if errors.is_empty() {
        handle::handle(item, others, &stack.krate, &**layer)
    } else {
        with_errors(handle::stand_in(item, others, stack, &**layer), errors)
    }
}

/// The span of the whole attribute, with the hygiene of the item's first token, so that errors there have no note about
/// the macro. The attributes before the item may come from another macro; the item is the user's.
pub(crate) fn own_span(item: &TokenStream) -> Span {
    let first: Option<TokenTree> = item.clone().into_iter().next();
    first.map_or_else(Span::call_site, |token| token.span().located_at(Span::call_site()))
}

/// The errors, or in their place that the settings of this attribute stand behind a `=`. The compiler refuses that form
/// as well, but not before it has called this macro with what stands behind the `=`.
fn about_the_form((name, span): (&str, Span), errors: Errors) -> Errors {
    let text = span.source_text().unwrap_or_default();
    let path = |letter: char| letter.is_alphanumeric() || matches!(letter, '#' | '[' | '_' | ':' | ' ');
    if !text.trim_start_matches(path).starts_with('=') {
        return errors;
    }
    let mut form = Errors::default();
    form.at(span, in_parentheses(name));
    form
}

/// The item stays defined, so that its uses are not errors as well.
pub(crate) fn with_errors(item: impl ToTokens, errors: Errors) -> TokenStream {
    let mut tokens = item.into_token_stream();
    tokens.append_all([errors.into_tokens()]);
    tokens
}

/// A function that nothing acts on, since the stack has errors that are reported elsewhere. The attributes that handed it
/// to the stack are named in its body.
pub(crate) fn defined(absorbed: Vec<Path>, item: TokenStream) -> TokenStream {
    let Ok(Item { attrs, rest }) = Item::parse(item.clone()) else { return item };
    let Ok(Shape::Function(mut function)) = Shape::parse(rest) else { return item };
    function.attrs.splice(..0, attrs);
    let (layers, origins) = (Vec::new(), Vec::new());
    let stack = Stack { krate: parse_quote!(::resilient), function: None, layers, origins, absorbed };
    naming(*function, &stack).into_token_stream()
}

/// Names the absorbed attributes in the body, so that no unused import is reported beside the errors, and declares what
/// `bind` would bind, so that the body compiles.
fn naming(mut function: Function, stack: &Stack) -> Function {
    let Stack { krate, absorbed, layers, .. } = stack;
    let arguments = argument_names(&function.sig);
    // A name that hides an argument is reported by its own rule.
    let facts: Vec<Facts> = layers.iter().map(|layer| layer.facts()).collect();
    let bound = facts.iter().flat_map(|facts| &facts.binds).filter(|bound| !arguments.contains(bound.name()));
    let bound = bound.map(|bound| {
        let declared = match bound {
            Bound::Attempt(name) => quote_spanned! {Span::mixed_site()=>
                let #name: #krate::Attempt = (|| ::core::unimplemented!())();
            },
            Bound::Item(name, items) => quote_spanned! {Span::mixed_site()=>
                let #name = ::core::option::Option::unwrap(
                    ::core::iter::Iterator::next(&mut ::core::iter::IntoIterator::into_iter(#items)),
                );
            },
        };
        quote_spanned!(Span::mixed_site()=> #[allow(unused_variables)] #declared)
    });
    let body = match &mut function.async_block {
        Some(async_block) => &mut async_block.whole,
        None => &mut function.body,
    };
    let absorbed = marker::named(absorbed);
    *body = quote!(#absorbed #(#bound)* #body);
    function
}

/// An attribute that the first one did not recognise, because it is renamed, would wrap the finished pipeline, against
/// the reading order.
fn refuse_a_second_pipeline((name, span): (&str, Span), rest: TokenStream, errors: &mut Errors) {
    if mentions(rest, MARK) {
        let message = format!(
            "this `{name}` would act outside the attributes above it, which did not know it by this name: \
             import it as `{name}`, or write `#[resilient::{name}]`",
        );
        errors.at(span, message);
    }
}

fn not_a_function((name, span): (&str, Span), found: syn::Result<Shape>) -> Error {
    match found {
        Ok(Shape::Declaration(sig)) => Error::new(
            sig.ident.span(),
            format!("`{name}` acts on a body, and this method has none: put it on the method in each `impl`"),
        ),
        Ok(_) => {
            Error::new(span, format!("`{name}` acts on a function: put it on one, or on each method that needs it"))
        }
        Err(error) => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expand(args: &str, item: &str) -> String {
        let parse = |source: &str| source.parse::<TokenStream>().expect("tokens");
        let kinds = Kind::ALL.iter().map(|kind| attribute(*kind, parse(args), parse(item)).to_string());
        kinds.collect()
    }

    #[test]
    fn any_tokens_are_taken_without_a_panic() {
        let args = [
            "",
            ",",
            "=",
            "a =",
            "5",
            "-",
            "|x|",
            "crate",
            "crate = 3",
            "a(b, = c)",
            "#",
            "f(",
            "'a",
            "{}",
            "fn",
            "a => b",
        ];
        let items = [
            "",
            "fn",
            "fn f()",
            "fn f();",
            "fn f() {}",
            "struct X;",
            "#[a]",
            "# fn",
            "pub async unsafe",
            "#[retry(",
            "=> {}",
        ];
        for args in args {
            for item in items {
                if let (Ok(_), Ok(_)) = (args.parse::<TokenStream>(), item.parse::<TokenStream>()) {
                    expand(args, item);
                }
            }
        }
    }

    #[test]
    fn a_wrong_function_stays_defined_without_our_attributes() {
        let expanded = attribute(
            Kind::Retry,
            "max_attempts = 0".parse().expect("tokens"),
            "#[doc = \"kept\"] #[timeout(0s)] pub fn f(a: u8) -> Result<(), E> { body }".parse().expect("tokens"),
        );
        let text = expanded.to_string();
        assert!(text.starts_with("# [doc = \"kept\"] pub fn f (a : u8) -> Result < () , E > {"), "{text}");
        assert_eq!(text.matches("compile_error").count(), 2, "{text}");
    }

    #[test]
    fn an_attribute_that_is_only_named_gives_nothing() {
        assert_eq!(expand("__resilient_absorbed", "const _: () = ();"), "");
        let named = expand("max_attempts = 0", "#[timeout(2s)] async fn f(timeout: u8) -> Result<(), E> {}");
        assert!(named.contains("# [timeout (__resilient_absorbed)] const _ : () = () ;"), "{named}");
        assert!(!named.contains("use timeout"), "{named}");
    }

    /// Defining a variadic function is unstable, so no file in `ui-tests` can show it.
    #[test]
    fn a_variadic_function_is_refused() {
        let expanded = expand("", "unsafe extern \"C\" fn f(a: u8, ...) -> Result<(), E> {}");
        assert!(expanded.contains("a variadic function's arguments cannot be passed on"), "{expanded}");
    }
}
