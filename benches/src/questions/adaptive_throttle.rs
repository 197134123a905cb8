//! A call through an adaptive throttle that sheds nothing.

use std::hint::black_box;

use resilient::{adaptive_throttle, circuit_breaker};

use super::{Answer, body};
use crate::harness::Kind::{Bare, Ours};
use crate::harness::{Calls, Contender, Put, Question};

pub(super) fn admitting() -> Question {
    #[adaptive_throttle(name = "bench.throttle", window = 10s)]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    #[circuit_breaker(name = "bench.throttle.breaker", failure_rate = 0.5, window = 10s)]
    async fn breaker(id: u64) -> Answer {
        Ok(black_box(id))
    }

    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[adaptive_throttle(window = 10s)]`", Ours, ours),
        Contender::future("`#[circuit_breaker(window = 10s, …)]`", Ours, breaker),
    ];
    Question {
        id: "adaptive_throttle/admitting",
        title: "Adaptive throttle: nothing failed, the call is let through",
        note: "No peer has one. Both count calls by time, so our breaker stands beside it.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}
