//! The description of an annotated function as a static, which the linker collects.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::registry::functions::{Function, Layer, LayerKind, StackId, WorstCase};
use crate::registry::handle::Handle;
use crate::registry::origin::{ExactOrigin, Origin};
use crate::registry::slot::Slot;
use crate::registry::state_ref::AnyStateRef;

/// The static of an annotated function, which the linker collects. Generated code writes its fields: calls and nested
/// values in a static take the compiler longer.
#[derive(Debug)]
pub struct Registration {
    /// The module and the name.
    pub path: &'static str,
    /// How many bytes of the path are the name, which may have `::` in it.
    pub name_len: usize,
    /// Its source file.
    pub file: &'static str,
    /// The line of its first attribute.
    pub line: u32,
    /// Whether it is async.
    pub is_async: bool,
    /// The layers from the outermost in, each begun by `LAYER`: the id of the stack for many functions that it comes
    /// from and a `STACK` if it does, the attribute's name, the handle or value behind a
    /// `HELD` if it has one, and each setting after a `SETTING`, as in `name = value`. One string, because each value of
    /// a static takes the compiler some time.
    pub layers: &'static str,
    /// The state of the layers that share it by name, in the same order. Those layers' names end in `SHARED`, and in
    /// `BUDGET` if they share a budget beside it.
    pub states: &'static [&'static dyn AnyStateRef],
    /// What may be the handles of the other layers whose first part ends in `SHARED`, in the same order. Those of budgets
    /// beside the state are after a `BUDGET_HANDLE`.
    pub handles: &'static [fn() -> Option<&'static dyn AnyStateRef>],
    /// Those of the layers that have one, in the same order: a retry, a timeout, and what has a handle or a value.
    pub slots: &'static [Slot],
    /// The state that belongs to the function alone, with the index of its layer.
    pub own: &'static [(usize, &'static dyn AnyStateRef)],
    /// How long a call can take at most.
    pub worst_case: WorstCase,
}

/// Control characters of ASCII, which generated code escapes in settings: among them the separators of files, groups,
/// records and units.
const STACK: char = '\u{19}';
const BUDGET_HANDLE: char = '\u{1a}';
const BUDGET: char = '\u{1b}';
const HELD: char = '\u{1c}';
const LAYER: char = '\u{1d}';
const SETTING: char = '\u{1e}';
const SHARED: char = '\u{1f}';

inventory::collect!(Registration);

/// All annotated functions. Each is read once, and lives as long as the program.
pub(super) fn functions() -> &'static [&'static Function] {
    static READ: Mutex<&[&Function]> = Mutex::new(&[]);
    let registrations = || inventory::iter::<Registration>.into_iter();
    let mut read = READ.lock().unwrap_or_else(PoisonError::into_inner);
    // `inventory` lists the functions of a library that is loaded later before those that it listed already.
    let new = registrations().count() - read.len();
    if new > 0 {
        let functions = registrations().take(new).map(|it| &*Box::leak(Box::new(it.function())));
        *read = Vec::leak(functions.chain(read.iter().copied()).collect());
    }
    *read
}

impl Registration {
    fn function(&self) -> Function {
        Function {
            path: self.path,
            name_len: self.name_len,
            file: self.file,
            line: self.line,
            is_async: self.is_async,
            layers: self.read_layers(),
            worst_case: self.worst_case,
        }
    }

