//! What cannot be meant in a list of layers, by the rules and in the words of the macros' compile errors.

use std::any::type_name;

use resilient_rules::bounds::at_least_one;
use resilient_rules::{
    rate_limit as rate_rules, refusal, retry as retry_rules, stack as stack_rules, timeout as timeout_rules,
};

use crate::core::error::ErrorKind;
use crate::pipeline::fallback::Fallback;
use crate::pipeline::filters::Filters;
use crate::pipeline::hedge_layer::HedgeLayer;
use crate::pipeline::layer::{FallbackLayer, Layer, Stack, TimeoutLayer};
use crate::pipeline::rate_layer::RateLayer;
use crate::pipeline::retry_layer::RetryLayer;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;
use crate::timeout::policy::TimeoutPolicy;

/// Everything that is wrong, the outermost layer first. What runs on `threads` does so below all layers.
pub(super) fn find<E, T>(stack: &Stack<E, T>, threads: Option<&ThreadBulkhead>) -> Vec<String> {
    let mut problems = Vec::new();
    if stack.name.trim().is_empty() {
        problems.push(format!("{}, as in `.named(\"payments\")`", stack_rules::EMPTY_NAME));
    }
    for (index, layer) in stack.layers.iter().enumerate() {
        let (above, below) = (&stack.layers[..index], &stack.layers[index + 1..]);
        match layer {
            Layer::Retry(retry) => check_retry(retry, above, &mut problems),
            Layer::Hedge(hedge) => check_hedge(hedge, above, below, threads, &mut problems),
            Layer::Timeout(timeout) => check_timeout(timeout.policy, above, below, &mut problems),
            Layer::Breaker(_) | Layer::Throttle(_) | Layer::Bulkhead(_) => check_state(layer, above, &mut problems),
            Layer::Adapts(_) => {}
            Layer::RateLimit(limit) => {
                check_state(layer, above, &mut problems);
                check_rate_limit(limit, &mut problems);
            }
            Layer::Fallback(fallback) => check_fallback(fallback, above, below, threads.is_some(), &mut problems),
        }
        if let Some((prefix, filters)) = filters_of(layer) {
            check_filters(prefix, filters, &mut problems);
        }
        if looks_at_values(layer) && is_any_type::<T>() {
            problems.push(format!(
                "this `{}` looks at values or gives them, and a `Pipeline<E>` runs operations of any type: write the \
                 type, as in `Pipeline<E, User>`",
                layer.kind()
            ));
        }
    }
    problems
}

fn check_retry<E, T>(retry: &RetryLayer<E, T>, above: &[Layer<E, T>], problems: &mut Vec<String>) {
    if above.iter().any(|layer| matches!(layer, Layer::Retry(_))) {
        problems.push(stack_rules::TWO_RETRIES.to_owned());
    }
    if let Some(problem) = retry.policy.problem(retry.budget.is_some()) {
        problems.push(problem.to_owned());
        return;
    }
    if retry.retry_after_ok.is_some() && !retry.looks_at_values() {
        problems.push(retry_rules::NO_SUCCESS_IS_RETRIED.to_owned());
    }
    if let (Some(max), Some(first)) = (retry.policy.longest_time(), retry.policy.least_first_delay())
        && let Some(fact) = retry_rules::over_before_first_pause(max, first)
    {
        problems.push(format!("{fact}: write a longer one, or a shorter `base_delay`"));
    }
}

fn check_hedge<E, T>(
    hedge: &HedgeLayer<E>,
    above: &[Layer<E, T>],
    below: &[Layer<E, T>],
    threads: Option<&ThreadBulkhead>,
    problems: &mut Vec<String>,
) {
    if above.iter().any(|layer| matches!(layer, Layer::Hedge(_))) {
        problems.push(stack_rules::TWO_HEDGES.to_owned());
    }
    let at_once = below.iter().filter_map(|layer| match layer {
        Layer::Bulkhead(bulkhead) => Some(u64::from(bulkhead.policy().most())),
        _ => None,
    });
    let at_once = at_once.chain(threads.map(|threads| threads.policy().most_running() as u64));
    let mut narrow = at_once.filter_map(|most| stack_rules::one_at_a_time("bulkhead", most));
    if let Some(fact) = narrow.next() {
        problems.push(format!("{fact}: move it above, or let it take more"));
    }
    let Some(delay) = hedge.hedge.policy().first_delay() else { return };
    for layer in above.iter().chain(below.first()) {
        let Layer::Timeout(timeout) = layer else { continue };
        let TimeoutLayer { policy, .. } = **timeout;
        if let Some(fact) = stack_rules::ends_before_delay(policy.limit(1), !policy.given_step().is_zero(), delay) {
            problems.push(format!("{fact}: write a shorter one"));
        }
    }
}

