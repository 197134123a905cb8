//! What the rules of an attribute may know.

use syn::Signature;

use crate::diagnostics::Errors;
use crate::facts::Facts;

/// The rules that an attribute brings with it.
pub(crate) trait Rules {
    /// About its own settings. If they are `complete`, one that is missing was not given; what a `policy` leaves open
    /// is not known, so with one, rules about defaults do not apply.
    fn check(&self, complete: bool, errors: &mut Errors);

    /// About the attributes above and below it.
    fn check_place(&self, _place: &Place, _errors: &mut Errors) {}

    /// About the function.
    fn check_function(&self, _sig: &Signature, _errors: &mut Errors) {}
}

/// An attribute's facts, and whether a missing setting means that it was not given.
#[derive(Clone, Copy)]
pub(crate) struct Checked<'a> {
    pub(crate) facts: &'a Facts<'a>,
    /// All that was written could be read: a setting that is missing was not given.
    pub(crate) complete: bool,
}

/// Where an attribute stands.
pub(crate) struct Place<'a> {
    pub(crate) complete: bool,
    /// The outermost first, as below.
    pub(crate) above: &'a [Checked<'a>],
    pub(crate) below: &'a [Checked<'a>],
    pub(crate) is_async: bool,
}
