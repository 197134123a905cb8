//! State of any kind, as a snapshot lists it.

use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::registry::listed::{Listed, listed};
use crate::registry::observed::Observed;
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
    type State: Kind + Send;

    /// What it is called.
    fn name_of(state: &Self::State) -> Name;

    /// What is to be seen of it now.
    fn see(state: &Self::State, name: &str, owner: Owner) -> Self;
}

/// All state of a kind, in the order of names: that of the registry, and those of these values that are of the kind.
pub(super) fn all<S: Seen>(registry: &Registry, values: &[Observed]) -> Vec<S> {
    let Listed { made, unmade } = listed::<S::State>(registry, S::name_of);
    let mut all = Vec::new();
    let mut see = |state: &S::State, name, owner| all.push((name, S::see(state, name, owner)));
    let owner = |is_shared| if is_shared { Owner::Program } else { Owner::Function };
    for (state, is_shared) in made {
        see(state, S::name_of(state).as_str(), owner(is_shared));
    }
    for (name, policy, is_shared) in unmade {
        // What a call would make. It is looked at and dropped.
        see(&S::State::make(name, policy), name.as_str(), owner(is_shared));
    }
    for value in values {
        if let Some(state) = value.state::<S::State>() {
            see(&state, value.name(), Owner::Value);
        }
    }
    all.sort_by_key(|(name, _)| *name);
    all.into_iter().map(|(_, seen)| seen).collect()
}

/// Settings as text.
pub(super) fn settings(settings: Vec<(&'static str, String)>) -> Vec<SettingSnapshot> {
    settings.into_iter().map(|(name, value)| SettingSnapshot { name: name.to_owned(), value, origin: None }).collect()
}
