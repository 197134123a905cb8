//! One stack of attributes for many functions: `policy!` defines it, and `#[apply]` puts it on a function, or on the
//! methods of an `impl`.
//!
//! Input
//!
//! ```text
//! policy! { pub(crate) upstream = #[retry] #[timeout(crate::LIMIT)]; }
//!
//! #[apply(upstream, timeout(9s))]
//! impl Client { async fn user(&self) -> Result<User, ApiError> { BODY } }
//! ```
//!
//! What each macro writes; `FACADE` is `$crate` of the facade's `policy!`
//!
//! ```text
//! // policy!
//! macro_rules! __resilient_upstream { ($($call:tt)*) => {
//!     FACADE::__stack! { (FACADE) [of_stack upstream __resilient_upstream retry() …] $($call)* }
//! } }
//! pub(crate) use __resilient_upstream as upstream;
//! // apply
//! upstream! { [upstream] [] [timeout(9s)] [] { impl Client { … } } }
//! // __stack!
//! impl Client {
//!     #[FACADE::apply((FACADE) [of_stack upstream …] method [upstream] [] [timeout(9s)] [])]
//!     async fn user(&self) -> Result<User, ApiError> { BODY }
//! }
//! ```
//!
//! This second `apply` does what the top attribute of a function does. It is an attribute of each function, so that
//! errors and descriptions have the function's own line, and other attributes of the `impl` meet what they would meet if
//! the stack were written out.

mod applied;
mod apply;
mod define;
mod holder;
mod hygiene;
mod impl_items;
mod merge;
mod methods;
mod paths;
mod stack;

pub(crate) use self::apply::apply;
pub(crate) use self::define::policy;
pub(crate) use self::stack::stack;
