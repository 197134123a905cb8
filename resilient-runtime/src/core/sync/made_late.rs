//! Loom's atomic, made when it is first used: loom makes its own only within a model, and a constant is made before. A
//! model uses it once before it starts threads.

use std::sync::OnceLock;

use super::model;

#[derive(Debug)]
pub(crate) struct AtomicU32 {
    first: u32,
    made: OnceLock<model::AtomicU32>,
}

impl AtomicU32 {
    pub(crate) const fn new(first: u32) -> Self {
        Self { first, made: OnceLock::new() }
    }

    fn made(&self) -> &model::AtomicU32 {
        self.made.get_or_init(|| model::AtomicU32::new(self.first))
    }

    pub(crate) fn load(&self, ordering: model::Ordering) -> u32 {
        self.made().load(ordering)
    }

    pub(crate) fn store(&self, value: u32, ordering: model::Ordering) {
        self.made().store(value, ordering);
    }
}
