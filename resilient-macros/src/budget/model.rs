//! The settings of a retry budget, their rules, and the policy they make.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use resilient_rules::retry_budget::{BAD_SHARE, is_share, nothing_is_earned};
pub(crate) use resilient_rules::retry_budget::{BURST, MIN_PER_SECOND, SHARE};
use syn::{Expr, Lit};

use super::synonyms::SYNONYMS;
use super::values::EarnedBy;
use crate::describe::settings::DescribedSettings;
use crate::diagnostics::Errors;
use crate::expand::policy::Policy;
use crate::model::{Name, Setting, Value};
use crate::parse::args::{Args, FromArgs};
use crate::parse::expr_shape::peel;
use crate::parse::setting::Settings;
use crate::parse::value::PolicyExpr;
use crate::settings::{Table, settings};
use crate::validate::setting::{self, Literal, at_least_one, literal};

settings! {
    RetryBudget, SYNONYMS;
    name: Name, setting::name;
    policy: PolicyExpr;
    share: Value<f64> = SHARE, at_most_ten;
    min_per_second: Value<u32> = MIN_PER_SECOND;
    burst: Value<u32> = BURST, at_least_one(100);
    earned_by: EarnedBy = EarnedBy::Calls;
}

fn at_most_ten(share: &Setting<Value<f64>>, errors: &mut Errors) {
    if let Some(Literal { value, span, .. }) = literal(Some(share))
        && !is_share(value)
    {
        errors.at(span, format!("{BAD_SHARE}: write `share = 0.2` for one retry in five calls"));
    }
}

impl FromArgs for RetryBudget {
    type Settings = Self;

    fn from_args(args: Args, span: Span, errors: &mut Errors) -> Self {
        Self::read(span, args.known::<Self>(positional_hint, errors), errors)
    }
}

fn positional_hint(value: &Expr) -> &'static str {
    match peel(value) {
        Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)) => "name",
        Expr::Lit(_) => "share",
        _ => "policy",
    }
}

impl RetryBudget {
    pub(crate) fn check_settings(&self, errors: &mut Errors) {
        self.check_each(errors);
        let given = literal(self.share.as_ref()).zip(literal(self.min_per_second.as_ref()));
        if let Some((share, each_second)) = given
            && let Some(fact) = nothing_is_earned(share.value, each_second.value)
        {
            errors.at(share.span, format!("{fact}: write `share = 0.2`, or remove one of the two"));
        }
    }

    pub(crate) fn policy(&self) -> Option<TokenStream> {
        self.policy_from(quote_spanned!(Span::mixed_site()=> __resilient_pipeline::RetryBudgetPolicy::DEFAULT))
    }

    /// The policy with other defaults.
    pub(crate) fn policy_from(&self, new: TokenStream) -> Option<TokenStream> {
        let mut policy = Policy::shared("RetryBudgetPolicy", self.policy.as_ref(), new);
        self.set_each(&mut policy, |_, _| false);
        policy.checked()
    }

    pub(crate) fn described_settings(&self) -> DescribedSettings {
        self.described(self.policy.is_none())
    }
}

/// The settings for readers.
pub(crate) fn in_words(settings: &DescribedSettings) -> String {
    let share = settings.shown("share");
    let of = if settings.is("earned_by", "successes") { "successes" } else { "calls" };
    let (each_second, most) = (settings.shown("min_per_second"), settings.shown("burst"));
    format!("retries for a share of {share} of {of} and {each_second} each second, of which up to {most} are kept")
}
