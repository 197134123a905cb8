//! Calls with a retry whose retries are a share of the calls.

use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;

use resilient::{RetryBudget, retry, retry_budget};
use tower::retry::Policy;
use tower::retry::budget::{Budget, TpsBudget};
use tower::{ServiceBuilder, service_fn};

use super::{Answer, ApiError, body};
use crate::harness::Kind::{Bare, Ours, Peer};
use crate::harness::{Calls, Contender, Put, Question};

/// tower's retry in a budget, without delays.
#[derive(Clone)]
struct InBudget(Arc<TpsBudget>);

impl InBudget {
    /// So many retries for each call, and none by time.
    fn new(share: f32) -> Self {
        Self(Arc::new(TpsBudget::new(Duration::from_secs(10), 0, share)))
    }
}

impl<T, E> Policy<u64, T, E> for InBudget {
    type Future = Ready<()>;

    fn retry(&mut self, _: &mut u64, result: &mut Result<T, E>) -> Option<Ready<()>> {
        if result.is_ok() {
            self.0.deposit();
            return None;
        }
        self.0.withdraw().then(|| ready(()))
    }

    fn clone_request(&mut self, id: &u64) -> Option<u64> {
        Some(*id)
    }
}

pub(super) fn first() -> Question {
    #[retry_budget(share = 0.2)]
    static BUDGET: RetryBudget;

    #[retry(budget = BUDGET)]
    async fn ours(id: u64) -> Answer {
        body(id).await
    }

    #[retry]
    async fn without(id: u64) -> Answer {
        body(id).await
    }

    async fn by_hand(id: u64) -> Answer {
        BUDGET.record_call();
        body(id).await
    }

    let budget = InBudget::new(0.2).0;
    let tower_by_hand = async move |id| {
        budget.deposit();
        body(id).await
    };
    let tower =
        ServiceBuilder::new().layer(tower::retry::RetryLayer::new(InBudget::new(0.2))).service(service_fn(body));
    let contenders = vec![
        Contender::future("bare call", Bare, body),
        Contender::future("`#[retry(budget = BUDGET)]`", Ours, ours),
        Contender::future("`#[retry]` without a budget", Ours, without),
        Contender::future("`RetryBudget::record_call` alone", Ours, by_hand),
        Contender::service("tower, retry with a `TpsBudget`", Peer, tower),
        Contender::future("tower, `TpsBudget::deposit` alone", Peer, tower_by_hand),
    ];
    Question {
        id: "retry_budget/first",
        title: "Retry in a budget: the first attempt succeeds",
        note: "tower's budget has slots of time, and reads the clock in each call.",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}

async fn failing_body(id: u64) -> Answer {
    body(id).await.and(Err(ApiError::Failed))
}

/// No call earns a whole token while this runs.
pub(super) fn refused() -> Question {
    #[retry(budget(share = 0.000_000_001, min_per_second = 0))]
    async fn ours(id: u64) -> Answer {
        failing_body(id).await
    }

    let tower = ServiceBuilder::new()
        .layer(tower::retry::RetryLayer::new(InBudget::new(0.0)))
        .service(service_fn(failing_body));
    let contenders = vec![
        Contender::future("bare call", Bare, failing_body),
        Contender::future("`#[retry(budget(…))]`", Ours, ours),
        Contender::service("tower, retry with a `TpsBudget`", Peer, tower),
    ];
    Question {
        id: "retry_budget/refused",
        title: "Retry in a budget: the attempt fails, and there is no token",
        note: "",
        put: Put::Calls(Calls { contenders, shared: true }),
    }
}
