//! Reads the settings of an attribute: darling finds each by its name, and its kind reads the value.

use darling::FromMeta;
use darling::ast::NestedMeta;
use proc_macro2::{Ident, Span, TokenStream};
use syn::spanned::Spanned;
use syn::{Error, Expr, Meta, Result};

use crate::diagnostics::Errors;
use crate::model::Setting;
use crate::parse::synonyms::Synonym;

pub(crate) type Key = Ident;

/// A kind of value, and the ways in which it may be written behind its key.
pub(crate) trait FromSetting: Sized {
    /// How it is written, key left out: ` = 3`, `(PATTERN)`, or nothing for a word. For messages.
    const FORM: &'static str;

    /// What is read.
    type Output;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self::Output> {
        Err(Error::new_spanned(value, wrong_form::<Self>(key)))
    }

    fn from_tokens(key: &Key, _value: TokenStream) -> Result<Self::Output> {
        Err(Error::new(key.span(), wrong_form::<Self>(key)))
    }

    fn from_word(key: &Key) -> Result<Self::Output> {
        Err(Error::new(key.span(), format!("`{key}` needs a value: write `{key}{}`", Self::FORM)))
    }
}

fn wrong_form<T: FromSetting>(key: &Key) -> String {
    match T::FORM {
        "" => format!("`{key}` takes no value: write `{key}` alone"),
        form => format!("`{key}` is not written like this: write `{key}{form}`"),
    }
}

/// A setting as darling finds it. The error is kept as a value, because darling reduces it to one span, which on a
/// stable compiler is only the first token of a longer value, and because the other settings are still to be read.
pub(crate) struct Read<T: FromSetting>(Result<Setting<T::Output>>);

impl<T: FromSetting> FromMeta for Read<T> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        Ok(Self(read::<T>(item)))
    }
}

fn read<T: FromSetting>(item: &Meta) -> Result<Setting<T::Output>> {
    let key = item.path().require_ident()?.clone();
    let (value, value_span) = match item {
        Meta::NameValue(pair) => (T::from_expr(&key, &pair.value)?, pair.value.span()),
        Meta::List(list) => (T::from_tokens(&key, list.tokens.clone())?, list.delimiter.span().join()),
        Meta::Path(_) => (T::from_word(&key)?, key.span()),
    };
    Ok(Setting { key, value, value_span })
}

impl Errors {
    /// The setting if it was given and could be read.
    pub(crate) fn take<T: FromSetting>(&mut self, setting: Option<Read<T>>) -> Option<Setting<T::Output>> {
        setting.and_then(|Read(result)| self.keep(result))
    }
}

/// All settings of one attribute.
pub(crate) trait Settings: Sized {
    /// What other libraries call them.
    const SYNONYMS: &'static [Synonym];
    const NAMES: &'static [&'static str];

    fn read(span: Span, known: Known, errors: &mut Errors) -> Self;
}

/// The settings that were written and that the attribute has, each at most once.
#[derive(Default)]
pub(crate) struct Known(Vec<NestedMeta>);

impl Known {
    pub(crate) fn add(&mut self, setting: Meta) {
        self.0.push(NestedMeta::Meta(setting));
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|item| matches!(item, NestedMeta::Meta(setting) if setting.path().is_ident(name)))
    }

    /// Hands the settings to darling. It finds no error: each setting carries its own, and unknown ones are not here.
    pub(crate) fn by_darling<T: FromMeta + Default>(&self) -> T {
        T::from_list(&self.0).unwrap_or_default()
    }
}
