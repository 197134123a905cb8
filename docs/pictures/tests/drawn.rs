//! The pictures in `docs/` are what the library does today.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use resilient_pictures::{Picture, all, definition};

/// The file that includes pictures in rustdoc.
const EMBEDDED: &str = "src/pictures.md";

static PICTURES: LazyLock<Vec<Picture>> = LazyLock::new(all);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn read(path: &str) -> String {
    // A file that is missing differs from every picture.
    fs::read_to_string(root().join(path)).unwrap_or_default().replace("\r\n", "\n")
}

/// Compares a file, or writes it if the variable says so.
fn check(path: &str, expected: &str) {
    if std::env::var_os("UPDATE_PICTURES").is_some() {
        fs::write(root().join(path), expected).unwrap_or_else(|error| panic!("{path}: {error}"));
    }
    let written = read(path);
    assert!(
        written == expected,
        "{path} is out of date: `UPDATE_PICTURES=1 cargo test -p resilient-pictures` writes it"
    );
}

#[test]
fn pictures_are_what_the_library_does() {
    let mut definitions = String::new();
    for picture in PICTURES.iter() {
        check(&format!("docs/guide/{}.svg", picture.name), &picture.svg);
        definitions.push_str(&definition(picture.name, &picture.svg));
    }
    check(EMBEDDED, &definitions);
}

#[test]
fn every_picture_is_small_and_can_be_read_aloud() {
    for Picture { name, svg } in PICTURES.iter() {
        assert!(svg.len() < 16 * 1024, "{name}: {} bytes", svg.len());
        assert!(svg.contains("<title>") && svg.contains("<desc>"), "{name} can only be seen");
        assert!(!svg.contains("<script") && !svg.contains("href"), "{name} needs something else");
    }
}
