//! Checks that arguments and results can move between threads, because a hedge runs each attempt of a sync function on
//! one of its own.

/// Required by generated code of each argument: the error about a type that is not `Send` is this one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot go to another thread, and a hedge runs each attempt of a sync function on one",
    label = "`{Self}` is not `Send`",
    note = "use a type that is `Send`, such as `Arc` in place of `Rc`; or make the function async"
)]
pub trait CrossesForAttempt {
    /// Does nothing.
    fn crosses(&self) {}
}

#[diagnostic::do_not_recommend]
impl<T: Send> CrossesForAttempt for T {}

/// Required of the result, for the same reason.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot come back from another thread, and a hedge runs each attempt of a sync function on one",
    label = "`{Self}` is not `Send`",
    note = "return a type that is `Send`, such as `Box<dyn Error + Send + Sync>`; or make the function async"
)]
pub trait ComesBackFromAttempt: Send {}

#[diagnostic::do_not_recommend]
impl<T: Send> ComesBackFromAttempt for T {}
