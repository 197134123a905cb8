//! The paragraph that a function's documentation gains.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::{Attribute, Meta};

use super::described::{Described, worst_case};
use super::format::list;
use super::summary::{self, summary};
use super::worst_case::WorstCase;

/// The paragraph as an attribute that comes after the function's own documentation.
///
/// On a function without documentation only rustdoc sees the paragraph, so that the lint `missing_docs` still acts.
pub(crate) fn paragraph(attrs: &[Attribute], layers: &[Described]) -> TokenStream {
    documentation(attrs, &text(layers))
}

/// The same for a handle.
pub(crate) fn handle_paragraph(attrs: &[Attribute], layer: &Described, name: &str) -> TokenStream {
    documentation(attrs, &format!("**Resilience**: {}.", summary::handle(layer, name)))
}

fn documentation(attrs: &[Attribute], text: &str) -> TokenStream {
    let text = format!(" {text}");
    if attrs.iter().any(is_documentation) {
        // The blank line ends whatever the user's last line is in.
        quote_spanned!(Span::mixed_site()=> #[doc = ""] #[doc = #text])
    } else {
        quote_spanned!(Span::mixed_site()=> #[cfg_attr(doc, doc = #text)])
    }
}

fn is_documentation(attr: &Attribute) -> bool {
    attr.path().is_ident("doc") && matches!(attr.meta, Meta::NameValue(_))
}

pub(crate) fn text(layers: &[Described]) -> String {
    let order = if layers.len() > 1 { ", outermost first" } else { "" };
    let layers_in_words: Vec<_> = layers.iter().map(summary).collect();
    format!("**Resilience**{order}: {}. {}", layers_in_words.join("; "), sentence(&worst_case(layers)))
}

fn sentence(worst_case: &WorstCase) -> String {
    match worst_case {
        WorstCase::Within(time) => {
            let caveats = time.caveats().map(|caveats| format!(", {caveats}")).unwrap_or_default();
            format!("A call takes {} at most{caveats}.", time.sum())
        }
        WorstCase::DependsOn(values) => format!("How long a call can take depends on {}.", list(values)),
        WorstCase::Unbounded(reason) => format!("How long a call can take is unbounded, because {reason}."),
    }
}
