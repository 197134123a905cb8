//! How events show the error of a function whose type they do not know.

use std::fmt::Display;

/// An error in an event.
pub(crate) type Shown<'a> = &'a (dyn Display + Sync);

/// Shows errors of type `E`, or not.
pub trait Shows<E> {
    /// Calls `report` with what can be shown of the error.
    fn show(&self, error: &E, report: impl FnOnce(Option<Shown<'_>>));
}

/// Shows errors as they display themselves.
#[derive(Clone, Copy, Debug)]
pub struct ByDisplay;

impl<E: Display + Sync> Shows<E> for ByDisplay {
    fn show(&self, error: &E, report: impl FnOnce(Option<Shown<'_>>)) {
        report(Some(error));
    }
}

/// Shows no errors.
#[derive(Clone, Copy, Debug)]
pub struct NotShown;

impl<E> Shows<E> for NotShown {
    fn show(&self, _: &E, report: impl FnOnce(Option<Shown<'_>>)) {
        report(None);
    }
}
