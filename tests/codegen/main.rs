//! What the attributes make of a function: which functions they take, and that nothing else about them changes.

mod acting;
mod arguments;
mod functions;
mod generics;
mod hygiene;
mod lints;
mod other_attributes;
mod send;
mod send_not_sync;
mod sizes;
