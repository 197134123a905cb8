//! The rows are those of the attributes, and no text makes reading panic.

use std::collections::BTreeSet;
use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::config::in_force::alone;
use crate::config::loader;

/// The settings in the table of an attribute.
fn documented(kind: LayerKind) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../resilient-macros/docs/{kind}.md"));
    let table = std::fs::read_to_string(path).expect("each attribute has a table");
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let is_name = |row: &&str| row.starts_with(|letter: char| letter.is_ascii_lowercase());
    rows.filter(is_name).map(|row| row.split('(').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn each_setting_of_an_attribute_can_be_changed_or_is_code() {
    for kind in LayerKind::ALL.iter().copied().filter(|kind| *kind != LayerKind::Fallback) {
        let known: BTreeSet<_> = names(kind).iter().chain(code(kind)).map(|name| (*name).to_owned()).collect();
        assert_eq!(known, documented(kind), "{kind}");
    }
}

#[test]
fn the_page_of_each_attribute_lists_what_a_configuration_changes() {
    for kind in LayerKind::ALL.iter().copied().filter(|kind| *kind != LayerKind::Fallback) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../docs/attributes/{kind}.md"));
        let page = std::fs::read_to_string(path).expect("each attribute has a page");
        let section = page.split("\n# ").find_map(|section| section.strip_prefix("Configuration\n"));
        let section = section.expect("each page has the section").replace('\n', " ");
        let (sentence, _) = section.split_once(" while the program runs").expect("the sentence");
        let listed: Vec<_> = sentence.split('`').skip(1).step_by(2).filter(|word| *word != "config").collect();
        assert_eq!(listed, names(kind), "{kind}");
    }
}

#[test]
fn settings_that_calls_compute_are_replaced_by_the_same_names() {
    assert_eq!(names(LayerKind::Retry), crate::retry::settings::Settings::CONFIGURABLE);
    assert_eq!(names(LayerKind::Timeout), crate::timeout::policy::TimeoutPolicy::CONFIGURABLE);
}

#[test]
fn no_setting_is_called_as_the_switch_of_all() {
    assert!(LayerKind::ALL.iter().all(|kind| !names(*kind).contains(&ENABLED) && !code(*kind).contains(&ENABLED)));
}

proptest! {
    #[test]
    fn no_text_panics(text in "(?s).{0,200}") {
        let _alone = alone();
        let _ = loader().variables([]).apply(&text);
    }

    #[test]
    fn nothing_that_looks_like_a_configuration_panics(
        lines in prop::collection::vec(
            (
                prop::sample::select(vec!["[all.", "[module.a.", "[circuit_breaker.", "[function.\"a::b\".", "["]),
                prop::sample::select(vec!["retry", "timeout", "x", "retry.2", "bulkhead.9999999999999999999999"]),
                prop::sample::select(vec!["max_attempts", "duration", "enabled", "window", "retry_refused", "ä"]),
                prop::sample::select(vec!["1", "\"1s\"", "1e400", "[1, [2]]", "{ a = 1 }", "1979-05-27", "0xff", "nan", "\"\u{1b}[31m\""]),
            ),
            0..6,
        ),
    ) {
        let sections = lines.iter().map(|(table, layer, name, value)| format!("{table}{layer}]\n{name} = {value}\n"));
        let text = sections.collect::<Vec<_>>().concat();
        let _alone = alone();
        let error = loader().variables([]).apply(&text).err().map(|error| error.to_string());
        let is_shown_as_text = error.is_none_or(|error| !error.chars().any(|letter| letter.is_control() && letter != '\n'));
        prop_assert!(is_shown_as_text);
    }

    #[test]
    fn no_variable_panics(name in "RESILIENT_[A-Z_]{0,20}", value in "(?s).{0,20}") {
        let _alone = alone();
        let _ = loader().variables([(name.as_str(), value.as_str())]).apply("");
    }
}
