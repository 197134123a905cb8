//! What is wrong with the layers of a pipeline.

use std::fmt;

/// Why a [`Pipeline`](crate::Pipeline) cannot be built: everything that is wrong with its layers, in the words of the
/// compile errors of attributes, with what to do instead.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{Pipeline, RetryPolicy};
///
/// let twice: Result<Pipeline<String>, _> =
///     Pipeline::new().retry(RetryPolicy::new()).retry(RetryPolicy::new()).build();
/// let error = twice.unwrap_err();
/// assert_eq!(error.problems().count(), 1);
/// assert!(error.to_string().contains("two `retry`s multiply their attempts"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineError {
    name: String,
    problems: Vec<String>,
}

impl PipelineError {
    /// Everything that is wrong, the outermost layer first.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().map(String::as_str)
    }

    pub(super) const fn new(name: String, problems: Vec<String>) -> Self {
        Self { name, problems }
    }
}

impl fmt::Display for PipelineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pipeline {:?}: {}", self.name, self.problems.join("; "))
    }
}

impl std::error::Error for PipelineError {}
