//! Results as a bar chart.

use std::fmt::Write;

use crate::harness::{Kind, Question, Row};
use crate::table::nanos;

/// The benchmarks in the chart.
pub const CHARTED: [&str; 4] = ["stack/ready", "stack/yielding", "breaker_closed/consecutive", "breaker_closed/time"];

const WIDTH: u32 = 760;
const LABELS: u32 = 330;
const LONGEST: f64 = (WIDTH - LABELS - 90) as f64;
const LINE: u32 = 24;

/// Colours that are readable on white and on black; text follows the reader's colour scheme if it is known.
const STYLE: &str = "text{font:13px system-ui,sans-serif;fill:#57606a}\
    .title{font-weight:600}.ours{fill:#1f883d}.peer{fill:#8c959f}.hand{fill:#54aeff}\
    @media(prefers-color-scheme:dark){text{fill:#adbac7}.ours{fill:#3fb950}.peer{fill:#768390}}";

/// One panel for each benchmark, each with its own scale.
pub fn svg(answers: &[(Question, Vec<Row>)]) -> String {
    let mut bars = String::new();
    let mut y = 24;
    for (question, rows) in answers {
        writeln!(bars, "<text class=\"title\" x=\"0\" y=\"{y}\">{}</text>", escaped(question.title)).expect(ENDLESS);
        y += 10;
        let most = rows.iter().filter(|row| row.kind != Kind::Bare).map(|row| row.net).fold(1.0, f64::max);
        for row in rows.iter().filter(|row| row.kind != Kind::Bare) {
            bar(&mut bars, row, y, row.net.max(0.0) / most * LONGEST);
            y += LINE;
        }
        y += 34;
    }
    let height = y - 20;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-label=\"Nanoseconds per call, net of the bare call\">\n\
         <style>{STYLE}</style>\n{bars}</svg>\n"
    )
}

const ENDLESS: &str = "strings take all";

fn bar(bars: &mut String, row: &Row, y: u32, length: f64) {
    let class = match row.kind {
        Kind::Ours => "ours",
        Kind::Hand => "hand",
        Kind::Peer | Kind::Bare => "peer",
    };
    let name = if row.kind == Kind::Ours { format!("resilient: {}", row.name) } else { row.name.to_owned() };
    let (end, text) = (LABELS - 10, y + LINE - 8);
    writeln!(bars, "<text x=\"{end}\" y=\"{text}\" text-anchor=\"end\">{}</text>", escaped(&name)).expect(ENDLESS);
    let (top, high, long) = (y + 4, LINE - 8, length.max(1.0));
    writeln!(
        bars,
        "<rect class=\"{class}\" x=\"{LABELS}\" y=\"{top}\" width=\"{long:.1}\" height=\"{high}\" rx=\"2\"/>"
    )
    .expect(ENDLESS);
    let after = f64::from(LABELS) + long + 6.0;
    writeln!(bars, "<text x=\"{after:.1}\" y=\"{text}\">{} ns</text>", nanos(row.net)).expect(ENDLESS);
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('`', "")
}
