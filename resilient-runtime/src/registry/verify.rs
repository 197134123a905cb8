//! Checks the names by which the program shares state.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;

use crate::registry::definitions::{ambiguous_handles, only_handle, state_refs};
use crate::registry::functions::LayerKind;
use crate::registry::origin::Origin;
use crate::registry::registration::handles;
use crate::registry::registry::{Kind, Registry, Visitor};
use crate::registry::similar::similar;

impl Registry {
    /// Checks every name by which the program shares state. No function needs to have been called.
    ///
    /// One test with this call checks the whole program, its dependencies included. State that was made by hand before
    /// is checked as well: if names get their settings from a configuration, make them first, then verify.
    ///
    /// A name without settings has the defaults, and [`Verified`] lists it. It is an error if a similar name has
    /// settings, because then it is probably misspelt. Names that differ only in case and separators are similar; names
    /// with different numbers are not.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// let verified = resilient::registry().verify().unwrap();
    /// assert_eq!(verified.with_defaults().count(), 0);
    /// ```
    ///
    /// # Errors
    ///
    /// [`VerifyError`] with all problems: names with different settings at two places, names without settings that are
    /// similar to one with settings, names that several [handles](crate::Handle) have, and those that
    /// stand for state of two kinds.
    pub fn verify(&self) -> Result<Verified, VerifyError> {
        let mut findings = Findings::default();
        self.visit(&mut findings);
        if findings.problems.is_empty() {
            Ok(findings.verified)
        } else {
            Err(VerifyError { problems: findings.problems })
        }
    }
}

/// All names of one kind, and where they are used.
type Names = BTreeMap<&'static str, Uses>;

#[derive(Default)]
struct Uses {
    /// The origins of settings, in the order of files and lines.
    given: Vec<(Origin, SettingList)>,
    /// The origins that give only the name.
    named: Vec<Origin>,
    /// The static that has the name, with or without settings.
    handle: Option<Origin>,
}

impl Uses {
    /// Where the name was seen first; settings come before uses without them.
    fn first(&self) -> Option<Origin> {
        let given = self.given.first().map(|(place, _)| *place);
        given.or(self.handle).or(self.named.first().copied())
    }
}

type SettingList = Vec<(&'static str, String)>;

fn names<T: Kind>(registry: &Registry) -> Names {
    let mut names = Names::new();
    for (function, state_ref) in state_refs::<T>() {
        let uses = names.entry(state_ref.name.as_str()).or_default();
        let place = Origin::Function(function);
        match &state_ref.policy {
            Some(policy) => uses.given.push((place, T::settings(policy))),
            None => uses.named.push(place),
        }
    }
    for (registration, handle) in handles::<T>() {
        // Those of one name have nothing to do with each other, nor with who gives the name.
        if only_handle::<T>(&handle.name()).is_none() {
            continue;
        }
        let uses = names.entry(handle.name().as_str()).or_default();
        let place = registration.origin().origin;
        uses.handle = Some(place);
        uses.given.extend(handle.policy().map(|policy| (place, T::settings(&policy))));
    }
    for (name, place, policy) in T::map(registry).given() {
        // Settings of attributes are in the list already.
        if let Origin::Call(_) = place {
            names.entry(name.as_str()).or_default().given.push((place, T::settings(&policy)));
        }
    }
    for uses in names.values_mut() {
        uses.given.sort_by_key(|(place, _)| order(*place));
        uses.named.sort_by_key(|place| order(*place));
    }
    names
}

/// Sorts the functions, which the linker gives in any order.
const fn order(place: Origin) -> (&'static str, u32) {
    match place {
        Origin::Function(function) => (function.file(), function.line()),
        Origin::Static { file, line, .. } => (file, line),
        Origin::Call(method) => (method, 0),
    }
}

/// A name, and where it was seen first.
struct Seen {
    kind: LayerKind,
    state: &'static str,
    name: &'static str,
    place: Origin,
}

#[derive(Default)]
struct Findings {
    /// Kinds come in the order of the registry's list.
    seen: Vec<Seen>,
    verified: Verified,
    problems: Vec<Problem>,
}

impl Visitor for Findings {
    fn visit<T: Kind>(&mut self, registry: &Registry) {
        let names = names::<T>(registry);
        self.look_for_two_kinds(T::LAYER, T::KIND, &names);
        self.look_at(T::LAYER, &names);
        self.look_for_ambiguous(T::LAYER, ambiguous::<T>());
    }
}

/// The names that several handles have, and where these are.
fn ambiguous<T: Kind>() -> BTreeMap<&'static str, Vec<Origin>> {
    let mut names = BTreeMap::<_, Vec<_>>::new();
    for (registration, handle) in ambiguous_handles::<T>() {
        names.entry(handle.name().as_str()).or_default().push(registration.origin().origin);
    }
    names
}

