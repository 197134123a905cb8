//! Values of another kind than a setting takes, and words that nobody knows.

use std::fmt::Display;

/// A number is below zero.
pub fn negative(name: impl Display) -> String {
    format!("`{name}` cannot be negative")
}

/// Something else stands where a number of things is expected.
pub fn whole_number(name: impl Display) -> String {
    format!("`{name}` takes a whole number")
}

/// A number of things is too large.
pub fn too_large(name: impl Display) -> String {
    format!("`{name}` can be {} at most", u32::MAX)
}

/// Something else stands where a number is expected.
pub fn plain_number(name: impl Display) -> String {
    format!("`{name}` takes a plain number")
}

/// Something else stands where one of several words is expected.
pub fn word(name: impl Display) -> String {
    format!("`{name}` takes a word")
}

/// The way out if the number is there, but in a string or with a unit.
pub const WITHOUT_QUOTES: &str = "write it without quotes or a unit";

/// A word stands for no value of the setting.
pub fn unknown(name: impl Display, word: impl Display) -> String {
    format!("unknown `{name}` value `{word}`")
}

/// A setting is there more than once.
pub fn given_twice(name: impl Display) -> String {
    format!("`{name}` is given twice: keep one")
}
