//! `#[rate_limit]` for readers.

use resilient_rules::worst_case::WAITS_FOR_A_PERMIT;

use super::model::{MAX_WAIT, RateLimiter};
use crate::describe::described::{Describe, Layers};
use crate::describe::format::span;
use crate::describe::pretty_tokens::code;
use crate::describe::settings::DescribedSettings;
use crate::describe::summary::{elsewhere, shared};
use crate::describe::wait::{Turn, in_line, wait};
use crate::describe::worst_case::WorstCase;
use crate::facts::Facts;
use crate::settings::Table;

impl Describe for RateLimiter {
    fn settings(&self) -> DescribedSettings {
        self.described(self.policy.is_none() && self.gives_settings())
    }

    fn summary(&self, facts: &Facts, settings: &DescribedSettings) -> String {
        if self.gives_settings() {
            format!("{}, {}{}", shared(facts), in_words(settings), of_call(settings))
        } else {
            format!("{}{}", elsewhere(facts), of_call(settings))
        }
    }

    fn state_in_words(&self) -> String {
        in_words(&self.described(true))
    }

    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> WorstCase {
        below.worst_case(attempt).and(wait(&Turn {
            max_wait: &self.max_wait,
            default: MAX_WAIT,
            policy: self.policy.as_ref(),
            elsewhere: if self.gives_settings() { None } else { self.state() },
            of: "rate limit",
            unlimited: WAITS_FOR_A_PERMIT,
        }))
    }

    /// Until a permit is free, and the server lets everybody go on.
    fn longest_refusal(&self) -> Option<WorstCase> {
        let which = self.state().map(|state| format!(" {}", span(&code(state)))).unwrap_or_default();
        Some(WorstCase::depends_on(format!("when the rate limit{which} lets a call begin")))
    }
}

fn in_words(settings: &DescribedSettings) -> String {
    let permits = match settings.show("permits") {
        Some(permits) => format!("{permits} calls per {}", settings.shown("per")),
        None => "any number of calls".to_owned(),
    };
    let burst = settings.given(", at most ", "burst", " at once after a pause");
    format!("{permits}{burst}{}{}", in_line(settings), settings.keys())
}

/// What a call takes, and which outcomes stop everybody.
fn of_call(settings: &DescribedSettings) -> String {
    [
        settings.given(", a call takes ", "cost", " of them"),
        settings.given(", paused on ", "paused_on", ""),
        settings.given(", paused if ", "paused_if", " says so"),
        settings.given(", paused by successes for which ", "paused_if_ok", " holds"),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::args::read;
    use crate::tests::settings_in_words;
    use crate::tests::worst_case::{NO_TIMEOUT, of};

    fn described(args: &str) -> Vec<String> {
        settings_in_words(&read::<RateLimiter>(args))
    }

    #[test]
    fn defaults_are_settings_too() {
        assert_eq!(described("permits = 80"), ["permits = 80", "per = 1s", "cost = 1", "max_wait = 0s"]);
        assert_eq!(
            described("paused_on(E::Busy)"),
            ["cost = 1", "max_wait = 0s", "paused_on = E::Busy", "default_retry_after = 30s", "max_retry_after = 5min"]
        );
    }

    #[test]
    fn what_is_given_elsewhere_is_left_out() {
        assert_eq!(described("name = NAME"), ["cost = 1"]);
    }

    #[test]
    fn waiting_for_a_permit_takes_time() {
        assert_eq!(of("#[rate_limit(permits = 1)]"), NO_TIMEOUT);
        assert_eq!(of("#[rate_limit(permits = 1, max_wait = 1s)] #[timeout(2s)]"), "3s");
        assert_eq!(
            of("#[rate_limit(permits = 1, max_wait = unlimited)] #[timeout(2s)]"),
            "nothing limits its wait for a permit"
        );
        assert_eq!(
            of("#[rate_limit(GITHUB)] #[timeout(2s)]"),
            "depends on how long the rate limit `GITHUB` lets it wait"
        );
    }

    #[test]
    fn a_retry_that_waits_for_a_permit_takes_as_long_as_that() {
        let limited = "#[rate_limit(name = \"api\", permits = 1)] #[timeout(2s)]";
        assert_eq!(
            of(&format!("#[retry(retry_refused(rate_limited))] {limited}")),
            "depends on when the rate limit `\"api\"` lets a call begin"
        );
        assert_eq!(of(&format!("#[retry(base_delay = 0s)] {limited}")), "6s");
    }
}
