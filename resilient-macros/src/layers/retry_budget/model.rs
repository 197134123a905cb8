//! The retry budget as an attribute.

use proc_macro2::TokenStream;

pub(crate) use crate::budget::model::RetryBudget;
use crate::budget::model::in_words;
use crate::describe::described::{Describe, Layers};
use crate::describe::settings::DescribedSettings;
use crate::describe::worst_case::WorstCase;
use crate::diagnostics::Errors;
use crate::expand::context::{Context, Expand};
use crate::expand::pipeline_expr::PipelineExpr;
use crate::facts::{Facts, HandleFacts, HasFacts};
use crate::settings::Table;
use crate::validate::rules::{Place, Rules};

impl HasFacts for RetryBudget {
    fn facts(&self) -> Facts<'_> {
        Facts {
            handle: Some(HandleFacts {
                state_settings: self.state_settings(),
                call_settings: self.call_settings(),
                name: self.name.as_ref(),
            }),
            constants: self.constants(),
            ..Facts::new::<Self>(self.span)
        }
    }
}

impl Rules for RetryBudget {
    fn check(&self, _complete: bool, errors: &mut Errors) {
        self.check_settings(errors);
    }

    fn check_place(&self, _: &Place, errors: &mut Errors) {
        let message = "a `retry_budget` stands on a static, and the `retry` of a function takes its tokens: write \
                       `#[retry(budget(…))]` with these settings, or `#[retry(budget = API)]` for `static API: RetryBudget;`";
        errors.at(self.span, message);
    }
}

impl Describe for RetryBudget {
    fn settings(&self) -> DescribedSettings {
        self.described_settings()
    }

    fn summary(&self, _: &Facts, settings: &DescribedSettings) -> String {
        format!(" {}", in_words(settings))
    }

    fn state_in_words(&self) -> String {
        in_words(&self.described_settings())
    }

    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> WorstCase {
        below.worst_case(attempt)
    }
}

/// No function has it.
impl Expand for RetryBudget {
    fn expand(&self, _: &Context<'_>, _: usize, inner: PipelineExpr) -> PipelineExpr {
        inner
    }

    fn state_policy(&self) -> Option<TokenStream> {
        self.policy()
    }
}
