//! State that calls share by its name, whatever its kind.

use std::fmt::Debug;

use crate::core::name::Name;

/// State that several functions can share by its name.
pub trait SharedState: Debug + Sized + Sync + 'static {
    /// The settings it is made with.
    type Policy: Copy + PartialEq + Debug + Default + Send + Sync + 'static;
    /// The kind's name in messages.
    const KIND: &'static str;

    /// Makes one.
    fn make(name: Name, policy: Self::Policy) -> Self;
    /// The settings it was made with.
    fn made_with(&self) -> Self::Policy;
    /// The settings of a policy, each under its name.
    fn settings(policy: &Self::Policy) -> Vec<(&'static str, String)>;
}
