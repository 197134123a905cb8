//! What a configuration can address: the layers of functions, and shared state by its name.

use std::collections::{BTreeMap, HashMap};
use std::hash::{Hash, Hasher};
use std::ptr;
use std::time::Duration;

use crate::registry::configurable::{AnyPolicy, Configurable};
use crate::registry::functions::{Function, Layer, LayerKind, StackId, functions};
use crate::registry::origin::Origin;
use crate::registry::registry::{Kind, Registry, Visitor, registry};
use crate::registry::slot::{OFF, Slot, Written};
use crate::registry::stacks::Stack;
use crate::registry::state_ref::AnyStateRef;
use crate::timeout::policy::TimeoutPolicy;

/// The setting that stands for all that a policy decides.
const POLICY: &str = "policy";

/// A layer of a function, or state that several share.
#[derive(Debug)]
pub(crate) struct Subject {
    pub(crate) kind: LayerKind,
    pub(crate) address: Address,
    /// The stack that the layer comes from, and which of that stack's layers of this kind it is, from 1.
    pub(crate) stack: Option<(Stack, usize)>,
    /// Where its settings stand. Of state that several share, all places that give them, the first of which is shown.
    places: Vec<Origin>,
    settings: Settings,
    /// What it is in its function.
    layer: Option<&'static Layer>,
    switches: Vec<Switch>,
    /// Some place uses it in a way that cannot be switched.
    pub(crate) has_fixed_use: bool,
}

/// How a configuration names it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Address {
    /// The layer of this kind of a function, the `nth` from 1 in reading order.
    Function {
        function: &'static Function,
        nth: usize,
    },
    Name(&'static str),
}

impl Address {
    /// Of a layer of this function.
    pub(crate) fn of(function: &'static Function, layer: &Layer) -> Self {
        layer.state_name().map_or(Self::Function { function, nth: layer.nth }, Self::Name)
    }
}

/// Functions are equal only to themselves: several may have one path.
impl PartialEq for Address {
    fn eq(&self, other: &Self) -> bool {
        match (*self, *other) {
            (Self::Name(name), Self::Name(of)) => name == of,
            (Self::Function { function, nth }, Self::Function { function: of, nth: at }) => {
                ptr::eq(function, of) && nth == at
            }
            (Self::Name(_), Self::Function { .. }) | (Self::Function { .. }, Self::Name(_)) => false,
        }
    }
}

impl Eq for Address {}

impl Hash for Address {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        match *self {
            Self::Name(name) => name.hash(hasher),
            Self::Function { function, nth } => (ptr::from_ref(function), nth).hash(hasher),
        }
    }
}

#[derive(Clone, Copy)]
enum Settings {
    OfSlot(&'static Slot),
    OfRef(&'static dyn AnyStateRef),
    OfMade(&'static dyn Configurable),
    /// Of a value that a function is given.
    Unknown,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::OfSlot(_) => "of a slot",
            Self::OfRef(_) | Self::OfMade(_) => "of state",
            Self::Unknown => "unknown",
        })
    }
}

