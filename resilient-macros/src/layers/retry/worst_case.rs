//! The worst case of all attempts and the delays between them.

use std::time::Duration;

use quote::ToTokens;
use resilient_rules::worst_case::{NO_LIMIT_OF_ATTEMPTS, TIMEOUT_GROWS};

use super::model::{MAX_ATTEMPTS, MAX_RETRY_AFTER, Retry};
use super::values::{Backoff, Jitter, MaxAttempts, Pauses};
use crate::describe::described::Layers;
use crate::describe::format::span;
use crate::describe::pretty_tokens::code;
use crate::describe::worst_case::{Sum, WorstCase};
use crate::layers::retry::delays::{Delays, waits_for};
use crate::model::{Setting, Value};

/// Attempts that are added up one by one where each may take longer than the one before.
const ADDED_UP: u32 = 1_000;

pub(crate) fn worst_case(retry: &Retry, inner: Layers<'_>) -> WorstCase {
    by_count(retry, inner).or(by_time(retry, inner))
}

/// Every attempt as long as it can be, and every delay between them.
fn by_count(retry: &Retry, inner: Layers<'_>) -> WorstCase {
    match count(retry) {
        Ok(Some(count)) => attempts(inner, count).and(delays(retry, inner, count)),
        Ok(None) => inner.worst_case(1).and(WorstCase::Unbounded(NO_LIMIT_OF_ATTEMPTS)),
        Err(unknown) => inner.worst_case(1).and(unknown),
    }
}

/// No delay begins that would end too late, so the last attempt begins in time.
fn by_time(retry: &Retry, inner: Layers<'_>) -> WorstCase {
    let limit = match (WorstCase::of_setting(&retry.max_elapsed), &retry.policy) {
        (Some(given), _) => given,
        (None, Some(policy)) => WorstCase::depends_on(shown(&policy.value)),
        (None, None) => WorstCase::Unbounded(NO_LIMIT_OF_ATTEMPTS),
    };
    let last = match count(retry) {
        Ok(Some(count)) => inner.worst_case(count),
        Ok(None) if inner.may_grow() => WorstCase::Unbounded(TIMEOUT_GROWS),
        Err(unknown) if inner.may_grow() => inner.worst_case(1).and(unknown),
        Ok(None) | Err(_) => inner.worst_case(1),
    };
    last.and(limit)
}

/// How many attempts there are; none for no limit.
fn count(retry: &Retry) -> Result<Option<u32>, WorstCase> {
    match retry.max_attempts.as_ref().map(|setting| &setting.value) {
        Some(MaxAttempts::Count(Value::Known(count))) => Ok(Some(*count)),
        Some(MaxAttempts::Count(Value::Expr(expr))) => Err(WorstCase::depends_on(shown(expr))),
        Some(MaxAttempts::Unlimited) => Ok(None),
        None => retry.policy.as_ref().map_or(Ok(Some(MAX_ATTEMPTS)), |it| Err(WorstCase::depends_on(shown(&it.value)))),
    }
}

fn attempts(inner: Layers<'_>, count: u32) -> WorstCase {
    if inner.may_grow() && count <= ADDED_UP {
        let zero = WorstCase::Within(Sum::zero());
        return (1..=count).fold(zero, |sum, attempt| sum.and(inner.worst_case(attempt).times(1)));
    }
    inner.worst_case(count).times(count)
}

/// Every delay as long as it can be: as computed, as a server asks, or until a refusal is over.
fn delays(retry: &Retry, inner: Layers<'_>, count: u32) -> WorstCase {
    let Some(delays) = Delays::greatest(retry, retry.policy.is_none()) else {
        return WorstCase::DependsOn(unknown_of_delays(retry));
    };
    let asked = retry.asks().then(|| max_retry_after(retry));
    let open = inner.longest_refusals(|refusal| waits_for(retry, refusal)).reduce(longer);
    match (known(asked.as_ref()), known(open.as_ref())) {
        (Some(asked), Some(open)) => {
            let (asked, open) = (asked.as_secs_f64(), open.as_secs_f64());
            // Jitter is added to an open time, lest all who wait come back at once.
            let waited = |delay: f64| if is_jittered(retry) { open + delay } else { open.max(delay) };
            WorstCase::Within(Sum::known(delays.sum_of(count, |delay| waited(delay).max(asked))))
        }
        _ => {
            let computed = WorstCase::Within(Sum::known(delays.sum(count)));
            [asked, open].into_iter().flatten().fold(computed, |sum, it| sum.and(it.times(count.saturating_sub(1))))
        }
    }
}

/// The time, if it is known; what nobody waits for takes none.
fn known(worst_case: Option<&WorstCase>) -> Option<Duration> {
    match worst_case {
        None => Some(Duration::ZERO),
        Some(WorstCase::Within(time)) => time.as_known(),
        Some(_) => None,
    }
}

fn is_jittered(retry: &Retry) -> bool {
    !matches!(retry.jitter, Some(Setting { value: Jitter::None, .. }))
}

/// A time that is at least as long as each of two.
fn longer(left: WorstCase, right: WorstCase) -> WorstCase {
    match (known(Some(&left)), known(Some(&right))) {
        (Some(left), Some(right)) => WorstCase::Within(Sum::known(left.max(right))),
        _ => left.and(right),
    }
}

fn max_retry_after(retry: &Retry) -> WorstCase {
    match (WorstCase::of_setting(&retry.max_retry_after), &retry.policy) {
        (Some(given), _) => given,
        (None, Some(policy)) => WorstCase::depends_on(shown(&policy.value)),
        (None, None) => WorstCase::Within(Sum::known(MAX_RETRY_AFTER)),
    }
}

/// The values that the delays depend on.
fn unknown_of_delays(retry: &Retry) -> Vec<String> {
    let durations = [&retry.base_delay, &retry.max_delay].map(|setting| setting.as_ref().map(|it| &it.value));
    let mut unknown: Vec<String> = durations.into_iter().flatten().filter_map(written).collect();
    unknown.extend(retry.exponential_base.as_ref().and_then(|base| written(&base.value)));
    unknown.extend(retry.pauses().into_iter().flat_map(Pauses::exprs).map(shown));
    if let Some(Backoff::Function(function)) = retry.backoff.as_ref().map(|backoff| &backoff.value) {
        unknown.push(shown(function));
    }
    if let Some(Jitter::Expr(expr)) = retry.jitter.as_ref().map(|jitter| &jitter.value) {
        unknown.push(shown(expr));
    }
    unknown.extend(retry.policy.as_ref().map(|policy| shown(&policy.value)));
    unknown
}

fn written<T>(value: &Value<T>) -> Option<String> {
    match value {
        Value::Expr(expr) => Some(shown(expr)),
        Value::Known(_) => None,
    }
}

fn shown(expr: &impl ToTokens) -> String {
    span(&code(expr))
}
