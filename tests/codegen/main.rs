//! The generated code: which functions may be annotated, and that everything else about them stays the same.

mod acting;
mod arguments;
mod functions;
mod generics;
mod hygiene;
mod lints;
mod other_attributes;
mod send;
mod send_not_sync;
mod send_outcomes;
mod sizes;
