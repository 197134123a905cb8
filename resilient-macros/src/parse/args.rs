//! What stands between an attribute's parentheses, split into settings and values that stand alone.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use resilient_rules::values;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Error, Expr, MacroDelimiter, Meta, MetaList, MetaNameValue, Path, Result, Token, parenthesized, token};

use super::function_name::{self, FunctionName};
use super::item_end::{assignment_follows, ends, skip_to_comma, to_comma};
use super::notation;
use super::setting::{Known, Settings};
use super::synonyms::unknown;
use crate::diagnostics::{Errors, placed};

/// One item. `word` and `word(…)` count as settings until an attribute that takes values finds no setting of that name.
pub(crate) enum Item {
    Setting(Meta),
    Positional(Expr),
}

/// An attribute that is read from its arguments; `span` is its path.
pub(crate) trait FromArgs {
    /// The attribute's table of settings.
    type Settings: Settings;

    /// The settings in whose place a value may stand without a name.
    const ALONE: &'static [&'static str] = &[];

    fn from_args(args: Args, span: Span, errors: &mut Errors) -> Self;
}

/// An attribute with these arguments, for tests.
#[cfg(test)]
#[track_caller]
pub(crate) fn read<T: FromArgs>(args: &str) -> T {
    let mut errors = Errors::default();
    let args = Args::split(args.parse().expect("tokens"), &mut errors);
    let read = T::from_args(args, Span::call_site(), &mut errors);
    assert!(errors.is_empty(), "{:?}", errors.messages());
    read
}

pub(crate) struct Args {
    /// `crate = …`, which every attribute takes.
    pub(crate) krate: Option<Path>,
    /// `function = "…"`, which every attribute on a function takes.
    pub(crate) function: Option<FunctionName>,
    items: Vec<Item>,
    /// How many errors there were before this attribute's.
    pub(crate) errors_before: usize,
    /// The attribute stands on a static, not on a function.
    pub(crate) on_static: bool,
}

impl Args {
    /// Reads every item, also those after a wrong one.
    pub(crate) fn split(tokens: TokenStream, errors: &mut Errors) -> Self {
        let (items, errors_before) = (Vec::new(), errors.len());
        let mut args = Self { krate: None, function: None, items, errors_before, on_static: false };
        let rest = (|input: ParseStream| args.read(input, errors)).parse2(tokens);
        // syn reports an error inside a group once more at the end.
        if let (Err(error), true) = (rest, errors.len() == args.errors_before) {
            errors.push(error);
        }
        args
    }

    fn read(&mut self, input: ParseStream, errors: &mut Errors) -> Result<()> {
        while !input.is_empty() {
            let start = input.fork();
            if let Err(error) = self.item(input) {
                let error = if input.is_empty() { at_end(&error) } else { error };
                skip_to_comma(input)?;
                errors.push(placed(error, || to_comma(&start)));
            }
            input.parse::<Option<Token![,]>>()?;
        }
        Ok(())
    }

    fn item(&mut self, input: ParseStream) -> Result<()> {
        notation::check(input)?;
        if input.peek(Token![crate]) && !input.peek2(Token![::]) {
            self.set_crate(input)?;
        } else if function_name::follows(input) {
            self.set_function(input)?;
        } else if input.peek(Ident::peek_any) && assignment_follows(input) {
            self.items.push(Item::Setting(pair(input)?));
        } else if let Some(alone) = word_or_list(input)? {
            self.items.push(Item::Setting(alone));
        } else {
            self.items.push(Item::Positional(input.parse()?));
        }
        match () {
            () if ends(input) => Ok(()),
            () if input.peek(Token![;]) => {
                Err(input.error("settings stand between commas: write `,` in place of this"))
            }
            () => Err(input.error("expected a `,` before this")),
        }
    }

    fn set_crate(&mut self, input: ParseStream) -> Result<()> {
        let key = input.parse::<Token![crate]>()?;
        if !input.peek(Token![=]) {
            return Err(Error::new(key.span, "`crate` needs a path: write `crate = my_crate::resilient`"));
        }
        input.parse::<Token![=]>()?;
        if input.peek(syn::Lit) {
            return Err(
                input.error("`crate` takes a path: write it without quotes, as in `crate = my_crate::resilient`")
            );
        }
        let path = Path::parse_mod_style(input)?;
        if self.krate.replace(path).is_some() {
            return Err(Error::new(key.span, given_twice("crate")));
        }
        Ok(())
    }

