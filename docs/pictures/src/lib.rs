//! The pictures of the guide. Each is drawn from what functions of the library do under a paused clock.
//!
//! `UPDATE_PICTURES=1 cargo test -p resilient-pictures` writes them; without the variable the test compares.

mod axis;
mod embedded;
mod outage;
mod paused;
mod schedules;
mod svg;

pub use embedded::definition;
pub use svg::Picture;

/// All pictures, in the order of their names.
pub fn all() -> Vec<Picture> {
    vec![outage::draw(), schedules::draw()]
}
