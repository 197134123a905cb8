//! What the rest of the crate knows about a layer: plain data. Rules about several layers, and what is written around
//! them, ask for facts and never for the kind of a layer.

pub(crate) mod answered;
pub(crate) mod filters;
pub(crate) mod idle;
pub(crate) mod keys;
pub(crate) mod needs;

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use resilient_rules::refusal::Refusal;
use syn::Expr;

use crate::model::{DurationSetting, Name, Setting};
use keys::Keys;
use needs::Needs;

/// A layer's names, as the list of layers has them.
pub(crate) trait Named {
    /// As users write it.
    const NAME: &'static str;
    /// That of its type, here and in the runtime.
    const TYPE: &'static str;
}

/// The runtime's type of a budget's state.
pub(crate) const BUDGET: &str = "RetryBudget";

pub(crate) trait HasFacts {
    fn facts(&self) -> Facts<'_>;
}

pub(crate) struct Facts<'a> {
    /// The attribute's name as users write it.
    pub(crate) name: &'static str,
    /// Its name among the runtime's types.
    pub(crate) type_name: &'static str,
    /// The attribute's own path or, inside it, the narrowest place that stands for the whole.
    pub(crate) span: Span,
    /// The refusal that it can make.
    pub(crate) refusal: Option<MadeRefusal<'a>>,
    pub(crate) state: State<'a>,
    /// The runtime's type of that state.
    pub(crate) state_type: &'static str,
    /// The settings of state per key; nothing if it cannot have such state.
    pub(crate) keys: Option<Keys<'a>>,
    /// A budget beside its own state, whose tokens its calls take.
    pub(crate) budget: State<'a>,
    /// What it can do on a static; nothing if it makes no handles.
    pub(crate) handle: Option<HandleFacts<'a>>,
    /// The settings that look at the function's own errors.
    pub(crate) looks_at_errors: Vec<&'a Ident>,
    /// What it acts on where the function has no errors of its own; nothing if it acts on every call.
    pub(crate) acts_on_refusals: Option<ActsOnRefusals>,
    /// It counts or repeats failures, so a layer below must leave it some.
    pub(crate) judges_failures: bool,
    /// How often it runs what is below it.
    pub(crate) runs: Runs,
    /// How many calls it lets through at once, if that is known.
    pub(crate) at_once: Option<u32>,
    /// It answers refusals from below it, so no layer above sees these.
    pub(crate) answers: Option<Answers<'a>>,
    /// It calls another function with the arguments.
    pub(crate) forwards_arguments: bool,
    /// It limits the time of what is below it.
    pub(crate) limits_time: Option<TimeLimit<'a>>,
    /// It runs the body, as sync code, on threads of its own, also in an async function.
    pub(crate) runs_on_threads: bool,
    /// Which arguments it needs once what is below it has run; its `map_err` is left out.
    pub(crate) needs: Needs,
    /// Which arguments it holds on to while what is below it runs.
    pub(crate) holds: Needs,
    /// The names that it gives the body.
    pub(crate) binds: Vec<Bound<'a>>,
    /// Its settings that are expressions and have to be constants.
    pub(crate) constants: Vec<(&'a Ident, &'a Expr)>,
    /// What the pipeline evaluates beside the body.
    pub(crate) evaluates: Vec<&'a dyn ToTokens>,
}

/// How often a layer runs what is below it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Runs {
    Once,
    /// More than once, one after another.
    InTurn,
    /// More than once, several at once.
    AtOnce,
}

/// A name that the body may use.
#[derive(Clone, Copy)]
pub(crate) enum Bound<'a> {
    /// The attempt that it is.
    Attempt(&'a Ident),
    /// The attempt's own one of these items.
    Item(&'a Ident, &'a Expr),
}

impl<'a> Bound<'a> {
    pub(crate) const fn name(self) -> &'a Ident {
        match self {
            Self::Attempt(name) | Self::Item(name, _) => name,
        }
    }
}

/// A refusal that a layer can make.
#[derive(Clone, Copy)]
pub(crate) struct MadeRefusal<'a> {
    pub(crate) refusal: Refusal,
    /// Whether these settings make it.
    pub(crate) is_made: bool,
    /// What turns it into the function's own error.
    pub(crate) map_err: Option<&'a Setting<Expr>>,
    /// What makes it, for messages.
    pub(crate) maker: &'static str,
}

/// What a layer keeps from one call to the next.
#[derive(Clone, Copy)]
pub(crate) enum State<'a> {
    None,
    /// The function's own.
    Own,
    /// Shared by all functions that give this name.
    Shared(&'a Setting<Name>),
    /// That of a handle or a value, which this expression gives in each call.
    Held(&'a Expr),
}

/// A layer whose state can be a static.
pub(crate) struct HandleFacts<'a> {
    /// The settings that were given of the state.
    pub(crate) state_settings: Vec<&'a Ident>,
    /// Those that were given of calls.
    pub(crate) call_settings: Vec<&'a Ident>,
    /// The name that was given.
    pub(crate) name: Option<&'a Setting<Name>>,
}

/// A layer without use unless a refusal comes from below.
pub(crate) struct ActsOnRefusals {
    pub(crate) which: Vec<Refusal>,
    /// What to say if none of these can come.
    pub(crate) message: &'static str,
}

