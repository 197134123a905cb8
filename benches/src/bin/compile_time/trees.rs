//! The cost of a dependency in a clean build.

use std::fmt::Write;

use crate::workspace::{Workspace, dependency};

pub struct Tree {
    pub krate: &'static str,
    is_ours: bool,
    of: &'static [&'static str],
}

pub const TREES: &[Tree] = &[
    Tree { krate: "tree_resilient", is_ours: true, of: &["resilient-toolkit"] },
    Tree { krate: "tree_tower", is_ours: false, of: &["tower", "tower-resilience"] },
    Tree { krate: "tree_failsafe", is_ours: false, of: &["failsafe", "recloser"] },
    Tree { krate: "tree_seatbelt", is_ours: false, of: &["seatbelt", "layered", "tick"] },
    Tree { krate: "tree_backon", is_ours: false, of: &["backon"] },
];

impl Tree {
    pub fn dependencies(&self) -> String {
        self.of.iter().copied().map(dependency).collect()
    }
}

/// Measures each dependency, and returns the table.
pub fn table(workspace: &Workspace) -> String {
    let mut text = "| | crates | seconds | seconds of a processor |\n| --- | --- | --- | --- |\n".to_owned();
    for tree in TREES {
        let (name, emphasis) = (tree.of.join(" + "), if tree.is_ours { "**" } else { "" });
        eprintln!("clean build, {name} …");
        let build = workspace.clean_build(tree.krate);
        let (crates, wall, processor) = (build.crates, build.wall_seconds, build.processor_seconds);
        writeln!(text, "| {emphasis}{name}{emphasis} | {crates} | {wall:.1} | {processor:.1} |")
            .expect("strings take all");
    }
    text
}
