//! Environment variables. Every possible name is computed from the program and looked up whole, because a name says not
//! where a path ends and a setting begins.

use std::collections::BTreeMap;

use resilient_rules::words::did_you_mean;

use crate::config::entry::{Addressed, Entries, Entry, Scope};
use crate::config::error::{At, ConfigProblem};
use crate::config::settings::{self, ENABLED};
use crate::config::value::Given;
use crate::registry::similar::nearest;
use crate::registry::subjects::{Address, Subject};

/// The variables that begin with `RESILIENT_`.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables(BTreeMap<String, String>);

const PREFIX: &str = "RESILIENT_";
/// Names the file; see `config::reload`.
pub(super) const FILE: &str = "RESILIENT_CONFIG";
const SWITCH: &str = "RESILIENT_ENABLED";

impl Variables {
    /// Those of the process. One that is not Unicode is left out, and so unknown.
    pub(super) fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self::of(std::env::vars_os().filter_map(text))
    }

    pub(super) fn of(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(variables.into_iter().filter(|(name, _)| is_ours(name)).collect())
    }

    /// Adds what the variables say. Returns warnings about those that say nothing.
    pub(super) fn read(
        &self,
        subjects: &[Subject],
        entries: &mut Entries,
        problems: &mut Vec<ConfigProblem>,
    ) -> Vec<ConfigProblem> {
        let mut names = BTreeMap::<String, Vec<Target<'_>>>::new();
        for target in subjects.iter().flat_map(targets) {
            names.entry(target.variable()).or_default().push(target);
        }
        for (name, value) in &self.0 {
            let at = || At::Variable(name.clone());
            let given = || Given::Variable(value.clone());
            match names.get(name).map(Vec::as_slice) {
                Some([target]) => entries.values.push(target.entry(given(), at())),
                Some(several) => {
                    let meant: Vec<_> = several.iter().map(Target::shown).collect();
                    let message = format!("the variable could mean {}", meant.join(" or "));
                    problems.push(ConfigProblem::new(message, Some("set it in a file".to_owned()), at()));
                }
                None if name == SWITCH => match given().flag() {
                    Ok(is_on) => entries.switched_off = (!is_on).then(at),
                    Err(message) => problems.push(ConfigProblem::new(message, None, at())),
                },
                None => {}
            }
        }
        let is_known = |name: &str| names.contains_key(name) || name == SWITCH;
        let unknown = self.0.keys().filter(|name| !is_known(name));
        unknown.map(|name| unknown_variable(name, names.keys())).collect()
    }
}

/// Not those that Kubernetes injects for services, nor the name of the file.
fn is_ours(name: &str) -> bool {
    let is_of_service = name.contains("_SERVICE_") || name.contains("_PORT_") || name.ends_with("_PORT");
    name.starts_with(PREFIX) && !is_of_service && name != FILE
}

fn unknown_variable<'n>(name: &str, known: impl Iterator<Item = &'n String>) -> ConfigProblem {
    let help = nearest(name, known.map(String::as_str)).map(did_you_mean);
    let message = "this program has nothing that the variable changes".to_owned();
    ConfigProblem::new(message, help, At::Variable(name.to_owned()))
}

/// What a variable can change.
struct Target<'s> {
    subject: &'s Subject,
    setting: &'static str,
}

fn targets(subject: &Subject) -> impl Iterator<Item = Target<'_>> {
    [ENABLED].iter().chain(settings::names(subject.kind)).map(move |setting| Target { subject, setting })
}

impl Target<'_> {
    fn shown(&self) -> String {
        format!("`{}` of {}", self.setting, super::plan::shown(self.subject))
    }

    fn variable(&self) -> String {
        let name = match self.subject.address {
            Address::Name(name) => name.to_owned(),
            Address::Function { function, nth: 1 } => function.path().to_owned(),
            Address::Function { function, nth } => format!("{}_{nth}", function.path()),
        };
        let parts = format!("{PREFIX}{}_{name}_{}", self.subject.kind.name(), self.setting);
        let mut variable = String::new();
        for letter in parts.chars() {
            if letter.is_ascii_alphanumeric() {
                variable.push(letter.to_ascii_uppercase());
            } else if !variable.ends_with('_') {
                variable.push('_');
            }
        }
        variable
    }

    fn entry(&self, given: Given, at: At) -> Entry {
        let scope = match self.subject.address {
            Address::Name(name) => Scope::VariableOfName(name.to_owned()),
            Address::Function { function, nth } => Scope::VariableOfFunction(function.path().to_owned(), nth),
        };
        let addressed = Addressed { name: at.clone(), layer: at.clone() };
        Entry { scope, kind: self.subject.kind, setting: self.setting.to_owned(), given, at, addressed }
    }
}
