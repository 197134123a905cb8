//! What the registry needs of state that is shared by its name, such as a breaker.

use std::fmt::Debug;

use crate::core::name::Name;

/// State that several functions can share by its name.
pub trait SharedState: Debug + Sized + Sync + 'static {
    /// Its settings.
    type Policy: Copy + PartialEq + Debug + Default + Send + Sync + 'static;
    /// What messages call this kind of state.
    const KIND: &'static str;

    /// Makes the state of this name.
    fn make(name: Name, policy: Self::Policy) -> Self;
    /// The settings that it was made with.
    fn made_with(&self) -> Self::Policy;
    /// Admits nothing from now on, if this kind admits calls that take a while.
    fn close(&self) {}

    /// State that lets all calls pass, for layers that are switched off.
    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self;

    /// The settings of a policy, each with its name.
    fn settings(policy: &Self::Policy) -> Vec<(&'static str, String)>;
}