    fn set_function(&mut self, input: ParseStream) -> Result<()> {
        let name = FunctionName::parse(input)?;
        if self.function.is_some() {
            return Err(Error::new(name.key, given_twice(function_name::KEY)));
        }
        self.function = Some(name);
        Ok(())
    }

    /// The items as they were written.
    pub(super) fn into_items(self) -> Vec<Item> {
        self.items
    }

    /// The items of an attribute that takes values. Something written alone is a value unless it is the name of a
    /// setting.
    pub(crate) fn with_values(self, names: &[&str], errors: &mut Errors) -> Vec<Item> {
        let resolve = |item| match item {
            Item::Setting(meta) if is_value(&meta, names) => {
                errors.keep(syn::parse2(meta.into_token_stream())).map(Item::Positional)
            }
            other => Some(other),
        };
        self.items.into_iter().filter_map(resolve).collect()
    }

    /// The settings of an attribute that takes no values; `key_for` guesses which setting a value was meant for.
    pub(crate) fn known<S: Settings>(self, key_for: impl Fn(&Expr) -> &'static str, errors: &mut Errors) -> Known {
        let mut settings = Vec::new();
        for item in self.items {
            match item {
                Item::Setting(meta) if is_constant(&meta) => errors.push(nameless(&meta, "policy")),
                Item::Setting(meta) => settings.push(meta),
                Item::Positional(value) => errors.push(nameless(&value, key_for(&value))),
            }
        }
        known::<S>(settings, errors)
    }
}

/// Whether something written alone is a value, not a setting.
fn is_value(meta: &Meta, names: &[&str]) -> bool {
    !matches!(meta, Meta::NameValue(_)) && !names.iter().any(|name| meta.path().is_ident(name))
}

/// Whether this stands alone and is written like a constant, so it was not meant as a setting's name.
fn is_constant(meta: &Meta) -> bool {
    let Meta::Path(path) = meta else { return false };
    path.get_ident().is_some_and(|name| name.to_string().starts_with(char::is_uppercase))
}

pub(super) fn nameless(value: &impl ToTokens, key: &str) -> Error {
    let text = value.to_token_stream().to_string();
    // Only a short value is repeated in the message.
    let text = if text.contains(' ') { "…" } else { &text };
    Error::new_spanned(value, format!("a setting is given by its name: write `{key} = {text}`"))
}

/// The settings that the attribute has, each once; the others are reported.
pub(crate) fn known<S: Settings>(settings: Vec<Meta>, errors: &mut Errors) -> Known {
    let mut known = Known::default();
    for setting in settings {
        let name = setting.path().to_token_stream().to_string();
        if function_name::is_meant::<S>(&name) {
            errors.over(&setting, function_name::NO_TEXT);
        } else if !S::NAMES.contains(&name.as_str()) {
            errors.over(setting.path(), unknown(S::SYNONYMS, &setting, S::NAMES));
        } else if known.has(&name) {
            errors.over(setting.path(), given_twice(&name));
        } else {
            known.add(setting);
        }
    }
    known
}

pub(crate) fn given_twice(name: &str) -> String {
    if name.ends_with("_on") {
        format!("{}, and join the patterns with `|`", values::given_twice(name))
    } else {
        values::given_twice(name)
    }
}

fn pair(input: ParseStream) -> Result<Meta> {
    let key = input.call(Ident::parse_any)?;
    let eq_token = input.parse()?;
    if ends(input) {
        return Err(Error::new(key.span(), format!("`{key}` needs a value after the `=`")));
    }
    let value = input.parse()?;
    Ok(Meta::NameValue(MetaNameValue { path: key.into(), eq_token, value }))
}

/// `word` or `word(…)` with nothing behind it.
fn word_or_list(input: ParseStream) -> Result<Option<Meta>> {
    let ahead = input.fork();
    let Ok(word) = ahead.call(Ident::parse_any) else { return Ok(None) };
    if ends(&ahead) {
        input.call(Ident::parse_any)?;
        return Ok(Some(Meta::Path(word.into())));
    }
    if !ahead.peek(token::Paren) {
        return Ok(None);
    }
    let list = list(word, &ahead)?;
    if !ends(&ahead) {
        return Ok(None);
    }
    skip_to_comma(input)?;
    Ok(Some(Meta::List(list)))
}