impl Findings {
    fn look_at(&mut self, kind: LayerKind, names: &Names) {
        for (name, uses) in names {
            match uses.given.split_first() {
                Some((first, others)) => {
                    let conflicts = others.iter().filter_map(|second| conflict(kind, name, first, second));
                    self.problems.extend(conflicts);
                }
                None => match misspelt(kind, name, uses, names) {
                    Some(problem) => self.problems.push(problem),
                    None => self.verified.with_defaults.push((kind, name)),
                },
            }
        }
        self.verified.names += names.len();
    }

    /// A name stands for one kind of state: a bulkhead, say, not also one with threads or one for each key.
    fn look_for_two_kinds(&mut self, kind: LayerKind, state: &'static str, names: &Names) {
        for (name, uses) in names {
            let Some(place) = uses.first() else { continue };
            let of_other_kind = self.seen.iter().find(|it| it.kind == kind && it.name == *name && it.state != state);
            if let Some(&Seen { state: first_state, place: first, .. }) = of_other_kind {
                let (first, second) = ((first_state, first), (state, place));
                self.problems.push(Problem::TwoKinds { kind, name, first, second });
            }
            self.seen.push(Seen { kind, state, name, place });
        }
    }

    fn look_for_ambiguous(&mut self, kind: LayerKind, names: BTreeMap<&'static str, Vec<Origin>>) {
        for (name, mut statics) in names {
            statics.sort_by_key(|place| order(*place));
            self.problems.push(Problem::Ambiguous { kind, name, statics });
        }
    }
}

fn conflict(
    kind: LayerKind,
    name: &'static str,
    (first, settings): &(Origin, SettingList),
    (second, others): &(Origin, SettingList),
) -> Option<Problem> {
    let differences = differences(settings, others);
    (!differences.is_empty()).then_some(Problem::Conflict { kind, name, first: *first, second: *second, differences })
}

fn differences(first: &SettingList, second: &SettingList) -> Vec<Difference> {
    let find = |settings: &SettingList, name: &str| {
        settings.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone())
    };
    let only_second = second.iter().filter(|(name, _)| find(first, name).is_none());
    first
        .iter()
        .chain(only_second)
        .map(|(name, _)| Difference { setting: name, first: find(first, name), second: find(second, name) })
        .filter(|difference| difference.first != difference.second)
        .collect()
}

/// A static cannot be misspelt: the compiler finds it by its identifier.
fn misspelt(kind: LayerKind, name: &'static str, uses: &Uses, names: &Names) -> Option<Problem> {
    if uses.handle.is_some() {
        return None;
    }
    names.iter().filter(|(other, _)| similar(name, other)).find_map(|(other, candidate)| {
        let given = candidate.given.first().map(|(place, _)| *place).or(candidate.handle)?;
        Some(Problem::Misspelt { kind, name, places: uses.named.clone(), similar: other, given })
    })
}

/// The result of [`Registry::verify`] if it found no problem.
///
/// ```
/// # use resilient_runtime as resilient;
/// let verified = resilient::registry().verify().unwrap();
/// println!("{verified}");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Verified {
    names: usize,
    with_defaults: Vec<(LayerKind, &'static str)>,
}

impl Verified {
    /// The names without settings, which have the defaults.
    pub fn with_defaults(&self) -> impl Iterator<Item = (LayerKind, &'static str)> {
        self.with_defaults.iter().copied()
    }
}

