//! Compares the public interface of each package with the list in its file, or writes the list with `--keep`.
//!
//! The lists are for people: whoever changes the interface sees in the diff what users will see.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

/// Each package and its library. Of the facade what it re-exports by name, and from where the rest comes.
const PACKAGES: [(&str, &str); 5] = [
    ("resilient-admin", "resilient_admin"),
    ("resilient-macros", "resilient_macros"),
    ("resilient-opentelemetry", "resilient_opentelemetry"),
    ("resilient-runtime", "resilient_runtime"),
    ("resilient-toolkit", "resilient"),
];

fn main() -> ExitCode {
    let keeps = env::args().any(|argument| argument == "--keep");
    let mut is_same = true;
    for (package, library) in PACKAGES {
        let now = interface(package, library);
        let path = here().join("kept").join(format!("{package}.txt"));
        if keeps {
            fs::write(&path, &now).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        } else {
            let kept = fs::read_to_string(&path).unwrap_or_default();
            is_same &= compare(package, &kept, &now);
        }
    }
    if is_same { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn here() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// An item in each line.
fn interface(package: &str, library: &str) -> String {
    let json = rustdoc_json(package, library);
    let items = public_api::Builder::from_rustdoc_json(json)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .unwrap_or_else(|error| panic!("{package}: {error}"));
    items.to_string()
}

/// rustdoc writes JSON on a stable toolchain only if it is told to be an unstable one.
fn rustdoc_json(package: &str, library: &str) -> PathBuf {
    let workspace = here().ancestors().nth(2).map(Path::to_path_buf).expect("tests/api is two folders below");
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| workspace.join("target/api"), PathBuf::from);
    let status = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(&workspace)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", &target)
        .args(["rustdoc", "--quiet", "--lib", "--all-features", "--package", package, "--"])
        .args(["-Zunstable-options", "--output-format=json", "--cap-lints=allow"])
        .status();
    assert!(status.is_ok_and(|status| status.success()), "rustdoc of {package} failed");
    target.join("doc").join(format!("{library}.json"))
}

/// Prints the lines that came and went.
fn compare(package: &str, kept: &str, now: &str) -> bool {
    let gone = kept.lines().filter(|line| !now.lines().any(|other| other == *line)).map(|line| format!("- {line}"));
    let new = now.lines().filter(|line| !kept.lines().any(|other| other == *line)).map(|line| format!("+ {line}"));
    let differences: Vec<_> = gone.chain(new).collect();
    if differences.is_empty() {
        println!("{package}: {} items, as kept", now.lines().count());
    } else {
        println!(
            "{package}: the interface is not as kept; if that is meant, run this with `--keep` and say why in the changelog"
        );
        println!("{}", differences.join("\n"));
    }
    differences.is_empty()
}
