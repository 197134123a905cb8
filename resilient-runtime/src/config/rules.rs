//! What the attributes refuse when they are compiled, over the settings that would be in force: values that contradict
//! each other, or that never act. A configuration is at fault only if it gives one of them.
//!
//! The words are those of the compile errors, which a test of the workspace compares.

use std::collections::BTreeMap;
use std::time::Duration;

use resilient_rules::duration::{read, shown};

use crate::circuit_breaker::policy as breaker_policy;
use crate::config::settings;
use crate::core::contradictions::over_before_first_pause;
use crate::rate_limit::policy as rate_policy;
use crate::registry::configurable::AnyPolicy;
use crate::registry::subjects::Subject;
use crate::retry::backoff;
use crate::retry::policy::RetryPolicy;
use crate::retry::settings::{self as retry_settings, Settings};
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
    asks: bool,
    /// Whether an answer may pause a rate limit.
    is_paused: bool,
}

impl<'a> InForce<'a> {
    pub(super) fn new(
        policy: &AnyPolicy,
        given: &'a dyn Fn(&str) -> bool,
        computed: &'a dyn Fn(&str) -> bool,
        subject: &Subject,
    ) -> Self {
        let values = settings::listed(policy).into_iter().collect();
        Self { values, given, computed, asks: subject.asks_for_delays(), is_paused: subject.may_be_paused() }
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
            retry(settings, in_force).or_else(|| first_delay(&RetryPolicy::new().with_settings(*settings), in_force))
        }
        AnyPolicy::Breaker(_) => breaker(in_force),
        AnyPolicy::Rate(_) => rate(in_force),
        AnyPolicy::Bulkhead(_) => queue(in_force),
        AnyPolicy::PerKey(policy) => broken(&policy.each().any(), in_force),
        AnyPolicy::Timeout(_)
        | AnyPolicy::Throttle(_)
        | AnyPolicy::Hedge(_)
        | AnyPolicy::Budget(_)
        | AnyPolicy::Threads(_)
        | AnyPolicy::Fixed(_) => None,
    }
}

fn retry(settings: &Settings, in_force: &InForce<'_>) -> Option<Broken> {
    let asked = in_force.given(&["max_retry_after"]).filter(|_| !in_force.asks);
    let delays = growth(in_force).or_else(|| pauses(in_force)).or_else(|| longest(settings, in_force));
    delays.or_else(|| an_end_of_zeros(settings, in_force)).or_else(|| {
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
    let base = in_force.duration("base_delay")?;
    if base.is_zero() {
        let setting = in_force.given(&["jitter", "exponential_base", "backoff", "max_delay"])?;
        let message = format!("`{setting}` never acts on pauses of zero: leave it out, or give a longer `base_delay`");
        return Some(Broken { setting, message });
    }
    None
}

/// Delays that do not grow, and those of a list, are limited by themselves. One that is longer than the usual limit needs
/// another.
fn longest(settings: &Settings, in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["max_delay"])?;
    let most = in_force.duration("max_delay")?;
    if most.is_zero() && (in_force.computed)("base_delay") {
        let message = "`max_delay = 0s` takes every pause away: leave it out, or give a longer one".to_owned();
        return Some(Broken { setting, message });
    }
    let is_known = ["base_delay", "backoff", "jitter"].iter().all(|name| !(in_force.computed)(name));
    let (longest, by) = settings.longest_without_growth().filter(|(longest, _)| is_known && !longest.is_zero())?;
    (longest <= most && longest <= Settings::DEFAULT.most_delay()).then(|| Broken {
        setting,
        message: format!(
            "`max_delay` never acts, since {by} makes no pause longer than {}: leave it out",
            shown(longest)
        ),
    })
}

/// Attempts without an end would only use up a processor.
fn an_end_of_zeros(settings: &Settings, in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["max_attempts"]).filter(|_| settings.most_attempts().is_none())?;
    settings.list()?.last().filter(|last| last.is_zero()).map(|_| Broken {
        setting,
        message: "`unlimited` attempts need pauses: end the list with one that is longer than zero, or give how many \
                  attempts"
            .to_owned(),
    })
}

