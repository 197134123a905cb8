//! A body on another thread.

use std::hint::black_box;

use resilient::{bulkhead, timeout};

use super::{Answer, body};
use crate::harness::Kind::{Bare, Hand, Ours, Peer};
use crate::harness::{Calls, Contender, Put, Question};

pub(super) fn round_trip() -> Question {
    #[bulkhead(name = "benches: threads", threads = 1)]
    async fn ours(id: u64) -> Answer {
        Ok(black_box(id))
    }

    #[bulkhead(name = "benches: threads", threads)]
    fn ours_sync(id: u64) -> Answer {
        Ok(black_box(id))
    }

    #[timeout(1s)]
    fn timeout_sync(id: u64) -> Answer {
        Ok(black_box(id))
    }

    let spawned = async move |id| tokio::task::spawn_blocking(move || Answer::Ok(black_box(id))).await;
    Question {
        id: "threads/round-trip",
        title: "Threads: there and back, the body is ready at once",
        note: "The other thread waits for work, so each way wakes a thread.",
        put: Put::Calls(Calls {
            contenders: vec![
                Contender::future("bare call", Bare, body),
                Contender::future("`#[bulkhead(threads = 1)]`", Ours, ours),
                Contender::future("the same in a sync function", Ours, async move |id| ours_sync(id)),
                Contender::future("`#[timeout(1s)]` in a sync function", Hand, async move |id| timeout_sync(id)),
                Contender::future("`tokio::task::spawn_blocking`", Peer, spawned),
            ],
            shared: false,
        }),
    }
}
