//! What the attributes refuse when they are compiled, over the settings that would be in force: values that contradict
//! each other, or that never act. A configuration is at fault only if it gives one of them.
//!
//! The rules and the words are those of the compile errors.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use resilient_rules::bounds::{longer_than_zero, share_of_calls};
use resilient_rules::bulkhead::{nobody_queues, nobody_waits};
use resilient_rules::circuit_breaker as breaker_rules;
use resilient_rules::duration::read;
use resilient_rules::in_force::InForce as Shown;
use resilient_rules::rate_limit as rate_rules;
use resilient_rules::retry::{self as rules, FORMULAS, Formula, NO_PAUSES};
use resilient_rules::retry_budget::nothing_is_earned;

use crate::circuit_breaker::policy as breaker_policy;
use crate::config::settings;
use crate::core::max_wait;
use crate::rate_limit::policy as rate_policy;
use crate::registry::configurable::AnyPolicy;
use crate::registry::subjects::Subject;
use crate::retry::backoff;
use crate::retry::policy::RetryPolicy;
use crate::retry::settings::{self as retry_settings, Settings};
use crate::retry_budget::policy as budget_policy;

const fn given<T>(value: T) -> Shown<T> {
    Shown::given(value)
}

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

    /// The value, also one of which a call knows another.
    fn listed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.values.get(name)?.parse().ok()
    }

    fn listed_duration(&self, name: &str) -> Option<Duration> {
        read(self.values.get(name)?).ok()
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

impl Broken {
    fn new(setting: &'static str, fact: impl Display, way_out: &str) -> Self {
        Self { setting, message: format!("{fact}: {way_out}") }
    }
}

fn retry(settings: &Settings, in_force: &InForce<'_>) -> Option<Broken> {
    let asked = in_force.given(&["max_retry_after"]).filter(|_| !in_force.asks);
    let delays = growth(in_force).or_else(|| pauses(in_force)).or_else(|| longest(settings, in_force));
    delays
        .or_else(|| an_end_of_zeros(settings, in_force))
        .or_else(|| asked.map(|setting| Broken::new(setting, rules::NOBODY_ASKS, "leave it out")))
}

/// The formula of delays; a list and a function are none.
fn formula(backoff: &str) -> Option<Formula> {
    FORMULAS.iter().find(|(word, _)| *word == backoff).map(|(_, formula)| *formula)
}

/// What only some kinds of delays have.
fn growth(in_force: &InForce<'_>) -> Option<Broken> {
    let formula = formula(in_force.value("backoff")?);
    let of_another = in_force.given(&["exponential_base"]).zip(rules::base_of_another_formula(formula));
    if let Some((setting, fact)) = of_another {
        return Some(Broken::new(setting, fact, "leave it out, or give that `backoff`"));
    }
    let (setting, fact) = in_force.given(&["jitter"]).zip(rules::jitter_of_random_pauses(formula))?;
    Some(Broken::new(setting, fact, "leave `jitter` out, or give another `backoff`"))
}

/// What never acts on the delays.
fn pauses(in_force: &InForce<'_>) -> Option<Broken> {
    in_force.duration("base_delay").filter(Duration::is_zero)?;
    let formula = formula(in_force.value("backoff")?);
    let is_idle = |name: &str| match name {
        "jitter" => !in_force.asks && !matches!(in_force.value("jitter"), Some("none" | "factor(0.0)")),
        "backoff" => formula.is_some_and(|formula| !rules::formula_acts_on_zero(formula, in_force.asks)),
        _ => true,
    };
    let mut given =
        ["jitter", "exponential_base", "backoff", "max_delay"].into_iter().filter(|it| (in_force.given)(it));
    let setting = given.find(|name| is_idle(name))?;
    Some(Broken::new(setting, rules::never_acts_on_zero(setting), "leave it out, or give a longer `base_delay`"))
}

/// Delays that do not grow, and those of a list, are limited by themselves. One that is longer than the usual limit needs
/// another.
fn longest(settings: &Settings, in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["max_delay"])?;
    let most = in_force.duration("max_delay")?;
    if most.is_zero() && (in_force.computed)("base_delay") {
        return Some(Broken::new(setting, rules::NO_PAUSE_IS_LEFT, "leave it out, or give a longer one"));
    }
    let is_known = ["base_delay", "backoff", "jitter"].iter().all(|name| !(in_force.computed)(name));
    let (longest, by) = settings.longest_without_growth().filter(|_| is_known)?;
    Some(Broken::new(setting, rules::never_longer(by, longest, most)?, "leave it out"))
}

