//! All shared state of the process that has a name.

use std::sync::LazyLock;

use crate::bulkhead::bulkhead::Bulkhead;
use crate::bulkhead::policy::BulkheadPolicy;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::registry::functions::LayerKind;
use crate::registry::named_map::{NamedMap, Requester};
use crate::registry::state_ref::Site;

/// A kind of shared state that has a map in the registry.
pub trait Kind: SharedState {
    /// The attribute that uses it.
    const LAYER: LayerKind;

    /// The state of this kind.
    fn map(registry: &Registry) -> &NamedMap<Self>;
}

/// From one list of all kinds, each by the field that is its map: the registry, and what looks at every kind.
macro_rules! registry {
    ($($field:ident: $kind:ident),+ $(,)?) => {
        /// Every named breaker and bulkhead of the process. See [`registry`].
        #[derive(Debug)]
        pub struct Registry {
            $($field: NamedMap<$kind>,)+
        }

        impl Registry {
            fn new() -> Self {
                Self { $($field: NamedMap::new(),)+ }
            }

            /// Visits each kind.
            pub(super) fn visit(&self, visitor: &mut impl Visitor) {
                $(visitor.visit::<$kind>(self);)+
            }
        }

        $(
            impl Kind for $kind {
                const LAYER: LayerKind = LayerKind::$kind;

                fn map(registry: &Registry) -> &NamedMap<Self> {
                    &registry.$field
                }
            }
        )+
    };
}

registry! {
    circuit_breakers: CircuitBreaker,
    bulkheads: Bulkhead,
}

/// Looks at each kind of shared state.
pub(super) trait Visitor {
    fn visit<T: Kind>(&mut self, registry: &Registry);
}

/// The registry of the process.
///
/// ```
/// use resilient_runtime::{BreakerPolicy, registry};
///
/// assert!(registry().circuit_breaker("unheard of").is_none());
/// let made = registry().circuit_breaker_or_insert("payments", BreakerPolicy::new());
/// assert!(std::ptr::eq(made, registry().circuit_breaker("payments").unwrap()));
/// ```
pub fn registry() -> &'static Registry {
    static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::new);
    &REGISTRY
}

impl Registry {
    /// The breaker of this name: whatever an attribute of the program names, or has been made by hand.
    ///
    /// If no call has made it yet, it is made now, with the settings that the attributes of the program give it; their
    /// first call then finds this one. So an operator can [`force_open`](CircuitBreaker::force_open) it in advance.
    /// `None` for a name that nobody uses; the lookup does not make one.
    pub fn circuit_breaker(&self, name: &str) -> Option<&'static CircuitBreaker> {
        self.circuit_breakers.get(name)
    }

    /// The breaker of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// In debug builds if it is there with other settings, or attributes give the name other settings, also if they
    /// have not run yet. In release builds that is written to standard error, once for each two places that differ, and
    /// the settings of the first stay.
    #[track_caller]
    pub fn circuit_breaker_or_insert(&self, name: &str, policy: BreakerPolicy) -> &'static CircuitBreaker {
        self.circuit_breakers.resolve(Name::intern(name), Some(policy), &Requester::call("circuit_breaker_or_insert"))
    }

    /// All breakers, in no particular order: those that have been made, by a call, by hand or by a lookup, and those that
    /// attributes give settings and no call has made yet.
    ///
    /// Listing does not decide which settings a name gets. So a name that attributes give no settings, or contradictory
    /// ones, is listed once it has been made: it may still be made by hand.
    pub fn circuit_breakers(&self) -> Vec<&'static CircuitBreaker> {
        self.circuit_breakers.all()
    }

    /// The bulkhead of this name: whatever an attribute of the program names, or has been made by hand. As
    /// [`circuit_breaker`](Self::circuit_breaker), it is made now if no call has made it yet.
    pub fn bulkhead(&self, name: &str) -> Option<&'static Bulkhead> {
        self.bulkheads.get(name)
    }

    /// The bulkhead of this name, made with `policy` if there is none yet.
    ///
    /// # Panics
    ///
    /// As [`circuit_breaker_or_insert`](Self::circuit_breaker_or_insert).
    #[track_caller]
    pub fn bulkhead_or_insert(&self, name: &str, policy: BulkheadPolicy) -> &'static Bulkhead {
        self.bulkheads.resolve(Name::intern(name), Some(policy), &Requester::call("bulkhead_or_insert"))
    }

    /// All bulkheads that have a name, in no particular order, as [`circuit_breakers`](Self::circuit_breakers) lists the
    /// breakers.
    pub fn bulkheads(&self) -> Vec<&'static Bulkhead> {
        self.bulkheads.all()
    }
}

impl<T: Kind> Site<T> {
    /// What the name stands for; resolved once, then one load.
    #[inline]
    pub fn get(&'static self) -> &'static T {
        self.resolved.get().copied().unwrap_or_else(|| self.resolve())
    }

    /// Runs outside of `get_or_init`, in which making could not use this place, and others would wait for a report.
    #[cold]
    fn resolve(&'static self) -> &'static T {
        let item = T::map(registry()).resolve(self.name, self.policy, &Requester::Site(self));
        self.resolved.get_or_init(|| item)
    }
}
