//! A layer of a pipeline is made of a policy, or of the state that it is named after.
//!
//! fix:
//!     fn pipeline() -> Result<Pipeline<String>, PipelineError> {
//!         let slots = resilient::Bulkhead::new("slots", SLOTS);
//!         Pipeline::new().timeout(std::time::Duration::from_secs(2)).bulkhead(slots).build()
//!     }

use resilient::pipeline::PipelineError;
use resilient::{BulkheadPolicy, Pipeline};

const SLOTS: BulkheadPolicy = BulkheadPolicy::new(4);

fn pipeline() -> Result<Pipeline<String>, PipelineError> {
    Pipeline::new().timeout(2).bulkhead(SLOTS).build()
}

fn main() {
    let _ = pipeline();
}