/// Attempts without an end would only use up a processor.
fn an_end_of_zeros(settings: &Settings, in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["max_attempts"]).filter(|_| settings.most_attempts().is_none())?;
    settings.list()?.last().filter(|last| last.is_zero())?;
    Some(Broken::new(setting, NO_PAUSES, &format!("{}, or give how many attempts", rules::END_THE_LIST)))
}

/// A limit that is over before the first delay is.
fn first_delay(policy: &RetryPolicy, in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["max_elapsed", "base_delay", "backoff", "jitter", "max_delay"])?;
    let (most, least) = (in_force.duration("max_elapsed")?, policy.least_first_delay()?);
    let is_known = ["base_delay", "backoff", "jitter", "max_delay"].iter().all(|name| !(in_force.computed)(name));
    let fact = rules::over_before_first_pause(most, least).filter(|_| is_known)?;
    Some(Broken::new(setting, fact, "give a longer one, or a shorter `base_delay`"))
}

fn breaker(in_force: &InForce<'_>) -> Option<Broken> {
    let has_rate = in_force.value("failure_rate").or_else(|| in_force.value("slow_call_rate")).is_some();
    if let Some(setting) = in_force.given(&["window", "min_calls"]).filter(|_| !has_rate) {
        let way_out = "give `failure_rate` or `slow_call_rate`, or leave it out";
        return Some(Broken::new(setting, breaker_rules::without_rate(setting), way_out));
    }
    let grows = in_force.number("recovery_backoff").is_some_and(|backoff| backoff > 1.0);
    if grows {
        return same_open_times(in_force);
    }
    let setting = in_force.given(&["max_recovery_timeout"])?;
    let way_out = "give a `recovery_backoff` above 1, or leave it out";
    Some(Broken::new(setting, breaker_rules::NEVER_GROWS, way_out))
}

/// Open times that are meant to grow have room for it.
fn same_open_times(in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["max_recovery_timeout", "recovery_timeout", "recovery_backoff"])?;
    let (first, most) = (in_force.duration("recovery_timeout")?, in_force.duration("max_recovery_timeout")?);
    Some(Broken::new(setting, breaker_rules::no_room_to_grow(given(most), given(first))?, "give a longer one"))
}

fn rate(in_force: &InForce<'_>) -> Option<Broken> {
    queue(in_force).or_else(|| permits(in_force)).or_else(|| {
        let setting = in_force.given(&["default_retry_after", "max_retry_after"])?;
        if !in_force.is_paused {
            return Some(Broken::new(setting, rate_rules::without_pauses(setting), "leave it out"));
        }
        let (usual, longest) = (in_force.duration("default_retry_after")?, in_force.duration("max_retry_after")?);
        let way_out = "give a shorter `default_retry_after`, or a longer `max_retry_after`";
        Some(Broken::new(setting, rate_rules::usual_above_longest(given(usual), given(longest))?, way_out))
    })
}

/// Where only the server limits the calls, there are no permits.
fn permits(in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["per"]).filter(|_| !in_force.values.contains_key("permits"))?;
    Some(Broken::new(setting, rate_rules::SPAN_OF_NO_PERMITS, "give `permits`, or leave it out"))
}

/// How many wait, and for how long.
fn queue(in_force: &InForce<'_>) -> Option<Broken> {
    let setting = in_force.given(&["max_queue", "max_wait"])?;
    let most = in_force.value("max_queue")?.parse().ok()?;
    in_force.value("max_wait")?;
    let wait = in_force.duration("max_wait").unwrap_or(max_wait::UNLIMITED);
    if let Some(fact) = nobody_waits(most, wait) {
        return Some(Broken::new(setting, fact, "give `max_wait = \"0s\"`, or a queue"));
    }
    Some(Broken::new(setting, nobody_queues(most, wait)?, "give `max_wait`, or leave `max_queue` out"))
}

