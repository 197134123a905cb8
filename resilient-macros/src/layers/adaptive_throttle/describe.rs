//! `#[adaptive_throttle]` for readers.

use super::model::AdaptiveThrottle;
use crate::describe::described::{Describe, Layers};
use crate::describe::settings::DescribedSettings;
use crate::describe::summary::{elsewhere, shared};
use crate::describe::worst_case::WorstCase;
use crate::facts::Facts;
use crate::settings::Table;

impl Describe for AdaptiveThrottle {
    fn settings(&self) -> DescribedSettings {
        self.described(self.policy.is_none() && self.gives_settings())
    }

    fn summary(&self, facts: &Facts, settings: &DescribedSettings) -> String {
        if self.gives_settings() {
            format!("{}, {}", shared(facts), in_words(settings))
        } else {
            format!("{}{}", elsewhere(facts), settings.failures())
        }
    }

    fn state_in_words(&self) -> String {
        in_words(&self.described(true))
    }

    /// It admits or refuses at once.
    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> WorstCase {
        below.worst_case(attempt)
    }
}

fn in_words(settings: &DescribedSettings) -> String {
    format!(
        "sheds up to a share of {} while more than {} calls are made for each that is accepted, of the calls in the last \
         {} once these are {}{}",
        settings.shown("max_share"),
        settings.shown("ratio"),
        settings.shown("window"),
        settings.shown("min_calls"),
        settings.failures(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::args::read;
    use crate::tests::settings_in_words;
    use crate::tests::worst_case::{NO_TIMEOUT, of};

    fn described(args: &str) -> Vec<String> {
        settings_in_words(&read::<AdaptiveThrottle>(args))
    }

    #[test]
    fn defaults_are_settings_too() {
        assert_eq!(
            described(""),
            ["ratio = 2.0", "window = 2min", "min_calls = 10", "max_share = 0.9", "failure_on = every error"]
        );
    }

    #[test]
    fn what_is_given_elsewhere_is_left_out() {
        assert_eq!(described("name = NAME"), ["failure_on = every error"]);
        assert_eq!(described("API, failure_if = is_bad"), ["failure_if = is_bad"]);
    }

    #[test]
    fn it_never_waits() {
        assert_eq!(of("#[adaptive_throttle]"), NO_TIMEOUT);
        assert_eq!(of("#[adaptive_throttle] #[timeout(2s)]"), "2s");
        assert_eq!(
            of("#[retry(retry_refused(shed), base_delay = 1s, jitter = none)] #[adaptive_throttle] #[timeout(2s)]"),
            "9s"
        );
    }
}
