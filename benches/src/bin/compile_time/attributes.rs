//! The compile-time cost of an attribute, per function.

use std::fmt::Write;

use benches::harness::median;

use crate::crates::{VARIANTS, Variant, source};
use crate::workspace::Workspace;

const ROUNDS: usize = 3;

/// The measurements of one program.
pub struct Cost {
    /// Milliseconds of processor time, in each round.
    check: Vec<f64>,
    /// Milliseconds of processor time.
    build: f64,
    bytes: f64,
    /// With one function only.
    bytes_of_one: f64,
}

pub fn measure(workspace: &Workspace, functions: usize) -> Vec<Cost> {
    eprintln!("compile time, programs of one function …");
    let of_one = |variant: &Variant| {
        workspace.write(variant.krate, &source(variant, 1));
        workspace.build(variant.krate);
        workspace.program_size(variant.krate)
    };
    // Builds the dependencies as well.
    let sizes: Vec<f64> = VARIANTS.iter().map(of_one).collect();
    let checks = checks(workspace, functions);
    eprintln!("compile time, release builds …");
    let cost = |((variant, check), bytes_of_one): ((&Variant, Vec<f64>), f64)| {
        let build = workspace.build(variant.krate);
        Cost { check, build, bytes: workspace.program_size(variant.krate), bytes_of_one }
    };
    VARIANTS.iter().zip(checks).zip(sizes).map(cost).collect()
}

/// By program and round.
fn checks(workspace: &Workspace, functions: usize) -> Vec<Vec<f64>> {
    let mut checks = vec![Vec::new(); VARIANTS.len()];
    for round in 0..=ROUNDS {
        eprintln!("compile time, round {round} of {ROUNDS} …");
        for (variant, times) in VARIANTS.iter().zip(&mut checks) {
            // Writing the file makes cargo check it again.
            workspace.write(variant.krate, &source(variant, functions));
            let time = workspace.check(variant.krate);
            // The first round builds the dependencies.
            if round > 0 {
                times.push(time);
            }
        }
    }
    checks
}

pub fn table(costs: &[Cost], functions: usize) -> String {
    let cost = |krate: &str| {
        let at = VARIANTS.iter().position(|variant| variant.krate == krate);
        &costs[at.expect("it is in the list")]
    };
    let mut text = "| | `cargo check`, ms | release build, ms | bytes | bytes once |\n".to_owned();
    text.push_str("| --- | --- | --- | --- | --- |\n");
    for variant in VARIANTS.iter().filter(|variant| !variant.name.is_empty()) {
        let (name, emphasis) = (variant.name, if variant.is_ours { "**" } else { "" });
        let over = over(cost(variant.krate), cost(variant.over), functions);
        writeln!(text, "| {emphasis}{name}{emphasis} | {over} |").expect("strings take all");
    }
    text
}

/// The cells of one program over another.
fn over(mine: &Cost, bare: &Cost, functions: usize) -> String {
    let check = median(mine.check.iter().zip(&bare.check).map(|(mine, bare)| mine - bare).collect());
    let (check, build) = (check / functions as f64, (mine.build - bare.build) / functions as f64);
    let once = mine.bytes_of_one - bare.bytes_of_one;
    // The first function is part of the fixed cost.
    let bytes = (mine.bytes - bare.bytes - once) / (functions - 1) as f64;
    format!("{check:.2} | {build:.2} | {bytes:.0} | {once:.0}")
}
