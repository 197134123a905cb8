//! Results as Markdown.

use std::collections::HashMap;
use std::fmt::Write;

use crate::harness::{Kind, Put, Question, Row};

/// The clock cannot measure less than a nanosecond, so the divisor is at least one.
const LEAST: f64 = 1.0;

/// The counts of the program `allocations`, by benchmark and contender.
pub type Counts = HashMap<(String, String), f64>;

pub fn of(question: &Question, rows: &[Row], counts: &Counts) -> String {
    let Question { id, title, note, put } = question;
    let pending = matches!(put, Put::Pending(_));
    let expiring = matches!(put, Put::Expiring(_));
    let mut text = format!("### {title}\n\n");
    let mut columns = vec!["", "ns per call", "to ours"];
    if pending {
        columns[1] = "ns to begin";
        columns.extend(["ns to drop", "bytes held"]);
    } else if expiring {
        columns[1] = "ns of a processor";
    } else {
        columns.push("allocations");
    }
    let several: Vec<String> =
        rows.iter().take(1).flat_map(|row| &row.several).map(|(threads, _)| threads.to_string()).collect();
    columns.extend(several.iter().map(String::as_str));
    line(&mut text, &columns);
    line(&mut text, &vec!["---"; columns.len()]);
    let Some(ours) = rows.iter().find(|row| row.kind == Kind::Ours) else { return text };
    for row in rows {
        let emphasis = if row.kind == Kind::Ours { "**" } else { "" };
        let mut cells = vec![format!("{emphasis}{}{emphasis}", row.name), nanos(row.net), ratio(row, ours)];
        cells.extend(row.dropping.map(nanos));
        let count = counts.get(&((*id).to_owned(), row.name.to_owned()));
        if !expiring {
            cells.push(count.map_or_else(String::new, |count| format!("{count:.0}")));
        }
        cells.extend(row.several.iter().map(|&(_, net)| match row.kind {
            Kind::Bare => nanos(net),
            _ => format!("{} ({:.1} × one)", nanos(net), net.max(LEAST) / row.net.max(LEAST)),
        }));
        line(&mut text, &cells);
    }
    text.push('\n');
    for sentence in [faster(rows, ours), (*note).to_owned()] {
        if !sentence.is_empty() {
            writeln!(text, "{sentence}\n").expect("strings take all");
        }
    }
    text
}

fn line<S: AsRef<str>>(text: &mut String, cells: &[S]) {
    for cell in cells {
        write!(text, "| {} ", cell.as_ref()).expect("strings take all");
    }
    text.push_str("|\n");
}

pub(crate) fn nanos(net: f64) -> String {
    if net < 10.0 { format!("{:.1}", net.max(0.0)) } else { format!("{net:.0}") }
}

fn ratio(row: &Row, ours: &Row) -> String {
    if row.kind == Kind::Bare {
        return "(subtracted from the others)".to_owned();
    }
    if ours.net < LEAST && row.net < LEAST {
        return "1".to_owned();
    }
    let ratio = row.net.max(0.0) / ours.net.max(LEAST);
    let more = if ours.net < LEAST { "> " } else { "" };
    if ratio < 9.95 { format!("{more}{ratio:.2}") } else { format!("{more}{ratio:.0}") }
}

/// Marks a result where another library wins.
fn faster(rows: &[Row], ours: &Row) -> String {
    let wins = |row: &&Row| row.kind == Kind::Peer && row.net.max(LEAST) < ours.net.max(LEAST);
    let winners: Vec<&str> = rows.iter().filter(wins).map(|row| row.name).collect();
    if winners.is_empty() { String::new() } else { format!("Faster than ours: {}.", winners.join(", ")) }
}
