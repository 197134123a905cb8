//! Shared state by its name, and the annotated functions of the program.

mod conflict;
pub(crate) mod functions;
#[expect(clippy::module_inception, reason = "the file of the type that gives the folder its name")]
pub(crate) mod registry;
mod similar;
pub(crate) mod state_ref;
pub(crate) mod verify;