/// How a layer answers in place of what is below it.
#[derive(Clone, Copy)]
pub(crate) struct Answers<'a> {
    /// The refusals that it answers, if not all of them.
    pub(crate) refusals: Option<&'a [Refusal]>,
    /// No error is left out.
    pub(crate) every_error: bool,
    /// Its answers cannot fail.
    pub(crate) certainly: bool,
    /// It turns the refusal into an error.
    pub(crate) looks_at_error: bool,
}

impl Answers<'_> {
    /// Whether it answers this refusal.
    pub(crate) fn answer(&self, refusal: Refusal) -> bool {
        self.refusals.is_none_or(|named| named.contains(&refusal))
    }
}

/// How a layer limits the time of what is below it.
#[derive(Clone, Copy)]
pub(crate) struct TimeLimit<'a> {
    pub(crate) duration: &'a DurationSetting,
    /// The limit may differ from one attempt to the next.
    pub(crate) may_grow: bool,
    /// In a sync function the body runs in another thread, and may run on after the limit.
    pub(crate) moves_to_thread: bool,
}

impl<'a> State<'a> {
    /// What the user gave, if anything.
    pub(crate) fn of(held: Option<&'a Expr>, name: Option<&'a Setting<Name>>) -> Option<Self> {
        held.map(State::Held).or_else(|| name.map(State::Shared))
    }

    /// The name by which functions share it.
    pub(crate) const fn shared_name(self) -> Option<&'a Setting<Name>> {
        match self {
            State::Shared(name) => Some(name),
            State::None | State::Own | State::Held(_) => None,
        }
    }

    /// The handle or the value that has it.
    pub(crate) const fn held(self) -> Option<&'a Expr> {
        match self {
            State::Held(held) => Some(held),
            State::None | State::Own | State::Shared(_) => None,
        }
    }
}

impl<'a> Facts<'a> {
    pub(crate) fn new<L: Named>(span: Span) -> Self {
        Self {
            name: L::NAME,
            type_name: L::TYPE,
            span,
            refusal: None,
            state: State::None,
            state_type: L::TYPE,
            keys: None,
            budget: State::None,
            handle: None,
            looks_at_errors: Vec::new(),
            acts_on_refusals: None,
            judges_failures: false,
            runs: Runs::Once,
            at_once: None,
            answers: None,
            forwards_arguments: false,
            limits_time: None,
            runs_on_threads: false,
            needs: Needs::nothing(),
            holds: Needs::nothing(),
            binds: Vec::new(),
            constants: Vec::new(),
            evaluates: Vec::new(),
        }
    }

    /// The same with state for each key, if a key is given.
    pub(crate) fn with_keys(self, keys: Keys<'a>) -> Self {
        let facts = Self { keys: Some(keys), ..self };
        if keys.key.is_some() { facts.per_key() } else { facts }
    }

    /// The same with state for each key, if it can have such state.
    pub(crate) fn per_key(self) -> Self {
        match self.keys {
            Some(keys) => Self { state_type: keys.state_type, ..self },
            None => self,
        }
    }

    /// The refusal if the settings make it.
    pub(crate) fn made_refusal(&self) -> Option<Refusal> {
        self.refusal.filter(|it| it.is_made).map(|it| it.refusal)
    }

    pub(crate) fn map_err(&self) -> Option<&'a Setting<Expr>> {
        self.refusal.and_then(|it| it.map_err)
    }

    pub(crate) const fn shared_name(&self) -> Option<&'a Setting<Name>> {
        self.state.shared_name()
    }

    /// Whether there is state for each key.
    pub(crate) fn is_per_key(&self) -> bool {
        self.keys.is_some_and(|keys| self.state_type == keys.state_type)
    }

    /// The expression of the key for which it has state.
    pub(crate) fn key(&self) -> Option<&'a Expr> {
        self.keys.and_then(|keys| keys.key).map(|key| &key.value)
    }

    /// The handle or the value that has its state.
    pub(crate) const fn held(&self) -> Option<&'a Expr> {
        self.state.held()
    }

    /// Whether its settings are those of the function, so that a configuration changes them in a slot of the function: a
    /// layer that repeats, or that limits time.
    pub(crate) fn has_slot(&self) -> bool {
        self.repeats() || self.limits_time.is_some()
    }

    /// Whether it has a slot in its function: its settings or its state are of the function.
    pub(crate) fn is_slotted(&self) -> bool {
        self.has_slot() || self.held().is_some()
    }

    /// Whether it runs what is below it more than once, one after another.
    pub(crate) fn repeats(&self) -> bool {
        self.runs == Runs::InTurn
    }

    /// Whether it runs what is below it several times at once.
    pub(crate) fn races(&self) -> bool {
        self.runs == Runs::AtOnce
    }

    pub(crate) fn may_grow(&self) -> bool {
        self.limits_time.is_some_and(|limit| limit.may_grow)
    }

    pub(crate) fn moves_to_thread(&self) -> bool {
        self.limits_time.is_some_and(|limit| limit.moves_to_thread)
    }

    /// Whether a sync body may outlive the call on another thread because of it.
    pub(crate) fn outlives_call(&self) -> bool {
        self.moves_to_thread() || self.races() || self.runs_on_threads
    }

    /// Which arguments it needs once what is below it has run.
    pub(crate) fn all_needs(&self) -> Needs {
        Needs::join([self.needs.clone(), Needs::of_setting(self.map_err())])
    }
}
