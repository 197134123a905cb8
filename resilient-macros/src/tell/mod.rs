//! What the attributes of a function say, told to its readers: facts about the model, in words.

mod bound;
mod code;
mod docs;
mod settings;
mod text;
mod words;

pub(crate) use bound::{Bound, bound};
pub(crate) use docs::paragraph;
pub(crate) use settings::{Told, settings};
pub(crate) use text::list;

/// The layers of a stack of attributes, for tests.
#[cfg(test)]
fn layers(attributes: &str) -> Vec<crate::model::Layer> {
    use syn::parse::Parser;

    let tokens: proc_macro2::TokenStream = attributes.parse().expect("tokens");
    let mut attrs = syn::Attribute::parse_outer.parse2(tokens).expect("attributes");
    let first = attrs.remove(0);
    let kind =
        crate::model::Kind::ALL.into_iter().find(|kind| first.path().is_ident(kind.name())).expect("one of ours");
    let args = match first.meta {
        syn::Meta::List(list) => list.tokens,
        _ => proc_macro2::TokenStream::new(),
    };
    let mut errors = crate::diagnostics::Errors::default();
    let absorbed = crate::parse::stack::absorb((kind, proc_macro2::Span::call_site()), args, attrs, &mut errors);
    assert!(errors.is_empty(), "{:?}", errors.messages());
    absorbed.stack.layers
}
