//! Two places that give one name different settings, which is a bug in the program.

use std::fmt;
use std::io::{self, Write as _};
use std::panic::Location;

use crate::core::name::Name;
use crate::registry::functions::Function;
use crate::registry::registry::Place;
use crate::registry::state_ref::Shared;

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

/// What was made by one place, and what another gives.
pub(super) struct Conflict<T: Shared> {
    pub(super) name: Name,
    pub(super) in_force: T::Policy,
    /// `None` if nobody gave the settings in force, which are then the defaults.
    pub(super) by: Option<Origin>,
    pub(super) ignored: T::Policy,
    pub(super) of: Origin,
}

impl<T: Shared> Conflict<T> {
    /// A standard error that is closed or broken loses the report; the call that found the conflict goes on.
    pub(super) fn write(&self) {
        let _ = writeln!(io::stderr(), "resilient: error: {self}");
    }
}

impl<T: Shared> fmt::Display for Conflict<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` has ", T::KIND, self.name)?;
        match self.by {
            Some(by) => write!(f, "settings from {by}")?,
            None => f.write_str("the default settings")?,
        }
        write!(
            f,
            " already, and {} gives it others; give them at one place, and the name alone at the others\n  in force: \
             {:?}\n  ignored: {:?}",
            self.of, self.in_force, self.ignored
        )
    }
}
