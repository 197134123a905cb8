//! The example prints what the picture of the guide shows.

#[path = "../../examples/schedules/text.rs"]
mod text;
#[path = "../../examples/schedules/timelines.rs"]
mod timelines;

#[test]
fn the_text_has_all_timelines() {
    let (text, all) = (text::of(&timelines::all()), timelines::all());
    assert_eq!(text.lines().count(), all.len());
    assert!(all.iter().all(|timeline| text.contains(timeline.name) && timeline.attempts.len() == 6));
}
