//! A policy value from the settings of an attribute.

use std::time::Duration;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::{Expr, Signature};

use super::spans::at;
use super::values::{Computed, SettingType, is_const, limit, may_be_generic};
use crate::model::{Setting, Value};

/// A value that `policy = …` gives or `new` makes, and the setters that are called on it, in order. The error about a
/// wrong constant points at its setting: setters are called as paths, because a method call's span starts at the
/// receiver.
#[derive(Clone)]
pub(crate) struct Policy<'a> {
    kind: Ident,
    given: Option<&'a Setting<Expr>>,
    /// Whether the type of the given value has a parameter that only the compiler knows.
    is_generic: bool,
    value: TokenStream,
    is_changed: bool,
    values: Values,
    may_be_generic: bool,
    computed: Computed,
    /// Counts given by a bare name: of a constant, or of a const generic of the `impl`.
    bare: Vec<Ident>,
    /// The settings that are left out because they are no literals, if such are.
    left_out: Option<Vec<&'static str>>,
}

/// What a policy is made of, by its most variable value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Values {
    /// They were checked as they were read.
    Literals,
    Constants,
    /// Some value is known in a call only.
    Varying,
}

impl Values {
    fn of(expr: &Expr) -> Self {
        if is_const(expr) { Self::Constants } else { Self::Varying }
    }
}

impl<'a> Policy<'a> {
    /// Starts from the value of `policy = …`, or from `new`.
    pub(crate) fn new(kind: &str, given: Option<&'a Setting<Expr>>, new: TokenStream) -> Self {
        let kind = Ident::new(kind, Span::mixed_site());
        Self {
            value: given.map_or(new, |given| copied(&kind, given, false)),
            kind,
            given,
            is_generic: false,
            is_changed: false,
            values: given.map_or(Values::Literals, |given| Values::of(&given.value)),
            may_be_generic: given.is_some_and(|given| may_be_generic(&given.value)),
            computed: Computed::InCalls,
            bare: Vec::new(),
            left_out: None,
        }
    }

    /// From the settings that are literals, and the names of the others. A given policy stands for all that it decides.
    pub(crate) fn of_literals(kind: &str, new: TokenStream, given: Option<&Setting<Expr>>) -> Self {
        let left_out = given.map(|_| "policy").into_iter().collect();
        Self { left_out: Some(left_out), ..Self::new(kind, None, new) }
    }

    /// Sets what the setting `name` gives, unless that is left out.
    pub(crate) fn set_one(&mut self, name: &'static str, set: impl FnOnce(&mut Self)) {
        if self.left_out.is_none() {
            return set(self);
        }
        let before = self.clone();
        set(self);
        if self.values != Values::Literals || !self.bare.is_empty() {
            *self = before;
            self.left_out.get_or_insert_default().push(name);
        }
    }

    /// The policy of literals, and the names of the settings that are left out.
    pub(crate) fn into_literals(self) -> (TokenStream, String) {
        (self.value, self.left_out.unwrap_or_default().join(", "))
    }

    /// The same where the type of a given policy has a parameter, and `plain` is that of the settings without one, which
    /// `new` has.
    pub(crate) fn generic(kind: &str, given: Option<&'a Setting<Expr>>, plain: &str, new: TokenStream) -> Self {
        let Some(setting) = given else { return Self::new(plain, None, new) };
        let value = copied(&Ident::new(kind, Span::mixed_site()), setting, true);
        Self { value, is_generic: true, ..Self::new(kind, given, new) }
    }

    /// The same of shared state, whose settings are constants.
    pub(crate) fn shared(kind: &str, given: Option<&'a Setting<Expr>>, new: TokenStream) -> Self {
        Self { computed: Computed::Once, ..Self::new(kind, given, new) }
    }

    /// A setter with an argument that is always known.
    pub(crate) fn set(&mut self, setter: &str, argument: &TokenStream) {
        self.set_at(Span::mixed_site(), setter, argument);
    }

    /// A setter with the argument that the user gave, if any.
    pub(crate) fn set_given<T: SettingType>(&mut self, setter: &str, setting: Option<&Setting<Value<T>>>) {
        if let Some(setting) = setting {
            self.uses(&setting.value);
            let value = setting.value.tokens_computed(&setting.key, self.computed);
            self.set_at(at(setting.value_span), setter, &value);
        }
    }

