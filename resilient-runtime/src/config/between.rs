//! What the attributes of one function refuse in each other when they are compiled, over the settings that would be in
//! force. A configuration is at fault only if it gives one of the settings that contradict each other.
//!
//! Rules about the order of attributes are not here: no value breaks them, and whoever switches a layer off wants it off.

use std::collections::HashMap;
use std::time::Duration;

use resilient_rules::rate_limit::costs_too_much;
use resilient_rules::stack::{ends_before_delay, one_at_a_time, pauses_outlast};

use crate::config::error::{At, ConfigProblem};
use crate::config::plan::{Planned, shown};
use crate::registry::configurable::AnyPolicy;
use crate::registry::functions::{Function, Layer, LayerKind, functions};
use crate::registry::subjects::Address;
use crate::retry::policy::RetryPolicy;
use crate::timeout::policy::TimeoutPolicy;

/// What is wrong in a function.
#[derive(Debug)]
pub(super) struct Contradiction {
    /// Which of the layers the configuration gives the setting, by its place among those that are planned.
    pub(super) layer: usize,
    pub(super) setting: String,
    /// Whether that value is for many layers.
    pub(super) is_for_many: bool,
    pub(super) problem: ConfigProblem,
}

/// Everything that is wrong in any function.
#[expect(clippy::mutable_key_type, reason = "a function is compared by its address, which does not change")]
pub(super) fn contradictions(planned: &[Planned<'_>]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    if planned.iter().all(|layer| layer.given.is_empty()) {
        return found;
    }
    let key = |layer: &Planned<'_>| (layer.subject.kind, layer.subject.address);
    let by_address = planned.iter().enumerate().map(|(index, layer)| (key(layer), Place { index, planned: layer }));
    let by_address: HashMap<_, _> = by_address.collect();
    for function in functions() {
        let acting = acting(function, &by_address);
        if acting.iter().any(|layer| !layer.planned().given.is_empty()) {
            check_function(&acting, &mut found);
        }
    }
    found
}

#[derive(Clone, Copy)]
struct Place<'p> {
    index: usize,
    planned: &'p Planned<'p>,
}

/// A layer that is not switched off.
struct Acting<'p> {
    layer: &'static Layer,
    place: Place<'p>,
}

#[expect(clippy::mutable_key_type, reason = "a function is compared by its address, which does not change")]
fn acting<'p>(function: &'static Function, planned: &HashMap<(LayerKind, Address), Place<'p>>) -> Vec<Acting<'p>> {
    let of = |layer: &'static Layer| {
        let place = *planned.get(&(layer.kind(), Address::of(function, layer)))?;
        place.planned.off.is_none().then_some(Acting { layer, place })
    };
    function.layers().iter().filter_map(of).collect()
}

