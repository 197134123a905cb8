//! Where in the program settings come from.

use std::fmt;
use std::panic::Location;

use crate::registry::functions::Function;

/// A part of the program that gives settings of a name, or only the name. In a [`Problem`](crate::inspect::Problem).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Origin {
    /// An attribute of this function.
    Function(&'static Function),
    /// The attribute of a static, which is a [`Handle`](crate::Handle).
    Static {
        /// Its module and identifier.
        path: &'static str,
        /// The source file.
        file: &'static str,
        /// The line of its attribute.
        line: u32,
    },
    /// A call of this method of the [`Registry`](crate::Registry).
    Call(&'static str),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Function(function) => write!(f, "{}:{} ({})", function.file(), function.line(), function.path()),
            Self::Static { path, file, line } => write!(f, "{file}:{line} ({path})"),
            Self::Call(method) => write!(f, "a call of `{method}`"),
        }
    }
}

/// An origin with the line of the call.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExactOrigin {
    pub(super) origin: Origin,
    /// The position of a call; `None` for a function, which has its own.
    pub(super) line: Option<&'static Location<'static>>,
}

impl ExactOrigin {
    pub(super) const fn function(function: &'static Function) -> Self {
        Self { origin: Origin::Function(function), line: None }
    }
}

impl PartialEq for ExactOrigin {
    fn eq(&self, other: &Self) -> bool {
        let is_same_origin = match (self.origin, other.origin) {
            (Origin::Function(one), Origin::Function(other)) => std::ptr::eq(one, other),
            (Origin::Call(one), Origin::Call(other)) => one == other,
            // Two statics in functions of one module have one path.
            (Origin::Static { path, line, .. }, Origin::Static { path: other, line: other_line, .. }) => {
                path == other && line == other_line
            }
            _ => false,
        };
        is_same_origin && self.line == other.line
    }
}

impl fmt::Display for ExactOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{} at {}:{}", self.origin, line.file(), line.line()),
            None => self.origin.fmt(f),
        }
    }
}
