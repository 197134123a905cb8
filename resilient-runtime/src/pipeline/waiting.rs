//! What an async call through a pipeline waits for beside its body.

use std::pin::Pin;

use crate::bulkhead::waiting::SlotWait;
use crate::event::call_events::Cause;
use crate::pipeline::fallback::Answering;
use crate::pipeline::layer::FallbackLayer;
use crate::rate_limit::waiting::PermitWait;

/// What a call waits for beside its body. Boxed where it is large, because few calls do.
pub(super) enum Waiting<'p, E, T> {
    Slot(SlotWait<'p>),
    Permits(Box<PermitWait<'p>>),
    Delay(Pin<Box<dyn Future<Output = ()> + Send>>),
    Answer(Box<Awaited<'p, E, T>>),
}

/// The answer of a fallback that is awaited.
pub(super) struct Awaited<'p, E, T> {
    pub(super) index: usize,
    pub(super) layer: &'p FallbackLayer<E, T>,
    /// In the list of answers.
    pub(super) position: usize,
    /// What it answers.
    pub(super) cause: Cause,
    pub(super) answer: Answering<E, T>,
}