    /// The tokens of a value that is an argument of a setter.
    pub(crate) fn computed<T: SettingType>(&self, value: &Value<T>, key: &Ident) -> TokenStream {
        value.tokens_computed(key, self.computed)
    }

    /// The same for a limit, which may be an option if it is no literal, and then has a setter of its own. `kind` is the
    /// function that accepts the types that the limit can have.
    pub(crate) fn set_limit(&mut self, setter: &str, kind: &str, setting: Option<&Setting<Value<Duration>>>) {
        match setting {
            Some(Setting { value: Value::Expr(expr), value_span, .. }) => {
                self.uses_expr(expr);
                self.set_at(at(*value_span), &format!("{setter}_given"), &limit(expr, kind));
            }
            literal => self.set_given(setter, literal),
        }
    }

    /// A setter with an argument that is written at `span`.
    pub(crate) fn set_at(&mut self, span: Span, setter: &str, argument: &TokenStream) {
        let Self { kind, value, .. } = self;
        let setter = Ident::new(setter, span);
        self.value = quote_spanned!(span=> __resilient_pipeline::#kind::#setter(#value, #argument));
        self.is_changed = true;
    }

    /// Calls `setter` with the policy so far.
    pub(crate) fn apply(&mut self, span: Span, setter: &TokenStream) {
        let value = &self.value;
        self.value = quote_spanned!(span=> #setter(#value));
        self.values = self.values.max(Values::Constants);
        self.is_changed = true;
    }

    /// Notes that an argument of a setter may vary.
    pub(crate) fn uses<T>(&mut self, value: &Value<T>) {
        if let Value::Expr(expr) = value {
            self.uses_expr(expr);
        }
    }

    /// Notes that an argument is this count, which may be a const generic, of the function or of its `impl`.
    pub(crate) fn uses_count(&mut self, count: &Value<u32>, sig: &Signature) {
        self.uses(count);
        let Value::Expr(Expr::Path(path)) = count else { return };
        match path.path.get_ident() {
            Some(name) if is_const_generic(name, sig) => self.may_be_generic = true,
            Some(name) => self.bare.push(name.clone()),
            None => {}
        }
    }

    /// Notes that an argument is this expression.
    pub(crate) fn uses_expr(&mut self, expr: &Expr) {
        self.values = self.values.max(Values::of(expr));
        self.may_be_generic |= may_be_generic(expr);
    }

    /// The policy, if the attribute gives any of it.
    pub(crate) fn checked(&self) -> Option<TokenStream> {
        self.checked_if(false)
    }

    /// The same, also if something else `needs` it.
    pub(crate) fn checked_if(&self, needs: bool) -> Option<TokenStream> {
        (needs || self.given.is_some() || self.is_changed).then(|| self.check())
    }

    /// Checks the whole policy; errors point at the value that gives it. Literals were checked when they were parsed,
    /// and are not checked again, because evaluating the check would take most of the constant's compile time.
    fn check(&self) -> TokenStream {
        let Self { kind, value, .. } = self;
        if self.values == Values::Literals {
            return value.clone();
        }
        let span = self.given.map_or_else(Span::mixed_site, |given| at(given.value_span));
        quote_spanned!(span=> __resilient_pipeline::#kind::checked(#value))
    }

    /// A statement that binds `__resilient_policy` to a reference: checked when compiled where it can be, else made on
    /// each call.
    pub(crate) fn binding(&self) -> TokenStream {
        let Self { kind, value, .. } = self;
        match self.given {
            _ if self.values != Values::Varying => {
                let constant = self.constant();
                quote_spanned!(Span::mixed_site()=> let __resilient_policy = #constant;)
            }
            Some(given) if !self.is_changed => borrowed(kind, given, self.is_generic),
            _ => quote_spanned!(Span::mixed_site()=> let __resilient_policy = &#value;),
        }
    }

    /// Whether it is known before any call, and no generic has a part in it: then it can be an item.
    pub(crate) fn is_item(&self) -> bool {
        self.values != Values::Varying && !self.may_be_generic && self.bare.is_empty()
    }

    /// The item of this name that has the policy, and a reference to that, if it [can be one](Self::is_item). Of a policy
    /// whose type has a parameter, `plain` takes the settings, which have a type of this name; calls need the policy
    /// itself, and the compiler reports a wrong one once if a static has its settings.
    pub(crate) fn item(&self, name: &Ident, plain: Option<(&str, TokenStream)>) -> Option<(TokenStream, TokenStream)> {
        if !self.is_item() {
            return None;
        }
        let (kind, checked) = (&self.kind, self.check());
        Some(match plain.filter(|_| self.is_generic) {
            Some((kind, function)) => {
                let kind = Ident::new(kind, Span::mixed_site());
                let item = quote_spanned! {Span::mixed_site()=>
                    static #name: __resilient_pipeline::#kind = #function(#checked);
                };
                (item, quote_spanned!(Span::mixed_site()=> &#name))
            }
            None => {
                let item = quote_spanned! {Span::mixed_site()=>
                    const #name: &__resilient_pipeline::#kind = &#checked;
                };
                (item, quote_spanned!(Span::mixed_site()=> #name))
            }
        })
    }

    /// As [`binding`](Self::binding), where the policy is in that item.
    pub(crate) fn binding_to(&self, name: &Ident) -> TokenStream {
        let value = &self.value;
        if self.is_generic {
            quote_spanned!(Span::mixed_site()=> let __resilient_policy = &const { #value };)
        } else {
            quote_spanned!(Span::mixed_site()=> let __resilient_policy = #name;)
        }
    }

    fn constant(&self) -> TokenStream {
        let (kind, checked) = (&self.kind, self.check());
        if self.may_be_generic {
            return quote_spanned!(Span::mixed_site()=> &const { #checked });
        }
        if !self.bare.is_empty() {
            let checks = self.checks_of_bare_names();
            return quote_spanned!(Span::mixed_site()=> { #checks &const { #checked } });
        }
        // An item has no type that is inferred. So the item checks, and the constant beside it has the type.
        if self.is_generic {
            let value = &self.value;
            return quote_spanned! {Span::mixed_site()=>
                {
                    const __RESILIENT_POLICY: () = { let _ = #checked; };
                    let () = __RESILIENT_POLICY;
                    &const { #value }
                }
            };
        }
        quote_spanned! {Span::mixed_site()=>
            {
                const __RESILIENT_POLICY: &__resilient_pipeline::#kind = &#checked;
                __RESILIENT_POLICY
            }
        }
    }

    /// The compiler evaluates an inline constant only where the function is used, so that a wrong one may go unseen: it
    /// is evaluated in an item as well. An item cannot see generics, and would not compile if it named one. So a bare
    /// name means here what the module has under it and, if it has nothing, a count that is always right.
    fn checks_of_bare_names(&self) -> TokenStream {
        let (bare, checked) = (&self.bare, self.check());
        quote_spanned! {Span::mixed_site()=>
            const _: () = {
                #(#[allow(dead_code)] const #bare: ::core::primitive::u32 = 3;)*
                {
                    #[allow(unused_imports, clippy::wildcard_imports)]
                    use self::*;
                    let _ = #checked;
                }
            };
        }
    }
}

/// Whether a name is a const generic of the function or probably of the `impl`: a single letter, as few constants have.
/// An item of that name in the module may have any type and value.
fn is_const_generic(name: &Ident, sig: &Signature) -> bool {
    sig.generics.const_params().any(|parameter| parameter.ident == *name) || name.to_string().chars().count() == 1
}

fn copied(kind: &Ident, given: &Setting<Expr>, is_generic: bool) -> TokenStream {
    let borrowed = borrowed(kind, given, is_generic);
    quote_spanned!(at(given.value_span)=> { #borrowed *__resilient_policy })
}

/// A reference to the given policy. The `&` has the value's span, so that the error about a value of another type
/// points at the value, and its note at the key.
fn borrowed(kind: &Ident, Setting { key, value, value_span }: &Setting<Expr>, is_generic: bool) -> TokenStream {
    let borrowed = quote_spanned!(*value_span=> &#value);
    let mut kind = kind.clone();
    kind.set_span(at(key.span()));
    let parameter = is_generic.then(|| quote_spanned!(kind.span()=> <_>));
    let ty = quote_spanned!(kind.span()=> &__resilient_pipeline::#kind #parameter);
    quote_spanned!(Span::mixed_site()=> let __resilient_policy: #ty = #borrowed;)
}
