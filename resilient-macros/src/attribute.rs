//! What all attributes do: read the stack, check it, write the pipeline.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt, quote, quote_spanned};
use syn::Error;

use crate::absorb::{Absorbed, Stack, absorb, marker, renamed};
use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::layers::Kind;
use crate::model::Function;
use crate::parse::function::{Item, Shape};
use crate::pattern::argument_names;
use crate::tokens::mentions;
use crate::validate::rules::Rules;
use crate::{pipeline, validate};

/// Marks a body that is already expanded.
const MARK: &str = "__resilient_pipeline";

/// Expands the attribute `kind` on `item`: on any tokens, in and outside of a compiler, without a panic.
pub(crate) fn attribute(kind: Kind, args: TokenStream, item: TokenStream) -> TokenStream {
    if marker::is_marker(&args) {
        return TokenStream::new();
    }
    let mut errors = Errors::default();
    let Some(parsed) = errors.keep(Item::parse(item.clone())) else {
        return with_errors(item, errors);
    };
    let span = own_span(&parsed.rest);
    let shape = Shape::parse(parsed.rest.clone());
    let async_block = shape.as_ref().ok().and_then(Shape::async_block);
    let (args, attrs) = renamed(async_block, args, parsed.attrs);
    let Absorbed { stack, complete, others } = absorb((kind, span), args, attrs, &mut errors);
    match shape {
        Ok(Shape::Function(mut function)) => {
            function.attrs.splice(..0, others);
            refuse_a_second_pipeline((kind, span), parsed.rest, &mut errors);
            check(&function, &stack, &complete, &mut errors);
            if errors.is_empty() {
                pipeline::pipeline(&function, &stack)
            } else {
                with_errors(naming(*function, &stack), errors)
            }
        }
        other => {
            errors.push(not_a_function((kind, span), other));
            let mut item = TokenStream::new();
            item.append_all(&others);
            item.append_all([parsed.rest]);
            with_errors(item, errors)
        }
    }
}

fn check(function: &Function, stack: &Stack, complete: &[bool], errors: &mut Errors) {
    let facts: Vec<Facts> = stack.layers.iter().map(|layer| layer.facts()).collect();
    let rules: Vec<&dyn Rules> = stack.layers.iter().map(|layer| &**layer as &dyn Rules).collect();
    validate::check(function, &rules, &facts, complete, errors);
}

/// The span of the whole attribute, with the hygiene of the item's first token, so that errors there have no note about
/// the macro. The attributes before the item may come from another macro; the item is the user's.
fn own_span(item: &TokenStream) -> Span {
    let first: Option<TokenTree> = item.clone().into_iter().next();
    first.map_or_else(Span::call_site, |token| token.span().located_at(Span::call_site()))
}

/// The item stays defined, so that its uses are not errors as well.
fn with_errors(item: impl ToTokens, errors: Errors) -> TokenStream {
    let mut tokens = item.into_token_stream();
    tokens.append_all([errors.into_tokens()]);
    tokens
}

/// Names the absorbed attributes in the body, so that no unused import is reported beside the errors, and declares what
/// `bind` would bind, so that the body compiles.
fn naming(mut function: Function, stack: &Stack) -> Function {
    let Stack { krate, absorbed, layers } = stack;
    let arguments = argument_names(&function.sig);
    // A name that hides an argument is reported by its own rule.
    let bound = layers.iter().filter_map(|layer| layer.facts().binds).filter(|name| !arguments.contains(name));
    let bound = bound.map(|name| {
        quote_spanned!(Span::mixed_site()=>
            #[allow(unused_variables)]
            let #name: #krate::Attempt = (|| ::core::unimplemented!())();
        )
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
fn refuse_a_second_pipeline((kind, span): (Kind, Span), rest: TokenStream, errors: &mut Errors) {
    if mentions(rest, MARK) {
        let message = format!(
            "this `{name}` would act outside the attributes above it, which did not know it by this name: \
             import it as `{name}`, or write `#[resilient::{name}]`",
            name = kind.name(),
        );
        errors.at(span, message);
    }
}

fn not_a_function((kind, span): (Kind, Span), found: syn::Result<Shape>) -> Error {
    let name = kind.name();
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
