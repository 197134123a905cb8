//! What runs in the scope of a test: `resilient::testing`.

mod clock;
mod lifetime;
mod seeds;
mod state;
mod threads;
