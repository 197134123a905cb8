//! `docs/errors.md` is generated from the ui tests, so the errors in it are the compiler's, and its fixes compile.
//!
//! After a change of the rules or the error texts: `UPDATE_ERRORS=1 cargo test --test errors_chapter`.

mod case;
mod chapter;
mod lines;

use std::path::Path;
use std::{env, fs};

use case::Case;

/// The folders of `ui-tests/` and the subjects of their rules.
const SECTIONS: [(&str, &str); 15] = [
    ("retry", "`#[retry]`"),
    ("hedge", "`#[hedge]`"),
    ("circuit_breaker", "`#[circuit_breaker]`"),
    ("timeout", "`#[timeout]`"),
    ("adaptive_throttle", "`#[adaptive_throttle]`"),
    ("rate_limit", "`#[rate_limit]`"),
    ("bulkhead", "`#[bulkhead]`"),
    ("retry_budget", "`#[retry_budget]`"),
    ("fallback", "`#[fallback]`"),
    ("handles", "Handles and values"),
    ("per_key", "State per key"),
    ("stack", "Several attributes"),
    ("apply", "One stack for many functions"),
    ("target", "The function"),
    ("types", "Types"),
];

fn ui_tests() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn docs() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs"))
}

#[test]
fn the_chapter_agrees_with_the_ui_tests() {
    let path = docs().join("errors.md");
    let chapter = chapter::write(SECTIONS.map(|(folder, title)| (title, Case::all(folder))));
    if env::var_os("UPDATE_ERRORS").is_some() {
        fs::create_dir_all(docs()).expect("the folder of the chapter");
        fs::write(&path, &chapter).expect("the chapter");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == chapter,
        "docs/errors.md is out of date: run `UPDATE_ERRORS=1 cargo test --test errors_chapter`"
    );
}

#[test]
fn every_folder_has_a_section() {
    let entries = fs::read_dir(ui_tests()).expect("the ui tests").map(|entry| entry.expect("a folder"));
    let folders = entries.filter(|entry| entry.path().is_dir()).map(|entry| entry.file_name());
    for folder in folders.filter(|folder| folder != "pass" && folder != "tests") {
        assert!(SECTIONS.iter().any(|(known, _)| folder == *known), "{} has no section", folder.display());
    }
}

#[test]
fn every_fix_compiles() {
    let modules = SECTIONS.map(|(folder, _)| {
        let cases: String = Case::all(folder).iter().map(Case::fixed_module).collect();
        format!("mod {folder} {{\n{cases}}}\n")
    });
    let modules = modules.concat();
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fixes.rs");
    fs::write(&path, format!("#![allow(warnings)]\n{modules}fn main() {{}}\n")).expect("the fixes");
    trybuild::TestCases::new().pass(path);
}
