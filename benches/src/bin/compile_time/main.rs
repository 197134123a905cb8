//! The cost of an attribute for the compiler and the program, and of a dependency in a clean build, as Markdown. An
//! argument sets the number of functions in the programs, for a quick look; the figures are meaningful only for many.

#![forbid(unsafe_code)]

mod attributes;
mod crates;
mod processor;
mod trees;
mod workspace;

use trees::TREES;
use workspace::Workspace;

const FUNCTIONS: usize = 500;

fn main() {
    let argument = std::env::args().nth(1);
    let functions = argument.map_or(FUNCTIONS, |it| it.parse().expect("the argument is the number of functions"));
    assert!(functions > 1, "one function is what the others are compared with");
    let variants = crates::VARIANTS.iter().map(|variant| (variant.krate, crates::dependencies(variant)));
    let trees = TREES.iter().map(|tree| (tree.krate, tree.dependencies()));
    let workspace = Workspace::create(variants.chain(trees).collect());
    println!("{}", attributes::table(&attributes::measure(&workspace, functions), functions));
    println!("{}", crates::versions(&workspace));
    print!("\n{}", trees::table(&workspace));
}
