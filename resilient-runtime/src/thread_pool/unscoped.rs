//! Without the feature `testing` no job runs in the scope of a test.

#[derive(Clone)]
pub(super) struct InScope;

#[expect(clippy::unused_self, reason = "with the feature it has one")]
impl InScope {
    #[inline]
    pub(super) const fn here() -> Self {
        Self
    }

    #[inline]
    pub(super) fn run<R>(self, job: impl FnOnce() -> R) -> R {
        job()
    }

    #[inline]
    pub(super) const fn is_seated(&self) {}

    #[inline]
    pub(super) const fn end_wait(self) {}

    #[inline]
    pub(super) const fn publish(self) {}

    #[inline]
    pub(super) const fn take(&mut self) -> Self {
        Self
    }
}
