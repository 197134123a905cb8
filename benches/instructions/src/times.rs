//! What features of the library cost its layers, in nanoseconds. Features are those of a whole program, so there is a program
//! for each, and all run in turn: other load on the machine, and how fast it is at the moment, affect all of them.
//!
//! In one run each path is called in many short rounds, of which the quickest counts: what else the machine does can only
//! add to it. Each program runs many times, because a process may lie well or badly in memory. A figure is the median.

use std::fmt::Write;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use crate::paths::{BARE, PATHS, Path};

/// A layer each, as readers know it, and its path.
const TIMED: &[(&str, &str)] = &[
    ("`#[retry]`, the first attempt", "retry, first attempt"),
    ("`#[circuit_breaker]`, failures in a row", "breaker, in a row"),
    ("`#[circuit_breaker]`, a window of calls", "breaker, count window"),
    ("`#[timeout]`", "timeout, ready"),
    ("`#[bulkhead]`, a limit of 64", "bulkhead, free"),
    ("`#[bulkhead]`, a limit of 8", "bulkhead, free, limit 8"),
    ("`#[rate_limit]`, a window", "rate limit, free"),
    ("`#[rate_limit]`, a bucket", "rate limit, a bucket, sync"),
    ("`#[adaptive_throttle]`", "adaptive throttle, admits"),
    ("`#[hedge]`", "hedge, ready"),
    ("fallback, retry, breaker and bulkhead, sync", "four attributes, sync"),
    ("fallback, retry, breaker, timeout and bulkhead", "five attributes, ready"),
];

const CALLS: u64 = 10_000;
const ROUNDS: usize = 20;
/// Odd, so that the median is one of them.
const RUNS: usize = 41;

/// A program, how it is called, and what its column is called.
pub struct Program<'a> {
    pub title: &'a str,
    pub file: &'a str,
    pub argument: &'a str,
}

/// Prints the nanoseconds of a call of each path, in lines of their own: first those of the bare call.
pub fn print() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime with a clock");
    let _entered = runtime.enter();
    let paths: Vec<&Path> = [&BARE].into_iter().chain(TIMED.iter().map(|(_, name)| path(name))).collect();
    let mut quickest = vec![f64::INFINITY; paths.len()];
    for _ in 0..ROUNDS {
        for ((_, call), nanos) in paths.iter().zip(&mut quickest) {
            *nanos = nanos.min(time(*call));
        }
    }
    for nanos in quickest {
        println!("{nanos:.3}");
    }
}

fn path(name: &str) -> &'static Path {
    PATHS.iter().find(|(candidate, _)| *candidate == name).expect("one of the paths")
}

#[expect(clippy::cast_precision_loss, reason = "rounds are short")]
fn time(call: fn(u64)) -> f64 {
    let start = Instant::now();
    (0..CALLS).for_each(|id| call(black_box(id)));
    start.elapsed().as_nanos() as f64 / CALLS as f64
}

/// Runs all programs in turn, and prints a table in Markdown: what a call takes by the first beyond the bare call, and how
/// much more by each of the others.
pub fn compare(programs: &[Program<'_>]) {
    let runs: Vec<Vec<Vec<f64>>> = (0..RUNS).map(|_| programs.iter().map(run).collect()).collect();
    let mut text = String::new();
    let titles: Vec<_> = programs.iter().map(|program| program.title).collect();
    let (titles, rule) = (titles.join(" | "), " --- |".repeat(programs.len()));
    writeln!(text, "| ns per call | {titles} |\n| --- |{rule}").expect("strings take all");
    for (row, (layer, _)) in TIMED.iter().enumerate() {
        // Beyond the bare call of the same run.
        let net = |run: &[Vec<f64>], program: usize| run[program][row + 1] - run[program][0];
        let first = median(runs.iter().map(|run| net(run, 0)).collect());
        write!(text, "| {layer} | {first:.1} |").expect("strings take all");
        for program in 1..programs.len() {
            let more = median(runs.iter().map(|run| net(run, program) - net(run, 0)).collect());
            write!(text, " {more:+.1} |").expect("strings take all");
        }
        text.push('\n');
    }
    print!("{text}");
}

fn run(program: &Program<'_>) -> Vec<f64> {
    let output = Command::new(program.file).arg(program.argument).output().expect("the program exists");
    assert!(output.status.success(), "{}: {}", program.file, String::from_utf8_lossy(&output.stderr));
    let printed = String::from_utf8(output.stdout).expect("numbers");
    let nanos: Vec<f64> = printed.lines().map(|line| line.parse().expect("a number")).collect();
    assert_eq!(nanos.len(), TIMED.len() + 1, "{} measures other paths", program.file);
    nanos
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
