//! Values in a sentence.

use std::fmt;
use std::time::Duration;

use crate::duration::shown;

/// The value of a setting, and whether it is the default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce<T> {
    /// What counts.
    pub value: T,
    /// Whether nobody gave it.
    pub is_default: bool,
}

impl<T> InForce<T> {
    /// A value that is given.
    pub const fn given(value: T) -> Self {
        Self { value, is_default: false }
    }

    /// A value that is given, or else the default.
    pub const fn new(value: T, is_given: bool) -> Self {
        Self { value, is_default: !is_given }
    }

    fn write(&self, text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(text)?;
        f.write_str(if self.is_default { ", the default" } else { "" })
    }
}

impl fmt::Display for InForce<Duration> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&shown(self.value), f)
    }
}

impl fmt::Display for InForce<u32> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(&self.value.to_string(), f)
    }
}
