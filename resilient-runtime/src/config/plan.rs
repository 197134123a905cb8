//! What a configuration makes of the program: checked as a whole before anything is changed.

use std::collections::{BTreeMap, BTreeSet};

use resilient_rules::circuit_breaker::THRESHOLD_AND_RATE;

use crate::config::bounds::Bounds;
use crate::config::entry::{Entries, Entry};
use crate::config::error::{At, ConfigProblem};
use crate::config::rules::{self, Broken, InForce};
use crate::config::settings::{self, ENABLED};
use crate::config::{address, between, value};
use crate::core::part::{Given, Part};
use crate::registry::configurable::AnyPolicy;
use crate::registry::functions::LayerKind;
use crate::registry::replaced::Replaces;
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
    /// Those of them whose value is for many layers.
    pub(super) for_many: BTreeSet<String>,
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
    let mut planned = outline(subjects, entries, problems);
    if problems.is_empty() {
        for planned in &mut planned {
            planned.find_number(problems);
        }
    }
    problems.sort_by_key(|problem| (problem.line().unwrap_or(usize::MAX), problem.column()));
    problems.dedup();
    planned
}

/// What becomes of each layer of the values for it, to be read and not applied. Of a value, only its part beside others
/// is checked. One for many layers leaves those as they are that cannot have it beside the other layers of a function.
pub(super) fn outline<'s>(
    subjects: &'s [Subject],
    entries: &Entries,
    problems: &mut Vec<ConfigProblem>,
) -> Vec<Planned<'s>> {
    let mut planned: Vec<_> =
        subjects.iter().map(|subject| of_subject(subject, entries, &BTreeSet::new(), problems)).collect();
    let mut left_out = BTreeMap::<usize, BTreeSet<String>>::new();
    loop {
        let found = between::contradictions(&planned);
        if found.iter().all(|it| !it.is_for_many) {
            problems.extend(found.into_iter().map(|it| it.problem));
            return planned;
        }
        for between::Contradiction { layer, setting, .. } in found.into_iter().filter(|it| it.is_for_many) {
            let left_out = left_out.entry(layer).or_default();
            left_out.insert(setting);
            // What else is wrong with it has been found.
            planned[layer] = of_subject(planned[layer].subject, entries, left_out, &mut Vec::new());
        }
    }
}

/// What becomes of one layer, without these settings of values for many.
fn of_subject<'s>(
    subject: &'s Subject,
    entries: &Entries,
    left_out: &BTreeSet<String>,
    problems: &mut Vec<ConfigProblem>,
) -> Planned<'s> {
    let mut wins = BTreeMap::<&str, &Entry>::new();
    let covering = entries.values.iter().filter(|entry| entry.kind == subject.kind && entry.scope.covers(subject));
    for entry in covering.filter(|entry| entry.scope.is_own() || !left_out.contains(&entry.setting)) {
        let best = wins.entry(&entry.setting).or_insert(entry);
        if entry.scope.rank() >= best.scope.rank() {
            *best = entry;
        }
    }
    Planned::of(subject, wins, entries.switched_off.as_ref(), problems)
}

impl<'s> Planned<'s> {
    fn of<'e>(
        subject: &'s Subject,
        mut wins: BTreeMap<&'e str, &'e Entry>,
        all_off: Option<&At>,
        problems: &mut Vec<ConfigProblem>,
    ) -> Self {
        let enabled = wins.remove(ENABLED);
        let own_off = enabled.filter(|entry| entry.given.flag() == Ok(false)).map(|entry| entry.at.clone());
        if let Some(entry) = enabled.filter(|entry| entry.scope.is_own()) {
            check_switch(subject, entry, problems);
        }
        let mut given: BTreeMap<String, At> = BTreeMap::new();
        let policy = (!wins.is_empty()).then(|| changed(subject, &mut wins, &mut given, problems));
        given.extend(enabled.map(|entry| (ENABLED.to_owned(), entry.at.clone())));
        let for_many = wins.iter().filter(|(_, entry)| !entry.scope.is_own()).map(|(name, _)| (*name).to_owned());
        let for_many = for_many.collect();
        Self { subject, off: all_off.cloned().or(own_off), policy, number: 0, given, for_many }
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
            (LayerKind::Retry, Some(_), _) => self.number_of(Settings::OFF, Given::OFF),
            (LayerKind::Timeout, Some(_), _) => self.number_of(NO_LIMIT, Given::OFF),
            (_, None, Some(AnyPolicy::Retry(settings))) => {
                self.number_of(settings, Given::of(&Settings::CONFIGURABLE, |name| self.given.contains_key(name)))
            }
            (_, None, Some(AnyPolicy::Timeout(policy))) => {
                self.number_of(policy, Given::of(&TimeoutPolicy::CONFIGURABLE, |name| self.given.contains_key(name)))
            }
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

/// Of a timeout that is switched off.
const NO_LIMIT: TimeoutPolicy = TimeoutPolicy::unchecked(std::time::Duration::MAX);

impl Planned<'_> {
    /// The number of a policy or, where calls compute the others, of the settings that are given.
    fn number_of<P: Replaces>(&self, settings: P, given: Given) -> Option<u32>
    where
        Part<P>: Replaces,
    {
        if self.subject.is_computed() { Part { settings, given }.number() } else { settings.number() }
    }

    /// Whether all settings are known before any call.
    pub(super) fn is_known(&self) -> bool {
        let is_open = |name: &str| !self.given.contains_key(name) && self.subject.computed(name).is_some();
        !settings::names(self.subject.kind).iter().any(|name| is_open(name))
    }

    /// The policy for readers. What is not decided is not made only to be shown.
    pub(super) fn policy_in_force(&self) -> Option<AnyPolicy> {
        let written = || (!self.subject.is_undecided()).then(|| self.subject.written());
        self.policy.or_else(written)
    }

    /// The settings for readers. Those that calls compute are shown as their code.
    pub(super) fn listed(&self) -> Vec<(&'static str, String)> {
        let Self { subject, given, .. } = self;
        let mut listed: Vec<_> = self.policy_in_force().iter().flat_map(settings::listed).collect();
        for name in settings::names(subject.kind) {
            let Some(code) = subject.computed(name).filter(|_| !given.contains_key(*name)) else { continue };
            match listed.iter_mut().find(|(listed, _)| listed == name) {
                Some((_, value)) => code.clone_into(value),
                None => listed.push((name, code.to_owned())),
            }
        }
        listed
    }
}

