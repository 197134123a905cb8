//! A hedged call that ends before another attempt is due.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};

use resilient::{hedge, timeout};
use tower::hedge::{Hedge, Policy};
use tower::{Service, service_fn};

use super::peers::{HOUR, LIMIT};
use super::{Answer, yielding_body};
use crate::harness::Kind::{Bare, Hand, Ours, Peer};
use crate::harness::{Calls, Contender, Put, Question};

/// Each call may be hedged.
#[derive(Clone)]
struct Each;

impl Policy<u64> for Each {
    fn clone_request(&self, id: &u64) -> Option<u64> {
        Some(*id)
    }

    fn can_retry(&self, _: &u64) -> bool {
        true
    }
}

pub(super) fn yielding() -> Question {
    #[hedge(delay = 1s)]
    async fn ours(id: u64) -> Answer {
        yielding_body(id).await
    }

    #[timeout(1s)]
    async fn limited(id: u64) -> Answer {
        yielding_body(id).await
    }

    async fn by_hand(id: u64) -> Answer {
        let mut first = pin!(yielding_body(id));
        let second = async {
            tokio::time::sleep(LIMIT).await;
            yielding_body(id).await
        };
        tokio::select! {
            biased;
            answer = &mut first => answer,
            answer = second => answer,
        }
    }

    let contenders = vec![
        Contender::future("bare call", Bare, yielding_body),
        Contender::future("`#[hedge(delay = 1s)]`", Ours, ours),
        Contender::future("`#[timeout(1s)]`", Ours, limited),
        Contender::future("hand-written: `tokio::select!` of the call and of a sleep before another", Hand, by_hand),
        tower(),
    ];
    Question {
        id: "hedge/yielding",
        title: "Hedge: the body yields once, and ends before the delay",
        note: "tower measures its delay: here each call before took a second. Whatever ends first is its result, an \
               error too, which also holds for the hand-written one. Neither has a budget, nor statistics. tower's \
               service is not `Clone`, and so stands in a mutex.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

fn tower() -> Contender {
    const SECOND: &[u64] = &[1_000];
    let hedge = Hedge::new_with_mock_latencies(service_fn(yielding_body), Each, 0, 0.9, HOUR, SECOND);
    let hedge = Mutex::new(hedge);
    Contender::future("tower", Peer, async move |id| {
        let lock = || hedge.lock().unwrap_or_else(PoisonError::into_inner);
        poll_fn(|context| lock().poll_ready(context)).await?;
        let call = lock().call(id);
        call.await
    })
}