fn list(word: Ident, input: ParseStream) -> Result<MetaList> {
    let content;
    let parens = parenthesized!(content in input);
    Ok(MetaList { path: word.into(), delimiter: MacroDelimiter::Paren(parens), tokens: content.parse()? })
}

/// Adds that the input ended, which syn leaves out where a punctuation mark is missing at the end.
fn at_end(error: &Error) -> Error {
    let message = error.to_string();
    let end = if message.starts_with("expected `") { "unexpected end of input, " } else { "" };
    Error::new(error.span(), format!("{end}{message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The form of each item, and the errors.
    fn split(source: &str) -> (Vec<String>, Vec<String>) {
        let mut errors = Errors::default();
        let args = Args::split(source.parse().expect("tokens"), &mut errors);
        let items = args.items.iter().map(|item| match item {
            Item::Setting(Meta::Path(_)) => "word",
            Item::Setting(Meta::List(_)) => "list",
            Item::Setting(Meta::NameValue(_)) => "pair",
            Item::Positional(_) => "value",
        });
        let path = args.krate.map(|path| format!("crate {}", path.to_token_stream()).replace(' ', ""));
        (items.map(str::to_owned).chain(path).collect(), errors.messages())
    }

    fn items(source: &str) -> Vec<String> {
        let (items, errors) = split(source);
        assert!(errors.is_empty(), "{source}: {errors:?}");
        items
    }

    #[test]
    fn items_of_each_form() {
        assert!(items("").is_empty());
        assert_eq!(items("a = 1, b(X | Y), c"), ["pair", "list", "word"]);
        assert_eq!(items("2s, self.limit, LIMIT * 2, |e| e"), ["value"; 4]);
        assert_eq!(items("f(x).y, a::b, Vec::<u8>::new, a == b"), ["value"; 4]);
    }

    #[test]
    fn commas_inside_a_value_do_not_end_it() {
        assert_eq!(items("f = |a, b| g(a, b), g = h::<A, B>, c"), ["pair", "pair", "word"]);
    }

    #[test]
    fn the_path_of_the_crate() {
        assert_eq!(items("crate = a::b, x"), ["word", "cratea::b"]);
        assert_eq!(items("crate = ::a"), ["crate::a"]);
        assert_eq!(items("crate = crate::a"), ["cratecrate::a"]);
        assert_eq!(items("crate::function"), ["value"]);
    }

    #[test]
    fn a_wrong_item_hides_no_other() {
        let (items, errors) = split("a = , b = 3, c = 1 2, = 5, d(), ,");
        assert_eq!(items, ["pair", "pair", "list"]);
        assert_eq!(errors.len(), 4, "{errors:?}");
    }

    #[test]
    fn an_item_in_another_notation_is_one_mistake() {
        for (source, message) in [
            ("a: 3", "a setting is given by `=`: write `a = …`"),
            ("a: X::new(1, 2), b = 3", "a setting is given by `=`: write `a = …`"),
            ("a = 3; b = 4", "settings stand between commas: write `,` in place of this"),
            ("5 s", "a unit stands directly behind its number: write `5s`"),
            ("a = 1.5 minutes, b", "a unit stands directly behind its number: write `1.5min`"),
            ("a = 5 m", "`m` could be minutes or milliseconds: write `5min` or `5ms`"),
            ("a = 50%, b = 3", "a share is a number from 0 to 1: write `0.5`"),
            ("a = 12.5 %", "a share is a number from 0 to 1: write `0.125`"),
        ] {
            assert_eq!(split(source).1, [message], "{source}");
        }
        assert_eq!(items("a = 5 % 3, a::b, 5 % s"), ["pair", "value", "value"]);
    }

    #[test]
    fn an_error_at_the_end_has_a_place() {
        assert_eq!(split("a = 25 +").1, ["expected an expression after this"]);
        assert_eq!(split("a = |b").1, ["expected `,` after this"]);
    }
}
