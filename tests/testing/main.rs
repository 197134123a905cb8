//! What runs in the scope of a test: `resilient::testing`.

mod asserts;
mod clock;
mod forced;
mod lifetime;
mod scripts;
mod seeds;
mod snapshot;
mod state;
mod threads;
