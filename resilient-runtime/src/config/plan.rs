//! What a configuration makes of the program: checked as a whole before anything is changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::bounds::Bounds;
use crate::config::entry::{Entries, Entry, Scope, is_in};
use crate::config::error::{At, ConfigProblem};
use crate::config::settings::{self, ENABLED};
use crate::registry::configurable::AnyPolicy;
use crate::registry::functions::{Function, LayerKind, functions};
use crate::registry::replaced::Replaces;
use crate::registry::similar::similar;
use crate::registry::subjects::{Address, Subject};
use crate::retry::settings::Settings;
use crate::timeout::policy::TimeoutPolicy;

/// What becomes of a layer.
#[derive(Debug)]
pub(super) struct Planned<'s> {
    pub(super) subject: &'s Subject,
    /// Where it is said that the layer does not act, if it does not.
    pub(super) off: Option<At>,
    /// Nothing if no value is for it, so that its state need not be made.
    pub(super) policy: Option<AnyPolicy>,
    /// Of the policy of a layer without state; 0 if it is as written.
    number: u32,
    /// The settings that are given, and where.
    pub(super) given: BTreeMap<String, At>,
}

/// Plans all changes. Problems are added to `problems`.
pub(super) fn plan<'s>(
    subjects: &'s [Subject],
    entries: &Entries,
    bounds: &Bounds,
    problems: &mut Vec<ConfigProblem>,
) -> Vec<Planned<'s>> {
    for entry in &entries.values {
        check_alone(entry, subjects, bounds, problems);
    }
    let mut planned = Vec::new();
    for subject in subjects {
        let mut wins = BTreeMap::<&str, &Entry>::new();
        let covering = entries.values.iter().filter(|entry| entry.kind == subject.kind && entry.scope.covers(subject));
        for entry in covering {
            let best = wins.entry(&entry.setting).or_insert(entry);
            if entry.scope.rank() >= best.scope.rank() {
                *best = entry;
            }
        }
        planned.push(Planned::of(subject, wins, entries.switched_off.as_ref(), problems));
    }
    if problems.is_empty() {
        for planned in &mut planned {
            planned.find_number(problems);
        }
    }
    problems.sort_by_key(|problem| (problem.line().unwrap_or(usize::MAX), problem.column()));
    problems.dedup();
    planned
}

impl<'s> Planned<'s> {
    fn of(
        subject: &'s Subject,
        mut wins: BTreeMap<&str, &Entry>,
        all_off: Option<&At>,
        problems: &mut Vec<ConfigProblem>,
    ) -> Self {
        let enabled = wins.remove(ENABLED);
        let own_off = enabled.filter(|entry| entry.given.flag() == Ok(false)).map(|entry| entry.at.clone());
        if let Some(entry) = enabled.filter(|entry| entry.scope.is_own()) {
            check_switch(subject, entry, problems);
        }
        let mut given: BTreeMap<String, At> = BTreeMap::new();
        let policy = (!wins.is_empty()).then(|| changed(subject, &wins, &mut given, problems));
        given.extend(enabled.map(|entry| (ENABLED.to_owned(), entry.at.clone())));
        Self { subject, off: all_off.cloned().or(own_off), policy, number: 0, given }
    }

    /// Makes it so. Whether the layer has settings of a configuration now.
    pub(super) fn apply(&self, has_settings: bool) -> bool {
        let Self { subject, off, policy, .. } = self;
        if subject.is_of_slot() {
            subject.set_number(self.number);
            return false;
        }
        if let Some(policy) = policy {
            subject.change(*policy);
        } else if has_settings {
            subject.change(subject.written());
        }
        subject.switch(off.is_some());
        policy.is_some()
    }