#[derive(Clone, Copy, Debug)]
enum Switch {
    Ref(&'static dyn AnyStateRef),
    Slot(&'static Slot),
}

impl Subject {
    /// Its settings as they are written. State is made now, if no call has made it.
    pub(crate) fn written(&self) -> AnyPolicy {
        match self.settings {
            Settings::OfSlot(slot) => match slot.written() {
                Written::All(settings) | Written::Part(settings, _) => settings.any(),
                Written::Nanos(nanos) => AnyPolicy::Timeout(TimeoutPolicy::unchecked(Duration::from_nanos(nanos))),
                Written::Elsewhere => AnyPolicy::Fixed("because its state is a value that the function is given"),
            },
            Settings::OfRef(state) => state.configurable().written(),
            Settings::OfMade(state) => state.written(),
            Settings::Unknown => AnyPolicy::Fixed("because its state is a value that the function is given"),
        }
    }

    /// The code of a setting that only a call knows.
    pub(crate) fn computed(&self, setting: &str) -> Option<&'static str> {
        let Settings::OfSlot(slot) = self.settings else { return None };
        let Written::Part(_, names) = slot.written() else { return None };
        let code = |name: &str| self.layer.and_then(|layer| layer.setting(name));
        let mut names = names.split(", ");
        if names.clone().any(|name| name == setting) {
            return Some(code(setting).unwrap_or_default());
        }
        let of_policy = names.any(|name| name == POLICY) && code(setting).is_none();
        of_policy.then(|| code(POLICY).unwrap_or_default())
    }

    /// Whether a call computes some of its settings.
    pub(crate) const fn is_computed(&self) -> bool {
        let Settings::OfSlot(slot) = self.settings else { return false };
        matches!(slot.written(), Written::Part(..))
    }

    /// Whether its delays are a list or a function.
    pub(crate) fn has_delays_of_code(&self) -> bool {
        let is_formula = |code: &str| code.bytes().all(|letter| letter.is_ascii_lowercase());
        self.kind == LayerKind::Retry
            && self.layer.and_then(|layer| layer.setting("backoff")).is_some_and(|code| !is_formula(code))
    }

    /// Whether its code finds the delays that the server asks for, or may do so.
    pub(crate) fn asks_for_delays(&self) -> bool {
        let finds = |name: &&str| self.layer.is_some_and(|layer| layer.setting(name).is_some());
        ["retry_after", "retry_after_ok", POLICY].iter().any(finds)
    }

    /// Whether answers may pause it. A rate limit that others share may be paused by them.
    pub(crate) fn may_be_paused(&self) -> bool {
        let pauses =
            |layer: &Layer| ["paused_on", "paused_if", "paused_if_ok"].iter().any(|name| layer.setting(name).is_some());
        self.layer.is_none_or(pauses)
    }

    /// Whether the program may still decide which settings it has: it has a name, is not made, and is given none.
    pub(crate) fn is_undecided(&self) -> bool {
        let is_given = |state: &dyn AnyStateRef| !state.settings_at().is_empty();
        matches!((self.address, self.settings), (Address::Name(_), Settings::OfRef(state)) if !is_given(state))
    }

    /// Whether it is a retry with a budget.
    pub(crate) fn has_budget(&self) -> bool {
        let gives =
            |layer: &Layer| layer.setting("budget").is_some() || layer.name().is_some() || layer.held().is_some();
        self.layer.is_some_and(gives)
    }

    /// Whether settings and switch are one word.
    pub(crate) const fn is_of_slot(&self) -> bool {
        matches!(self.settings, Settings::OfSlot(_))
    }

    /// Stores the number of a policy, or 0 for what is written.
    pub(crate) fn set_number(&self, number: u32) {
        if let Settings::OfSlot(slot) = self.settings {
            slot.set(number);
        }
    }

    /// Changes the settings of state.
    pub(crate) fn change(&self, policy: AnyPolicy) {
        match self.settings {
            Settings::OfRef(state) => state.configurable().change(policy),
            Settings::OfMade(state) => state.change(policy),
            Settings::OfSlot(_) | Settings::Unknown => {}
        }
    }

    /// Whether attributes use it, so that it can be switched off.
    pub(crate) fn has_switch(&self) -> bool {
        self.is_of_slot() || !self.switches.is_empty()
    }

    /// Switches the layers off that use state, or on.
    pub(crate) fn switch(&self, is_off: bool) {
        for switch in &self.switches {
            match switch {
                Switch::Ref(state) => state.switch(is_off),
                Switch::Slot(slot) => slot.set(if is_off { OFF } else { 0 }),
            }
        }
    }

    /// Where its settings stand; nothing for what the program has made by hand.
    pub(crate) fn place(&self) -> Option<Origin> {
        self.places.first().copied()
    }

    /// The modules in which its settings stand.
    pub(crate) fn modules(&self) -> impl Iterator<Item = &'static str> {
        self.places.iter().map(|place| match place {
            Origin::Function(function) => function.module(),
            Origin::Static { path, .. } => path.rsplit_once("::").map_or("", |(module, _)| module),
            Origin::Call(_) => "",
        })
    }
}

