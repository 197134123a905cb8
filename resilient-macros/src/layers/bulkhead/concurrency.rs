//! The value of `max_concurrent`.

use proc_macro2::TokenStream;
use quote::quote_spanned;
use resilient_rules::bulkhead::{INITIAL, adaptive};
use resilient_rules::values::given_twice;
use resilient_rules::words::suggestion;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprAssign, Result, Token};

use crate::describe::settings::{Shown, Text};
use crate::expand::policy::Policy;
use crate::expand::spans::at;
use crate::model::{Setting, Value};
use crate::parse::expr_shape::{peel, word};
use crate::parse::setting::{FromSetting, Key};
use crate::settings::{Part, SettingKind, SettingValue};

/// How many calls may be in flight.
pub(crate) enum Concurrency {
    Fixed(Value<u32>),
    Adaptive(Box<Bounds>),
}

/// Those of a limit that adapts itself, `adaptive(min = 1, max = 200, initial = 20)`.
pub(crate) struct Bounds {
    pub(crate) min: Option<Setting<Value<u32>>>,
    pub(crate) max: Setting<Value<u32>>,
    pub(crate) initial: Option<Setting<Value<u32>>>,
    written: Expr,
}

const NAMES: [&str; 3] = ["min", "max", "initial"];

impl FromSetting for Concurrency {
    const FORM: &'static str = " = 10";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        match peel(value) {
            Expr::Call(call) if word(&call.func).is_some_and(|word| word == "adaptive") => {
                bounds(value, &call.args).map(Box::new).map(Self::Adaptive)
            }
            path if word(path).is_some_and(|word| word == "adaptive") => Err(no_max(path)),
            _ => <Value<u32>>::from_expr(key, value).map(Self::Fixed),
        }
    }
}

fn bounds(written: &Expr, args: &Punctuated<Expr, Token![,]>) -> Result<Bounds> {
    let [mut min, mut max, mut initial] = [None, None, None];
    for arg in args {
        let Expr::Assign(ExprAssign { left, right, .. }) = arg else {
            return Err(Error::new_spanned(arg, "a bound is given by its name: write `adaptive(max = 200)`"));
        };
        let Some(name) = word(left) else {
            return Err(Error::new_spanned(left, "a bound is given by its name: write `adaptive(max = 200)`"));
        };
        let bound = match name.to_string().as_str() {
            "min" => &mut min,
            "max" => &mut max,
            "initial" => &mut initial,
            other => {
                let message = format!("unknown bound `{other}`: {}", suggestion(other, &NAMES));
                return Err(Error::new_spanned(name, message));
            }
        };
        if bound.is_some() {
            return Err(Error::new_spanned(name, given_twice(name)));
        }
        let value = <Value<u32>>::from_expr(name, right)?;
        *bound = Some(Setting { key: name.clone(), value, value_span: right.span() });
    }
    let max = max.ok_or_else(|| no_max(written))?;
    Ok(Bounds { min, max, initial, written: written.clone() })
}

fn no_max(at: &Expr) -> Error {
    Error::new_spanned(at, "a limit that adapts itself needs its largest value: write `adaptive(max = 200)`")
}

impl Concurrency {
    /// The count, or the largest one, if it is known.
    pub(crate) fn known(&self) -> Option<u32> {
        match self {
            Self::Fixed(count) => count.known(),
            Self::Adaptive(bounds) => bounds.max.value.known(),
        }
    }
}

impl SettingValue for Concurrency {
    fn shown(&self) -> Option<Shown> {
        match self {
            Self::Fixed(count) => count.shown(),
            Self::Adaptive(bounds) => Some(bounds.shown()),
        }
    }

    fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Fixed(count) => count.expr(),
            Self::Adaptive(bounds) => {
                let varying = [bounds.min.as_ref(), Some(&bounds.max), bounds.initial.as_ref()];
                varying.into_iter().flatten().find_map(|bound| bound.value.expr())
            }
        }
    }
}

impl Bounds {
    fn shown(&self) -> Shown {
        let known = |bound: &Option<Setting<Value<u32>>>, default: u32| match bound.as_ref().map(|bound| &bound.value) {
            Some(Value::Known(count)) => Some(*count),
            Some(Value::Expr(_)) => None,
            None => Some(default),
        };
        let Value::Known(max) = self.max.value else { return Shown::code(&self.written) };
        let Some(min) = known(&self.min, 1) else { return Shown::code(&self.written) };
        let Some(initial) = known(&self.initial, max.min(INITIAL).max(min)) else { return Shown::code(&self.written) };
        Shown::text(adaptive(min.text(), max.text(), initial.text()))
    }

    fn tokens(&self, policy: &mut Policy<'_>) -> TokenStream {
        policy.uses(&self.max.value);
        let max = self.max.tokens();
        let mut limit = quote_spanned!(at(self.max.value_span)=> __resilient_pipeline::AdaptiveLimit::new(#max));
        for bound in [&self.min, &self.initial].into_iter().flatten() {
            policy.uses(&bound.value);
            let (setter, value) = (&bound.key, bound.tokens());
            limit = quote_spanned!(at(bound.value_span)=> __resilient_pipeline::AdaptiveLimit::#setter(#limit, #value));
        }
        limit
    }
}

impl SettingKind for Concurrency {
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self>) {
        match &setting.value {
            Self::Fixed(count) => {
                policy.uses(count);
                let value = policy.computed(count, &setting.key);
                policy.set_at(at(setting.value_span), setter, &value);
            }
            Self::Adaptive(bounds) => {
                let limit = bounds.tokens(policy);
                policy.set_at(at(setting.value_span), "adaptive", &limit);
            }
        }
    }
}
