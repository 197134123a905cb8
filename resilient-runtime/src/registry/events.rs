//! Listening to some events only, by names that are checked.

use std::collections::BTreeSet;
use std::fmt;

use resilient_rules::words::did_you_mean;

use crate::core::name::{Escaped, Name};
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listener::{self, Filter};
use crate::event::listeners::Subscription;
use crate::event::stream::EventStream;
use crate::registry::functions::{Function, functions};
use crate::registry::linked_names::linked_names;
use crate::registry::registry::{Kind, Registry, Visitor, registry};
use crate::registry::similar::meant;

/// Events to listen to, narrowed step by step: from [`events`].
#[derive(Clone, Copy, Debug)]
#[must_use = "it listens once `subscribe` or `channel` is called"]
pub struct Events {
    filter: Filter,
}

/// All events, to be narrowed and then listened to.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::events::Kinds;
/// use resilient::{BreakerPolicy, registry};
///
/// registry().circuit_breaker_or_insert("search", BreakerPolicy::new());
/// let changes = resilient::events().kinds(Kinds::CHANGES).name("search")?;
/// let watching = changes.subscribe(|event| eprintln!("{event}"));
///
/// let error = resilient::events().name("serach").unwrap_err();
/// assert_eq!(error.to_string(), "nothing is named `serach`; did you mean `search`?");
/// # drop(watching);
/// # Ok::<(), resilient::events::UnknownSubject>(())
/// ```
pub const fn events() -> Events {
    Events { filter: Filter::ALL }
}

impl Events {
    /// Only these kinds.
    pub const fn kinds(mut self, kinds: Kinds) -> Self {
        self.filter.kinds = kinds;
        self
    }

    /// Only events of the annotated function with this path, as in `app::client::user`. Events of shared state that the
    /// function uses are of their [`name`](Self::name).
    ///
    /// # Errors
    ///
    /// If the program has no such function.
    pub fn function(mut self, path: &str) -> Result<Self, UnknownSubject> {
        if functions().all(|function| function.path() != path) {
            return Err(UnknownSubject::new("no annotated function is", path, functions().map(Function::path)));
        }
        self.filter.function = Some(Name::intern(path));
        Ok(self)
    }

    /// Only events of the state with this name: one that is in the program or the registry. State without a name has the
    /// path of its function.
    ///
    /// # Errors
    ///
    /// If nothing has that name. State that is a value outside the registry has none here; compare
    /// [`Event::name`] in the listener.
    pub fn name(mut self, name: &str) -> Result<Self, UnknownSubject> {
        let known = known_names();
        if !known.contains(name) {
            return Err(UnknownSubject::new("nothing is", name, known.iter().copied()));
        }
        self.filter.name = Some(Name::intern(name));
        Ok(self)
    }

    /// As [`subscribe`](crate::subscribe), for these events.
    pub fn subscribe(self, listener: impl Fn(&Event<'_>) + Send + Sync + 'static) -> Subscription {
        Subscription::begin(self.filter, listener)
    }

    /// Copies of these events for code that reads them elsewhere. The newest `capacity` of them are kept, rounded up to a
    /// power of two; an older one that nobody has read is lost, and the next read says how many are.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use resilient::{BreakerPolicy, CircuitBreaker};
    ///
    /// let mut stream = resilient::events().channel(2);
    /// let breaker = CircuitBreaker::new("streamed", BreakerPolicy::new());
    /// for _ in 0..3 {
    ///     breaker.force_open();
    /// }
    /// assert_eq!(stream.next().await.unwrap_err().missed(), 1);
    /// assert_eq!(
    ///     stream.next().await.unwrap().to_string(),
    ///     "circuit breaker `streamed`: ForcedOpen -> ForcedOpen by by_hand"
    /// );
    /// # });
    /// ```
    ///
    /// # Panics
    ///
    /// If `capacity` is zero.
    #[track_caller]
    pub fn channel(self, capacity: usize) -> EventStream {
        EventStream::new(self.filter, capacity)
    }

    /// How often a listener panicked since the program began. A panic in a listener does not reach the call.
    pub fn listener_panics(&self) -> u64 {
        listener::listener_panics()
    }
}

/// The names that the program gives to shared state, those that were made while it ran, and the paths of functions.
fn known_names() -> BTreeSet<&'static str> {
    struct Names(BTreeSet<&'static str>);

    impl Visitor for Names {
        fn visit<T: Kind>(&mut self, registry: &Registry) {
            self.0.extend(T::map(registry).made().into_iter().map(Name::as_str));
        }
    }

    let mut names = Names(linked_names());
    registry().visit(&mut names);
    names.0
}

/// The program has no function, or no state, of this name, or several. From [`Events`] and
/// [`find_circuit_breaker`](crate::inspect::find_circuit_breaker).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownSubject {
    text: String,
    is_ambiguous: bool,
}

impl UnknownSubject {
    /// Whether the name is that of several, so that nobody can say which one is meant.
    pub const fn is_ambiguous(&self) -> bool {
        self.is_ambiguous
    }

    /// The name is that of several; `which` they are, and a way out.
    pub(crate) fn several(kind: &str, name: &str, which: &str) -> Self {
        Self { text: format!("more than one {kind} is named `{}`: {which}", Escaped(name)), is_ambiguous: true }
    }

    pub(crate) fn new<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str>) -> Self {
        let shown = Escaped(name);
        let text = match meant(name, known) {
            Some(meant) => format!("{what} named `{shown}`; {}", did_you_mean(Escaped(meant))),
            None => format!("{what} named `{shown}`"),
        };
        Self { text, is_ambiguous: false }
    }
}

impl fmt::Display for UnknownSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for UnknownSubject {}