/// The policy with all values. A value for many layers leaves those as they are that cannot have it.
fn changed<'e>(
    subject: &Subject,
    wins: &mut BTreeMap<&'e str, &'e Entry>,
    given: &mut BTreeMap<String, At>,
    problems: &mut Vec<ConfigProblem>,
) -> AnyPolicy {
    let mut policy = subject.written();
    wins.retain(|setting, entry| match set(subject, policy, setting, &entry.given) {
        Ok(changed) => {
            policy = changed;
            true
        }
        Err(message) => {
            if entry.scope.is_own() {
                let help = Some(format!("it is {}", shown(subject)));
                problems.push(ConfigProblem::new(message, help, entry.at.clone()));
            }
            false
        }
    });
    if let Some((entry, message)) = contradiction(subject, &policy, wins) {
        let name = entry.setting.as_str();
        if entry.scope.is_own() || message.is_of_policy {
            let help = Some(format!("with what {} has beside it", shown(subject)));
            problems.push(ConfigProblem::new(message.text, help, entry.at.clone()));
        } else {
            wins.remove(name);
            return changed(subject, wins, given, problems);
        }
    }
    given.extend(wins.iter().map(|(setting, entry)| ((*setting).to_owned(), entry.at.clone())));
    policy
}

/// What is wrong with values together.
struct Contradiction {
    text: String,
    /// Whether the policy could not be made at all. Else a value never acts.
    is_of_policy: bool,
}

/// The value that contradicts others, and how.
fn contradiction<'e>(
    subject: &Subject,
    policy: &AnyPolicy,
    wins: &BTreeMap<&'e str, &'e Entry>,
) -> Option<(&'e Entry, Contradiction)> {
    if let Some(entry) = excluded(wins) {
        return Some((entry, Contradiction { text: THRESHOLD_AND_RATE.to_owned(), is_of_policy: true }));
    }
    let is_given = |name: &str| wins.contains_key(name);
    let is_computed = |name: &str| !is_given(name) && subject.computed(name).is_some();
    let in_force = InForce::new(policy, &is_given, &is_computed, subject);
    if let Err(message) = settings::problem(policy, subject.has_budget()) {
        let names = |name: &str| message.contains(&format!("`{name}`"));
        if !settings::names(subject.kind).iter().any(|name| is_computed(name) && names(name)) {
            // The value that the message names, if it is one of those.
            let entry = wins.iter().find(|(name, _)| names(name)).or_else(|| wins.iter().next())?.1;
            let text = rules::in_words_of_attributes(&message, policy, &in_force);
            return Some((entry, Contradiction { text, is_of_policy: true }));
        }
    }
    let Broken { setting, message: text } = rules::broken(policy, &in_force)?;
    Some((wins.get(setting)?, Contradiction { text, is_of_policy: false }))
}

/// The policy with one setting changed.
fn set(subject: &Subject, policy: AnyPolicy, setting: &str, given: &value::Given) -> Result<AnyPolicy, String> {
    if subject.has_delays_of_code() && ["backoff", "base_delay", "exponential_base"].contains(&setting) {
        return Err(settings::DELAYS_OF_CODE.to_owned());
    }
    settings::set(policy, setting, given)
}

/// The second of two values that exclude each other, if they are for the same layers.
fn excluded<'e>(wins: &BTreeMap<&'e str, &'e Entry>) -> Option<&'e Entry> {
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
    if let Some(problem) = address::problem(entry, subjects) {
        problems.push(problem);
    }
    let alone = if entry.setting == ENABLED {
        entry.given.flag().map(|_| ())
    } else {
        bounds.check(entry.kind, &entry.setting, &entry.given)
    };
    if let Err(message) = alone {
        problems.push(ConfigProblem::new(message, None, entry.at.clone()));
    }
    if !entry.scope.is_own()
        && entry.setting != ENABLED
        && let Some(message) = wrong_for_all(entry, subjects)
    {
        problems.push(ConfigProblem::new(message, None, entry.at.clone()));
    }
}

/// Why none of several layers can have a value: the reason of most of them.
fn wrong_for_all(entry: &Entry, subjects: &[Subject]) -> Option<String> {
    let mut reasons = BTreeMap::<String, usize>::new();
    for subject in subjects.iter().filter(|subject| subject.kind == entry.kind && entry.scope.covers(subject)) {
        let wrong = set(subject, subject.written(), &entry.setting, &entry.given).err()?;
        *reasons.entry(wrong).or_default() += 1;
    }
    reasons.into_iter().max_by_key(|(_, layers)| *layers).map(|(reason, _)| reason)
}

/// A layer as messages name it.
pub(super) fn shown(subject: &Subject) -> String {
    let place = subject.place().map_or_else(String::new, |place| format!(" at {place}"));
    match subject.address {
        Address::Name(name) => format!("the {} {name:?}{place}", subject.kind),
        Address::Function { nth: 1, .. } => format!("the {}{place}", subject.kind),
        Address::Function { nth, .. } => format!("the {} number {nth}{place}", subject.kind),
    }
}
