//! The annotated functions of the program. The linker collects them, so they are known before any call.

use std::fmt;
use std::time::Duration;

use crate::registry::registration;
use crate::registry::slot::Slot;
use crate::registry::state_ref::AnyStateRef;

/// All annotated functions of the program and of its dependencies, in no particular order, whether they have been
/// called or not.
///
/// Functions of a crate that the linker leaves out, because nothing of it is used, are missing.
///
/// ```
/// # use resilient_runtime as resilient;
/// use std::time::Duration;
///
/// for function in resilient::inspect::functions() {
///     println!("{function}");
///     let limit = function.worst_case().limit();
///     assert!(limit.is_some_and(|limit| limit <= Duration::from_secs(30)), "{function}");
/// }
/// ```
pub fn functions() -> impl Iterator<Item = &'static Function> {
    registration::functions().iter().copied()
}

/// An annotated function: its place in the sources, its layers, and the worst case of a call. From [`functions`].
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::inspect::{Function, LayerKind, functions};
///
/// fn is_retried(function: &Function) -> bool {
///     function.layers().iter().any(|layer| layer.kind() == LayerKind::Retry)
/// }
///
/// assert_eq!(functions().filter(|function| is_retried(function)).count(), 0);
/// ```
#[derive(Debug)]
pub struct Function {
    pub(super) path: &'static str,
    #[cfg_attr(not(feature = "config"), expect(dead_code, reason = "nothing else asks"))]
    pub(super) name_len: usize,
    pub(super) file: &'static str,
    pub(super) line: u32,
    pub(super) is_async: bool,
    pub(super) layers: Vec<Layer>,
    pub(super) worst_case: WorstCase,
}

impl Function {
    /// Its module and name, as in `app::client::user`. The type that a method belongs to is not in it, unless an
    /// attribute says so: with `function = "Client::user"` it is `app::client::Client::user`.
    pub const fn path(&self) -> &'static str {
        self.path
    }

    /// The module that it is in.
    #[cfg(feature = "config")]
    pub(crate) fn module(&self) -> &'static str {
        let module = self.path.len().checked_sub(self.name_len).and_then(|end| self.path.get(..end));
        module.and_then(|module| module.strip_suffix("::")).unwrap_or_default()
    }

    /// The source file, as `file!()` gives it.
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// The line of its first attribute.
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// Whether the function is async, or returns the future of one async block.
    pub const fn is_async(&self) -> bool {
        self.is_async
    }

    /// Its layers in reading order: the first is the outermost.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// How long a call can take at most.
    pub const fn worst_case(&self) -> WorstCase {
        self.worst_case
    }
}

/// Where the functions of one path are, and how to distinguish them.
pub(crate) fn at_one_path<'f>(functions: impl Iterator<Item = &'f Function>) -> String {
    let mut places: Vec<_> = functions.map(|function| format!("{}:{}", function.file, function.line)).collect();
    places.sort();
    format!("the functions are at {}; {OTHER_NAME}", places.join(" and at "))
}

/// How to distinguish functions of one path.
pub(crate) const OTHER_NAME: &str =
    "give one of them another name by an attribute, as in `function = \"Client::user\"`";

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}:{}): ", self.path, self.file, self.line)?;
        for layer in &self.layers {
            write!(f, "{layer}, ")?;
        }
        write!(f, "{}", self.worst_case)
    }
}

/// One attribute of a function.
///
/// ```
/// # use resilient_runtime as resilient;
/// for layer in resilient::inspect::functions().flat_map(|function| function.layers()) {
///     let limit = layer.setting("max_concurrent").unwrap_or("none");
///     println!("{}: {limit}", layer.kind());
/// }
/// ```
#[derive(Debug)]
pub struct Layer {
    pub(super) kind: LayerKind,
    /// Which of its function's layers of this kind it is, from 1.
    #[cfg_attr(not(feature = "config"), expect(dead_code, reason = "nothing else asks"))]
    pub(crate) nth: usize,
    pub(super) stack: Option<StackId>,
    pub(super) shared: Option<&'static dyn AnyStateRef>,
    /// A budget beside it.
    pub(super) budget: Option<&'static dyn AnyStateRef>,
    pub(super) held: Option<&'static str>,
    /// What a configuration changes, if it is no state.
    #[cfg_attr(not(feature = "config"), expect(dead_code, reason = "nothing else asks"))]
    pub(crate) slot: Option<&'static Slot>,
    /// The state that belongs to the function alone.
    pub(crate) own: Option<&'static dyn AnyStateRef>,
    /// Names and values.
    pub(super) settings: Vec<(&'static str, &'static str)>,
}

impl Layer {
    /// Which attribute.
    pub const fn kind(&self) -> LayerKind {
        self.kind
    }

