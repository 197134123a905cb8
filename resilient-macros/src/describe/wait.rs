//! How long a call waits for its turn, first come, first served.

use std::time::Duration;

use syn::Expr;

use super::format::span;
use super::pretty_tokens::code;
use super::settings::DescribedSettings;
use super::worst_case::{Sum, WorstCase};
use crate::model::{DurationSetting, Setting, UNLIMITED, Value};

/// In words, from the settings `max_wait` and `max_queue`.
pub(crate) fn in_line(settings: &DescribedSettings) -> String {
    let wait = if settings.is("max_wait", "0s") {
        ", no waiting".to_owned()
    } else if settings.is("max_wait", "unlimited") {
        ", waiting without a limit".to_owned()
    } else {
        format!(", waiting up to {}", settings.shown("max_wait"))
    };
    wait + &settings.given(", at most ", "max_queue", " at a time")
}

/// What is known of the wait.
pub(crate) struct Turn<'a> {
    pub(crate) max_wait: &'a DurationSetting,
    pub(crate) default: Duration,
    pub(crate) policy: Option<&'a Setting<Expr>>,
    /// The state that has its settings from another place.
    pub(crate) elsewhere: Option<&'a Expr>,
    /// What it is called.
    pub(crate) of: &'static str,
    /// What to say of a wait without a limit.
    pub(crate) unlimited: &'static str,
}

/// How long it can be.
pub(crate) fn wait(Turn { max_wait, default, policy, elsewhere, of, unlimited }: &Turn<'_>) -> WorstCase {
    if let Some(Setting { value: Value::Known(UNLIMITED), .. }) = max_wait {
        return WorstCase::Unbounded(unlimited);
    }
    if let Some(wait) = WorstCase::of_setting(max_wait) {
        return wait;
    }
    match (policy, elsewhere) {
        (Some(policy), _) => WorstCase::depends_on(span(&code(&policy.value))),
        (None, Some(state)) => WorstCase::depends_on(format!("how long the {of} {} lets it wait", span(&code(state)))),
        (None, None) if *default == UNLIMITED => WorstCase::Unbounded(unlimited),
        (None, None) => WorstCase::Within(Sum::known(*default)),
    }
}
