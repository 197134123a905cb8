//! `over(NAME in ITEMS)`.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::{Expr, Result, Token};

use crate::describe::settings::Shown;
use crate::parse::setting::{FromSetting, Key};
use crate::parse::value::parse_all;
use crate::settings::{SettingKind, SettingValue};

/// The items of which each attempt takes the next, and the name of its item in the body.
pub(crate) struct Over {
    pub(crate) name: Ident,
    pub(crate) items: Expr,
}

impl FromSetting for Over {
    const FORM: &'static str = "(replica in &self.replicas)";

    type Output = Self;

    fn from_tokens(key: &Key, tokens: TokenStream) -> Result<Self> {
        if tokens.is_empty() {
            return Err(syn::Error::new(key.span(), format!("`{key}` needs items: write `{key}{}`", Self::FORM)));
        }
        parse_all(tokens, |input| {
            if !(input.peek(syn::Ident) && input.peek2(Token![in])) {
                let message = format!("`{key}` names the item of an attempt: write `{key}{}`", Self::FORM);
                return Err(input.error(message));
            }
            let name = input.parse()?;
            input.parse::<Token![in]>()?;
            let items = input.parse()?;
            input.parse::<Option<Token![,]>>()?;
            Ok(Self { name, items })
        })
    }
}

impl SettingValue for Over {
    fn shown(&self) -> Option<Shown> {
        let Self { name, items } = self;
        Some(Shown::code(&quote!(#name in #items)))
    }

    fn expr(&self) -> Option<&Expr> {
        Some(&self.items)
    }
}

impl SettingKind for Over {}
