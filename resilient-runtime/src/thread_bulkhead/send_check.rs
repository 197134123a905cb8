//! Checks that arguments and results can move between threads, because a bulkhead with threads runs the body on one of
//! them.

/// Required by generated code of each argument: the error about a type that is not `Send` is this one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot go to another thread, and a bulkhead with `threads` runs the body on one",
    label = "`{Self}` is not `Send`",
    note = "use a type that is `Send`, such as `Arc` in place of `Rc`, or remove `threads`"
)]
pub trait CrossesToBulkhead {
    /// Does nothing.
    fn crosses(&self) {}
}

#[diagnostic::do_not_recommend]
impl<T: Send> CrossesToBulkhead for T {}

/// Required of the result, for the same reason.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot come back from another thread, and a bulkhead with `threads` runs the body on one",
    label = "`{Self}` is not `Send`",
    note = "return a type that is `Send`, such as `Box<dyn Error + Send + Sync>`, or remove `threads`"
)]
pub trait ComesBackFromBulkhead: Send {}

#[diagnostic::do_not_recommend]
impl<T: Send> ComesBackFromBulkhead for T {}