impl fmt::Display for Verified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shared names: {}", self.names)?;
        for (index, (kind, name)) in self.with_defaults().enumerate() {
            write!(f, "{}{kind} {name:?}", if index == 0 { "; with default settings: " } else { ", " })?;
        }
        Ok(())
    }
}

/// The problems that [`Registry::verify`] found. `Debug` prints the same text as `Display`, so that an `unwrap` in a
/// test is readable.
///
/// ```
/// # use resilient_runtime as resilient;
/// if let Err(error) = resilient::registry().verify() {
///     for problem in error.problems() {
///         eprintln!("{problem}");
///     }
/// }
/// ```
#[derive(Clone)]
pub struct VerifyError {
    problems: Vec<Problem>,
}

impl VerifyError {
    /// All problems; at least one.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl Error for VerifyError {}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            write!(f, "{}{problem}", if index == 0 { "" } else { "\n" })?;
        }
        Ok(())
    }
}

impl fmt::Debug for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A problem with a name. `Display` explains it.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::inspect::Problem;
///
/// fn is_slip(problem: &Problem) -> bool {
///     matches!(problem, Problem::Misspelt { .. })
/// }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Problem {
    /// Two origins give the name different settings. The first of them to run would win.
    Conflict {
        /// The kind of state that it names.
        kind: LayerKind,
        /// The name.
        name: &'static str,
        /// One origin.
        first: Origin,
        /// The other origin.
        second: Origin,
        /// The settings that differ.
        differences: Vec<Difference>,
    },
    /// The name has no settings anywhere, and a similar name has.
    Misspelt {
        /// The kind of state that it names.
        kind: LayerKind,
        /// The name.
        name: &'static str,
        /// Where the name is used.
        places: Vec<Origin>,
        /// The name that was probably meant.
        similar: &'static str,
        /// The first origin of settings of that name.
        given: Origin,
    },
    /// The name stands for state of two kinds, such as a bulkhead and one with threads, or one for each key.
    TwoKinds {
        /// The attribute.
        kind: LayerKind,
        /// The name.
        name: &'static str,
        /// A kind of state, and the first place that uses the name for it.
        first: (&'static str, Origin),
        /// The other kind, and the first place that uses the name for that.
        second: (&'static str, Origin),
    },
    /// Several statics have the name, so it stands for none of them. Each has state of its own, which is called
    /// `module::path::name`.
    Ambiguous {
        /// The kind of state.
        kind: LayerKind,
        /// The name.
        name: &'static str,
        /// The statics.
        statics: Vec<Origin>,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Conflict { kind, name, first, second, differences } => {
                write!(f, "{kind} {name:?} is given different settings at {first} and at {second}:")?;
                differences.iter().try_for_each(|difference| write!(f, "\n  {difference}"))?;
                write!(f, "\n  give them at one place, and the name alone at the other")
            }
            Self::Misspelt { kind, name, places, similar, given } => {
                write!(f, "{kind} {name:?} is given settings nowhere; did you mean {similar:?}, as at {given}?")?;
                places.iter().try_for_each(|place| write!(f, "\n  it stands at {place}"))?;
                write!(f, "\n  correct it, or give it settings of its own")
            }
            Self::TwoKinds { kind, name, first, second } => {
                let ((first, at_first), (second, at_second)) = (first, second);
                write!(f, "{kind} {name:?} is the name of a {first} at {at_first}, and of a {second} at {at_second}")?;
                write!(f, "\n  make both of one kind, or give one of them another name")
            }
            Self::Ambiguous { kind, name, statics } => {
                write!(f, "{kind} {name:?} is the name of {} statics, each with state of its own:", statics.len())?;
                statics.iter().try_for_each(|place| write!(f, "\n  {place}"))?;
                write!(f, "\n  give each a name of its own, by `name = \"…\"`, or use one of them for all")
            }
        }
    }
}

/// A setting with different values at two origins. A value is `None` if that origin does not give the setting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The name of the setting.
    pub setting: &'static str,
    /// Its value at the first origin.
    pub first: Option<String>,
    /// Its value at the second origin.
    pub second: Option<String>,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "not given".to_owned());
        write!(f, "{}: {} and {}", self.setting, value(&self.first), value(&self.second))
    }
}
