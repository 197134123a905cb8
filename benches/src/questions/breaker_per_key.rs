//! A call through the closed breaker of its key, one of a few that are known.

use std::collections::HashMap;
use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use layered::{Execute, Service, Stack};
use resilient::circuit_breaker;
use seatbelt::breaker::{Breaker, BreakerId};

use super::peers::{recovery, seatbelt, seatbelt_home};
use super::{Answer, ApiError, body};
use crate::harness::Kind::{Bare, Hand, Ours, Peer};
use crate::harness::{Calls, Contender, Put, Question};

const HOSTS: u64 = 64;
const NAMES: [&str; 4] = ["api.eu.example.com", "api.us.example.com", "images.eu.example.com", "images.us.example.com"];

fn name(id: u64) -> &'static str {
    NAMES[(id % NAMES.len() as u64) as usize]
}

/// Seatbelt's, with a breaker for each key that `key` finds.
fn of_seatbelt(key: impl Fn(&u64) -> BreakerId + Send + Sync + 'static) -> Contender {
    let breaker = Breaker::layer("breaker", &seatbelt())
        .recovery_with(|answer, _| recovery(answer))
        .rejected_input_error(|_, _| ApiError::Refused)
        .failure_threshold(0.5)
        .sampling_duration(Duration::from_secs(10))
        .breaker_id(key);
    let seatbelt = (breaker, Execute::new(body)).into_service();
    Contender::future("seatbelt, `breaker_id`, time window", Peer, async move |id| seatbelt.execute(id).await)
        .at_home_in(seatbelt_home())
}

pub(super) fn numbers() -> Question {
    #[circuit_breaker(name = "bench.key", key = id % HOSTS)]
    async fn in_a_row(id: u64) -> Answer {
        Ok(black_box(id))
    }

    #[circuit_breaker(name = "bench.key.time", key = id % HOSTS, failure_rate = 0.5, window = 10s)]
    async fn in_time(id: u64) -> Answer {
        Ok(black_box(id))
    }

    let streaks: RwLock<HashMap<u64, Arc<AtomicU64>>> =
        RwLock::new((0..HOSTS).map(|host| (host, Arc::new(AtomicU64::new(0)))).collect());
    let by_hand = async move |id: u64| {
        let streak = streaks.read().expect("nobody panics").get(&(id % HOSTS)).map(Arc::clone).expect("it is known");
        if streak.load(Ordering::Acquire) >= 5 {
            return Err(ApiError::Refused);
        }
        let answer = body(id).await;
        if answer.is_ok() && streak.load(Ordering::Acquire) != 0 {
            streak.store(0, Ordering::Release);
        }
        answer
    };
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[circuit_breaker(key = …)]`, failures in a row", Ours, in_a_row),
        Contender::future("`#[circuit_breaker(key = …, window = 10s)]`", Ours, in_time),
        Contender::future("hand-written, a map that never forgets, no statistics", Hand, by_hand),
        of_seatbelt(|id| BreakerId::from(id % HOSTS)),
    ];
    Question {
        id: "breaker_per_key/numbers",
        title: "Breaker per key, closed: 64 known keys, numbers",
        note: "seatbelt keeps every key for ever, and its only breaker has a time window.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

pub(super) fn text() -> Question {
    #[circuit_breaker(name = "bench.key.text", key = name(id))]
    async fn in_a_row(id: u64) -> Answer {
        Ok(black_box(id))
    }

    #[circuit_breaker(name = "bench.key.text.time", key = name(id), failure_rate = 0.5, window = 10s)]
    async fn in_time(id: u64) -> Answer {
        Ok(black_box(id))
    }

    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[circuit_breaker(key = …)]`, failures in a row", Ours, in_a_row),
        Contender::future("`#[circuit_breaker(key = …, window = 10s)]`", Ours, in_time),
        of_seatbelt(|id| BreakerId::from(name(*id))),
    ];
    Question {
        id: "breaker_per_key/text",
        title: "Breaker per key, closed: 4 known keys, host names",
        note: "seatbelt keeps every key for ever. It takes these names without a copy because they are constants; of others \
               it needs a `String` for each call.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}
