//! `function = "Client::user"`: what configuration, metrics, events and logs call the function, in place of its own name.

use proc_macro2::Span;
use syn::parse::ParseStream;
use syn::{Error, Ident, LitStr, Result, Token};

use super::item_end::ends;
use super::setting::Settings;

/// The setting's name.
pub(crate) const KEY: &str = "function";

/// What to write where the value is no text.
pub(crate) const NO_TEXT: &str =
    "`function` names the function for configuration and metrics, by a text: write `function = \"Client::user\"`";

/// The name that an attribute gives its function.
pub(crate) struct FunctionName {
    /// As it stands behind the module: `Client::user`.
    pub(crate) text: String,
    pub(crate) key: Span,
    pub(crate) value: Span,
}

/// Whether the name of a function comes next. Anything but a text is left to the attribute, as one that calls another
/// setting so may have a word for it.
pub(crate) fn follows(input: ParseStream) -> bool {
    let ahead = input.fork();
    ahead.parse::<Ident>().is_ok_and(|word| word == KEY)
        && ahead.parse::<Token![=]>().is_ok()
        && ahead.parse::<LitStr>().is_ok()
        && ends(&ahead)
}

/// Whether a setting of this name is meant as the name of the function: no other is called so.
pub(super) fn is_meant<S: Settings>(name: &str) -> bool {
    name == KEY && !S::SYNONYMS.iter().any(|synonym| synonym.is_called(KEY))
}

impl FunctionName {
    pub(crate) fn parse(input: ParseStream) -> Result<Self> {
        let key = input.parse::<Ident>()?.span();
        input.parse::<Token![=]>()?;
        let value: LitStr = input.parse()?;
        let text = value.value();
        if is_path(&text) {
            return Ok(Self { text, key, value: value.span() });
        }
        let message = format!(
            "{text:?} is no name of a function: write identifiers with `::` between them, as in `\"Client::user\"`; the \
             module stands before it by itself",
        );
        Err(Error::new(value.span(), message))
    }
}

/// Identifiers with `::` between them. Words such as `crate` are none.
fn is_path(text: &str) -> bool {
    text.split("::").all(|part| syn::parse_str::<Ident>(part).is_ok_and(|word| word == part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_with_colons_between_them_are_a_path() {
        for path in ["user", "Client::user", "a::B::c_1", "Größe::x"] {
            assert!(is_path(path), "{path}");
        }
        for other in [
            "",
            "::user",
            "user::",
            "a:b",
            "a b",
            "a :: b",
            "Client<T>::user",
            "crate::user",
            "self",
            "1a",
            "a-b",
            "a.b",
        ] {
            assert!(!is_path(other), "{other}");
        }
    }
}
