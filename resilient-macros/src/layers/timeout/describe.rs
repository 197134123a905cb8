//! `#[timeout]` for readers.

use resilient_rules::worst_case::IF_IT_KEEPS_TO_ITS_DEADLINE;

use super::model::Timeout;
use crate::describe::described::{Describe, Layers};
use crate::describe::format::span;
use crate::describe::pretty_tokens::code;
use crate::describe::settings::DescribedSettings;
use crate::describe::worst_case::{Caveat, NO_TIMEOUT, WorstCase};
use crate::facts::Facts;
use crate::settings::Table;

const COOPERATIVE: Caveat = Caveat::once(IF_IT_KEEPS_TO_ITS_DEADLINE);

impl Describe for Timeout {
    fn settings(&self) -> DescribedSettings {
        self.described(false)
    }

    fn summary(&self, _facts: &Facts, settings: &DescribedSettings) -> String {
        let cooperative = if settings.get("cooperative").is_some() { ", which the body has to keep to" } else { "" };
        let step = settings.given(", and ", "step", " more for each further attempt");
        format!(" of {}{step}{cooperative}", settings.shown("duration"))
    }

    /// What is below a timeout is dropped or left behind at its end; a cooperative one waits for it.
    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> WorstCase {
        let inner = below.worst_case(attempt);
        let limit = limit(self, attempt);
        if self.cooperative.is_none() {
            return match inner {
                WorstCase::Within(time) if time.is_certain() => WorstCase::Within(time).or(limit),
                _ => limit,
            };
        }
        match (inner, limit) {
            (inner @ WorstCase::Within(_), _) => inner,
            (_, WorstCase::Within(mut limit)) => {
                limit.add_caveat(COOPERATIVE);
                WorstCase::Within(limit)
            }
            (_, limit) => limit,
        }
    }
}

fn limit(timeout: &Timeout, attempt: u32) -> WorstCase {
    let policy = || timeout.policy.as_ref().map(|policy| WorstCase::depends_on(span(&code(&policy.value))));
    let duration = WorstCase::of_setting(&timeout.duration).or_else(policy);
    // A policy may hold a step.
    let step = WorstCase::of_setting(&timeout.step).or_else(policy).filter(|_| attempt > 1);
    let limit = duration.unwrap_or(WorstCase::Unbounded(NO_TIMEOUT));
    match step {
        Some(step) => limit.and(step.times(attempt - 1)),
        None => limit,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::args::read;
    use crate::tests::settings_in_words;

    fn described(args: &str) -> Vec<String> {
        settings_in_words(&read::<Timeout>(args))
    }

    #[test]
    fn what_is_given_elsewhere_is_left_out() {
        assert_eq!(described("policy = LIMIT"), ["policy = LIMIT"]);
    }

    #[test]
    fn expressions_are_described_as_written() {
        assert_eq!(described("self.limit * 2, step = 1s"), ["duration = self.limit * 2", "step = 1s"]);
    }
}
