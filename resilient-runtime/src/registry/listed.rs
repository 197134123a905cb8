//! All state of one kind, wherever the program has it. What shows state, acts on it by its name or measures it reads this
//! list.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use crate::core::name::Name;
#[cfg(feature = "testing")]
use crate::core::scope;
use crate::registry::definitions::{defined, state_refs};
use crate::registry::functions::{Function, functions};
use crate::registry::observed::observed;
use crate::registry::registration::handles;
use crate::registry::registry::{Kind, registry};
use crate::registry::state_ref::{AnyStateRef, StateRef};

/// Whom state belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize), serde(rename_all = "snake_case"))]
#[non_exhaustive]
pub enum Owner {
    /// All who give its name.
    Program,
    /// One function. Its path is the name; behind it the second state of a kind has `#2`, and so on. State of functions that
    /// have one path has one name, unless `function = "Client::user"` on an attribute gives one of the functions another.
    Function,
    /// A value that the program put into view by `observed`; its name is the one that `observed` was given.
    Value,
}

/// State of the program.
#[derive(Debug)]
pub(crate) struct Listed<T: Kind> {
    pub(crate) name: Cow<'static, str>,
    pub(crate) owner: Owner,
    /// The function that it belongs to.
    pub(crate) function: Option<&'static Function>,
    state: State<T>,
}

#[derive(Debug)]
enum State<T: Kind> {
    Made(&'static T),
    /// No call has made it. If the program may still give other settings, they are the defaults.
    Unmade(Name, T::Policy),
    /// The same for what belongs to a function.
    UnmadeOwn(&'static StateRef<T>),
    Value(Arc<T>),
}

/// State that can be kept.
#[derive(Debug)]
pub(crate) enum Held<T: 'static> {
    Shared(&'static T),
    /// While this is kept, the value lives.
    Value(Arc<T>),
}

impl<T> Deref for Held<T> {
    type Target = T;

    fn deref(&self) -> &T {
        match self {
            Self::Shared(state) => state,
            Self::Value(state) => state,
        }
    }
}

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Shared(state) => Self::Shared(state),
            Self::Value(state) => Self::Value(Arc::clone(state)),
        }
    }
}

impl<T: Kind> Listed<T> {
    /// Looks at the state. What no call has made is as a call would make it, and is not made.
    pub(crate) fn see<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        match &self.state {
            State::Made(state) => look(state),
            State::Value(state) => look(state),
            State::Unmade(name, policy) => look(&T::make(*name, *policy)),
            State::UnmadeOwn(place) => look(&T::make(place.name, place.policy.unwrap_or_default())),
        }
    }

    /// The state, if something has made it.
    pub(crate) fn made(&self) -> Option<Held<T>> {
        match &self.state {
            State::Made(state) => Some(Held::Shared(state)),
            State::Value(state) => Some(Held::Value(Arc::clone(state))),
            State::Unmade(..) | State::UnmadeOwn(_) => None,
        }
    }

    /// The state that lives as long as the program, unless it is a value. It is made now, if nothing has made it.
    pub(crate) fn lasting(&self) -> Option<&'static T> {
        match self.state {
            State::Made(state) => Some(state),
            State::Unmade(name, _) => T::map(registry()).get(&name),
            State::UnmadeOwn(place) => Some(place.state()),
            State::Value(_) => None,
        }
    }
}

/// All state of this kind, in the order of names. As listing it always does, this makes the shared state whose settings
/// are certain.
pub(crate) fn listed<T: Kind + Send>() -> Vec<Listed<T>> {
    let mut all = shared();
    all.extend(own());
    for value in observed() {
        if let Some(state) = value.state() {
            let name = Cow::Owned(value.name().to_owned());
            all.push(Listed { name, owner: Owner::Value, function: None, state: State::Value(state) });
        }
    }
    all.sort_by(|one, other| one.name.cmp(&other.name));
    all
}

/// What is shared by its name, or belongs to a handle.
fn shared<T: Kind>() -> Vec<Listed<T>> {
    let of =
        |name: Name, state| Listed { name: Cow::Borrowed(name.as_str()), owner: Owner::Program, function: None, state };
    let made = T::map(registry()).all();
    let mut known: BTreeSet<Name> = made.iter().map(|it| it.called()).collect();
    let mut all: Vec<_> = made.into_iter().map(|it| of(it.called(), State::Made(it))).collect();
    let named = state_refs::<T>().map(|(_, place)| place.name);
    for name in named.chain(handles::<T>().map(|(_, handle)| AnyStateRef::name(handle))) {
        if known.insert(name) {
            let policy = defined::<T>(name).map(|(policy, _)| policy).unwrap_or_default();
            all.push(of(name, State::Unmade(name, policy)));
        }
    }
    all
}

/// What belongs to one function.
fn own<T: Kind>() -> Vec<Listed<T>> {
    // Before the places are asked, so that none of these is unmade there.
    let kept = T::map(registry()).own();
    let of = |name: Name, function, state| Listed {
        name: Cow::Borrowed(name.as_str()),
        owner: Owner::Function,
        function,
        state,
    };
    let place = |(function, place): (&'static Function, &'static StateRef<T>)| {
        of(place.name, Some(function), place.made().map_or(State::UnmadeOwn(place), State::Made))
    };
    let mut all: Vec<_> = own_state_refs().map(place).collect();
    let known: BTreeSet<Name> = own_state_refs::<T>().map(|(_, place)| place.name).collect();
    // Where the linker collects nothing, no function is known.
    let unknown = kept.into_iter().filter(|it| !known.contains(&it.called()));
    all.extend(unknown.map(|it| of(it.called(), None, State::Made(it))));
    all
}

/// The places of all functions that have state of their own.
fn own_state_refs<T: Kind>() -> impl Iterator<Item = (&'static Function, &'static StateRef<T>)> {
    functions().flat_map(|function| {
        let own = function.layers().iter().filter_map(|layer| layer.own);
        own.filter_map(StateRef::of_kind).map(move |place| (function, place))
    })
}

impl<T: Kind> StateRef<T> {
    /// The state, if a call or something else has made it.
    fn made(&'static self) -> Option<&'static T> {
        #[cfg(feature = "testing")]
        if let Some(scope) = scope::current() {
            return self.made_in(&scope);
        }
        self.resolved.get().copied()
    }
}
