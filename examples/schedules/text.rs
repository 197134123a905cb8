//! Timelines as text.

use std::fmt::Write;
use std::time::Duration;

use super::timelines::Timeline;

/// So many columns for the longest.
const COLUMNS: usize = 60;

/// A line for each: its name, a mark at each attempt, and the moment of the last.
pub(crate) fn of(timelines: &[Timeline]) -> String {
    let longest = timelines.iter().map(Timeline::length).max().unwrap_or_default();
    let mut text = String::new();
    for timeline in timelines {
        let mut line = vec!['·'; COLUMNS + 1];
        for attempt in &timeline.attempts {
            line[column(*attempt, longest)] = '|';
        }
        let line: String = line[..=column(timeline.length(), longest)].iter().collect();
        _ = writeln!(text, "{:>26}  {line} {} ms", timeline.name, timeline.length().as_millis());
    }
    text
}

fn column(moment: Duration, longest: Duration) -> usize {
    let column = moment.as_nanos() * COLUMNS as u128 / longest.as_nanos().max(1);
    usize::try_from(column).unwrap_or(COLUMNS).min(COLUMNS)
}
