//! `#[fallback]` for readers.

use resilient_rules::worst_case::{
    AND_ITS_FALLBACK, AND_ITS_FALLBACK_IN_EACH_ATTEMPT as IN_EACH_ATTEMPT, AND_ITS_FALLBACKS,
};

use super::model::{Answer, Fallback};
use crate::describe::described::{Describe, Layers};
use crate::describe::format::span;
use crate::describe::settings::{DescribedSetting, DescribedSettings, Shown};
use crate::describe::worst_case::{Caveat, WorstCase};
use crate::facts::Facts;
use crate::settings::Table;

const FALLBACK: Caveat = Caveat { words: AND_ITS_FALLBACK, repeated: IN_EACH_ATTEMPT };
const FALLBACKS: Caveat = Caveat { words: AND_ITS_FALLBACKS, repeated: IN_EACH_ATTEMPT };

impl Describe for Fallback {
    fn settings(&self) -> DescribedSettings {
        let mut settings = self.settings.described(false);
        let answers = self.answers.iter().map(|answer| match answer {
            Answer::Path(path) => ("function", Shown::code(path)),
            Answer::Closure(closure) => ("closure", Shown::code(closure)),
            Answer::Value(value) => ("value", Shown::code(value)),
            Answer::Default(_) => ("default", Shown::text("yes")),
        });
        settings.all.splice(..0, answers.map(|(name, shown)| DescribedSetting::new(name, shown, true)));
        settings
    }

    fn summary(&self, _facts: &Facts, settings: &DescribedSettings) -> String {
        [
            format!(" {}", answers(self, settings)),
            settings.filter_words(["fallback_on", "fallback_if"]),
            settings.given(", and after successes for which ", "fallback_if_ok", " holds"),
            settings.given(", after results for which ", "fallback_if_result", " holds"),
            settings.given(", after the refusals ", "fallback_refused", ""),
        ]
        .concat()
    }

    /// A value is there at once; what a function or a closure does takes its own time.
    fn worst_case(&self, below: Layers<'_>, attempt: u32) -> WorstCase {
        let mut inner = below.worst_case(attempt);
        let own_time =
            self.answers.iter().filter(|answer| matches!(answer, Answer::Path(_) | Answer::Closure(_))).count();
        if let WorstCase::Within(time) = &mut inner {
            match own_time {
                0 => {}
                1 => time.add_caveat(FALLBACK),
                _ => time.add_caveat(FALLBACKS),
            }
        }
        inner
    }
}

/// In their order; the settings stand in the same.
fn answers(fallback: &Fallback, settings: &DescribedSettings) -> String {
    let words = fallback.answers.iter().zip(&settings.all).map(|(answer, setting)| match answer {
        Answer::Path(_) | Answer::Closure(_) => format!("by {}", span(&setting.text)),
        Answer::Value(_) => format!("to {}", span(&setting.text)),
        Answer::Default(_) => "to the default".to_owned(),
    });
    words.collect::<Vec<_>>().join(", then ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::args::read;
    use crate::tests::settings_in_words;

    fn described(args: &str) -> Vec<String> {
        settings_in_words(&read::<Fallback>(args))
    }

    #[test]
    fn answers_and_filters_are_described_as_written() {
        assert_eq!(
            described("Self::cached, |_| Ok(0), value = 3, fallback_if = Error::is_timed_out"),
            ["function = Self::cached", "closure = |_| Ok(0)", "value = 3", "fallback_if = Error::is_timed_out"]
        );
    }
}
