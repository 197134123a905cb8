//! A limit that adapts itself to what the callee can do: the settings, the machine that decides, and what calls share.

mod call;
pub(crate) mod guard;
pub(crate) mod limit;
#[cfg(all(test, resilient_loom))]
mod loom_tests;
mod machine;
mod state;

pub(crate) use state::Adaptive;
