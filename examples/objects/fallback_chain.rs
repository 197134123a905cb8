//! A chain of fallbacks that is built at run time, from a list of sources.

use resilient::pipeline::{Fallback, PipelineError};
use resilient::{Failure, Pipeline};

use super::service::{Service, ServiceError};

pub struct Prices {
    pipeline: Pipeline<ServiceError, String>,
}

impl Prices {
    /// The sources in the order in which they are asked when the service fails, as `name: price`; without a price, a
    /// source has none.
    pub fn new(sources: &[&str]) -> Result<Self, PipelineError> {
        let chain: Vec<_> = sources.iter().map(|source| ask((*source).to_owned())).collect();
        Ok(Self { pipeline: Pipeline::new().named("prices").fallbacks(chain).build()? })
    }

    pub async fn of(&self, service: &Service, article: &str) -> Result<String, Failure<ServiceError>> {
        self.pipeline.run(|| service.get(article)).await
    }
}

/// A source that takes its time.
fn ask(source: String) -> Fallback<ServiceError, String> {
    Fallback::run(move |_| {
        let source = source.clone();
        async move {
            tokio::task::yield_now().await;
            match source.split_once(": ") {
                Some((name, price)) if !price.is_empty() => Ok(format!("{price}, by the {name}")),
                _ => Err(ServiceError("not there")),
            }
        }
    })
}
