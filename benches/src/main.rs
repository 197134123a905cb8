//! Runs the benchmarks named on the command line, or all, and writes the results as Markdown; with `--svg FILE`, also a
//! chart of the most important ones.

#![forbid(unsafe_code)]

use benches::questions::ALL;
use benches::{chart, report};

fn main() {
    let mut starts: Vec<String> = std::env::args().skip(1).collect();
    let svg = starts.iter().position(|argument| argument == "--svg").map(|at| {
        starts.remove(at);
        starts.remove(at)
    });
    let answers = report::answers(ALL, &starts);
    let charted: Vec<_> = answers.filter(|(question, _)| chart::CHARTED.contains(&question.id)).collect();
    if let Some(file) = svg {
        std::fs::write(file, chart::svg(&charted)).expect("the chart can be written");
    }
}
