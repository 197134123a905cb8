//! The stacks for many functions that `policy!` defines, as a configuration addresses them.

use std::fmt;

use crate::registry::functions::{Function, Layer, StackId, functions};
use crate::registry::registration::StackRegistration;

/// A stack of the program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stack {
    pub(crate) id: StackId,
    /// Unknown if the linker has left its registration out, as it may for a crate of which only functions are used.
    registration: Option<&'static StackRegistration>,
}

impl Stack {
    pub(crate) fn of(id: StackId) -> Self {
        let mut all = inventory::iter::<StackRegistration>.into_iter();
        Self { id, registration: all.find(|registration| registration.id == id.0) }
    }

    /// Its name, with its module if `with_module`.
    pub(crate) fn path(&self, with_module: bool) -> String {
        match self.registration {
            Some(StackRegistration { module, .. }) if with_module => format!("{module}::{}", self.id.name()),
            _ => self.id.name().to_owned(),
        }
    }

    /// Whether a configuration means it by this name, with or without its module.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.id.name() == name
            || self.registration.is_some_and(|StackRegistration { module, .. }| {
                let rest = name.strip_prefix(module).and_then(|rest| rest.strip_prefix("::"));
                rest == Some(self.id.name())
            })
    }

    /// The layers that functions have from it.
    pub(crate) fn layers(self) -> impl Iterator<Item = &'static Layer> {
        let layers = functions().flat_map(Function::layers);
        layers.filter(move |layer| layer.stack == Some(self.id))
    }
}

/// Its name and its place.
impl fmt::Display for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.id.name())?;
        match self.registration {
            Some(StackRegistration { file, line, .. }) => write!(f, " ({file}:{line})"),
            None => Ok(()),
        }
    }
}

/// All stacks, in the order of their paths.
pub(crate) fn stacks() -> Vec<Stack> {
    let defined = inventory::iter::<StackRegistration>.into_iter().map(|registration| StackId(registration.id));
    let used = functions().flat_map(Function::layers).filter_map(|layer| layer.stack);
    let mut stacks: Vec<_> = defined.chain(used).map(Stack::of).collect();
    stacks.sort_by_key(|stack| (stack.path(true), stack.id.0));
    stacks.dedup_by_key(|stack| stack.id);
    stacks
}
