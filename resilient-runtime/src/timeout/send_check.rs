//! What a timeout takes to the thread on which it runs the body of a sync function.

/// Asked for by generated code of each argument, so that the compiler says why it has to be `Send`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot go to another thread, and a timeout runs the body of a sync function on one",
    label = "`{Self}` is not `Send`",
    note = "use a type that is `Send`, such as `Arc` in place of `Rc`; or make the function async; or write `cooperative`, \
            which runs the body in place"
)]
pub trait Crosses {
    /// Does nothing.
    fn crosses(&self) {}
}

#[diagnostic::do_not_recommend]
impl<T: Send> Crosses for T {}

/// Asked for of what a timeout brings back from that thread.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot come back from another thread, and a timeout runs the body of a sync function on one",
    label = "`{Self}` is not `Send`",
    note = "return a type that is `Send`, such as `Box<dyn Error + Send + Sync>`; or make the function async; or write \
            `cooperative`, which runs the body in place"
)]
pub trait ComesBack: Send {}

#[diagnostic::do_not_recommend]
impl<T: Send> ComesBack for T {}
