//! `#[bulkhead]` for readers.

use resilient_rules::worst_case::WAITS_FOR_A_SLOT;

use super::model::Bulkhead;
use crate::describe::described::{Describe, Layers};
use crate::describe::settings::DescribedSettings;
use crate::describe::summary::{elsewhere, shared};
use crate::describe::wait::{Turn, in_line, wait};
use crate::describe::worst_case::WorstCase;
use crate::facts::Facts;
use crate::settings::Table;

impl Describe for Bulkhead {
    fn settings(&self) -> DescribedSettings {
        self.described(self.policy.is_none() && self.gives_settings())
    }

    fn summary(&self, facts: &Facts, settings: &DescribedSettings) -> String {
        match (self.gives_settings(), self.has_threads()) {
            (true, _) => format!("{}, {}", shared(facts), in_words(settings)),
            (false, true) => format!("{}, on its threads", elsewhere(facts)),
            (false, false) => elsewhere(facts),
        }
    }

    fn state_in_words(&self) -> String {
        in_words(&self.described(true))
    }

    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> WorstCase {
        below.worst_case(attempt).and(wait(&Turn {
            max_wait: &self.max_wait,
            default: self.default_max_wait(),
            policy: self.policy.as_ref(),
            elsewhere: if self.gives_settings() { None } else { self.state() },
            of: "bulkhead",
            unlimited: WAITS_FOR_A_SLOT,
        }))
    }
}

fn in_words(settings: &DescribedSettings) -> String {
    let most = match settings.show("threads") {
        Some(threads) => format!("on {threads} threads of its own"),
        None => format!("{} in flight", settings.shown("max_concurrent")),
    };
    let signs = [
        settings.given(", overload is more than ", "overload_after", ""),
        settings.given(", overload is ", "overload_on", ""),
        settings.given(", overload is what ", "overload_if", " says"),
        settings.given(", overload is also successes for which ", "overload_if_ok", " holds"),
        settings.given(", overload is results for which ", "overload_if_result", " holds"),
    ];
    format!("{most}{}{}{}", in_line(settings), signs.concat(), settings.keys())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::args::read;
    use crate::tests::settings_in_words;
    use crate::tests::worst_case::{NO_TIMEOUT, of};

    fn described(args: &str) -> Vec<String> {
        settings_in_words(&read::<Bulkhead>(args))
    }

    #[test]
    fn defaults_are_settings_too() {
        assert_eq!(described(""), ["max_concurrent = 10", "max_wait = 0s"]);
    }

    #[test]
    fn a_wait_of_another_kind_is_described() {
        assert_eq!(described("max_wait = unlimited")[1], "max_wait = unlimited");
        assert_eq!(described("max_wait = None")[1], "max_wait = None");
    }

    #[test]
    fn threads_have_defaults_of_their_own() {
        let all = ["threads = 4", "max_wait = unlimited", "max_queue = 100", "keep_alive = 10s"];
        assert_eq!(described("threads = 4"), all);
        assert_eq!(described("name = \"images\", threads"), Vec::<String>::new());
    }

    #[test]
    fn waiting_for_a_thread_takes_time() {
        assert_eq!(of("#[bulkhead(threads = 4)]"), NO_TIMEOUT);
        assert_eq!(of("#[timeout(2s)] #[bulkhead(threads = 4)]"), "2s");
        assert_eq!(of("#[bulkhead(threads = 4, max_wait = 1s)]"), NO_TIMEOUT);
        assert_eq!(of("#[timeout(2s)] #[bulkhead(name = \"images\", threads)]"), "2s");
    }

    #[test]
    fn what_is_given_elsewhere_is_left_out() {
        assert_eq!(described("name = NAME"), Vec::<String>::new());
    }

    #[test]
    fn waiting_for_a_slot_takes_time() {
        assert_eq!(of("#[bulkhead]"), NO_TIMEOUT);
        assert_eq!(of("#[bulkhead(max_wait = 1s)] #[timeout(2s)]"), "3s");
        assert_eq!(of("#[timeout(2s)] #[bulkhead(max_wait = 1s)]"), "2s");
        assert_eq!(of("#[bulkhead(max_wait = WAIT)] #[timeout(2s)]"), "`WAIT` + 2s");
        assert_eq!(of("#[bulkhead(policy = DB)] #[timeout(2s)]"), "depends on `DB`");
        assert_eq!(of("#[bulkhead(max_wait = unlimited)] #[timeout(2s)]"), "nothing limits its wait for a slot");
        assert_eq!(of("#[timeout(2s)] #[bulkhead(max_wait = unlimited)]"), "2s");
        assert_eq!(
            of("#[bulkhead(self.slots)] #[timeout(2s)]"),
            "depends on how long the bulkhead `self.slots` lets it wait"
        );
        assert_eq!(
            of("#[bulkhead(name = \"db\")] #[timeout(2s)]"),
            "depends on how long the bulkhead `\"db\"` lets it wait"
        );
    }
}