    fn read_layers(&self) -> Vec<Layer> {
        let mut states = self.states.iter().copied();
        let mut handles = self.handles.iter();
        let mut slots = self.slots.iter();
        let mut counts = HashMap::<LayerKind, usize>::new();
        let layer = |(index, text): (usize, &'static str)| {
            let mut parts = text.split(SETTING);
            let first = parts.next()?;
            let (stack, first) = match first.split_once(STACK) {
                Some((stack, first)) => (Some(StackId(stack)), first),
                None => (None, first),
            };
            let (named, handle) = (first.strip_suffix(BUDGET), first.strip_suffix(BUDGET_HANDLE));
            let (has_named, has_handle) = (named.is_some(), handle.is_some());
            let first = named.or(handle).unwrap_or(first);
            let shared = first.strip_suffix(SHARED);
            let (name, held) = match shared.unwrap_or(first).split_once(HELD) {
                Some((name, held)) => (name, Some(held)),
                None => (shared.unwrap_or(first), None),
            };
            let kind = LayerKind::named(name)?;
            let nth = *counts.entry(kind).and_modify(|count| *count += 1).or_insert(1);
            let settings = parts.filter_map(|setting| setting.split_once(" = ")).collect();
            let shared = match (shared, held) {
                (None, _) => None,
                (Some(_), None) => states.next(),
                (Some(_), Some(_)) => handles.next().and_then(|find| find()),
            };
            let budget = match (has_named, has_handle) {
                (true, _) => states.next(),
                (false, true) => handles.next().and_then(|find| find()),
                (false, false) => None,
            };
            let has_slot = matches!(kind, LayerKind::Retry | LayerKind::Timeout) || held.is_some();
            let slot = if has_slot { slots.next() } else { None };
            let own = self.own.iter().find(|(of, _)| *of == index).map(|(_, own)| *own);
            Some(Layer { kind, nth, stack, shared, budget, held, slot, own, settings })
        };
        self.layers.split(LAYER).skip(1).enumerate().filter_map(layer).collect()
    }
}

/// The static of a stack of `policy!`, which the linker collects.
#[derive(Debug)]
pub struct StackRegistration {
    /// Its name, and behind a space a word that no other stack has.
    pub id: &'static str,
    /// The module that it is in.
    pub module: &'static str,
    /// Its source file.
    pub file: &'static str,
    /// The line of its `policy!`.
    pub line: u32,
}

inventory::collect!(StackRegistration);

/// The static of a handle's attribute, which the linker collects.
#[derive(Debug)]
pub struct HandleRegistration {
    /// The module that it is in.
    pub module: &'static str,
    /// The module and the identifier.
    pub path: &'static str,
    /// Its source file.
    pub file: &'static str,
    /// The line of its attribute.
    pub line: u32,
    /// The handle.
    pub handle: &'static dyn AnyStateRef,
}

inventory::collect!(HandleRegistration);

/// All handles of this kind, in no particular order.
pub(super) fn handles<T: SharedState>()
-> impl Iterator<Item = (&'static HandleRegistration, &'static Handle<T>)> + Clone {
    let registrations = inventory::iter::<HandleRegistration>;
    registrations.into_iter().filter_map(|registration| Some((registration, Handle::of_kind(registration.handle)?)))
}

impl HandleRegistration {
    /// What its state is called if other handles have its name as well.
    pub(super) fn name_in_module(&self, name: Name) -> Name {
        Name::intern(&format!("{}::{name}", self.module))
    }

    /// Whether this is the handle of that name with its module before it.
    pub(super) fn is_called(&self, path: &str, name: Name) -> bool {
        path.strip_suffix(name.as_str()).and_then(|path| path.strip_suffix("::")) == Some(self.module)
    }

    pub(super) const fn origin(&self) -> ExactOrigin {
        let Self { path, file, line, .. } = *self;
        ExactOrigin { origin: Origin::Static { path, file, line }, line: None }
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn layers_are_read_from_their_text() {
        let registration = Registration {
            path: "app::user",
            name_len: 4,
            file: "src/app.rs",
            line: 7,
            is_async: true,
            layers: "\u{1d}upstream a_1\u{19}retry\u{1e}max_attempts = 4\u{1e}retry_on = a == \"b = c\"\u{1d}fallback",
            states: &[],
            handles: &[],
            slots: &[],
            own: &[],
            worst_case: WorstCase::Unbounded { because: "its body has no timeout" },
        };
        let stacks: Vec<_> = registration.read_layers().iter().map(Layer::stack).collect();
        assert_eq!(stacks, [Some("upstream"), None]);
        assert_eq!(
            registration.function().to_string(),
            "app::user (src/app.rs:7): retry(max_attempts = 4, retry_on = a == \"b = c\"), fallback, \
             how long a call can take is unbounded, because its body has no timeout"
        );
    }
}
