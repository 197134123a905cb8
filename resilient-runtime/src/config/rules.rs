//! What the attributes refuse when they are compiled, over the settings that would be in force: values that contradict
//! each other, or that never act. A configuration is at fault only if it gives one of them.
//!
//! The words are those of the compile errors, which a test of the workspace compares.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::circuit_breaker::policy as breaker_policy;
use crate::config::settings;
use crate::core::duration::{read, shown};
use crate::rate_limit::policy as rate_policy;
use crate::registry::configurable::{AnyPolicy, Each};
use crate::retry::policy::RetryPolicy;
use crate::retry::settings as retry_settings;
use crate::retry_budget::policy as budget_policy;

/// A broken rule.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    /// The setting of the configuration that breaks it.
    pub(super) setting: &'static str,
    pub(super) message: String,
}

/// The settings that would be in force.
pub(super) struct InForce<'a> {
    values: BTreeMap<&'static str, String>,
    /// Whether the configuration gives a setting.
    given: &'a dyn Fn(&str) -> bool,
    /// Whether only a call knows it.
    computed: &'a dyn Fn(&str) -> bool,
    /// Whether the server may ask a retry for other delays.
    pub(super) asks: bool,
}

impl<'a> InForce<'a> {
    pub(super) fn new(
        policy: &AnyPolicy,
        given: &'a dyn Fn(&str) -> bool,
        computed: &'a dyn Fn(&str) -> bool,
        asks: bool,
    ) -> Self {
        Self { values: settings::listed(policy).into_iter().collect(), given, computed, asks }
    }

    /// The value, unless only a call knows it.
    fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|_| !(self.computed)(name))
    }

    fn duration(&self, name: &str) -> Option<Duration> {
        self.value(name).and_then(|value| read(value).ok())
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.value(name)?.parse().ok()
    }

    /// The first of these that the configuration gives.
    fn given(&self, names: &[&'static str]) -> Option<&'static str> {
        names.iter().copied().find(|name| (self.given)(name))
    }
}

/// The first rule that is broken.
pub(super) fn broken(policy: &AnyPolicy, in_force: &InForce<'_>) -> Option<Broken> {
    match policy {
        AnyPolicy::Retry(settings) => {
            retry(in_force).or_else(|| first_delay(&RetryPolicy::new().with_settings(*settings), in_force))
        }
        AnyPolicy::Breaker(_) => breaker(in_force),
        AnyPolicy::Rate(_) | AnyPolicy::Bulkhead(_) => queue(in_force),
        AnyPolicy::PerKey(policy) => match policy.each() {
            Each::Breaker(_) => breaker(in_force),
            Each::Rate(_) | Each::Bulkhead(_) => queue(in_force),
        },
        AnyPolicy::Timeout(_)
        | AnyPolicy::Throttle(_)
        | AnyPolicy::Hedge(_)
        | AnyPolicy::Budget(_)
        | AnyPolicy::Threads(_)
        | AnyPolicy::Fixed(_) => None,
    }
}

fn retry(in_force: &InForce<'_>) -> Option<Broken> {
    let asked = in_force.given(&["max_retry_after"]).filter(|_| !in_force.asks);
    growth(in_force).or_else(|| pauses(in_force)).or_else(|| {
        let message = "`max_retry_after` limits the pauses that `retry_after` finds, and there is none: leave it out";
        asked.map(|setting| Broken { setting, message: message.to_owned() })
    })
}

/// What only some kinds of delays have.
fn growth(in_force: &InForce<'_>) -> Option<Broken> {
    let backoff = in_force.value("backoff")?;
    if let Some(setting) = in_force.given(&["exponential_base"]).filter(|_| backoff != "exponential") {
        let message = "`exponential_base` acts only with `backoff = exponential`: leave it out, or give that `backoff`";
        return Some(Broken { setting, message: message.to_owned() });
    }
    let setting = in_force.given(&["jitter"]).filter(|_| backoff == "decorrelated")?;
    let message = "`backoff = decorrelated` is random by itself: leave `jitter` out, or give another `backoff`";
    Some(Broken { setting, message: message.to_owned() })
}

/// What never acts on the delays.
fn pauses(in_force: &InForce<'_>) -> Option<Broken> {
    let (base, most) = (in_force.duration("base_delay")?, in_force.duration("max_delay")?);
    if base.is_zero() {
        let setting = in_force.given(&["jitter", "exponential_base", "backoff", "max_delay"])?;
        let message = format!("`{setting}` never acts on pauses of zero: leave it out, or give a longer `base_delay`");
        return Some(Broken { setting, message });
    }
    let is_constant = in_force.value("backoff") == Some("constant");
    let setting = in_force.given(&["max_delay"]).filter(|_| is_constant && base <= most)?;
    let message = format!(
        "`max_delay` never acts, since `backoff = constant` makes no pause longer than {}: leave it out",
        shown(base)
    );
    Some(Broken { setting, message })
}

/// A limit that is over before the first delay is.
fn first_delay(policy: &RetryPolicy, in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["max_elapsed", "base_delay", "backoff", "jitter", "max_delay"])?;
    let (most, least) = (in_force.duration("max_elapsed")?, policy.least_first_delay()?);
    let is_known = ["base_delay", "backoff", "jitter", "max_delay"].iter().all(|name| !(in_force.computed)(name));
    (is_known && most <= least).then(|| Broken {
        setting,
        message: format!(
            "`max_elapsed` ({}) is over before the first pause (at least {}) is, so nothing is retried: give a longer one, \
             or a shorter `base_delay`",
            shown(most),
            shown(least),
        ),
    })
}