fn check_timeout<E, T>(
    policy: TimeoutPolicy,
    above: &[Layer<E, T>],
    below: &[Layer<E, T>],
    problems: &mut Vec<String>,
) {
    if let Some(fact) = timeout_rules::zero(policy.limit(1)) {
        problems.push(format!("{fact}: write a longer one"));
    }
    if matches!(above.last(), Some(Layer::Timeout(_))) {
        problems.push(stack_rules::ADJACENT_TIMEOUTS.to_owned());
    }
    if !policy.given_step().is_zero() && !above.iter().any(|layer| matches!(layer, Layer::Retry(_))) {
        problems.push(stack_rules::STEP_WITHOUT_RETRY.to_owned());
    }
    let delays = below.iter().find_map(|layer| match layer {
        Layer::Retry(retry) => retry.policy.least_delays(),
        _ => None,
    });
    if let Some(fact) = delays.and_then(|least| stack_rules::pauses_outlast(policy.limit(1), least)) {
        problems.push(format!("{fact}: write a longer one, or fewer or shorter pauses"));
    }
}

/// Two layers that share one state would count one call twice.
fn check_state<E, T>(layer: &Layer<E, T>, above: &[Layer<E, T>], problems: &mut Vec<String>) {
    let is_the_same = |other: &Layer<E, T>| match (layer, other) {
        (Layer::Breaker(one), Layer::Breaker(other)) => one.gate.is_same(&other.gate),
        (Layer::Throttle(one), Layer::Throttle(other)) => one.gate.is_same(&other.gate),
        (Layer::RateLimit(one), Layer::RateLimit(other)) => one.limiter.is_same(&other.limiter),
        (Layer::Bulkhead(one), Layer::Bulkhead(other)) => one.is_same(other),
        _ => false,
    };
    let name = match layer {
        Layer::Breaker(layer) => layer.gate.name(),
        Layer::Throttle(layer) => layer.gate.name(),
        Layer::RateLimit(layer) => layer.limiter.name(),
        Layer::Bulkhead(bulkhead) => bulkhead.name(),
        Layer::Retry(_) | Layer::Hedge(_) | Layer::Timeout(_) | Layer::Adapts(_) | Layer::Fallback(_) => return,
    };
    if above.iter().any(is_the_same) {
        problems.push(stack_rules::named_twice(layer.kind(), name.as_str()));
    }
}

fn check_rate_limit<E, T>(limit: &RateLayer<E, T>, problems: &mut Vec<String>) {
    let (cost, policy) = (limit.cost(), limit.limiter.policy());
    if let Some(fact) = at_least_one("cost", cost) {
        problems.push(format!("{fact}: write `cost = 1`"));
    }
    let key = policy.setting_of_capacity();
    if let Some(fact) = rate_rules::costs_too_much(cost, key, policy.capacity()) {
        problems.push(format!("{fact}: write a smaller `cost`, or more `{key}`"));
    }
    if limit.retry_after.is_some() && limit.filters.error.is_none() {
        problems.push(format!("{}: add `paused_if(…)`, or remove it", rate_rules::NO_ERROR_PAUSES));
    }
    if limit.retry_after_ok.is_some() && limit.filters.value.is_none() {
        problems.push(rate_rules::NO_SUCCESS_PAUSES.to_owned());
    }
}

fn check_fallback<E, T>(
    fallback: &FallbackLayer<E, T>,
    above: &[Layer<E, T>],
    below: &[Layer<E, T>],
    has_threads: bool,
    problems: &mut Vec<String>,
) {
    if fallback.answers.is_empty() {
        problems.push(format!("{}: give `.fallbacks(…)` at least one, or leave it out", stack_rules::NO_ANSWER));
    }
    if fallback.filters.looks_at_values() && fallback.answers.first().is_some_and(|first| !first.takes_successes()) {
        let message = "this `fallback` answers successes, and what it tries first takes a failure: write \
                       `.fallbacks([Fallback::call_outcome(…)])`";
        problems.push(message.to_owned());
    }
    check_refused(fallback, below, has_threads, problems);
    let certain = fallback.answers.iter().position(Fallback::is_certain);
    if certain.is_some_and(|index| index + 1 < fallback.answers.len()) {
        problems.push(stack_rules::ANSWER_NEVER_REACHED.to_owned());
    }
    let judges = |layer: &&Layer<E, T>| {
        matches!(layer, Layer::Retry(_) | Layer::Hedge(_) | Layer::Breaker(_) | Layer::Throttle(_))
    };
    if let (Some(blinded), true) = (above.iter().rev().find(judges), fallback.filters.selects_every_error()) {
        problems.push(stack_rules::hides_every_error(blinded.kind(), "fallback_if"));
    }
    if is_never_reached(below) {
        problems.push(stack_rules::FALLBACK_NEVER_REACHED.to_owned());
    }
}

