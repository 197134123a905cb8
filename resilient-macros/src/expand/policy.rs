//! A policy value from the settings of an attribute.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Expr;

use super::values::{SettingTokens, is_const, may_be_generic};
use crate::model::{Setting, Value};

/// Calls of a policy's setters, in order.
pub(crate) struct Policy {
    base: TokenStream,
    setters: TokenStream,
    is_const: bool,
    may_be_generic: bool,
}

impl Policy {
    /// Starts from what `policy = …` says, or from `base`.
    pub(crate) fn new(policy: Option<&Setting<Expr>>, base: TokenStream) -> Self {
        match policy {
            Some(Setting { value, .. }) => Self {
                base: value.to_token_stream(),
                setters: TokenStream::new(),
                is_const: is_const(value),
                may_be_generic: may_be_generic(value),
            },
            None => Self { base, setters: TokenStream::new(), is_const: true, may_be_generic: false },
        }
    }

    /// A setter with an argument that is always known.
    pub(crate) fn set(&mut self, setter: &str, argument: &TokenStream) {
        let setter = Ident::new(setter, Span::mixed_site());
        self.setters.extend(quote_spanned!(Span::mixed_site()=> .#setter(#argument)));
    }

    /// A setter with the argument that the user gave, if any.
    pub(crate) fn set_given<T>(&mut self, setter: &str, setting: Option<&Setting<Value<T>>>)
    where
        Value<T>: SettingTokens,
    {
        if let Some(Setting { value, .. }) = setting {
            self.uses(value);
            self.set(setter, &value.setting_tokens());
        }
    }

    /// Notes that an argument of a setter may vary.
    pub(crate) fn uses<T>(&mut self, value: &Value<T>)
    where
        Value<T>: SettingTokens,
    {
        self.is_const &= value.is_const();
        self.may_be_generic |= matches!(value, Value::Expr(expr) if may_be_generic(expr));
    }

    /// Notes that an argument is this expression.
    pub(crate) fn uses_expr(&mut self, expr: &Expr) {
        self.is_const &= is_const(expr);
        self.may_be_generic |= may_be_generic(expr);
    }

    /// Whether anything was set.
    pub(crate) fn is_changed(&self) -> bool {
        !self.setters.is_empty()
    }

    /// The chain of calls.
    pub(crate) fn tokens(&self) -> TokenStream {
        let Self { base, setters, .. } = self;
        quote_spanned!(Span::mixed_site()=> #base #setters)
    }

    /// A reference to the policy: checked when compiled where it can be, else made on each call.
    pub(crate) fn reference(&self, kind: &TokenStream) -> TokenStream {
        let tokens = self.tokens();
        if !self.is_const {
            return quote_spanned!(Span::mixed_site()=> &#tokens);
        }
        if self.may_be_generic {
            return quote_spanned!(Span::mixed_site()=> &const { #tokens.checked() });
        }
        quote_spanned! {Span::mixed_site()=>
            { const __RESILIENT_POLICY: &#kind = &#tokens.checked(); __RESILIENT_POLICY }
        }
    }
}
