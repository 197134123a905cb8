//! The same stacks of the guards that attributes put around a body, one in another.

use std::pin::Pin;
use std::time::Duration;

use super::states::States;
use super::{ANSWER, Fault, Kind, Script, counts, is_minor, retry};
use crate::bulkhead::adaptive::guard::judged;
use crate::bulkhead::guard::SlotGuard;
use crate::core::error::Failure;
use crate::core::lift::{Lift, lift_call};
use crate::core::name::Name;
use crate::deadline::current::too_late;
use crate::outcomes::guard::Guard;
use crate::rate_limit::guard::RateGuard;
use crate::rate_limit::signal::{PausedBy, Pausing};
use crate::timeout::guard::Limit;
use crate::timeout::policy::TimeoutPolicy;

type Call<'a> = Pin<Box<dyn Future<Output = Result<u32, Failure<Fault>>> + 'a>>;

const NAME: Name = Name::new(&"guards");

pub(super) fn call<'a>(states: &'a States, script: &'a Script) -> Call<'a> {
    layer(states, script, 0)
}

fn layer<'a>(states: &'a States, script: &'a Script, index: usize) -> Call<'a> {
    let Some(kind) = states.kinds.get(index) else {
        return Box::pin(async { Lift::new(script.act()).await.map_err(Failure::widen) });
    };
    let number = |kind: fn(&Kind) -> bool| states.kinds[..index].iter().filter(|it| kind(it)).count();
    let below = move || layer(states, script, index + 1);
    match *kind {
        Kind::Retry { .. } => Box::pin(async move {
            let policy = retry(kind);
            match &states.budget {
                Some(budget) => policy.with_budget(budget).try_run(below).await,
                None => policy.try_run(below).await,
            }
        }),
        Kind::Breaker { .. } => {
            let breaker = &states.breakers[number(|kind| matches!(kind, Kind::Breaker { .. }))];
            Box::pin(Guard::new(&**breaker, below(), counts))
        }
        Kind::Throttle { .. } => {
            let throttle = &states.throttles[number(|kind| matches!(kind, Kind::Throttle { .. }))];
            Box::pin(Guard::new(&**throttle, below(), counts))
        }
        Kind::Timeout { limit } => {
            let policy = TimeoutPolicy::new(Duration::from_millis(limit));
            Box::pin(Limit::new(&policy, 1, NAME).guard(below()))
        }
        Kind::Bulkhead { .. } => {
            let bulkhead = &states.bulkheads[number(|kind| matches!(kind, Kind::Bulkhead { .. }))];
            Box::pin(SlotGuard::new(bulkhead, below()))
        }
        Kind::Adaptive { .. } => {
            let bulkhead = &states.adaptive[number(|kind| matches!(kind, Kind::Adaptive { .. }))];
            Box::pin(SlotGuard::new(bulkhead, judged(bulkhead, below(), counts)))
        }
        Kind::Threads { .. } => {
            let threads = states.threads.as_ref().expect("it has threads");
            let body = script.on_a_thread();
            Box::pin(threads.guard(move || lift_call(body)))
        }
        Kind::RateLimit { .. } => {
            let limiter = &states.limiters[number(|kind| matches!(kind, Kind::RateLimit { .. }))];
            let paused = PausedBy {
                errors: Pausing { is_too_many: is_minor, retry_after: |_: &Fault| None },
                values: Pausing { is_too_many: |_: &u32| false, retry_after: |_: &u32| None },
            };
            Box::pin(RateGuard::new(limiter, 1, below(), paused))
        }
        Kind::Fallback => {
            let is_limited = number(|kind| matches!(kind, Kind::Timeout { .. })) > 0;
            fallback(below(), is_limited)
        }
    }
}

fn fallback(below: Call<'_>, is_limited: bool) -> Call<'_> {
    Box::pin(async move {
        match below.await {
            Err(Failure::Inner(fault)) if !is_minor(&fault) => Err(Failure::Inner(fault)),
            Ok(value) => Ok(value),
            Err(_) => match too_late().filter(|_| is_limited) {
                Some(refusal) => Err(Failure::Refused(refusal)),
                None => Ok(ANSWER),
            },
        }
    })
}
