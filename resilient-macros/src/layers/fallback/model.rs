//! What `#[fallback]` says, once parsed.

use proc_macro2::Span;
use quote::ToTokens;
use syn::{Expr, ExprClosure, Pat};

use super::synonyms::SYNONYMS;
use crate::facts::needs::Needs;
use crate::facts::refusal::Refusal;
use crate::facts::{ActsOnRefusals, Answers, Facts, HasFacts};
use crate::model::{EVERY_ERROR, Filter, Setting};
use crate::parse::filter::{Matching, Predicate};
use crate::parse::value::Flag;
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
}

impl FallbackSettings {
    fn default_filter(&self) -> Option<&'static str> {
        self.fallback_if.is_none().then_some(EVERY_ERROR)
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
    /// Which errors it answers.
    pub(crate) fn filter(&self) -> Option<&Setting<Filter>> {
        self.settings.fallback_on.as_ref().or(self.settings.fallback_if.as_ref())
    }

    /// Whether no error is left out.
    pub(crate) fn answers_every_error(&self) -> bool {
        match self.filter().map(|setting| &setting.value) {
            Some(Filter::On { pattern, guard }) => matches!(pattern, Pat::Wild(_)) && guard.is_none(),
            Some(Filter::If(_)) => false,
            None => true,
        }
    }

    fn has(&self, is: impl Fn(&Answer) -> bool) -> bool {
        self.answers.iter().any(is)
    }
}

impl HasFacts for Fallback {
    fn facts(&self) -> Facts<'_> {
        let filter = self.filter();
        let evaluates = self.answers.iter().map(Answer::evaluated);
        Facts {
            looks_at_errors: filter.map(|filter| &filter.key).into_iter().collect(),
            acts_on_refusals: Some(ActsOnRefusals {
                which: Refusal::ALL.to_vec(),
                message: "this `fallback` never acts, since the function returns no `Result` and nothing below can \
                          refuse a call: return a `Result`, or remove it",
            }),
            answers: Some(Answers {
                every_error: self.answers_every_error(),
                certainly: self.has(|answer| matches!(answer, Answer::Value(_) | Answer::Default(_))),
                looks_at_error: self.has(|answer| matches!(answer, Answer::Closure(_))),
            }),
            forwards_arguments: self.has(|answer| matches!(answer, Answer::Path(_))),
            needs: Needs::join(self.answers.iter().map(Answer::needs).chain([Needs::of_filter(filter)])),
            evaluates: evaluates.flatten().chain(self.settings.evaluated()).collect(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
