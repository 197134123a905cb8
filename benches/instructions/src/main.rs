//! Counts the instructions of the hot paths, and fails if one exceeds the count in `kept.txt` by more than a tenth.
//! Unlike times, the counts do not depend on the machine's speed or its other load.
//!
//! With the feature `observed` logs and metrics are compiled in, nobody listens, and some of the paths are counted, against
//! `kept_observed.txt`.
//!
//! - no argument: count and compare; needs valgrind
//! - `--keep`: count and write the kept counts, below the lines at its head that begin with `#` and say why figures changed
//! - `--configured`, with that feature: count a few paths before and after a configuration gives them other settings, and
//!   compare with `kept.txt`
//! - `--call PATH N`: make N calls of one path, to be counted; `--call-overridden` after such a configuration
//! - `--time`: print how long calls take; `--time-overridden` after such a configuration
//! - `--times TITLE PROGRAM ARGUMENT …`: run this program and others, built with other features, in turn by one of these two
//!   arguments, and print what calls take longer by each than by the first

#![forbid(unsafe_code)]

#[cfg(feature = "configured")]
mod configured;
mod paths;
mod times;

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::process::{Command, ExitCode};

use paths::{OBSERVED, PATHS, Path};
use times::Program;

const KEPT: &str = if cfg!(feature = "observed") {
    concat!(env!("CARGO_MANIFEST_DIR"), "/kept_observed.txt")
} else {
    concat!(env!("CARGO_MANIFEST_DIR"), "/kept.txt")
};
/// A path may grow by a tenth, or by an instruction or two if it is short.
const TOLERATED: f64 = 1.1;
/// Two numbers of calls: the difference between the two runs is the calls alone.
const FEW: u64 = 1_000;
const MANY: u64 = 3_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => compare(),
        ["--keep"] => keep(),
        #[cfg(feature = "configured")]
        ["--configured"] => compare_configured(),
        ["--call", name, calls] => call(name, calls.parse().expect("a number of calls")),
        #[cfg(feature = "configured")]
        ["--call-overridden", name, calls] => {
            configured::override_all();
            call(name, calls.parse().expect("a number of calls"))
        }
        ["--time"] => time(),
        #[cfg(feature = "configured")]
        ["--time-overridden"] => {
            configured::override_all();
            time()
        }
        ["--times", ref programs @ ..] => compare_times(programs),
        _ => panic!("no argument, or one of those at the head of `main.rs`"),
    }
}

fn call(name: &str, calls: u64) -> ExitCode {
    let (_, path) = PATHS.iter().find(|(candidate, _)| *candidate == name).expect("one of the paths");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime with a clock");
    let _entered = runtime.enter();
    (0..calls).for_each(|id| path(black_box(id)));
    ExitCode::SUCCESS
}

fn time() -> ExitCode {
    times::print();
    ExitCode::SUCCESS
}

fn compare_times(programs: &[&str]) -> ExitCode {
    let (programs, rest) = programs.as_chunks();
    assert!(rest.is_empty(), "a title, a program and its argument, for each program");
    let programs: Vec<_> = programs.iter().map(|&[title, file, argument]| Program { title, file, argument }).collect();
    times::compare(&programs);
    ExitCode::SUCCESS
}

/// The paths that are counted.
fn counted() -> impl Iterator<Item = &'static Path> {
    PATHS.iter().filter(|(name, _)| !cfg!(feature = "observed") || OBSERVED.contains(name))
}

fn count((name, _): &Path) -> u64 {
    count_by("--call", name)
}

fn count_by(call: &str, name: &str) -> u64 {
    (collected(call, name, MANY) - collected(call, name, FEW)) / (MANY - FEW)
}

/// The instructions of a process that makes this number of calls.
fn collected(call: &str, name: &str, calls: u64) -> u64 {
    let this = std::env::current_exe().expect("a program has a place");
    let mut valgrind = Command::new("valgrind");
    valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(this);
    let output = valgrind.args([call, name, &calls.to_string()]).output().expect("valgrind is installed");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {said}");
    let count = said.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse().ok());
    count.unwrap_or_else(|| panic!("{name}: callgrind told no count: {said}"))
}

fn keep() -> ExitCode {
    let kept = std::fs::read_to_string(KEPT).unwrap_or_default();
    let mut text: String = kept.split_inclusive('\n').filter(|line| line.starts_with('#')).collect();
    for path in counted() {
        writeln!(text, "{:>5}  {}", count(path), path.0).expect("strings take all");
    }
    std::fs::write(KEPT, &text).expect("the package is ours");
    print!("{text}");
    ExitCode::SUCCESS
}

fn compare() -> ExitCode {
    let kept = kept();
    assert_eq!(kept.len(), counted().count(), "{KEPT} is not of these paths; write it anew with `--keep`");
    println!("  now  kept");
    let grown = counted().filter(|path| has_grown(path, kept.get(path.0).copied())).count();
    if grown > 0 {
        eprintln!("{grown} hot paths take more instructions; if that is worth it, write the figures with `--keep`");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

#[cfg(feature = "configured")]
fn compare_configured() -> ExitCode {
    match configured::exceeding(&kept()) {
        0 => ExitCode::SUCCESS,
        exceeding => {
            eprintln!("{exceeding} hot paths take more instructions by a configuration than they may");
            ExitCode::FAILURE
        }
    }
}

/// The figures that are kept, by the names of the paths.
fn kept() -> BTreeMap<String, u64> {
    std::fs::read_to_string(KEPT).expect("the figures are kept").lines().filter_map(figure).collect()
}

/// `  123  the path`
fn figure(line: &str) -> Option<(String, u64)> {
    let (count, name) = line.trim().split_once("  ")?;
    Some((name.to_owned(), count.parse().ok()?))
}

#[expect(clippy::cast_precision_loss, reason = "counts are small")]
fn has_grown(path: &Path, kept: Option<u64>) -> bool {
    let kept = kept.unwrap_or_else(|| panic!("{KEPT} has no figure of {}", path.0));
    let now = count(path);
    let has_grown = now as f64 > kept as f64 * TOLERATED + 2.0;
    println!("{now:>5} {kept:>5}  {}{}", path.0, if has_grown { "  <- more than a tenth" } else { "" });
    has_grown
}
