//! `#[hedge]` for readers.

use super::model::{Hedge, MAX_HEDGES};
use super::values::{Budget, Delay};
use crate::describe::described::{Describe, Layers};
use crate::describe::format::span;
use crate::describe::pretty_tokens::code;
use crate::describe::settings::DescribedSettings;
use crate::describe::summary::{elsewhere, shared};
use crate::describe::worst_case::{Sum, WorstCase};
use crate::facts::Facts;
use crate::model::{Setting, Value, effective};
use crate::settings::Table;

impl Describe for Hedge {
    fn settings(&self) -> DescribedSettings {
        self.described(self.policy.is_none() && self.gives_settings())
    }

    fn summary(&self, facts: &Facts, settings: &DescribedSettings) -> String {
        let state =
            if self.gives_settings() { format!("{}, {}", shared(facts), in_words(settings)) } else { elsewhere(facts) };
        let over = settings.given(", each with the next of ", "over", "");
        format!("{state}{over}{}", settings.filter_words(["hedge_on", "hedge_if"]))
    }

    fn state_in_words(&self) -> String {
        in_words(&self.described(true))
    }

    /// An attempt without a token may start once another has failed, so all may run one after another.
    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> WorstCase {
        let one = below.worst_case(attempt);
        let hedges = match (&self.policy, effective(self.max_hedges.as_ref(), Some(MAX_HEDGES))) {
            (None, Some(hedges)) if self.gives_settings() => hedges,
            _ => return one.and(WorstCase::depends_on(elsewhere_in_words(self))),
        };
        let in_turn = one.clone().times(hedges.saturating_add(1));
        match always_due(self) {
            Some(delay) => delay.times(hedges).and(one).or(in_turn),
            None => in_turn,
        }
    }
}

/// The time after which the next attempt starts in any case.
fn always_due(hedge: &Hedge) -> Option<WorstCase> {
    let is_unlimited = matches!(&hedge.budget, Some(Setting { value: Budget::Unlimited, .. }));
    match &hedge.delay {
        Some(Setting { value: Delay::Fixed(Value::Known(delay)), .. }) if is_unlimited => {
            Some(WorstCase::Within(Sum::known(*delay)))
        }
        _ => None,
    }
}

/// What decides how many attempts there are.
fn elsewhere_in_words(hedge: &Hedge) -> String {
    let which = hedge.held.as_ref().or(hedge.name.as_ref().map(|name| &name.value.expr));
    match (&hedge.policy, &hedge.max_hedges, which) {
        (Some(policy), ..) => span(&code(&policy.value)),
        (None, Some(Setting { value: Value::Expr(hedges), .. }), _) => span(&code(hedges)),
        (None, _, Some(which)) => format!("how many attempts the hedge {} makes", span(&code(which))),
        (None, _, None) => String::new(),
    }
}

fn in_words(settings: &DescribedSettings) -> String {
    let more = if settings.is("max_hedges", "1") {
        "another attempt".to_owned()
    } else {
        format!("up to {} more attempts", settings.shown("max_hedges"))
    };
    let budget = if settings.is("budget", "unlimited") {
        ", without a budget".to_owned()
    } else {
        settings.given(", budget ", "budget", "")
    };
    format!("{more} after {}{budget}", settings.shown("delay"))
}

#[cfg(test)]
mod tests {
    use crate::tests::worst_case::{NO_TIMEOUT, of};

    #[test]
    fn attempts_may_run_one_after_another_unless_nothing_holds_them_back() {
        assert_eq!(of("#[hedge(delay = 100ms)]"), NO_TIMEOUT);
        assert_eq!(of("#[hedge(delay = 100ms)] #[timeout(2s)]"), "4s");
        assert_eq!(of("#[hedge(delay = 100ms, max_hedges = 2)] #[timeout(2s)]"), "6s");
        assert_eq!(of("#[hedge(delay = 100ms, max_hedges = 2, budget = unlimited)] #[timeout(2s)]"), "2.2s");
        assert_eq!(of("#[timeout(3s)] #[hedge(delay = p95)] #[timeout(2s)]"), "3s");
    }

    #[test]
    fn what_is_given_elsewhere_decides() {
        assert_eq!(of("#[hedge(policy = P)] #[timeout(2s)]"), "depends on `P`");
        assert_eq!(of("#[hedge(name = \"r\")] #[timeout(2s)]"), "depends on how many attempts the hedge `\"r\"` makes");
        assert_eq!(of("#[hedge(delay = 1ms, max_hedges = N)] #[timeout(2s)]"), "depends on `N`");
    }
}
