//! From `#[apply(upstream)]` to the stack. A stack is a `macro_rules!` macro, so its name is found by the compiler like
//! any other: in another module, in another crate, through an import. `apply` calls it with the item, and the macro adds
//! what the stack consists of.
//!
//! ```text
//! #[retry]
//! #[apply(crate::upstream, timeout(9s))]
//! async fn user() -> Result<User, ApiError> { BODY }
//! ```
//!
//! becomes
//!
//! ```text
//! crate::upstream! { [crate::upstream] [retry()] [timeout(9s)] [apply] { async fn user() … } }
//! ```

pub(crate) mod call;
pub(crate) mod options;
