//! What one configuration makes of the program, compared with another.

use crate::config::plan::Planned;
use crate::config::settings::{self, ENABLED};
use crate::event::config_events::ConfigChange;
use crate::registry::subjects::{Address, Subject};

/// All settings that differ. Both are plans for the same layers.
pub(super) fn changes(before: &[Planned<'_>], after: &[Planned<'_>]) -> Vec<ConfigChange> {
    before.iter().zip(after).flat_map(|(before, after)| of_layer(before, after)).collect()
}

fn of_layer(before: &Planned<'_>, after: &Planned<'_>) -> Vec<ConfigChange> {
    let mut changes = Vec::new();
    let mut compare = |setting, from: Option<String>, to: Option<String>| {
        if from != to {
            changes.push(ConfigChange { address: address(after.subject), setting, from, to });
        }
    };
    let enabled = |planned: &Planned<'_>| Some(planned.off.is_none().to_string());
    compare(ENABLED, enabled(before), enabled(after));
    // State that has no other settings than those in the code need not be made.
    if before.policy.is_some() || after.policy.is_some() {
        let (mut from, to) = (values(before), values(after));
        for (setting, to) in to {
            let known = from.iter().position(|(name, _)| *name == setting).map(|index| from.remove(index).1);
            compare(setting, known, Some(to));
        }
        for (setting, from) in from {
            compare(setting, Some(from), None);
        }
    }
    changes
}

fn values(planned: &Planned<'_>) -> Vec<(&'static str, String)> {
    settings::listed(&planned.policy.unwrap_or_else(|| planned.subject.written()))
}

/// A layer as a configuration addresses it.
pub(super) fn address(subject: &Subject) -> String {
    let kind = subject.kind;
    match subject.address {
        Address::Name(name) => format!("{kind}.{}", key(name)),
        Address::Function { function, nth: 1 } => format!("function.{}.{kind}", key(function.path())),
        Address::Function { function, nth } => format!("function.{}.{kind}.{nth}", key(function.path())),
    }
}

/// A key of TOML, in quotes if it needs them.
fn key(name: &str) -> String {
    let is_bare = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    if !name.is_empty() && name.chars().all(is_bare) {
        return name.to_owned();
    }
    let mut quoted = String::from('"');
    for letter in name.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => quoted.push_str(&escaped(letter)),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn escaped(letter: char) -> String {
    format!("\\u{:04X}", u32::from(letter))
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_key_is_read_as_the_name_that_it_is_of(name in ".*") {
            let text = format!("{} = 1", key(&name));
            let table = toml::de::DeTable::parse(&text).unwrap();
            let keys: Vec<_> = table.get_ref().iter().map(|(key, _)| key.get_ref().to_string()).collect();
            prop_assert_eq!(keys, [name]);
        }
    }

    #[test]
    fn only_what_needs_quotes_has_them() {
        assert_eq!([key("users"), key("app::user"), key("")], ["users", "\"app::user\"", "\"\""]);
    }
}
