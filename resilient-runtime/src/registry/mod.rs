//! Shared state by its name, and the annotated functions of the program.

pub(crate) mod configurable;
mod conflict;
mod definitions;
pub(crate) mod events;
pub(crate) mod found;
pub(crate) mod functions;
pub(crate) mod handle;
mod keyed;
pub(crate) mod linked_names;
pub(crate) mod listed;
#[cfg(all(test, resilient_loom))]
mod loom_tests;
#[cfg(feature = "readings")]
pub(crate) mod metrics;
mod named_map;
pub(crate) mod observed;
pub(crate) mod origin;
pub(crate) mod registration;
#[expect(clippy::module_inception, reason = "the file of the type that gives the folder its name")]
pub(crate) mod registry;
#[cfg(feature = "config")]
pub(crate) mod replaced;
#[cfg(feature = "testing")]
mod scoped;
mod shutdown;
pub(crate) mod similar;
pub(crate) mod slot;
#[cfg(feature = "config")]
pub(crate) mod stacks;
pub(crate) mod state_ref;
#[cfg(feature = "config")]
pub(crate) mod subjects;
pub(crate) mod verify;
