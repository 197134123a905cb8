//! The description of an annotated function as a static, which the linker collects.

use std::sync::{Mutex, PoisonError};

use crate::registry::functions::{Function, Layer, LayerKind, WorstCase};
use crate::registry::state_ref::AnyStateRef;

/// The static of an annotated function, which the linker collects. Generated code writes its fields: calls and nested
/// values in a static take the compiler longer.
#[derive(Debug)]
pub struct Registration {
    /// The module and the name.
    pub path: &'static str,
    /// Its source file.
    pub file: &'static str,
    /// The line of its first attribute.
    pub line: u32,
    /// Whether it is async.
    pub is_async: bool,
    /// The layers from the outermost in, each begun by `LAYER`: the attribute's name, and each setting after a
    /// `SETTING`, as in `name = value`. One string, because each value of a static takes the compiler some time.
    pub layers: &'static str,
    /// The state of the layers that share it by name, in the same order. Those layers' names end in `SHARED`.
    pub states: &'static [&'static dyn AnyStateRef],
    /// How long a call can take at most.
    pub worst_case: WorstCase,
}

/// Control characters of ASCII, which generated code escapes in settings: the separators of groups, records and units.
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
            file: self.file,
            line: self.line,
            is_async: self.is_async,
            layers: self.read_layers(),
            worst_case: self.worst_case,
        }
    }

    fn read_layers(&self) -> Vec<Layer> {
        let mut states = self.states.iter().copied();
        let layer = |text: &'static str| {
            let mut parts = text.split(SETTING);
            let name = parts.next()?;
            let shared = name.strip_suffix(SHARED);
            let kind = LayerKind::named(shared.unwrap_or(name))?;
            let settings = parts.filter_map(|setting| setting.split_once(" = ")).collect();
            Some(Layer { kind, shared: shared.and_then(|_| states.next()), settings })
        };
        self.layers.split(LAYER).filter_map(layer).collect()
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn layers_are_read_from_their_text() {
        let registration = Registration {
            path: "app::user",
            file: "src/app.rs",
            line: 7,
            is_async: true,
            layers: "\u{1d}retry\u{1e}max_attempts = 4\u{1e}retry_on = a == \"b = c\"\u{1d}fallback",
            states: &[],
            worst_case: WorstCase::Unbounded { because: "its body has no timeout" },
        };
        assert_eq!(
            registration.function().to_string(),
            "app::user (src/app.rs:7): retry(max_attempts = 4, retry_on = a == \"b = c\"), fallback, \
             how long a call can take is unbounded, because its body has no timeout"
        );
    }
}