/// What a policy says of its settings together, in the words of the compile errors.
pub(super) fn in_words_of_attributes(message: &str, policy: &AnyPolicy, in_force: &InForce<'_>) -> String {
    let words = match policy {
        AnyPolicy::Retry(settings) => of_a_retry(message, settings, in_force),
        AnyPolicy::PerKey(policy) => return in_words_of_attributes(message, &policy.each().any(), in_force),
        _ => of_a_breaker(message, in_force).or_else(|| of_others(message, in_force)),
    };
    words.unwrap_or_else(|| message.to_owned())
}

fn of_a_retry(message: &str, settings: &Settings, in_force: &InForce<'_>) -> Option<String> {
    let duration = |name: &str| in_force.listed_duration(name).map(given);
    let (fact, way_out) = match message {
        retry_settings::BASE_ABOVE_MOST => {
            let (base, most) = (duration("base_delay")?, duration("max_delay")?);
            if (in_force.given)("base_delay") {
                (rules::base_above_longest(base, most)?, "give a shorter one, or a longer `max_delay`")
            } else {
                (rules::longest_below_base(most, base)?, "give a longer one, or a shorter `base_delay`")
            }
        }
        backoff::LIST_ABOVE_MOST => {
            let fact = rules::pause_above_longest(settings.longest_listed()?, duration("max_delay")?)?;
            (fact, "give a longer one")
        }
        retry_settings::NO_END => (rules::NO_END.to_owned(), "give `max_elapsed`, or how many"),
        retry_settings::NO_PAUSE => (NO_PAUSES.to_owned(), "give `base_delay`, or how many attempts"),
        _ => return None,
    };
    Some(format!("{fact}: {way_out}"))
}

fn of_a_breaker(message: &str, in_force: &InForce<'_>) -> Option<String> {
    match message {
        breaker_policy::TOO_MANY_CALLS => {
            let (calls, window) = (in_force.listed("min_calls")?, in_force.listed("window")?);
            let fact = breaker_rules::too_many_calls(calls, given(window))?;
            Some(format!("{fact}: give fewer"))
        }
        breaker_policy::OPEN_ABOVE_MOST => {
            let duration = |name: &str| in_force.listed_duration(name).map(given);
            let fact =
                breaker_rules::no_room_to_grow(duration("max_recovery_timeout")?, duration("recovery_timeout")?)?;
            Some(format!("{fact}: give a longer one"))
        }
        breaker_policy::BAD_SLOW => slow_calls(in_force),
        _ => None,
    }
}

fn slow_calls(in_force: &InForce<'_>) -> Option<String> {
    let rate = in_force.number("slow_call_rate").unwrap_or(f64::NAN);
    let call = in_force.duration("slow_call").unwrap_or_default();
    if rate.is_nan() {
        return Some(format!("{}: give `slow_call_rate`", breaker_rules::SLOW_CALL_ALONE));
    }
    if call.is_zero() && !(in_force.given)("slow_call") {
        return Some(format!("{}: give `slow_call`", breaker_rules::SLOW_CALL_RATE_ALONE));
    }
    longer_than_zero("slow_call", call).or_else(|| share_of_calls("slow_call_rate", rate))
}

fn of_others(message: &str, in_force: &InForce<'_>) -> Option<String> {
    let window = |is_per_key| {
        let fact = rate_rules::window_too_large(in_force.listed("permits")?, is_per_key)?;
        Some(format!("{fact}: give a `burst` {}; or fewer `permits`", rate_rules::HOLDS_ANY_NUMBER))
    };
    match message {
        rate_policy::BURST_OF_NONE => {
            Some(format!("{}: give `permits`, or leave it out", rate_rules::BURST_OF_NO_PERMITS))
        }
        rate_policy::TOO_MANY => window(false),
        rate_policy::TOO_MANY_PER_KEY => window(true),
        budget_policy::NO_INCOME => {
            let fact = nothing_is_earned(in_force.listed("share")?, in_force.listed("min_per_second")?)?;
            Some(format!("{fact}: give one of the two"))
        }
        _ => None,
    }
}