    fn find_number(&mut self, problems: &mut Vec<ConfigProblem>) {
        let number = match (self.subject.kind, &self.off, self.policy) {
            (LayerKind::Retry, Some(_), _) => Settings::OFF.number(),
            (LayerKind::Timeout, Some(_), _) => TimeoutPolicy::unchecked(std::time::Duration::MAX).number(),
            (_, None, Some(AnyPolicy::Retry(settings))) => settings.number(),
            (_, None, Some(AnyPolicy::Timeout(policy))) => policy.number(),
            _ => Some(0),
        };
        match (number, self.given.values().next()) {
            (Some(number), _) => self.number = number,
            (None, Some(at)) => {
                let message = "this program has had a million different settings, and keeps all of them".to_owned();
                problems.push(ConfigProblem::new(message, Some("start it again".to_owned()), at.clone()));
            }
            (None, None) => {}
        }
    }
}

/// The policy with all values. A value for many layers leaves those as they are that cannot have it.
fn changed(
    subject: &Subject,
    wins: &BTreeMap<&str, &Entry>,
    given: &mut BTreeMap<String, At>,
    problems: &mut Vec<ConfigProblem>,
) -> AnyPolicy {
    let written = subject.written();
    let mut policy = written;
    for (setting, entry) in wins {
        match settings::set(policy, setting, &entry.given) {
            Ok(changed) => {
                policy = changed;
                given.insert((*setting).to_owned(), entry.at.clone());
            }
            Err(message) if entry.scope.is_own() => {
                let help = Some(format!("it is {}", shown(subject)));
                problems.push(ConfigProblem::new(message, help, entry.at.clone()));
            }
            Err(_) => {}
        }
    }
    if let Some(entry) = excluded(wins) {
        let message = "`failure_threshold` and `failure_rate` exclude each other: keep one".to_owned();
        problems.push(ConfigProblem::new(message, None, entry.at.clone()));
    }
    let has_budget = subject.has_budget();
    if let Err(message) = settings::problem(&policy, has_budget)
        && let Some(entry) = wins.values().find(|entry| given.contains_key(&entry.setting))
    {
        // The value that the message names, if it is one of those.
        let named = wins.iter().find(|(setting, _)| message.contains(&format!("`{setting}`")));
        let at = named.map_or(&entry.at, |(_, entry)| &entry.at);
        let help = Some(format!("with what {} has beside it", shown(subject)));
        problems.push(ConfigProblem::new(message, help, at.clone()));
    }
    policy
}

/// The second of two values that exclude each other, if they are for the same layers.
fn excluded<'e>(wins: &BTreeMap<&str, &'e Entry>) -> Option<&'e Entry> {
    let (threshold, rate) = (wins.get("failure_threshold")?, wins.get("failure_rate")?);
    Some(if threshold.scope.rank() >= rate.scope.rank() { threshold } else { rate })
}

/// Whether what is switched off can be.
fn check_switch(subject: &Subject, entry: &Entry, problems: &mut Vec<ConfigProblem>) {
    let message = if !subject.has_switch() {
        format!("no attribute uses {}, so there is nothing to switch", shown(subject))
    } else if subject.has_fixed_use {
        format!("{} is the budget of a retry or a hedge that was given it, which cannot be switched", shown(subject))
    } else {
        return;
    };
    problems.push(ConfigProblem::new(message, None, entry.at.clone()));
}

/// What is wrong with a value whatever layer it is for, and with the place that it is for.
fn check_alone(entry: &Entry, subjects: &[Subject], bounds: &Bounds, problems: &mut Vec<ConfigProblem>) {
    let mut report = |message, help| problems.push(ConfigProblem::new(message, help, entry.at.clone()));
    if entry.setting == ENABLED {
        if let Err(message) = entry.given.flag() {
            report(message, None);
        }
    } else if let Err(message) = bounds.check(entry.kind, &entry.setting, &entry.given) {
        report(message, None);
    }
    let of_kind = || subjects.iter().filter(|subject| subject.kind == entry.kind);
    let mut covered = of_kind().filter(|subject| entry.scope.covers(subject));
    match covered.next() {
        None => {
            let (message, help) = no_such(entry, subjects);
            report(message, help);
        }
        Some(first) => {
            if let (Scope::Function(..), Some(second)) = (&entry.scope, covered.next()) {
                let message = format!("the path is that of {} and of {}", shown(first), shown(second));
                report(message, Some("give one of the functions another name".to_owned()));
            }
            if !entry.scope.is_own()
                && entry.setting != ENABLED
                && of_kind().filter(|subject| entry.scope.covers(subject)).all(|it| cannot_have(it, entry))
            {
                let why = settings::set(first.written(), &entry.setting, &entry.given).err();
                report(why.unwrap_or_else(|| "no layer can have it".to_owned()), None);
            }
        }
    }
}