/// A limit that is over before the first delay is.
fn first_delay(policy: &RetryPolicy, in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["max_elapsed", "base_delay", "backoff", "jitter", "max_delay"])?;
    let (most, least) = (in_force.duration("max_elapsed")?, policy.least_first_delay()?);
    let is_known = ["base_delay", "backoff", "jitter", "max_delay"].iter().all(|name| !(in_force.computed)(name));
    let fact = over_before_first_pause(most, least).filter(|_| is_known)?;
    Some(Broken { setting, message: format!("{fact}: give a longer one, or a shorter `base_delay`") })
}

fn breaker(in_force: &InForce<'_>) -> Option<Broken> {
    let has_rate = in_force.value("failure_rate").or_else(|| in_force.value("slow_call_rate")).is_some();
    if let Some(setting) = in_force.given(&["window", "min_calls"]).filter(|_| !has_rate) {
        let message =
            format!("`{setting}` acts only with a rate: give `failure_rate` or `slow_call_rate`, or leave it out");
        return Some(Broken { setting, message });
    }
    let grows = in_force.number("recovery_backoff").is_some_and(|backoff| backoff > 1.0);
    if grows {
        return same_open_times(in_force);
    }
    let setting = in_force.given(&["max_recovery_timeout"])?;
    let message =
        format!("`{setting}` acts only when open times grow: give a `recovery_backoff` above 1, or leave it out");
    Some(Broken { setting, message })
}

/// Open times that are meant to grow have room for it.
fn same_open_times(in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["max_recovery_timeout", "recovery_timeout", "recovery_backoff"])?;
    let (first, most) = (in_force.duration("recovery_timeout")?, in_force.duration("max_recovery_timeout")?);
    (first == most).then(|| Broken {
        setting,
        message: format!(
            "`max_recovery_timeout` ({}) is no longer than `recovery_timeout` ({}), so open times never grow: give a \
             longer one",
            shown(most),
            shown(first),
        ),
    })
}

fn rate(in_force: &InForce<'_>) -> Option<Broken> {
    queue(in_force).or_else(|| permits(in_force)).or_else(|| {
        let given = in_force.given(&["default_retry_after", "max_retry_after"]);
        let (usual, longest) = (in_force.duration("default_retry_after")?, in_force.duration("max_retry_after")?);
        let setting = given.filter(|_| !in_force.is_paused || usual > longest)?;
        let message = if in_force.is_paused {
            format!(
                "`default_retry_after` ({}) is longer than `max_retry_after` ({}), which would cut it: give a shorter \
                 `default_retry_after`, or a longer `max_retry_after`",
                shown(usual),
                shown(longest),
            )
        } else {
            format!("`{setting}` acts only with pauses: leave it out")
        };
        Some(Broken { setting, message })
    })
}

/// Where only the server limits the calls, there are no permits.
fn permits(in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["per"]).filter(|_| !in_force.values.contains_key("permits"))?;
    let message = "`per` is the span of `permits`: give `permits`, or leave it out".to_owned();
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
pub(super) fn in_words_of_attributes(message: &str, policy: &AnyPolicy, in_force: &InForce<'_>) -> String {
    let settings = if let AnyPolicy::Retry(settings) = policy { Some(settings) } else { None };
    let value = |name: &str| {
        let value = in_force.values.get(name).map(String::as_str).unwrap_or_default();
        read(value).map_or_else(|_| value.to_owned(), shown)
    };
    match message {
        retry_settings::BASE_ABOVE_MOST => {
            let (base, most) = (value("base_delay"), value("max_delay"));
            if (in_force.given)("base_delay") {
                format!(
                    "`base_delay` ({base}) is longer than `max_delay` ({most}): give a shorter one, or a longer `max_delay`"
                )
            } else {
                format!(
                    "`max_delay` ({most}) is shorter than `base_delay` ({base}): give a longer one, or a shorter `base_delay`"
                )
            }
        }
        backoff::LIST_ABOVE_MOST => format!(
            "this pause ({}) is longer than `max_delay` ({}): give a longer one",
            settings.and_then(Settings::longest_listed).map(shown).unwrap_or_default(),
            value("max_delay"),
        ),
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
        rate_policy::BURST_OF_NONE => {
            "`burst` is how many of the `permits` may be taken at once: give `permits`, or leave it out".to_owned()
        }
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
