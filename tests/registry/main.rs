//! What the whole program shares: the registry of names, and the list of annotated functions.

mod descriptions;
mod handles;
mod per_key;
mod shared_names;
mod snapshot;