fn cannot_have(subject: &Subject, entry: &Entry) -> bool {
    settings::set(subject.written(), &entry.setting, &entry.given).is_err()
}

/// That nothing is called so, and what was probably meant.
fn no_such(entry: &Entry, subjects: &[Subject]) -> (String, Option<String>) {
    let kind = entry.kind;
    match &entry.scope {
        Scope::All => (format!("this program has no `{kind}`"), None),
        Scope::Module(path) => no_such_module(path, kind, subjects),
        Scope::Name(name) | Scope::VariableOfName(name) => {
            let names = subjects.iter().filter(|subject| subject.kind == kind).filter_map(|it| match it.address {
                Address::Name(name) => Some(name),
                Address::Function { .. } => None,
            });
            (format!("no {kind} is called `{}`", name.escape_debug()), meant(name, names))
        }
        Scope::Function(path, nth) | Scope::VariableOfFunction(path, nth) => no_such_layer(path, *nth, kind, subjects),
    }
}

fn no_such_module(path: &str, kind: LayerKind, subjects: &[Subject]) -> (String, Option<String>) {
    let modules: BTreeSet<_> = subjects.iter().map(Subject::module).filter(|module| !module.is_empty()).collect();
    let shown = path.escape_debug();
    if modules.iter().any(|module| is_in(module, path)) {
        (format!("the module `{shown}` has no `{kind}`"), None)
    } else {
        (format!("no annotated function is in a module `{shown}`"), meant(path, modules.into_iter()))
    }
}

fn no_such_layer(path: &str, nth: usize, kind: LayerKind, subjects: &[Subject]) -> (String, Option<String>) {
    let shown = path.escape_debug();
    let Some(function) = functions().find(|function| function.path() == path) else {
        return (format!("no annotated function is called `{shown}`"), meant(path, functions().map(Function::path)));
    };
    let place = format!("{}:{}", function.file(), function.line());
    let layers = function.layers().iter().filter(|layer| layer.kind() == kind);
    match layers.clone().nth(nth.saturating_sub(1)) {
        Some(layer) if layer.name().is_some() => {
            let name = layer.name().unwrap_or_default();
            let help = format!("write it at `[{kind}.{name:?}]`, for all who share it");
            (format!("the `{kind}` of `{shown}` has a name, so its settings are shared"), Some(help))
        }
        _ => {
            let of_function =
                |it: &&Subject| matches!(it.address, Address::Function { function, .. } if function.path() == path);
            let has: BTreeSet<_> = subjects.iter().filter(of_function).map(|it| it.kind.name()).collect();
            let help = if has.is_empty() {
                None
            } else {
                Some(format!("it has {}", has.into_iter().collect::<Vec<_>>().join(", ")))
            };
            let which = if nth == 1 { String::new() } else { format!(" number {nth}") };
            (format!("`{shown}` ({place}) has no `{kind}`{which}"), help)
        }
    }
}

fn meant<'n>(name: &str, mut known: impl Iterator<Item = &'n str>) -> Option<String> {
    known.find(|known| similar(known, name)).map(|meant| format!("did you mean `{meant}`?"))
}

/// A layer as messages name it.
pub(super) fn shown(subject: &Subject) -> String {
    let place = subject.place.map_or_else(String::new, |place| format!(" at {place}"));
    match subject.address {
        Address::Name(name) => format!("the {} {name:?}{place}", subject.kind),
        Address::Function { nth: 1, .. } => format!("the {}{place}", subject.kind),
        Address::Function { nth, .. } => format!("the {} number {nth}{place}", subject.kind),
    }
}
