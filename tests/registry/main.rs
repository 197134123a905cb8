//! What the whole program shares: names, and what it can be asked about its annotated functions.

mod descriptions;
mod shared_names;
