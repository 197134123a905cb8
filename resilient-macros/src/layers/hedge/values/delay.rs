//! `delay = …`: a time, or a percentile.

use std::time::Duration;

use proc_macro2::Span;
use quote::{ToTokens, quote_spanned};
use resilient_rules::bounds::longer_than_zero;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Error, Expr, ExprAssign, ExprCall, ExprField, Index, Member, Result};

use crate::describe::pretty_tokens::code;
use crate::describe::settings::{Shown, Text};
use crate::expand::policy::Policy;
use crate::expand::spans::at;
use crate::expand::values::SettingType;
use crate::model::{Setting, Value};
use crate::parse::expr_shape::{peel, word};
use crate::parse::setting::{FromSetting, Key};
use crate::settings::{Part, SettingKind, SettingValue};

/// The time from the start of the latest attempt to the start of the next.
pub(crate) enum Delay {
    Fixed(Value<Duration>),
    Percentile(Percentile),
}

/// `p95`, `p99.9` or `p95(initial = 200ms)`.
pub(crate) struct Percentile {
    /// In tenths of a percent, from 500 to 999.
    permille: u32,
    pub(crate) initial: Option<Setting<Value<Duration>>>,
}

impl FromSetting for Delay {
    const FORM: &'static str = " = 100ms";

    type Output = Self;

    fn from_expr(key: &Key, value: &Expr) -> Result<Self> {
        if let Expr::Call(call) = peel(value)
            && let Some(permille) = permille(&call.func)
        {
            let initial = initial(key, call)?;
            return Ok(Self::Percentile(Percentile {
                permille: in_range(key, permille, value)?,
                initial: Some(initial),
            }));
        }
        match permille(value) {
            Some(permille) => {
                Ok(Self::Percentile(Percentile { permille: in_range(key, permille, value)?, initial: None }))
            }
            None => Value::<Duration>::from_expr(key, value).map(Self::Fixed),
        }
    }
}

/// The tenths of a percent, if it is written like a percentile.
fn permille(value: &Expr) -> Option<u32> {
    if let Expr::Field(ExprField { base, member: Member::Unnamed(Index { index, .. }), .. }) = peel(value) {
        return percent(base).filter(|_| *index < 10).map(|percent| percent * 10 + index);
    }
    percent(value).map(|percent| percent * 10)
}

fn percent(value: &Expr) -> Option<u32> {
    let word = word(value)?.unraw().to_string();
    let digits = word.strip_prefix('p').filter(|digits| matches!(digits.len(), 1..=3))?;
    digits.parse().ok()
}

fn in_range(key: &Key, permille: u32, value: &Expr) -> Result<u32> {
    if (500..=999).contains(&permille) {
        return Ok(permille);
    }
    Err(Error::new_spanned(value, format!("`{key}` takes percentiles from `p50` to `p99.9`: write `{key} = p95`")))
}

fn initial(key: &Key, call: &ExprCall) -> Result<Setting<Value<Duration>>> {
    let wrong = || {
        let percentile = call.func.to_token_stream().to_string().replace(' ', "");
        let message =
            format!("a percentile takes the delay to begin with: write `{key} = {percentile}(initial = 200ms)`");
        Error::new_spanned(call, message)
    };
    let (Some(Expr::Assign(ExprAssign { left, right, .. })), 1) = (call.args.first(), call.args.len()) else {
        return Err(wrong());
    };
    let name = word(left).filter(|name| *name == "initial").ok_or_else(wrong)?.clone();
    let value = Value::<Duration>::from_expr(&name, right)?;
    if let Value::Known(initial) = value
        && let Some(fact) = longer_than_zero("initial", initial)
    {
        return Err(Error::new_spanned(right, format!("{fact}: write `initial = 200ms`, or leave it out")));
    }
    Ok(Setting { key: name, value, value_span: right.span() })
}

impl Percentile {
    fn text(&self) -> String {
        let (whole, tenth) = (self.permille / 10, self.permille % 10);
        let percentile = if tenth == 0 { format!("p{whole}") } else { format!("p{whole}.{tenth}") };
        match self.initial.as_ref().map(|initial| &initial.value) {
            None => percentile,
            Some(Value::Known(initial)) => format!("{percentile}(initial = {})", initial.text()),
            Some(Value::Expr(initial)) => {
                format!("{percentile}(initial = {})", code(initial))
            }
        }
    }
}

impl SettingValue for Delay {
    fn shown(&self) -> Option<Shown> {
        match self {
            Self::Fixed(delay) => delay.shown(),
            Self::Percentile(percentile) => Some(Shown::text(percentile.text())),
        }
    }

    fn expr(&self) -> Option<&Expr> {
        match self {
            Self::Fixed(delay) => delay.expr(),
            Self::Percentile(percentile) => percentile.initial.as_ref().and_then(|initial| initial.value.expr()),
        }
    }
}

impl SettingKind for Delay {
    const PART: Part = Part::Policy;

    fn set(policy: &mut Policy<'_>, setter: &str, setting: &Setting<Self>) {
        match &setting.value {
            Delay::Fixed(delay) => {
                policy.uses(delay);
                policy.set_at(at(setting.value_span), setter, &delay.tokens(&setting.key));
            }
            Delay::Percentile(Percentile { permille, initial }) => {
                let share = (f64::from(*permille) / 1_000.0).known();
                policy.set("delay_percentile", &quote_spanned!(Span::mixed_site()=> #share));
                policy.set_given("initial", initial.as_ref());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> String {
        let key = Key::new("delay", Span::call_site());
        match Delay::from_expr(&key, &syn::parse_str(value).expect("an expression")) {
            Ok(Delay::Fixed(Value::Known(delay))) => delay.text(),
            Ok(Delay::Fixed(Value::Expr(_))) => "code".to_owned(),
            Ok(Delay::Percentile(percentile)) => percentile.text(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_percentile_is_written_as_it_is_read() {
        for value in ["p50", "p95", "p99.9", "p95(initial = 200ms)", "p99.5(initial = D)", "100ms", "0s"] {
            assert_eq!(read(value), value);
        }
        assert_eq!(read("D"), "code");
        assert_eq!(read("p"), "code");
    }

    #[test]
    fn what_is_no_percentile_says_what_is() {
        for value in ["p49", "p100", "p5", "p49.9"] {
            assert_eq!(read(value), "`delay` takes percentiles from `p50` to `p99.9`: write `delay = p95`");
        }
        let initial = "a percentile takes the delay to begin with: write `delay = p95(initial = 200ms)`";
        for value in ["p95(200ms)", "p95()", "p95(first = 200ms)", "p95(initial = 1s, 2)"] {
            assert_eq!(read(value), initial, "{value}");
        }
        assert!(read("p95(initial = 0s)").starts_with("`initial` must be longer than zero"));
    }
}
