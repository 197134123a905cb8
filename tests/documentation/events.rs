//! The table of events agrees with the source.

use crate::read;

/// The lines of the list of events in the source, as rows of the table: event, kind, and what it is about.
fn declared() -> Vec<String> {
    let source = read("resilient-runtime/src/event/event.rs");
    let rows = source.lines().filter_map(|line| {
        let (event, rest) = line.trim().strip_suffix(';')?.split_once('(')?;
        let (_, rest) = rest.split_once("): ")?;
        let (kind, subject) = rest.split_once(" of a ")?;
        Some(format!("| `{event}` | `{kind}` | a {subject} |"))
    });
    rows.collect()
}

#[test]
fn each_event_is_in_the_table_and_no_other() {
    let declared = declared();
    assert!(declared.len() > 10, "{declared:?}");
    let chapter = read("docs/guide/events.md");
    let rows: Vec<_> = chapter.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(rows.len(), declared.len(), "{rows:?}");
    for row in declared {
        assert!(rows.iter().any(|line| line.starts_with(&row)), "{row}");
    }
}
