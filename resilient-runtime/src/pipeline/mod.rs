//! A stack of policies as a value: what attributes write into a function, a [`Pipeline`](crate::Pipeline) interprets.
//!
//! It is built once, in reading order, and runs any number of operations: for limits that each instance has, for
//! settings that are read from a configuration, and for a list of layers that is known only at run time.

mod body;
mod builder;
mod call;
mod contradictions;
mod error;
mod fallback;
mod filters;
mod hedge_layer;
mod holds;
mod into_layer;
mod layer;
mod leave;
mod ledger;
mod of_one_type;
mod operations;
mod or;
#[expect(clippy::module_inception, reason = "the file of the type that gives the folder its name")]
pub(crate) mod pipeline;
mod racing;
mod rate_layer;
mod reads;
mod retry_layer;
mod run;
#[cfg(all(test, not(resilient_loom)))]
mod tests;
pub(crate) mod thread_pipeline;
mod threads_of_one_type;
mod waiting;

pub use builder::PipelineBuilder;
pub use error::PipelineError;
pub use fallback::Fallback;
pub use into_layer::{IntoLayer, Shared};
pub use of_one_type::PipelineOf;
pub use threads_of_one_type::ThreadPipelineOf;
