//! How one setting is read: the shape it is written in, and darling's part in it.

use darling::FromMeta;
use proc_macro2::{Ident, TokenStream};
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

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        Err(Error::new_spanned(value, wrong_form::<Self>(key)))
    }

    fn from_tokens(key: &Key, _value: TokenStream) -> Result<Self> {
        Err(Error::new(key.span(), wrong_form::<Self>(key)))
    }

    fn from_word(key: &Key) -> Result<Self> {
        Err(Error::new(key.span(), format!("`{key}` needs a value: write `{key}{}`", Self::FORM)))
    }
}

fn wrong_form<T: FromSetting>(key: &Key) -> String {
    match T::FORM {
        "" => format!("`{key}` takes no value: write `{key}` alone"),
        form => format!("`{key}` is not written like this: write `{key}{form}`"),
    }
}

/// A setting as darling finds it. An error travels as a value: darling keeps one span for each, and on a stable
/// compiler that is only the first token of a longer value. It also lets the other settings be read.
pub(crate) struct Read<T>(Result<Setting<T>>);

impl<T: FromSetting> FromMeta for Read<T> {
    fn from_meta(item: &Meta) -> darling::Result<Self> {
        Ok(Self(read(item)))
    }
}

fn read<T: FromSetting>(item: &Meta) -> Result<Setting<T>> {
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
    pub(crate) fn take<T>(&mut self, setting: Option<Read<T>>) -> Option<Setting<T>> {
        setting.and_then(|Read(result)| self.keep(result))
    }
}

impl<T> Setting<T> {
    pub(crate) fn map<U>(self, into: impl FnOnce(T) -> U) -> Setting<U> {
        Setting { key: self.key, value: into(self.value), value_span: self.value_span }
    }
}

/// All settings of one attribute.
pub(crate) trait Settings: FromMeta + Default {
    /// What other libraries call them.
    const SYNONYMS: &'static [Synonym];
    const NAMES: &'static [&'static str];
}

/// Declares the settings of one attribute once, for darling and for the list of their names; before them stand the names
/// that other libraries have for them.
macro_rules! settings {
    ($name:ident, $synonyms:expr, { $($field:ident: $kind:ty),* $(,)? }) => {
        // The fields are named after the settings.
        #[allow(clippy::struct_field_names)]
        #[derive(Default, darling::FromMeta)]
        pub(crate) struct $name {
            $($field: Option<$crate::parse::setting::Read<$kind>>,)*
        }

        impl $crate::parse::setting::Settings for $name {
            const SYNONYMS: &'static [$crate::parse::synonyms::Synonym] = $synonyms;
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];
        }
    };
}
pub(crate) use settings;
