//! What `#[fallback]` says, once parsed.

use proc_macro2::Span;
use quote::ToTokens;
use resilient_rules::refusal::Refusal;
use syn::{Expr, ExprClosure, Pat};

use super::synonyms::SYNONYMS;
use super::values::Refusals;
use crate::facts::filters::Filters;
use crate::facts::needs::Needs;
use crate::facts::{ActsOnRefusals, Answers, Facts, HasFacts};
use crate::model::{EVERY_ERROR, Filter};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::value::{Callable, Flag};
use crate::settings::{Table, settings};

pub(crate) enum Answer {
    /// Called with the function's own arguments.
    Path(Expr),
    /// Called with the error.
    Closure(ExprClosure),
    /// `value = EXPR`: the value of a success.
    Value(Expr),
    /// `default`: `Default::default()` as the value of a success.
    Default(Span),
}

pub(crate) struct Fallback {
    pub(crate) span: Span,
    /// Tried in order until one succeeds; never empty.
    pub(crate) answers: Vec<Answer>,
    pub(crate) settings: FallbackSettings,
}

settings! {
    /// The settings. `value` and `default` are answers, so they move from here into `answers`.
    FallbackSettings, SYNONYMS;
    value: Expr;
    default: Flag;
    fallback_on: Matching => Self::default_filter;
    fallback_if: Predicate;
    fallback_if_ok: Callable;
    fallback_if_result: Callable;
    fallback_refused: Refusals;
}

impl FallbackSettings {
    fn default_filter(&self) -> Option<&'static str> {
        (self.fallback_if.is_none() && self.fallback_if_result.is_none()).then_some(EVERY_ERROR)
    }
}

impl Answer {
    /// Which of the function's arguments it needs.
    pub(crate) fn needs(&self) -> Needs {
        match self {
            Self::Path(_) => Needs::Everything,
            Self::Closure(closure) => Needs::of(&Expr::Closure(closure.clone())),
            Self::Value(value) => Needs::of(value),
            Self::Default(_) => Needs::nothing(),
        }
    }

    fn evaluated(&self) -> Option<&dyn ToTokens> {
        match self {
            Self::Path(value) | Self::Value(value) => Some(value),
            Self::Closure(closure) => Some(closure),
            Self::Default(_) => None,
        }
    }
}

impl Fallback {
    /// Which outcomes it answers.
    pub(crate) fn filters(&self) -> Filters<'_> {
        Filters {
            on: self.settings.fallback_on.as_ref(),
            predicate: self.settings.fallback_if.as_ref(),
            ok: self.settings.fallback_if_ok.as_ref(),
            result: self.settings.fallback_if_result.as_ref(),
        }
    }

    /// Whether no error is left out.
    pub(crate) fn answers_every_error(&self) -> bool {
        let filters = self.filters();
        match filters.of_errors().map(|setting| &setting.value) {
            Some(Filter::On { pattern, guard }) => matches!(pattern, Pat::Wild(_)) && guard.is_none(),
            Some(Filter::If(_)) => false,
            None => filters.result.is_none(),
        }
    }

    /// Whether it may answer a success.
    pub(crate) const fn answers_successes(&self) -> bool {
        self.settings.fallback_if_ok.is_some() || self.settings.fallback_if_result.is_some()
    }

    /// The refusals that it answers, if not all of them.
    pub(crate) fn refusals(&self) -> Option<&[Refusal]> {
        self.settings.fallback_refused.as_ref().map(|setting| setting.value.as_slice())
    }

    /// Whether this refusal from below is one that it leaves to what stands above.
    pub(crate) fn leaves(&self, refusal: Refusal) -> bool {
        self.refusals().is_some_and(|named| !named.contains(&refusal))
    }

    fn has(&self, is: impl Fn(&Answer) -> bool) -> bool {
        self.answers.iter().any(is)
    }
}

impl HasFacts for Fallback {
    fn facts(&self) -> Facts<'_> {
        let filters = self.filters();
        let evaluates = self.answers.iter().map(Answer::evaluated);
        Facts {
            looks_at_errors: filters.looking_at_errors().collect(),
            acts_on_refusals: (!self.answers_successes()).then(|| ActsOnRefusals {
                which: self.refusals().unwrap_or(Refusal::ALL).to_vec(),
                message: "this `fallback` never acts, since the function returns no `Result` and nothing below can \
                          refuse a call: return a `Result`, or remove it",
            }),
            answers: Some(Answers {
                refusals: self.refusals(),
                every_error: self.answers_every_error(),
                certainly: self.has(|answer| matches!(answer, Answer::Value(_) | Answer::Default(_))),
                looks_at_error: self.has(|answer| matches!(answer, Answer::Closure(_))),
            }),
            forwards_arguments: self.has(|answer| matches!(answer, Answer::Path(_))),
            needs: Needs::join(self.answers.iter().map(Answer::needs).chain([filters.needs()])),
            evaluates: evaluates.flatten().chain(self.settings.evaluated()).collect(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
