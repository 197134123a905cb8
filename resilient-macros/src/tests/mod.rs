//! Tests of several attributes of one function.

pub(crate) mod policies;
mod rustdoc;
mod settings;
pub(crate) mod worst_case;

use proc_macro2::TokenStream;
use syn::Attribute;
use syn::parse::Parser;

use crate::absorb::written::{Written, named_as_ours};
use crate::absorb::{First, absorb};
use crate::describe::described::{Describe, Described};
use crate::diagnostics::Errors;
use crate::facts::Facts;

/// `name = text` of each setting of a layer.
pub(crate) fn settings_in_words(layer: &impl Describe) -> Vec<String> {
    layer.settings().all.into_iter().map(|setting| format!("{} = {}", setting.name, setting.text)).collect()
}

/// What these attributes say of themselves, handed to `look`.
fn described<T>(attributes: &str, look: impl FnOnce(&[Described]) -> T) -> T {
    let tokens: TokenStream = attributes.parse().expect("tokens");
    let mut attrs = Attribute::parse_outer.parse2(tokens).expect("attributes");
    let first = attrs.remove(0);
    let kind = named_as_ours(first.path()).expect("one of ours");
    let layers = vec![Written::of(kind, &first).expect("settings in parentheses")];
    let mut errors = Errors::default();
    let layers = absorb(First { layers, ..First::default() }, attrs, &mut errors).stack.layers;
    assert!(errors.is_empty(), "{:?}", errors.messages());
    let facts: Vec<Facts> = layers.iter().map(|layer| layer.facts()).collect();
    let described: Vec<Described> =
        facts.iter().zip(&layers).map(|(facts, layer)| Described::new(facts, &**layer)).collect();
    look(&described)
}
