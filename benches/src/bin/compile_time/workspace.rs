//! A workspace of generated programs, and cargo at work in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::processor;

const MANIFEST: &str = include_str!("../../../Cargo.toml");
const OURS: &str = "the target folder is ours";

pub struct Workspace {
    root: PathBuf,
}

/// The cost of a full build.
pub struct CleanBuild {
    /// The number of dependencies, including build dependencies.
    pub crates: usize,
    pub wall_seconds: f64,
    pub processor_seconds: f64,
}

impl Workspace {
    /// A workspace of empty programs, by name and dependencies.
    pub fn create(members: Vec<(&'static str, String)>) -> Self {
        let package = Path::new(env!("CARGO_MANIFEST_DIR"));
        let this = Self { root: package.join("target/compile_time") };
        let names: Vec<&str> = members.iter().map(|(name, _)| *name).collect();
        for (name, dependencies) in members {
            let place = this.root.join(name);
            fs::create_dir_all(place.join("src")).expect(OURS);
            let about = format!("[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n");
            fs::write(place.join("Cargo.toml"), format!("{about}\n[dependencies]\n{dependencies}")).expect(OURS);
            this.write(name, "fn main() {}\n");
        }
        let all = format!("[workspace]\nresolver = \"3\"\nmembers = {names:?}\n\n[profile.release]\nstrip = true\n");
        fs::write(this.root.join("Cargo.toml"), all).expect(OURS);
        // The versions of the benchmarks of calls.
        fs::copy(package.join("Cargo.lock"), this.root.join("Cargo.lock")).expect(OURS);
        this.run(this.cargo(&["fetch", "--quiet"]));
        this
    }

    pub fn write(&self, name: &str, source: &str) {
        fs::write(self.root.join(name).join("src/main.rs"), source).expect(OURS);
    }

    /// Milliseconds of processor time for this, as `cargo check`, including dependencies if it is the first one.
    pub fn run_on(&self, name: &str, command: &[&str]) -> f64 {
        self.run(self.cargo(&[command, &["--quiet", "--package", name]].concat()))
    }

    /// The size in bytes of the program that was built last.
    pub fn program_size(&self, name: &str) -> f64 {
        fs::metadata(self.root.join("target/release").join(name)).expect("it was built").len() as f64
    }

    /// `cargo build` with nothing built before.
    pub fn clean_build(&self, name: &str) -> CleanBuild {
        let target = self.root.join("target-clean");
        // The folder does not exist the first time.
        fs::remove_dir_all(&target).ok();
        let mut cargo = self.cargo(&["build", "--package", name]);
        cargo.env("CARGO_TARGET_DIR", &target).stderr(Stdio::piped());
        let (start, before) = (Instant::now(), processor::seconds());
        let output = cargo.output().expect("cargo runs");
        let (wall_seconds, processor_seconds) = (start.elapsed().as_secs_f64(), processor::seconds() - before);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let compiled = said.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count();
        CleanBuild { crates: compiled - 1, wall_seconds, processor_seconds }
    }

    /// The versions in the lock file.
    pub fn version(&self, dependency: &str) -> String {
        let lock = fs::read_to_string(self.root.join("Cargo.lock")).expect(OURS);
        let entry = format!("name = \"{dependency}\"\nversion = \"");
        let (_, after) = lock.split_once(&entry).expect("it is a dependency");
        after.split('"').next().expect("a version").to_owned()
    }

    fn cargo(&self, arguments: &[&str]) -> Command {
        let mut cargo = Command::new(env!("CARGO"));
        // With incremental compilation, unchanged code would not be compiled.
        cargo.args(arguments).current_dir(&self.root).env("CARGO_INCREMENTAL", "0");
        cargo.env("CARGO_TARGET_DIR", self.root.join("target"));
        cargo
    }

    /// Milliseconds of processor time.
    fn run(&self, mut cargo: Command) -> f64 {
        let before = processor::seconds();
        let status = cargo.status().expect("cargo runs");
        assert!(status.success(), "{cargo:?} fails in {}", self.root.display());
        (processor::seconds() - before) * 1e3
    }
}

/// The line of resilient-toolkit with these features.
pub fn ours(features: &[&str]) -> String {
    format!("resilient-toolkit = {{ path = \"../../../..\", features = {features:?} }}\n")
}

/// The line of a peer in the manifest of the benchmarks: same version, same features.
pub fn dependency(name: &str) -> String {
    if name == "resilient-toolkit" {
        return ours(&[]);
    }
    let line = MANIFEST.lines().find(|line| line.strip_prefix(name).is_some_and(|rest| rest.starts_with(" = ")));
    format!("{}\n", line.expect("it is a peer"))
}
