//! State of any kind, as a snapshot lists it.

use crate::registry::listed::{Owner, listed};
use crate::registry::registry::Kind;
use crate::snapshot::functions::SettingSnapshot;

/// State as a snapshot has it.
pub(super) trait Seen {
    /// The state.
    type State: Kind + Send;

    /// What is to be seen of it now.
    fn see(state: &Self::State, name: &str, owner: Owner) -> Self;
}

/// All state of a kind, in the order of names.
pub(super) fn all<S: Seen>() -> Vec<S> {
    listed::<S::State>().iter().map(|it| it.see(|state| S::see(state, &it.name, it.owner))).collect()
}

/// Settings as text.
pub(super) fn settings(settings: Vec<(&'static str, String)>) -> Vec<SettingSnapshot> {
    settings.into_iter().map(|(name, value)| SettingSnapshot { name: name.to_owned(), value, origin: None }).collect()
}
