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

    Question {
        id: "pipeline/ready",
        title: "A pipeline: the body is ready at once",
        note: NOTE,
        put: Put::Calls(Calls {
            contenders: vec![
                Contender::future("bare call", Bare, body),
                pipeline(body),
                Contender::future("the same as attributes", Ours, attributes),
                tower_stack(SLOTS, body),
            ],
            shared: true,
        }),
    }
}

pub(super) fn yielding() -> Question {
    #[retry]
    #[timeout(1s)]
    #[bulkhead(max_concurrent = 64)]
    async fn attributes(id: u64) -> Answer {
        yielding_body(id).await
    }

    Question {
        id: "pipeline/yielding",
        title: "A pipeline: the body yields once",
        note: NOTE,
        put: Put::Calls(Calls {
            contenders: vec![
                Contender::future("bare call", Bare, yielding_body),
                pipeline(yielding_body),
                Contender::future("the same as attributes", Ours, attributes),
                tower_stack(SLOTS, yielding_body),
            ],
            shared: true,
        }),
    }
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
