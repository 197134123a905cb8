//! What a configuration says: each value with the layers that it is for.

use crate::config::error::At;
use crate::config::value::Given;
use crate::registry::functions::LayerKind;
use crate::registry::subjects::{Address, Subject};

/// One value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) scope: Scope,
    pub(super) kind: LayerKind,
    pub(super) setting: String,
    pub(super) given: Given,
    pub(super) at: At,
    pub(super) addressed: Addressed,
}

/// Where it stands which layers a value is for.
#[derive(Clone, Debug)]
pub(super) struct Addressed {
    /// The name, or the path; that of the layer if there is neither.
    pub(super) name: At,
    pub(super) layer: At,
}

/// The layers of its kind that a value is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Scope {
    All,
    Module(String),
    /// The layer that functions have from this stack.
    Policy(String, usize),
    /// State of this name.
    Name(String),
    /// A layer of this function.
    Function(String, usize),
    /// As of these two, by a variable, which has the last word.
    VariableOfName(String),
    VariableOfFunction(String, usize),
}

impl Scope {
    /// Of two values for one setting that with the higher rank counts.
    pub(super) fn rank(&self) -> usize {
        match self {
            Self::All => 0,
            Self::Module(path) => 1 + path.len(),
            Self::Policy(..) => usize::MAX - 2,
            Self::Name(_) | Self::Function(..) => usize::MAX - 1,
            Self::VariableOfName(_) | Self::VariableOfFunction(..) => usize::MAX,
        }
    }

    /// Whether it names the layer itself.
    pub(super) const fn is_own(&self) -> bool {
        !matches!(self, Self::All | Self::Module(_) | Self::Policy(..))
    }

    pub(super) fn covers(&self, subject: &Subject) -> bool {
        match (self, subject.address) {
            (Self::All, _) => true,
            (Self::Module(path), _) => subject.modules().any(|module| is_in(module, path)),
            (Self::Policy(name, nth), _) => {
                subject.stack.as_ref().is_some_and(|(stack, of)| stack.is_called(name) && of == nth)
            }
            (Self::Name(name) | Self::VariableOfName(name), Address::Name(of)) => of == name,
            (
                Self::Function(path, nth) | Self::VariableOfFunction(path, nth),
                Address::Function { function, nth: of },
            ) => function.path() == path && of == *nth,
            _ => false,
        }
    }
}

/// Whether a module is this one, or below it.
pub(super) fn is_in(module: &str, path: &str) -> bool {
    module.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// All that a configuration says.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    /// Whether only fallbacks act, and where that is said.
    pub(super) switched_off: Option<At>,
    pub(super) values: Vec<Entry>,
}