    /// The name of the stack for many functions that it comes from, as `policy!` defines it. `None` for an attribute that
    /// stands at the function itself.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// let from_stacks = resilient::inspect::functions()
    ///     .flat_map(|function| function.layers())
    ///     .filter_map(|layer| layer.stack());
    /// assert_eq!(from_stacks.count(), 0);
    /// ```
    pub fn stack(&self) -> Option<&'static str> {
        self.stack.map(StackId::name)
    }

    /// The name of the shared state, of a retry that of its budget, also if it is given by a
    /// [handle](crate::Handle). `None` for a layer whose state
    /// belongs to the function alone, or is a value that the function is given.
    pub fn name(&self) -> Option<&'static str> {
        self.shared.map(|shared| shared.name().as_str())
    }

    /// The name of its state, if it shares that. A retry has none, and its name is that of its budget.
    #[cfg(feature = "config")]
    pub(crate) fn state_name(&self) -> Option<&'static str> {
        self.name().filter(|_| self.kind != LayerKind::Retry)
    }

    /// The handle or the value that has the state, as it is written in the attribute: `USERS`, `self.slots`.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// let held = resilient::inspect::functions()
    ///     .flat_map(|function| function.layers())
    ///     .filter_map(|layer| layer.held());
    /// assert_eq!(held.count(), 0);
    /// ```
    pub const fn held(&self) -> Option<&'static str> {
        self.held
    }

    /// The names and values of the settings in effect, defaults included. Durations and numbers are in the form that an
    /// attribute takes, anything else is as it is written in the attribute.
    ///
    /// What a `policy` decides is not among them, nor are the settings of shared state of which this place gives only
    /// the name.
    pub fn settings(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.settings.iter().copied()
    }

    /// The value of one of the [settings](Self::settings).
    pub fn setting(&self, name: &str) -> Option<&'static str> {
        self.settings().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// All state that it shares.
    pub(crate) fn shared(&self) -> impl Iterator<Item = &'static dyn AnyStateRef> + use<> {
        self.shared.into_iter().chain(self.budget)
    }
}

/// Which stack of `policy!`: its name, and behind a space a word that no other stack has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StackId(pub(crate) &'static str);

impl StackId {
    pub(crate) fn name(self) -> &'static str {
        self.0.split_once(' ').map_or(self.0, |(name, _)| name)
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        let name = match self.held {
            // It is among the settings.
            _ if self.kind == LayerKind::Retry => None,
            Some(held) => Some(held.to_owned()),
            None => self.name().map(|name| format!("name = {name:?}")),
        };
        let settings = self.settings().map(|(name, value)| format!("{name} = {value}"));
        let all: Vec<_> = name.into_iter().chain(settings).collect();
        if all.is_empty() { Ok(()) } else { write!(f, "({})", all.join(", ")) }
    }
}

/// Declares the attributes, a line for each: its variant, and the name that users write.
macro_rules! layer_kinds {
    ($($Kind:ident = $name:literal,)*) => {
        /// The attribute of a [`Layer`].
        ///
        /// ```
        /// # use resilient_runtime as resilient;
        /// assert_eq!(resilient::inspect::LayerKind::CircuitBreaker.to_string(), "circuit_breaker");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum LayerKind {
            $(
                #[doc = concat!("`#[", $name, "]`.")]
                $Kind,
            )*
        }

        impl LayerKind {
            pub(crate) const ALL: &'static [Self] = &[$(Self::$Kind),*];

            pub(crate) const fn name(self) -> &'static str {
                match self {
                    $(Self::$Kind => $name,)*
                }
            }
        }
    };
}

layer_kinds! {
    Retry = "retry",
    Hedge = "hedge",
    CircuitBreaker = "circuit_breaker",
    AdaptiveThrottle = "adaptive_throttle",
    RateLimit = "rate_limit",
    Timeout = "timeout",
    Bulkhead = "bulkhead",
    RetryBudget = "retry_budget",
    Fallback = "fallback",
}

impl LayerKind {
    /// The kind of this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for LayerKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How long a call can take at most, according to the attributes of its function: all attempts up to their timeouts,
/// the longest delays between them, and the longest waits for a slot.
///
/// It assumes that the predicates and observers of the attributes return at once, and that an async body does not block
/// its thread.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::inspect::WorstCase;
/// use std::time::Duration;
///
/// let worst_case = WorstCase::Within { limit: Duration::from_millis(6_300), caveat: None };
/// assert_eq!(worst_case.to_string(), "a call takes 6.3s at most");
/// assert_eq!(worst_case.limit(), Some(Duration::from_millis(6_300)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorstCase {
    /// No call takes longer than this.
    Within {
        /// The longest time.
        limit: Duration,
        /// What the limit does not include, if anything: `plus the time of its fallback`,
        /// `if its body keeps to its deadline`.
        caveat: Option<&'static str>,
    },
    /// No call takes longer than a sum, parts of which are not known at compile time.
    WithinSum {
        /// The sum, as in ``3 × `self.limit` + 300ms``.
        sum: &'static str,
        /// What the sum does not include, if anything.
        caveat: Option<&'static str>,
    },
    /// Calls are limited by values that are not known at compile time.
    DependsOn {
        /// The values, as in `` `API_RETRY` ``.
        values: &'static str,
    },
    /// Nothing limits it.
    Unbounded {
        /// The reason: `its body has no timeout`.
        because: &'static str,
    },
}

impl WorstCase {
    /// The longest time, if it is known. A [caveat](Self::Within) may apply to it.
    pub const fn limit(self) -> Option<Duration> {
        match self {
            Self::Within { limit, .. } => Some(limit),
            Self::WithinSum { .. } | Self::DependsOn { .. } | Self::Unbounded { .. } => None,
        }
    }
}

impl fmt::Display for WorstCase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let caveat = match self {
            Self::Within { limit, caveat } => write!(f, "a call takes {limit:?} at most").map(|()| caveat),
            Self::WithinSum { sum, caveat } => write!(f, "a call takes {sum} at most").map(|()| caveat),
            Self::DependsOn { values } => return write!(f, "how long a call can take depends on {values}"),
            Self::Unbounded { because } => {
                return write!(f, "how long a call can take is unbounded, because {because}");
            }
        }?;
        caveat.map_or(Ok(()), |caveat| write!(f, ", {caveat}"))
    }
}
