//! A call whose end a listener is notified of.

use std::hint::black_box;
use std::time::Instant;

use resilient::circuit_breaker;
use resilient::events::Kinds;

use super::{Answer, body};
use crate::harness::Kind::{Bare, Hand, Ours};
use crate::harness::{Calls, Contender, Put, Question};

#[circuit_breaker(name = "bench.heard")]
async fn heard(id: u64) -> Answer {
    Ok(black_box(id))
}

#[circuit_breaker(name = "bench.unheard")]
async fn unheard(id: u64) -> Answer {
    Ok(black_box(id))
}

async fn clock_alone(id: u64) -> Answer {
    let start = Instant::now();
    let answer = body(id).await;
    black_box(start.elapsed());
    answer
}

pub(super) fn delivered() -> Question {
    let finished = resilient::events().kinds(Kinds::CALLS).function(concat!(module_path!(), "::heard"));
    let listening = finished.expect("the function is above").subscribe(|event| _ = black_box(event));
    let heard = async move |id| {
        // Held as long as the question is asked.
        let _listening = &listening;
        heard(id).await
    };
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[circuit_breaker]`, a listener is notified of each call", Ours, heard),
        Contender::future("`#[circuit_breaker]`, the listener wants another function's calls", Ours, unheard),
        Contender::future("two readings of `Instant::now` alone", Hand, clock_alone),
    ];
    Question {
        id: "events/delivered",
        title: "Events: a listener wants to know how calls end",
        note: "With nobody who listens, see the closed breaker above: the calls cost then what they cost there.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}
