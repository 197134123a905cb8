//! The tables of settings agree with their documentation, and with the names that other libraries have for them.

use std::fs;

use crate::layers::Kind;
use crate::parse::synonyms::assert_distinct;

/// The names in the first column of a table, in order. A form without a name, such as a closure, is no setting.
fn documented(table: &str) -> Vec<&str> {
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `"));
    let names = rows.filter_map(|row| row.split('`').next()?.split([' ', '(']).next());
    names.filter(|name| name.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')).collect()
}

#[test]
fn each_table_is_documented_in_its_order() {
    for kind in Kind::ALL {
        let mut names = kind.settings().to_vec();
        // Readers look for it last.
        names.sort_by_key(|name| *name == "policy");
        let page = format!("{}/docs/{}.md", env!("CARGO_MANIFEST_DIR"), kind.name());
        let page = fs::read_to_string(&page).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert_eq!(documented(&page), names, "{}", kind.name());
    }
}

#[test]
fn names_of_other_libraries_stand_for_settings() {
    for kind in Kind::ALL {
        assert_distinct(kind.synonyms(), kind.settings());
    }
}
