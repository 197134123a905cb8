//! Tests of several attributes of one function.

pub(crate) mod policies;
mod rustdoc;
mod settings;
pub(crate) mod worst_case;

use proc_macro2::{Span, TokenStream};
use syn::parse::Parser;
use syn::{Attribute, Meta};

use crate::absorb::absorb;
use crate::describe::described::Described;
use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::layers::Kind;

/// What these attributes say of themselves, handed to `look`.
fn described<T>(attributes: &str, look: impl FnOnce(&[Described]) -> T) -> T {
    let tokens: TokenStream = attributes.parse().expect("tokens");
    let mut attrs = Attribute::parse_outer.parse2(tokens).expect("attributes");
    let first = attrs.remove(0);
    let kind = Kind::ALL.iter().find(|kind| first.path().is_ident(kind.name())).expect("one of ours");
    let args = match first.meta {
        Meta::List(list) => list.tokens,
        _ => TokenStream::new(),
    };
    let mut errors = Errors::default();
    let layers = absorb((*kind, Span::call_site()), args, attrs, &mut errors).stack.layers;
    assert!(errors.is_empty(), "{:?}", errors.messages());
    let facts: Vec<Facts> = layers.iter().map(|layer| layer.facts()).collect();
    let described: Vec<Described> =
        facts.iter().zip(&layers).map(|(facts, layer)| Described::new(facts, &**layer)).collect();
    look(&described)
}
