//! The picture of delays in the guide is the one that the example draws.

use crate::read;

#[path = "../../examples/schedules/picture.rs"]
mod picture;
#[path = "../../examples/schedules/timelines.rs"]
mod timelines;

#[test]
fn the_picture_in_the_guide_is_what_the_policies_give() {
    let drawn = picture::svg(&timelines::all());
    assert!(read("docs/guide/schedules.svg") == drawn, "write it anew: `cargo run --example schedules`");
}

#[test]
fn text_and_picture_have_all_timelines() {
    let (text, all) = (timelines::text(&timelines::all()), timelines::all());
    assert_eq!(text.lines().count(), all.len());
    assert!(all.iter().all(|timeline| text.contains(timeline.name) && timeline.attempts.len() == 6));
}
