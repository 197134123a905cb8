//! The compile-time cost of an attribute, per function.

use std::fmt::Write;

use benches::harness::median;

use crate::crates::{VARIANTS, Variant, source};
use crate::workspace::Workspace;

const ROUNDS: usize = 3;
/// What takes turns with the same of other programs.
const IN_ROUNDS: [&[&str]; 2] = [&["check"], &["build"]];
const RELEASE: &[&str] = &["build", "--release"];

/// The measurements of one program.
pub struct Cost {
    /// Milliseconds of processor time of each of [`IN_ROUNDS`], in each round.
    in_rounds: [Vec<f64>; IN_ROUNDS.len()],
    /// The same of one release build.
    release: f64,
    bytes: f64,
    /// With one function only.
    bytes_of_one: f64,
}

pub fn measure(workspace: &Workspace, functions: usize) -> Vec<Cost> {
    eprintln!("compile time, programs of one function …");
    let of_one = |variant: &Variant| {
        workspace.write(variant.krate, &source(variant, 1));
        workspace.run_on(variant.krate, RELEASE);
        workspace.program_size(variant.krate)
    };
    // Builds the dependencies as well.
    let sizes: Vec<f64> = VARIANTS.iter().map(of_one).collect();
    let times = times(workspace, functions);
    eprintln!("compile time, release builds …");
    let cost = |((variant, in_rounds), bytes_of_one): ((&Variant, _), f64)| {
        let release = workspace.run_on(variant.krate, RELEASE);
        Cost { in_rounds, release, bytes: workspace.program_size(variant.krate), bytes_of_one }
    };
    VARIANTS.iter().zip(times).zip(sizes).map(cost).collect()
}

/// By program, by what is done, and by round.
fn times(workspace: &Workspace, functions: usize) -> Vec<[Vec<f64>; IN_ROUNDS.len()]> {
    let mut times = vec![IN_ROUNDS.map(|_| Vec::new()); VARIANTS.len()];
    for round in 0..=ROUNDS {
        eprintln!("compile time, round {round} of {ROUNDS} …");
        for (variant, times) in VARIANTS.iter().zip(&mut times) {
            for (command, times) in IN_ROUNDS.iter().zip(times) {
                // Writing the file makes cargo compile it again.
                workspace.write(variant.krate, &source(variant, functions));
                let time = workspace.run_on(variant.krate, command);
                // The first round builds the dependencies.
                if round > 0 {
                    times.push(time);
                }
            }
        }
    }
    times
}

pub fn table(costs: &[Cost], functions: usize) -> String {
    let cost = |krate: &str| {
        let at = VARIANTS.iter().position(|variant| variant.krate == krate);
        &costs[at.expect("it is in the list")]
    };
    let mut text = "| | `cargo check`, ms | debug build, ms | release build, ms | bytes | bytes once |\n".to_owned();
    text.push_str("| --- | --- | --- | --- | --- | --- |\n");
    for variant in VARIANTS.iter().filter(|variant| !variant.name.is_empty()) {
        let (name, emphasis) = (variant.name, if variant.is_ours { "**" } else { "" });
        let over = over(cost(variant.krate), cost(variant.over), functions);
        writeln!(text, "| {emphasis}{name}{emphasis} | {over} |").expect("strings take all");
    }
    text
}

/// The cells of one program over another.
fn over(mine: &Cost, bare: &Cost, functions: usize) -> String {
    let each =
        |times: (&Vec<f64>, &Vec<f64>)| median(times.0.iter().zip(times.1).map(|(mine, bare)| mine - bare).collect());
    let [check, debug] = [0, 1].map(|at| each((&mine.in_rounds[at], &bare.in_rounds[at])) / functions as f64);
    let release = (mine.release - bare.release) / functions as f64;
    let once = mine.bytes_of_one - bare.bytes_of_one;
    // The first function is part of the fixed cost.
    let bytes = (mine.bytes - bare.bytes - once) / (functions - 1) as f64;
    format!("{check:.2} | {debug:.2} | {release:.2} | {bytes:.0} | {once:.0}")
}
