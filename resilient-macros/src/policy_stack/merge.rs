//! Settings that differ at one place: they replace those of the stack, setting by setting.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use resilient_rules::words::suggestion;

use crate::absorb::written::Written;
use crate::diagnostics::Errors;
use crate::layers::Kind;
use crate::parse::args::{Args, Item};
use crate::parse::function_name::{self, FunctionName};
use crate::stack_call::options::Override;

/// The setting that every attribute takes.
const CRATE: &str = "crate";

/// Changes the layers of the stack called `name`.
pub(crate) fn merge(layers: &mut [Written], overrides: Vec<Override>, name: &str, errors: &mut Errors) {
    for one in overrides {
        if let Some(layer) = target(layers, &one, name, errors) {
            let args = settings(layer, one.layer, errors);
            layer.args = args;
        }
    }
}

/// The layer that is meant.
fn target<'a>(layers: &'a mut [Written], one: &Override, name: &str, errors: &mut Errors) -> Option<&'a mut Written> {
    let Override { layer: Written { kind, span, .. }, place } = one;
    let kinds: Vec<Kind> = layers.iter().map(|layer| layer.kind).collect();
    let mut of_kind: Vec<&mut Written> = layers.iter_mut().filter(|layer| layer.kind == *kind).collect();
    let attribute = kind.name();
    match (of_kind.len(), place) {
        (0, _) => errors.at(*span, none(attribute, name, &kinds)),
        (1, None) => return of_kind.pop(),
        (count, None) => {
            let all: Vec<String> = (1..=count).map(|number| format!("`{attribute}.{number}(…)`")).collect();
            let message = format!("the stack `{name}` has {count} `{attribute}`s: write {}", all.join(" or "));
            errors.at(*span, message);
        }
        (count, Some(place)) if (1..=count).contains(&place.number) => {
            return Some(of_kind.swap_remove(place.number - 1));
        }
        (count, Some(place)) => {
            let message = format!(
                "the stack `{name}` has {count} of `{attribute}`, counted from 1: write a number up to {count}"
            );
            errors.at(place.span, message);
        }
    }
    None
}

fn none(attribute: &str, name: &str, kinds: &[Kind]) -> String {
    let known: Vec<&str> = Kind::ALL.iter().filter(|kind| kinds.contains(kind)).map(|kind| kind.name()).collect();
    format!(
        "the stack `{name}` has no `{attribute}` whose settings could differ: {}, or add `#[{attribute}(…)]` beside \
         `apply`",
        suggestion(attribute, &known),
    )
}

/// The stack's settings, and those that differ in place of the ones that they replace.
fn settings(layer: &Written, differing: Written, errors: &mut Errors) -> TokenStream {
    let kind = layer.kind;
    let differing = read(kind, differing.args, errors);
    if let Some(krate) = differing.iter().find(|setting| setting.name.as_deref() == Some(CRATE)) {
        errors.over(&krate.tokens, "`crate` is the same for all layers: write it as an option of `apply`");
    }
    if let Some(function) = differing.iter().find(|setting| setting.name.as_deref() == Some(function_name::KEY)) {
        errors.over(&function.tokens, "`function` is the same for all layers: write it as an option of `apply`");
    }
    // The policy's own macro has reported errors in the stack.
    let kept = read(kind, layer.args.clone(), &mut Errors::default());
    let kept = kept.into_iter().filter(|setting| !differing.iter().any(|other| other.replaces(setting)));
    let all = kept.chain(differing.iter().cloned()).map(|setting| setting.tokens);
    quote!(#(#all),*)
}

#[derive(Clone)]
struct OneSetting {
    /// Its name; the one that a value without a name stands for has none.
    name: Option<String>,
    tokens: TokenStream,
}

impl OneSetting {
    /// Whether the two cannot stand beside each other.
    fn replaces(&self, other: &Self) -> bool {
        match (&self.name, &other.name) {
            (Some(one), Some(other)) => one == other || is_other_filter(one, other),
            (one, other) => one == other,
        }
    }
}

/// Whether two filters look at the same outcomes, as `retry_on(PATTERN)` and `retry_if = PREDICATE` do.
fn is_other_filter(one: &str, other: &str) -> bool {
    filtered(one).zip(filtered(other)).is_some_and(|((one, of_one), (other, of_other))| {
        one == other && of_one.iter().any(|outcome| of_other.contains(outcome))
    })
}

/// What a filter is for, and which outcomes it looks at.
fn filtered(name: &str) -> Option<(&str, &'static [Outcome])> {
    const ENDS: [(&str, &[Outcome]); 4] = [
        ("_if_result", &[Outcome::Error, Outcome::Success]),
        ("_if_ok", &[Outcome::Success]),
        ("_if", &[Outcome::Error]),
        ("_on", &[Outcome::Error]),
    ];
    ENDS.iter().find_map(|(end, outcomes)| Some((name.strip_suffix(end)?, *outcomes)))
}

#[derive(PartialEq, Eq)]
enum Outcome {
    Error,
    Success,
}

/// The settings one by one.
fn read(kind: Kind, args: TokenStream, errors: &mut Errors) -> Vec<OneSetting> {
    let args = Args::split(args, errors);
    let krate =
        args.krate.as_ref().map(|krate| OneSetting { name: Some(CRATE.to_owned()), tokens: quote!(crate = #krate) });
    let function = args.function.as_ref().map(|FunctionName { text, .. }| OneSetting {
        name: Some(function_name::KEY.to_owned()),
        tokens: quote!(function = #text),
    });
    let named = |name: String| Some(name).filter(|name| !kind.alone().contains(&name.as_str()));
    let items = args.with_values(kind.settings(), errors).into_iter().map(|item| match item {
        Item::Setting(meta) => {
            OneSetting { name: named(meta.path().to_token_stream().to_string()), tokens: meta.into_token_stream() }
        }
        Item::Positional(value) => OneSetting { name: None, tokens: value.into_token_stream() },
    });
    items.chain(krate).chain(function).collect()
}
