//! A limit that adapts itself to what the callee can do: the settings, the machine that decides, and what calls share.

mod call;
pub(crate) mod guard;
pub(crate) mod limit;
mod machine;
mod state;

pub(crate) use state::Adaptive;
