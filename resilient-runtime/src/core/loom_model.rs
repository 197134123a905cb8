//! Runs small models, one property each, in every order in which their threads can interleave.
//!
//! Run by `RUSTFLAGS="--cfg resilient_loom" cargo test -p resilient-runtime --lib loom_tests --release`.

/// Explores with at most three preemptions, or with as many as `LOOM_MAX_PREEMPTIONS` says. More than three have found nothing
/// in models of this size.
pub(crate) fn model(property: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = builder.preemption_bound.or(Some(3));
    builder.check(property);
}
