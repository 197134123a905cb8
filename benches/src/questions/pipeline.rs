//! Retry, timeout and a limit of calls in flight as a value, and tower's layers that do the same.

use std::sync::Arc;

use resilient::{Bulkhead, BulkheadPolicy, Pipeline, RetryPolicy, bulkhead, retry, timeout};

use super::peers::{LIMIT, tower_stack};
use super::{Answer, ApiError, body, yielding_body};
use crate::harness::Kind::{Bare, Ours};
use crate::harness::{Calls, Contender, Put, Question};

const SLOTS: usize = 64;

pub(super) fn ready() -> Question {
    #[retry]
    #[timeout(1s)]
    #[bulkhead(max_concurrent = 64)]
    async fn attributes(id: u64) -> Answer {
        body(id).await
    }

    let attributes = Contender::future("the same as attributes", Ours, attributes);
    question("pipeline/ready", "A pipeline: the body is ready at once", body, attributes)
}

pub(super) fn yielding() -> Question {
    #[retry]
    #[timeout(1s)]
    #[bulkhead(max_concurrent = 64)]
    async fn attributes(id: u64) -> Answer {
        yielding_body(id).await
    }

    let attributes = Contender::future("the same as attributes", Ours, attributes);
    question("pipeline/yielding", "A pipeline: the body yields once", yielding_body, attributes)
}

fn question<F>(id: &'static str, title: &'static str, body: fn(u64) -> F, attributes: Contender) -> Question
where
    F: Future<Output = Answer> + Send + 'static,
{
    let bare = Contender::future("bare call", Bare, async move |id| body(id).await);
    let contenders = vec![bare, pipeline(body), attributes, tower_stack(SLOTS, body)];
    Question { id, title, note: NOTE, put: Put::Calls(Calls { contenders, shared: true }) }
}

const NOTE: &str = "Retry, timeout, bulkhead: as a `Pipeline` that is built at run time, as attributes, and as tower's \
                    layers.";

fn pipeline<F>(body: fn(u64) -> F) -> Contender
where
    F: Future<Output = Answer> + Send + 'static,
{
    let slots = Arc::new(Bulkhead::new("bench.pipeline", BulkheadPolicy::new(64)));
    let layers = Pipeline::new().retry(RetryPolicy::new()).timeout(LIMIT).bulkhead(&slots);
    let pipeline: Pipeline<ApiError> = layers.build().expect("nothing contradicts");
    Contender::future("`Pipeline`: retry, timeout, bulkhead", Ours, async move |id| {
        pipeline.run(|| body(id)).await.map_err(|_| ApiError::Refused)
    })
}
