//! The registration of the function: a static that the linker collects for `resilient::inspect::functions()`.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::Expr;

use super::context::Context;
use super::held::{is_static, without_reference};
use super::values::SettingType;
use super::{slots, statics};
use crate::describe::described::{Described, worst_case};
use crate::describe::format::list;
use crate::describe::pretty_tokens::code;
use crate::describe::settings::DescribedSetting;
use crate::describe::worst_case::WorstCase;
use crate::facts::State;
use crate::model::StackId;

/// The static. Its values are literals, as far as the macro can compute them.
pub(crate) fn expand(context: &Context<'_>, layers: &[Described]) -> TokenStream {
    let Context { is_async, .. } = context;
    let (path, name_len) = (context.path(), context.name.len());
    let worst_case = tokens(&worst_case(layers));
    let text: String =
        layers.iter().zip(context.origins).map(|(layer, stack)| text(context, layer, stack.as_ref())).collect();
    let states = layers.iter().enumerate().flat_map(|(index, layer)| {
        let own = layer.facts.shared_name().map(|_| statics::ident(index));
        own.into_iter().chain(layer.facts.budget.shared_name().map(|_| statics::budget_ident(index)))
    });
    let held = layers.iter().flat_map(|layer| [layer.facts.held(), layer.facts.budget.held()]).flatten();
    let handles = held.filter(|held| is_static(held, context.sig)).map(find_handle);
    let slots = slots::all(context);
    let own =
        layers.iter().enumerate().filter(|(_, layer)| matches!(layer.facts.state, State::Own)).map(|(index, _)| {
            let state = statics::ident(index);
            quote_spanned!(Span::mixed_site()=> (#index, &#state))
        });
    quote_spanned! {Span::mixed_site()=>
        __resilient_pipeline::inventory::submit! {
            __resilient_pipeline::Registration {
                path: #path,
                name_len: #name_len,
                file: ::core::file!(),
                line: ::core::line!(),
                is_async: #is_async,
                layers: #text,
                states: &[#(&#states),*],
                handles: &[#(#handles),*],
                slots: #slots,
                own: &[#(#own),*],
                worst_case: #worst_case,
            }
        }
    }
}

/// A layer as text, in the format of `Registration::layers`.
fn text(context: &Context<'_>, Described { facts, layer }: &Described, stack: Option<&StackId>) -> String {
    let stack = stack.map(|stack| format!("{}\u{19}", stack.text())).unwrap_or_default();
    let held = facts.held().map(|held| format!("\u{1c}{}", without_separators(&code(held)))).unwrap_or_default();
    let is_handle = facts.held().is_some_and(|held| is_static(held, context.sig));
    let shared = if facts.shared_name().is_some() || is_handle { "\u{1f}" } else { "" };
    let settings = layer.settings().all;
    let settings: Vec<_> = settings
        .iter()
        .map(|DescribedSetting { name, text, .. }| format!("\u{1e}{name} = {}", without_separators(text)))
        .collect();
    let budget = match facts.budget {
        State::Shared(_) => "\u{1b}",
        State::Held(held) if is_static(held, context.sig) => "\u{1a}",
        State::None | State::Own | State::Held(_) => "",
    };
    format!("\u{1d}{stack}{}{held}{shared}{budget}{}", facts.name, settings.concat())
}

/// A function that gives the handle, if this static is one.
fn find_handle(held: &Expr) -> TokenStream {
    let held = without_reference(held);
    quote_spanned!(Span::mixed_site()=> || __resilient_pipeline::MayBeHandle(&#held).__resilient_handle())
}

/// Code as text; of a literal that holds one of the separators as it is, the escaped form.
fn without_separators(text: &str) -> String {
    let escaped = |letter: char| match letter {
        '\u{19}'..='\u{1f}' => letter.escape_unicode().to_string(),
        letter => letter.to_string(),
    };
    text.chars().map(escaped).collect()
}

fn tokens(worst_case: &WorstCase) -> TokenStream {
    let fields = match worst_case {
        WorstCase::Within(time) => {
            let caveat = match time.caveats() {
                Some(caveats) => quote_spanned!(Span::mixed_site()=> ::core::option::Option::Some(#caveats)),
                None => quote_spanned!(Span::mixed_site()=> ::core::option::Option::None),
            };
            if let Some(limit) = time.as_known() {
                let limit = limit.known();
                quote_spanned!(Span::mixed_site()=> Within { limit: #limit, caveat: #caveat })
            } else {
                let sum = time.sum();
                quote_spanned!(Span::mixed_site()=> WithinSum { sum: #sum, caveat: #caveat })
            }
        }
        WorstCase::DependsOn(values) => {
            let values = list(values);
            quote_spanned!(Span::mixed_site()=> DependsOn { values: #values })
        }
        WorstCase::Unbounded(reason) => quote_spanned!(Span::mixed_site()=> Unbounded { because: #reason }),
    };
    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::WorstCase::#fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_setting_holds_a_separator() {
        assert_eq!(without_separators("x == \"a\u{1e}b\" | 'ä'"), r#"x == "a\u{1e}b" | 'ä'"#);
    }
}
