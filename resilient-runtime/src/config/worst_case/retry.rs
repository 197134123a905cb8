//! The worst case of all attempts and the delays between them.

use std::time::Duration;

use resilient_rules::worst_case::{NO_LIMIT_OF_ATTEMPTS as NO_LIMIT, TIMEOUT_GROWS as GROWS};

use super::bound::Bound;
use super::layers::{InEffect, Layers};
use crate::core::error::ErrorKind;
use crate::registry::functions::LayerKind;
use crate::retry::settings::Settings;

/// Attempts that are added up one by one where each may take longer than the one before.
const ADDED_UP: u32 = 1_000;

pub(super) fn worst_case(layer: &InEffect<'_>, below: Layers<'_>) -> Bound {
    match layer.retry() {
        Some(settings) => by_count(layer, settings, below).or(by_time(settings, below)),
        None => below.worst_case(1).and(layer.unknown()),
    }
}

/// Every attempt as long as it can be, and every delay between them.
fn by_count(layer: &InEffect<'_>, settings: &Settings, below: Layers<'_>) -> Bound {
    match settings.most_attempts() {
        Some(count) => attempts(below, count).and(delays(layer, settings, below, count)),
        None => below.worst_case(1).and(Bound::Unbounded(NO_LIMIT)),
    }
}

/// No delay begins that would end too late, so the last attempt begins in time.
fn by_time(settings: &Settings, below: Layers<'_>) -> Bound {
    let last = match settings.most_attempts() {
        Some(count) => below.worst_case(count),
        None if below.may_grow() => Bound::Unbounded(GROWS),
        None => below.worst_case(1),
    };
    last.and(settings.most_elapsed().map_or(Bound::Unbounded(NO_LIMIT), Bound::within))
}

fn attempts(below: Layers<'_>, count: u32) -> Bound {
    if below.may_grow() && count <= ADDED_UP {
        let zero = Bound::within(Duration::ZERO);
        return (1..=count).fold(zero, |sum, attempt| sum.and(below.worst_case(attempt).times(1)));
    }
    below.worst_case(count).times(count)
}

/// Every delay as long as it can be: as computed, as a server asks, or until a refusal is over.
fn delays(layer: &InEffect<'_>, settings: &Settings, below: Layers<'_>, count: u32) -> Bound {
    let asks = layer.has("retry_after") || layer.has("retry_after_ok");
    let asked = if asks { settings.most_retry_after() } else { Duration::ZERO };
    let waits_for = |kind| match kind {
        LayerKind::CircuitBreaker => settings.retries(ErrorKind::CircuitOpen),
        LayerKind::RateLimit => settings.retries(ErrorKind::RateLimited),
        _ => false,
    };
    let zero = Bound::within(Duration::ZERO);
    let open = below.longest_refusals(waits_for).fold(zero, |longest, refusal| match (longest, refusal) {
        (Bound::Within(longest, _), Bound::Within(refusal, _)) => Bound::within(longest.max(refusal)),
        (longest, refusal) => longest.and(refusal),
    });
    match open {
        Bound::Within(open, _) => {
            settings.longest_delays(count, open, asked).map_or_else(|| layer.unknown(), Bound::within)
        }
        unknown => unknown,
    }
}