fn check_function(layers: &[Acting<'_>], found: &mut Vec<Contradiction>) {
    for (index, layer) in layers.iter().enumerate() {
        let (above, below) = (&layers[..index], &layers[index + 1..]);
        match layer.layer.kind() {
            LayerKind::Retry => found.extend(above.iter().filter_map(|limit| pauses_within(layer, limit))),
            LayerKind::Hedge => {
                let limits = above.iter().chain(below.first());
                found.extend(limits.filter_map(|limit| starts_within(layer, limit)));
                found.extend(below.iter().filter_map(|bulkhead| runs_beside(layer, bulkhead)));
            }
            LayerKind::RateLimit => found.extend(can_begin(layer)),
            _ => {}
        }
    }
}

/// The delays alone leave the timeout some time for the attempts.
fn pauses_within(retry: &Acting<'_>, limit: &Acting<'_>) -> Option<Contradiction> {
    const OF_RETRY: &[&str] = &["base_delay", "max_attempts", "backoff", "jitter", "exponential_base", "max_delay"];
    let fault = fault(&[(limit, &["duration"]), (retry, OF_RETRY)])?;
    let fact = pauses_outlast(limit.timeout()?.limit(1), retry.least_delays()?)?;
    Some(fault.says(format!("{fact}: give a longer one, or fewer or shorter pauses"), &[limit, retry]))
}

/// A timeout leaves the hedge time for another attempt.
fn starts_within(hedge: &Acting<'_>, limit: &Acting<'_>) -> Option<Contradiction> {
    let fault = fault(&[(hedge, &["delay"]), (limit, &["duration"])])?;
    let timeout = limit.timeout()?;
    let fact = ends_before_delay(timeout.limit(1), !timeout.given_step().is_zero(), hedge.first_delay()?)?;
    Some(fault.says(format!("{fact}: give a shorter one, or a longer timeout"), &[hedge, limit]))
}

/// A bulkhead below that lets one call through refuses each hedge.
fn runs_beside(hedge: &Acting<'_>, bulkhead: &Acting<'_>) -> Option<Contradiction> {
    let fault = fault(&[(bulkhead, &["max_concurrent", "threads"])])?;
    let most = match bulkhead.planned().policy? {
        AnyPolicy::Bulkhead(policy) => u64::from(policy.most()),
        AnyPolicy::Threads(policy) => policy.most_running() as u64,
        _ => return None,
    };
    let fact = one_at_a_time(bulkhead.layer.kind().name(), most)?;
    Some(fault.says(format!("{fact}: let it take more"), &[hedge, bulkhead]))
}

/// A call takes no more permits than there can be at once.
fn can_begin(limit: &Acting<'_>) -> Option<Contradiction> {
    let policy = match limit.planned().policy? {
        AnyPolicy::PerKey(policy) => policy.each().any(),
        policy => policy,
    };
    let AnyPolicy::Rate(policy) = policy else { return None };
    let setting = policy.setting_of_capacity();
    let settings = [setting];
    let fault = fault(&[(limit, &settings)])?;
    let cost = limit.layer.setting("cost")?.parse().ok()?;
    let fact = costs_too_much(cost, setting, policy.capacity())?;
    Some(fault.says(format!("{fact}: give more"), &[limit]))
}

/// The value of the configuration that contradicts what is beside it.
struct Fault<'a> {
    layer: usize,
    setting: &'a str,
    is_for_many: bool,
    at: &'a At,
}

/// The first of these settings that a configuration gives; one of those for many layers, if there is any.
fn fault<'a>(settings: &[(&'a Acting<'_>, &'a [&'a str])]) -> Option<Fault<'a>> {
    let given = settings.iter().flat_map(|(layer, names)| names.iter().filter_map(|name| layer.given(name)));
    let given: Vec<_> = given.collect();
    let for_many = given.iter().position(|fault| fault.is_for_many);
    given.into_iter().nth(for_many.unwrap_or(0))
}

impl Fault<'_> {
    fn says(self, message: String, layers: &[&Acting<'_>]) -> Contradiction {
        let layers: Vec<_> = layers.iter().map(|layer| shown(layer.planned().subject)).collect();
        let help = match &layers[..] {
            [one] => format!("it is {one}"),
            all => format!("they are {}", all.join(" and ")),
        };
        let Self { layer, setting, is_for_many, at } = self;
        let problem = ConfigProblem::new(message, Some(help), at.clone());
        Contradiction { layer, setting: setting.to_owned(), is_for_many, problem }
    }
}

impl Acting<'_> {
    const fn planned(&self) -> &Planned<'_> {
        self.place.planned
    }

    /// The value of the configuration for this setting.
    fn given<'a>(&'a self, setting: &'a str) -> Option<Fault<'a>> {
        let at = self.planned().given.get(setting)?;
        Some(Fault { layer: self.place.index, setting, is_for_many: self.planned().for_many.contains(setting), at })
    }

    fn timeout(&self) -> Option<TimeoutPolicy> {
        let Some(AnyPolicy::Timeout(policy)) = self.known_policy() else { return None };
        Some(policy)
    }

    /// The shortest sum of all delays. None if an error may ask for others.
    fn least_delays(&self) -> Option<Duration> {
        let Some(AnyPolicy::Retry(settings)) = self.known_policy() else { return None };
        let asks = self.planned().subject.asks_for_delays();
        RetryPolicy::new().with_settings(settings).least_delays().filter(|_| !asks)
    }

    fn first_delay(&self) -> Option<Duration> {
        let Some(AnyPolicy::Hedge(policy)) = self.known_policy() else { return None };
        policy.first_delay()
    }

    /// The settings in force, unless a call computes some of them.
    fn known_policy(&self) -> Option<AnyPolicy> {
        Some(self.planned()).filter(|planned| planned.is_known()).and_then(Planned::policy_in_force)
    }
}
