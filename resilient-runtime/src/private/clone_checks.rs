//! Copies of arguments that are needed more than once, with one trait for each reason.
//!
//! Generated code calls `CopiedForAttempt::copied(&argument)` and the like. Each trait has an error message that names
//! its reason. The call is by path, so that the error about a type that is not `Clone` points at the argument and shows
//! no function of this crate.

macro_rules! copied {
    ($name:ident, $bound:ident, $message:literal, $label:literal, $note:literal) => {
        #[doc = $label]
        #[diagnostic::on_unimplemented(message = $message, label = $label, note = $note)]
        pub trait $name {
            /// The copy.
            #[must_use]
            fn copied(&self) -> Self;
        }

        #[diagnostic::do_not_recommend]
        impl<T: $bound> $name for T {
            fn copied(&self) -> Self {
                self.clone()
            }
        }
    };
}

copied!(
    CopiedForAttempt,
    Clone,
    "`{Self}` is not `Clone`, and each attempt has a copy of its own of an argument declared `mut`",
    "this is copied for each attempt, so that none sees what an earlier one did to it",
    "`#[derive(Clone)]` on `{Self}`, or remove the `mut` here and make what changes inside the body"
);

copied!(
    CopiedForBody,
    Clone,
    "`{Self}` is not `Clone`, and a setting may look at the arguments after the body, which has a copy of one declared `mut`",
    "this is copied for the body, so that the setting sees it as it was",
    "`#[derive(Clone)]` on `{Self}`, or remove the `mut` here and make what changes inside the body"
);

copied!(
    CopiedForRewritten,
    Clone,
    "`{Self}` is not `Clone`, and an attribute above, which has rewritten the body, takes this argument away in it",
    "this is copied for the body, because it is needed again afterwards",
    "write that attribute below the attributes of `resilient`, where it acts on the whole call; or `#[derive(Clone)]` on `{Self}`"
);

copied!(
    SelfCopiedForRewritten,
    Copy,
    "`{Self}` is not `Copy`, and an attribute above, which has rewritten the body, takes `self` away in it",
    "this is needed again afterwards, and cannot be copied under its name",
    "write that attribute below the attributes of `resilient`, where it acts on the whole call"
);

copied!(
    CopiedForThread,
    Clone,
    "`{Self}` is not `Clone`, and the body, which runs on another thread, takes a copy of each argument with it",
    "this is copied, because it is needed again after the timeout",
    "`#[derive(Clone)]` on `{Self}`, wrap it in an `Arc`, or write `cooperative` to run the body in place"
);

copied!(
    CopiedForBulkhead,
    Clone,
    "`{Self}` is not `Clone`, and the body, which runs on a thread of the bulkhead, takes a copy of each argument with it",
    "this is copied, because it is needed again after the body",
    "`#[derive(Clone)]` on `{Self}`, or wrap it in an `Arc`"
);

copied!(
    SelfCopiedForBulkhead,
    Copy,
    "`{Self}` is not `Copy`, so `self` cannot go to the thread on which the body runs and be needed again",
    "each attempt takes `self` with it, or a fallback needs it afterwards, and it cannot be copied under its name",
    "move the body into a function that owns its arguments, and put the bulkhead there"
);

copied!(
    CopiedForFallback,
    Clone,
    "`{Self}` is not `Clone`, and an argument that is needed again is copied for a fallback",
    "this is copied, because the fallback takes it and something needs it afterwards",
    "`#[derive(Clone)]` on `{Self}`, or write a closure that borrows the argument: `#[fallback(|_| …)]`"
);

copied!(
    SelfCopiedForThread,
    Copy,
    "`{Self}` is not `Copy`, so `self` cannot go to the thread on which the body runs and be needed again",
    "each attempt takes `self` with it, or a fallback needs it afterwards, and it cannot be copied under its name",
    "move the body into a function that owns its arguments, or write `cooperative`, which runs the body in place"
);

copied!(
    CopiedForHedge,
    Clone,
    "`{Self}` is not `Clone`, and each attempt of a sync `hedge`, which runs on a thread of its own, takes a copy of each argument with it",
    "this is copied for each attempt",
    "`#[derive(Clone)]` on `{Self}`, wrap it in an `Arc`, or make the function async, whose attempts share it"
);

copied!(
    SelfCopiedForHedge,
    Copy,
    "`{Self}` is not `Copy`, so `self` cannot go to the threads on which the attempts of a sync `hedge` run",
    "each attempt takes `self` with it, and it cannot be copied under its name",
    "move the body into a function that owns its arguments, or make the function async, whose attempts share `self`"
);