fn breaker(in_force: &InForce<'_>) -> Option<Broken> {
    let has_rate = in_force.value("failure_rate").or_else(|| in_force.value("slow_call_rate")).is_some();
    if let Some(setting) = in_force.given(&["window", "min_calls"]).filter(|_| !has_rate) {
        let message =
            format!("`{setting}` acts only with a rate: give `failure_rate` or `slow_call_rate`, or leave it out");
        return Some(Broken { setting, message });
    }
    let grows = in_force.number("recovery_backoff").is_none_or(|backoff| backoff > 1.0);
    let setting = in_force.given(&["max_recovery_timeout"]).filter(|_| !grows)?;
    let message =
        format!("`{setting}` acts only when open times grow: give a `recovery_backoff` above 1, or leave it out");
    Some(Broken { setting, message })
}

/// How many wait, and for how long.
fn queue(in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["max_queue", "max_wait"])?;
    let waits = in_force.value("max_wait")? != "0ns";
    let message = match (in_force.value("max_queue")?, waits) {
        ("0", true) => {
            "with `max_queue = 0` nobody waits, however long `max_wait` is: give `max_wait = \"0s\"`, or a queue"
        }
        ("0", false) | (_, true) => return None,
        (_, false) => "nobody queues without a time to wait: give `max_wait`, or leave `max_queue` out",
    };
    Some(Broken { setting, message: message.to_owned() })
}

/// What a policy says of its settings together, in the words of the compile errors.
pub(super) fn in_words_of_attributes(message: &str, in_force: &InForce<'_>) -> String {
    let value = |name: &str| {
        let value = in_force.values.get(name).map(String::as_str).unwrap_or_default();
        read(value).map_or_else(|_| value.to_owned(), shown)
    };
    match message {
        retry_settings::BASE_ABOVE_MOST => {
            let (base, most) = (value("base_delay"), value("max_delay"));
            format!(
                "`base_delay` ({base}) is longer than `max_delay` ({most}): give a shorter one, or a longer `max_delay`"
            )
        }
        retry_settings::NO_END => "`unlimited` attempts need another end: give `max_elapsed`, or how many".to_owned(),
        retry_settings::NO_PAUSE => {
            "`unlimited` attempts need pauses: give `base_delay`, or how many attempts".to_owned()
        }
        breaker_policy::TOO_MANY_CALLS => {
            let (calls, window) = (value("min_calls"), value("window"));
            format!(
                "`min_calls` ({calls}) is more than `window` ({window}) ever holds, so this never opens: give fewer"
            )
        }
        breaker_policy::OPEN_ABOVE_MOST => {
            let (most, open) = (value("max_recovery_timeout"), value("recovery_timeout"));
            format!(
                "`max_recovery_timeout` ({most}) is shorter than `recovery_timeout` ({open}), so open times never grow: \
                 give a longer one"
            )
        }
        breaker_policy::BAD_SLOW => slow_calls(in_force),
        rate_policy::TOO_MANY => window_holds("a window holds 65536"),
        rate_policy::TOO_MANY_PER_KEY => window_holds("a window of each key holds 1024"),
        budget_policy::NO_INCOME => {
            "with `share = 0` and `min_per_second = 0` no retry is ever earned: give one of the two".to_owned()
        }
        other => settings::in_words_of_attributes(other),
    }
}

fn window_holds(most: &str) -> String {
    format!("{most} permits at most: give a `burst` for a bucket, which holds any number; or fewer `permits`")
}

fn slow_calls(in_force: &InForce<'_>) -> String {
    let rate = in_force.number("slow_call_rate").unwrap_or(f64::NAN);
    let is_zero = in_force.duration("slow_call") == Some(Duration::ZERO);
    match () {
        () if rate.is_nan() => {
            "`slow_call` needs the share of slow calls that opens the breaker: give `slow_call_rate`"
        }
        () if is_zero && !(in_force.given)("slow_call") => {
            "`slow_call_rate` needs to know which calls are slow: give `slow_call`"
        }
        () if is_zero => "`slow_call` must be longer than zero",
        () => "`slow_call_rate` must be above 0 and at most 1",
    }
    .to_owned()
}
