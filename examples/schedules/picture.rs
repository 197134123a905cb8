//! Timelines as a picture. Its colours fit light and dark pages.

use std::fmt::Write;
use std::time::Duration;

use super::timelines::Timeline;

const LEFT: u128 = 200;
const WIDTH: u128 = 440;
const ROW: usize = 28;
const TOP: usize = 24;

/// One row for each, a dot at each attempt, and a scale below.
pub(crate) fn svg(timelines: &[Timeline]) -> String {
    let longest = timelines.iter().map(Timeline::length).max().unwrap_or_default();
    let bottom = TOP + ROW * timelines.len();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 700 {}\" font-family=\"sans-serif\" font-size=\"13\" \
         fill=\"#888\" role=\"img\">\n<title>When six attempts are made, by backoff and jitter</title>\n",
        bottom + 36
    );
    for (index, timeline) in timelines.iter().enumerate() {
        row(&mut svg, timeline, TOP + ROW * index, longest);
    }
    scale(&mut svg, bottom, longest);
    svg.push_str("</svg>\n");
    svg
}

fn row(svg: &mut String, timeline: &Timeline, y: usize, longest: Duration) {
    let (name, end) = (timeline.name, x(timeline.length(), longest));
    _ = writeln!(svg, "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{name}</text>", LEFT - 14, y + 4);
    _ = writeln!(svg, "<path d=\"M{LEFT} {y}H{end}\" stroke=\"#888\"/>");
    for attempt in &timeline.attempts {
        _ = writeln!(svg, "<circle cx=\"{}\" cy=\"{y}\" r=\"5\" fill=\"#2a7de1\"/>", x(*attempt, longest));
    }
}

/// A mark at each half second.
fn scale(svg: &mut String, y: usize, longest: Duration) {
    let half = Duration::from_millis(500);
    let marks = (0..).map(|number| half * number).take_while(|mark| *mark <= longest);
    for mark in marks {
        let (x, millis) = (x(mark, longest), mark.as_millis());
        _ = writeln!(svg, "<path d=\"M{x} {y}v6\" stroke=\"#888\"/>");
        _ = writeln!(svg, "<text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{millis} ms</text>", y + 22);
    }
}

fn x(moment: Duration, longest: Duration) -> u128 {
    LEFT + moment.as_nanos() * WIDTH / longest.as_nanos().max(1)
}
