//! What a call costs, from the tables that `benches/run` has measured.

use crate::svg::{About, Anchor, Picture, Svg, WIDTH};

const ABOUT: About = About {
    name: "performance",
    title: "Nanoseconds per call, beside what is nearest to it",
    desc: "Bars for what a call costs more than the bare call, in four cases: all five attributes when the body is ready \
           at once, and when it yields once; a closed breaker that counts failures in a row, and one with a failure rate \
           over time.",
};

const MEASURED: &str = include_str!("../../performance.md");

/// The titles of the tables that are drawn.
const DRAWN: [&str; 4] = [
    "All five attributes: the body is ready at once",
    "All five attributes: the body yields once",
    "Breaker closed: failures in a row",
    "Breaker closed: failure rate over the last 10 s",
];

/// A row of a table.
struct Row {
    name: String,
    nanos: f64,
    /// In bold: one of this library.
    is_ours: bool,
}

/// The rows of a table, without the bare call, which all others are compared with.
fn rows(title: &str) -> Vec<Row> {
    let section = MEASURED.lines().skip_while(|line| line.strip_prefix("### ") != Some(title));
    let table = section.skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let rows: Vec<_> = table.skip(3).map(row).collect();
    assert!(rows.iter().any(|row| row.is_ours), "there is no table `{title}` with ours");
    rows
}

fn row(line: &str) -> Row {
    let mut cells = line.split('|').map(str::trim).skip(1);
    let (name, nanos) = (cells.next().unwrap_or_default(), cells.next().unwrap_or_default());
    let ours = name.strip_prefix("**").and_then(|name| name.strip_suffix("**"));
    Row {
        name: ours.map_or_else(|| name.to_owned(), |name| format!("resilient: {name}")).replace('`', ""),
        nanos: nanos.parse().unwrap_or_else(|_| panic!("no number: {line}")),
        is_ours: ours.is_some(),
    }
}

const LEFT: f64 = 12.0;
const ROW: f64 = 19.0;

/// The picture. Each panel has a scale of its own.
pub(crate) fn draw() -> Picture {
    let (mut svg, mut y) = (Svg::default(), 8.0);
    for title in DRAWN {
        svg.heading((LEFT, y + 14.0), title);
        y += ROW + 3.0;
        let rows = rows(title);
        let most = rows.iter().map(|row| row.nanos).fold(1.0, f64::max);
        for row in rows {
            let length = (WIDTH - 2.0 * LEFT) * row.nanos / most;
            let class = if row.is_ours { "good pale" } else { "rest pale" };
            svg.bar(class, (LEFT, y), (LEFT + length.max(1.0), y + ROW - 3.0));
            svg.small((LEFT + 4.0, y + 12.0), Anchor::Start, &row.name);
            svg.small((WIDTH - LEFT - 4.0, y + 12.0), Anchor::End, &format!("{} ns", row.nanos));
            y += ROW;
        }
        y += 8.0;
    }
    svg.finish(ABOUT, y)
}
