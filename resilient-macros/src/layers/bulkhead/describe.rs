//! `#[bulkhead]` for readers.

use super::model::{Bulkhead, MAX_WAIT};
use crate::describe::described::{Describe, Layers};
use crate::describe::format::span;
use crate::describe::pretty_tokens::code;
use crate::describe::settings::DescribedSettings;
use crate::describe::summary::{elsewhere, shared};
use crate::describe::worst_case::{Sum, WorstCase};
use crate::facts::Facts;
use crate::model::{Setting, UNLIMITED, Value};
use crate::settings::Table;

impl Describe for Bulkhead {
    fn settings(&self) -> DescribedSettings {
        self.described(self.policy.is_none() && self.gives_settings())
    }

    fn summary(&self, facts: &Facts, settings: &DescribedSettings) -> String {
        if self.gives_settings() { format!("{}, {}", shared(facts), in_words(settings)) } else { elsewhere(facts) }
    }

    fn state_in_words(&self) -> String {
        in_words(&self.described(true))
    }

    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> WorstCase {
        below.worst_case(attempt).and(wait(self))
    }
}

fn in_words(settings: &DescribedSettings) -> String {
    let wait = if settings.is("max_wait", "0s") {
        ", no waiting".to_owned()
    } else if settings.is("max_wait", "unlimited") {
        ", waiting without a limit".to_owned()
    } else {
        format!(", waiting up to {}", settings.shown("max_wait"))
    };
    let queue = settings.given(", at most ", "max_queue", " at a time");
    format!("{} in flight{wait}{queue}", settings.shown("max_concurrent"))
}

/// How long a call may wait for its slot.
fn wait(bulkhead: &Bulkhead) -> WorstCase {
    if let Some(Setting { value: Value::Known(UNLIMITED), .. }) = &bulkhead.max_wait {
        return WorstCase::Unbounded("nothing limits its wait for a slot");
    }
    if let Some(wait) = WorstCase::of_setting(&bulkhead.max_wait) {
        return wait;
    }
    let elsewhere = bulkhead.held.as_ref().or(bulkhead.name.as_ref().map(|name| &name.value.expr));
    match (&bulkhead.policy, elsewhere) {
        (Some(policy), _) => WorstCase::depends_on(span(&code(&policy.value))),
        (None, Some(state)) if !bulkhead.gives_settings() => {
            WorstCase::depends_on(format!("how long the bulkhead {} lets it wait", span(&code(state))))
        }
        (None, _) => WorstCase::Within(Sum::known(MAX_WAIT)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::args::read;
    use crate::tests::worst_case::{NO_TIMEOUT, of};

    /// `name = text` of each setting.
    fn described(args: &str) -> Vec<String> {
        read::<Bulkhead>(args)
            .settings()
            .all
            .into_iter()
            .map(|setting| format!("{} = {}", setting.name, setting.text))
            .collect()
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
