//! Small models, one property each, in every order in which the threads can meet.
//!
//! Run by `RUSTFLAGS="--cfg resilient_loom" cargo test -p resilient-runtime --lib loom_tests --release`.

/// Explores with at most so many switches away from a thread that could go on; more find no more in such small models.
pub(crate) fn model(property: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(3);
    builder.check(property);
}
