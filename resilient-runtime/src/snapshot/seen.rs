//! State of any kind, as a snapshot lists it.

use std::sync::Arc;

use crate::core::name::Name;
use crate::registry::listed::{Listed, listed};
use crate::registry::observed::{Observed, observed};
use crate::registry::registry::{Kind, Registry};
use crate::snapshot::functions::SettingSnapshot;

/// Whom state belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Owner {
    /// All who give its name.
    Program,
    /// One function, whose path is its name.
    Function,
    /// A value that the program put into view by `observed`; its name is the one that `observed` was given.
    Value,
}

/// State as a snapshot has it.
pub(super) trait Seen {
    /// The state.
    type State: Kind;

    /// What it is called.
    fn name_of(state: &Self::State) -> Name;

    /// What is to be seen of it now.
    fn see(state: &Self::State, name: &str, owner: Owner) -> Self;

    /// What it was called when it was seen.
    fn name(&self) -> &str;
}

/// State that can be a value put into view.
pub(super) trait SeenValue: Seen {
    /// The state, if the value is of its kind.
    fn of_value(value: &Observed) -> Option<Arc<Self::State>>;
}

/// All state of a kind that no `observed` puts into view.
pub(super) fn all_shared<S: Seen>(registry: &Registry) -> Vec<S> {
    let mut all = not_values(registry);
    all.sort_by(|left: &S, right| left.name().cmp(right.name()));
    all
}

/// All state of a kind.
pub(super) fn all<S: SeenValue>(registry: &Registry) -> Vec<S> {
    let mut all = not_values(registry);
    let values = observed().into_iter().filter_map(|value| Some((S::of_value(&value)?, value)));
    all.extend(values.map(|(state, value)| S::see(&state, value.name(), Owner::Value)));
    all.sort_by(|left, right| left.name().cmp(right.name()));
    all
}

fn not_values<S: Seen>(registry: &Registry) -> Vec<S> {
    let Listed { made, unmade } = listed::<S::State>(registry, S::name_of);
    let owner = |is_shared| if is_shared { Owner::Program } else { Owner::Function };
    let made = made.into_iter().map(|(state, is_shared)| S::see(state, &S::name_of(state), owner(is_shared)));
    // What a call would make. It is looked at and dropped.
    let see_new = |(name, policy, is_shared): (Name, _, _)| {
        S::see(&<S::State as crate::core::shared_state::SharedState>::make(name, policy), &name, owner(is_shared))
    };
    made.chain(unmade.into_iter().map(see_new)).collect()
}

/// Settings as text.
pub(super) fn settings(settings: Vec<(&'static str, String)>) -> Vec<SettingSnapshot> {
    settings.into_iter().map(|(name, value)| SettingSnapshot { name: name.to_owned(), value, origin: None }).collect()
}
