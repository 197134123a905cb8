//! The same stacks of the guards that attributes put around a body, one in another.

use std::pin::Pin;
use std::time::Duration;

use super::{ANSWER, Fault, Kind, Script, States, counts, is_answered, retry};
use crate::bulkhead::guard::SlotGuard;
use crate::circuit_breaker::guard::BreakerGuard;
use crate::core::error::Failure;
use crate::core::lift::Lift;
use crate::core::name::Name;
use crate::deadline::current::too_late;
use crate::timeout::guard::Limit;
use crate::timeout::policy::TimeoutPolicy;

type Call<'a> = Pin<Box<dyn Future<Output = Result<u32, Failure<Fault>>> + 'a>>;

const NAME: Name = Name::new(&"guards");

pub(super) fn call<'a>(states: &'a States, script: &'a Script<'a>) -> Call<'a> {
    layer(states, script, 0)
}

fn layer<'a>(states: &'a States, script: &'a Script<'a>, index: usize) -> Call<'a> {
    let Some(kind) = states.kinds.get(index) else {
        return Box::pin(async { Lift::new(script.act()).await.map_err(Failure::widen) });
    };
    let number = |kind: fn(&Kind) -> bool| states.kinds[..index].iter().filter(|it| kind(it)).count();
    let below = move || layer(states, script, index + 1);
    match *kind {
        Kind::Retry { attempts, delay } => Box::pin(async move { retry(attempts, delay).try_run(below).await }),
        Kind::Breaker { .. } => {
            let breaker = &states.breakers[number(|kind| matches!(kind, Kind::Breaker { .. }))];
            Box::pin(BreakerGuard::new(breaker, below(), counts))
        }
        Kind::Timeout { limit } => {
            let policy = TimeoutPolicy::new(Duration::from_millis(limit));
            Box::pin(Limit::new(&policy, 1, NAME).guard(below()))
        }
        Kind::Bulkhead { .. } => {
            let bulkhead = &states.bulkheads[number(|kind| matches!(kind, Kind::Bulkhead { .. }))];
            Box::pin(SlotGuard::new(bulkhead, below()))
        }
        Kind::Fallback => {
            let is_limited = number(|kind| matches!(kind, Kind::Timeout { .. })) > 0;
            Box::pin(async move {
                match below().await {
                    Err(Failure::Inner(fault)) if !is_answered(&fault) => Err(Failure::Inner(fault)),
                    Ok(value) => Ok(value),
                    Err(_) => match too_late().filter(|_| is_limited) {
                        Some(refusal) => Err(Failure::Refused(refusal)),
                        None => Ok(ANSWER),
                    },
                }
            })
        }
    }
}