/// All of the program, in the order of their addresses.
pub(crate) fn subjects() -> Vec<Subject> {
    let mut found = Found::default();
    for function in functions() {
        found.add_function(function);
    }
    registry().visit(&mut found);
    let named = found.named.into_values();
    let mut all: Vec<_> = found.of_functions.into_iter().chain(named).collect();
    all.sort_by_key(|subject| match subject.address {
        Address::Function { function, nth } => (0, function.path(), subject.kind.name(), nth),
        Address::Name(name) => (1, name, subject.kind.name(), 0),
    });
    all
}

#[derive(Default)]
struct Found {
    of_functions: Vec<Subject>,
    named: BTreeMap<(&'static str, &'static str), Subject>,
}

impl Found {
    fn add_function(&mut self, function: &'static Function) {
        let mut counts = HashMap::<(&str, LayerKind), usize>::new();
        for layer in function.layers() {
            let of_stack = |stack: StackId| {
                let nth = *counts.entry((stack.0, layer.kind())).and_modify(|count| *count += 1).or_insert(1);
                (Stack::of(stack), nth)
            };
            let stack = layer.stack.map(of_stack);
            if let Some(subject) = of_function(function, layer) {
                self.of_functions.push(Subject { stack, ..subject });
            }
            for state in layer.shared() {
                self.add_use(function, layer, state);
            }
        }
    }

    fn add_use(&mut self, function: &'static Function, layer: &Layer, state: &'static dyn AnyStateRef) {
        let places = || places(state, Origin::Function(function));
        let subject = self.named(state.layer(), state.name().as_str(), places, Settings::OfRef(state));
        match (layer.held(), layer.slot) {
            // A handle is used without attributes, too, so the layer is switched.
            (Some(_), Some(slot)) if layer.kind() == state.layer() => subject.switches.push(Switch::Slot(slot)),
            (Some(_), _) => subject.has_fixed_use = true,
            (None, _) => subject.switches.push(Switch::Ref(state)),
        }
    }

    /// The state of this name. Its places are looked for only if it is new.
    fn named(
        &mut self,
        kind: LayerKind,
        name: &'static str,
        places: impl FnOnce() -> Vec<Origin>,
        settings: Settings,
    ) -> &mut Subject {
        let address = Address::Name(name);
        let new = || Subject {
            kind,
            address,
            stack: None,
            places: places(),
            settings,
            layer: None,
            switches: Vec::new(),
            has_fixed_use: false,
        };
        self.named.entry((kind.name(), name)).or_insert_with(new)
    }
}

impl Visitor for Found {
    /// State that no attribute of a function names: of handles, and what the program has made by hand.
    fn visit<T: Kind>(&mut self, registry: &Registry) {
        for (registration, state) in crate::registry::registration::handles::<T>() {
            let places = || places(state, registration.origin().origin);
            self.named(T::LAYER, AnyStateRef::name(state).as_str(), places, Settings::OfRef(state));
        }
        for name in T::map(registry).made() {
            if let Some(state) = T::map(registry).get(&name) {
                self.named(T::LAYER, name.as_str(), Vec::new, Settings::OfMade(state)).settings =
                    Settings::OfMade(state);
            }
        }
    }
}

/// Where the settings of state stand, or if nothing gives any, where it is used.
fn places(state: &dyn AnyStateRef, used_at: Origin) -> Vec<Origin> {
    let places = state.settings_at();
    if places.is_empty() { vec![used_at] } else { places }
}

/// A layer that is the function's alone.
fn of_function(function: &'static Function, layer: &'static Layer) -> Option<Subject> {
    let (settings, switches) = match (layer.kind(), layer.slot, layer.own) {
        (LayerKind::Retry | LayerKind::Timeout, Some(slot), _) => (Settings::OfSlot(slot), Vec::new()),
        (_, _, Some(own)) => (Settings::OfRef(own), vec![Switch::Ref(own)]),
        (_, Some(slot), None) if layer.name().is_none() => (Settings::Unknown, vec![Switch::Slot(slot)]),
        _ => return None,
    };
    let address = Address::Function { function, nth: layer.nth };
    let places = vec![Origin::Function(function)];
    let kind = layer.kind();
    Some(Subject { kind, address, stack: None, places, settings, layer: Some(layer), switches, has_fixed_use: false })
}
