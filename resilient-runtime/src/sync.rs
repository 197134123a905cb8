//! The only file that knows where atomics come from, so that a model checker can stand in for the standard ones.

pub(crate) use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