/// `fallback_refused` names refusals that can come from below.
fn check_refused<E, T>(
    fallback: &FallbackLayer<E, T>,
    below: &[Layer<E, T>],
    has_threads: bool,
    problems: &mut Vec<String>,
) {
    let Some(named) = &fallback.refused else { return };
    if named.is_empty() {
        let fact = refusal::no_refusal("fallback_refused");
        problems.push(format!("{fact}: write `fallback_refused(timed_out)`, or leave it out for all of them"));
    }
    // A fallback answers every refusal from below it.
    let is_fallback = |layer: &Layer<E, T>| matches!(layer, Layer::Fallback(_));
    let seen = || below.iter().take_while(|layer| !is_fallback(layer));
    let sees_threads = has_threads && !below.iter().any(is_fallback);
    for kind in named {
        let wraps = |layer: &Layer<E, T>| matches!(layer, Layer::Retry(retry) if retry.policy.wraps());
        let named = kind.refusal();
        let is_made = match kind {
            ErrorKind::BulkheadFull if sees_threads => true,
            ErrorKind::RetriesExhausted => seen().any(wraps),
            // No layer of a pipeline makes it, but what it runs can.
            ErrorKind::NoItems => continue,
            _ => seen().any(|layer| layer.kind() == named.attribute()),
        };
        if !is_made {
            problems.push(refusal::never_reaches(named, "fallback"));
        }
    }
}

/// A fallback sees nothing of what one below has answered for certain, unless something between them refuses calls.
fn is_never_reached<E, T>(below: &[Layer<E, T>]) -> bool {
    let next = below.iter().find(|layer| !matches!(layer, Layer::Retry(_)));
    let Some(Layer::Fallback(fallback)) = next else { return false };
    fallback.filters.selects_every_error() && fallback.answers.iter().any(Fallback::is_certain)
}

/// The filters of a layer, and how their names begin.
const fn filters_of<E, T>(layer: &Layer<E, T>) -> Option<(&'static str, &Filters<E, T>)> {
    match layer {
        Layer::Retry(retry) => Some(("retry", &retry.filters)),
        Layer::Breaker(breaker) => Some(("failure", &breaker.filters)),
        Layer::Throttle(throttle) => Some(("failure", &throttle.filters)),
        Layer::Adapts(bulkhead) => Some(("overload", &bulkhead.filters)),
        Layer::RateLimit(limit) => Some(("paused", &limit.filters)),
        Layer::Fallback(fallback) => Some(("fallback", &fallback.filters)),
        Layer::Hedge(_) | Layer::Timeout(_) | Layer::Bulkhead(_) => None,
    }
}

fn check_filters<E, T>(prefix: &str, filters: &Filters<E, T>, problems: &mut Vec<String>) {
    let Filters { error, value, result } = filters;
    if result.is_some() && value.is_some() {
        problems.push(stack_rules::same_successes(format!("{prefix}_if_ok"), format!("{prefix}_if_result")));
    }
    if result.is_some() && error.is_some() {
        problems.push(stack_rules::same_errors(format!("{prefix}_if"), format!("{prefix}_if_result")));
    }
}

fn looks_at_values<E, T>(layer: &Layer<E, T>) -> bool {
    match layer {
        Layer::Fallback(_) => true,
        Layer::Retry(retry) => retry.needs_type(),
        Layer::RateLimit(limit) => limit.needs_type(),
        _ => filters_of(layer).is_some_and(|(_, filters)| filters.looks_at_values()),
    }
}

/// Whether `T` is `()`. Compares the names of the types, because `T` need not be `'static`, which a `TypeId` requires.
fn is_any_type<T>() -> bool {
    type_name::<T>() == type_name::<()>()
}
