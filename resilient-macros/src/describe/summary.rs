//! One layer in a few words of Markdown.

use super::described::Described;
use super::format::span;
use super::pretty_tokens::code;
use super::settings::{DescribedSetting, DescribedSettings, name};
use crate::facts::{Facts, State};

/// `` `retry` up to 4 attempts, … ``: the most important settings.
pub(crate) fn summary(Described { facts, layer }: &Described) -> String {
    let settings = layer.settings();
    let kind = span(facts.name);
    if settings.get("policy").is_some() {
        format!("{kind}{}{}", shared(facts), settings.by_policy())
    } else {
        format!("{kind}{}", layer.summary(facts, &settings))
    }
}

/// `` `circuit_breaker` `"users"`, opens …``: the state of a handle, whose name reads so.
pub(crate) fn handle(Described { facts, layer }: &Described, name: &str) -> String {
    let settings = layer.settings();
    let each = if facts.is_per_key() { " for each key" } else { "" };
    let which = format!("{} {}{each}", span(facts.name), span(name));
    if settings.get("policy").is_some() {
        format!("{which}{}", settings.by_policy())
    } else {
        format!("{which}, {}", layer.state_in_words())
    }
}

/// Which state it is, if it has any.
pub(crate) fn shared(facts: &Facts) -> String {
    let which = match (facts.state, name(facts)) {
        // Another layer's, which is described among the settings.
        _ if facts.state_type != facts.type_name && !facts.is_per_key() => String::new(),
        (State::Shared(_), Some(name)) => format!(" {} (shared)", span(&name)),
        (State::Own, _) => " of its own".to_owned(),
        _ => String::new(),
    };
    which + &for_each_key(facts)
}

/// The key for which it has state.
fn for_each_key(facts: &Facts) -> String {
    facts.key().map(|key| format!(" for each {}", span(&code(key)))).unwrap_or_default()
}

/// The same where another place gives it its settings.
pub(crate) fn elsewhere(facts: &Facts) -> String {
    if let State::Held(held) = facts.state {
        return format!(" {}{}", span(&code(held)), for_each_key(facts));
    }
    let which = name(facts).map(|name| format!(" {} (shared, with settings given elsewhere)", span(&name)));
    which.unwrap_or_default() + &for_each_key(facts)
}

impl DescribedSettings {
    pub(crate) fn get(&self, name: &str) -> Option<&DescribedSetting> {
        self.all.iter().find(|setting| setting.name == name)
    }

    /// The value, in a code span if it is what the user wrote.
    pub(crate) fn show(&self, name: &str) -> Option<String> {
        self.get(name).map(DescribedSetting::show)
    }

    /// `before` the value `after`, if the setting was written.
    pub(crate) fn given(&self, before: &str, name: &str, after: &str) -> String {
        match self.get(name).filter(|setting| setting.given) {
            Some(setting) => format!("{before}{}{after}", setting.show()),
            None => String::new(),
        }
    }

    pub(crate) fn is(&self, name: &str, text: &str) -> bool {
        self.get(name).is_some_and(|setting| setting.text == text)
    }

    pub(crate) fn shown(&self, name: &str) -> String {
        self.show(name).unwrap_or_default()
    }

    /// The policy, and what is changed next to it.
    fn by_policy(&self) -> String {
        // The key stands behind the name.
        let changed = self.all.iter().filter(|setting| setting.given && !["policy", "key"].contains(&setting.name));
        let changed: Vec<_> = changed.map(|setting| format!("{} {}", span(setting.name), setting.show())).collect();
        let with = if changed.is_empty() { String::new() } else { format!(" with {}", changed.join(", ")) };
        format!(" by {}{with}", self.shown("policy"))
    }

    /// How many keys are kept, if that was written.
    pub(crate) fn keys(&self) -> String {
        self.given(", up to ", "max_keys", " keys") + &self.given(", idle ones for ", "idle", "")
    }

    /// Which outcomes count as failures, if not every error.
    pub(crate) fn failures(&self) -> String {
        [
            self.given(", failures are ", "failure_on", ""),
            self.given(", failures are what ", "failure_if", " says"),
            self.given(", failures are also successes for which ", "failure_if_ok", " holds"),
            self.given(", failures are results for which ", "failure_if_result", " holds"),
        ]
        .concat()
    }

    /// Which errors, if not all.
    pub(crate) fn filter_words(&self, [on, predicate]: [&str; 2]) -> String {
        self.given(", on ", on, "") + &self.given(", if ", predicate, " says so")
    }
}

impl DescribedSetting {
    pub(crate) fn show(&self) -> String {
        // Words with an underscore are names, too.
        if self.is_code || self.text.contains('_') { span(&self.text) } else { self.text.clone() }
    }
}
