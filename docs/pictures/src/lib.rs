//! The pictures of the guide. Each is drawn from what functions of the library do under a paused clock.
//!
//! `UPDATE_PICTURES=1 cargo test -p resilient-pictures` writes them; without the variable the test compares.

mod attempts;
mod axis;
#[allow(dead_code, unreachable_pub, reason = "files of the example as they are")]
#[path = "../../../examples/quickstart/client.rs"]
mod client;
mod cut_off;
mod dashboard;
mod delays;
mod embedded;
mod hedged;
#[allow(dead_code, unreachable_pub, reason = "files of the example as they are")]
#[path = "../../../examples/quickstart/http.rs"]
mod http;
mod load;
mod order;
mod outage;
mod paused;
mod performance;
mod permits;
mod pipeline;
mod schedules;
#[allow(dead_code, unreachable_pub, reason = "files of the example as they are")]
#[path = "../../../examples/quickstart/seen.rs"]
mod seen;
mod slots;
mod states;
mod svg;

pub use embedded::definition;
pub use svg::Picture;

/// All pictures, in the order of their names.
pub fn all() -> Vec<Picture> {
    vec![
        cut_off::draw(),
        dashboard::draw(),
        delays::draw(),
        hedged::draw(),
        load::draw(),
        order::draw(),
        outage::draw(),
        performance::draw(),
        permits::draw(),
        pipeline::draw(),
        schedules::draw(),
        slots::draw(),
        states::draw(),
    ]
}
