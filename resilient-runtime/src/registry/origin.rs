//! Where in the program settings are given.

use std::fmt;
use std::panic::Location;

use crate::registry::functions::Function;

/// Where settings are given, or a name alone. See [`Problem`](crate::Problem).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Place {
    /// By an attribute of this function.
    Function(&'static Function),
    /// By a call of this method of the [`Registry`](crate::Registry).
    Call(&'static str),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function(function) => write!(f, "{}:{} ({})", function.file(), function.line(), function.path()),
            Self::Call(method) => write!(f, "a call of `{method}`"),
        }
    }
}

/// Where settings come from, exact to the line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin {
    pub(super) place: Place,
    /// The line of a call; a function knows its own.
    pub(super) line: Option<&'static Location<'static>>,
}

impl Origin {
    pub(super) const fn function(function: &'static Function) -> Self {
        Self { place: Place::Function(function), line: None }
    }
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        let is_same_place = match (self.place, other.place) {
            (Place::Function(one), Place::Function(other)) => std::ptr::eq(one, other),
            (Place::Call(one), Place::Call(other)) => one == other,
            (Place::Function(_), Place::Call(_)) | (Place::Call(_), Place::Function(_)) => false,
        };
        is_same_place && self.line == other.line
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{} at {}:{}", self.place, line.file(), line.line()),
            None => self.place.fmt(f),
        }
    }
}
