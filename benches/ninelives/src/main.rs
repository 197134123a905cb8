//! Runs the benchmarks named on the command line, or all, and writes the results as Markdown.

#![forbid(unsafe_code)]

use against_ninelives::ALL;
use benches::report;

fn main() {
    let starts: Vec<String> = std::env::args().skip(1).collect();
    report::print(ALL, &starts);
}
