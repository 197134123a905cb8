//! What happens while shared state is made. Uses a test double, because making a breaker is too fast to observe.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Barrier, LazyLock};

use super::*;
#[cfg(feature = "config")]
use crate::registry::definitions::places;
use crate::registry::functions::LayerKind;
use crate::registry::registry::{Kind, Registry, resolve};

/// State that does what its policy says when it is made.
#[derive(Debug)]
struct Double {
    policy: Making,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Making {
    #[default]
    Ends,
    /// Looks up the name that is being made, makes another one, and lists all.
    UsesTheMap,
    Panics,
    /// Waits for the other threads that make one.
    WaitsForOthers,
}

static MAP: LazyLock<NamedMap<Double>> = LazyLock::new(NamedMap::new);
static THREADS: Barrier = Barrier::new(RACERS);
const RACERS: usize = 8;
static MADE: AtomicUsize = AtomicUsize::new(0);
static DROPPED: AtomicUsize = AtomicUsize::new(0);

impl SharedState for Double {
    type Policy = Making;
    const KIND: &'static str = "double";

    fn make(name: Name, policy: Making) -> Self {
        match policy {
            Making::Ends => {}
            Making::UsesTheMap => {
                assert!(MAP.get(&name).is_none());
                get("registry test: made by the way", Making::Ends);
                assert!(!MAP.all().is_empty());
            }
            Making::Panics => panic!("on purpose"),
            Making::WaitsForOthers => {
                THREADS.wait();
                MADE.fetch_add(1, Ordering::SeqCst);
            }
        }
        Self { policy }
    }

    fn made_with(&self) -> Making {
        self.policy
    }

    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self {
        Self::make(name, Self::Policy::default())
    }

    fn settings(_: &Making) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

impl Kind for Double {
    const LAYER: LayerKind = LayerKind::Fallback;

    fn map(_: &Registry) -> &NamedMap<Self> {
        &MAP
    }

    fn called(&self) -> Name {
        Name::new(&"a double")
    }

    fn resolve(state_ref: &'static StateRef<Self>) -> &'static Self {
        resolve(state_ref)
    }

    #[cfg(feature = "config")]
    fn switched_off() -> &'static Self {
        Box::leak(Box::new(Self::passing(Name::new(&"switched off"))))
    }

    #[cfg(feature = "config")]
    fn settings_at(name: Name) -> Vec<Origin> {
        places::<Self>(name)
    }
}

#[cfg(feature = "config")]
impl crate::registry::configurable::Configurable for Double {
    fn written(&self) -> crate::registry::configurable::AnyPolicy {
        crate::registry::configurable::AnyPolicy::Fixed("in a test")
    }

    fn change(&self, _: crate::registry::configurable::AnyPolicy) {}
}

impl Drop for Double {
    fn drop(&mut self) {
        DROPPED.fetch_add(1, Ordering::SeqCst);
    }
}

fn get(name: &str, policy: Making) -> &'static Double {
    MAP.resolve(Name::intern(name), Some(policy), &Requester::call("get"))
}

#[test]
fn making_one_may_use_the_registry() {
    let made = get("registry test: uses the map", Making::UsesTheMap);
    assert!(std::ptr::eq(made, MAP.get("registry test: uses the map").expect("it has been made")));
    assert!(MAP.get("registry test: made by the way").is_some());
}

#[test]
fn a_place_holds_no_lock_either_while_it_makes_one() {
    static STATE: StateRef<Double> = StateRef::shared(Name::new(&"registry test: a place"), Some(Making::UsesTheMap));
    static OWN: StateRef<Double> = StateRef::own(Name::new(&"registry test: its own"), Some(Making::UsesTheMap));
    assert!(std::ptr::eq(STATE.get(), STATE.get()));
    assert!(std::ptr::eq(MAP.get("registry test: a place").expect("it is shared"), STATE.get()));
    assert!(std::ptr::eq(OWN.get(), OWN.get()));
    assert!(MAP.get("registry test: its own").is_none());
}

#[test]
fn making_one_may_panic_and_be_tried_again() {
    let panics = || get("registry test: panics", Making::Panics);
    for _ in 0..2 {
        assert!(catch_unwind(AssertUnwindSafe(panics)).is_err());
    }
    assert!(MAP.get("registry test: panics").is_none());
    assert_eq!(get("registry test: panics", Making::Ends).policy, Making::Ends);
}

#[test]
fn threads_that_make_one_at_the_same_time_get_the_same() {
    let racer = || std::ptr::from_ref(get("registry test: race", Making::WaitsForOthers)) as usize;
    let found: HashSet<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..RACERS).map(|_| scope.spawn(racer)).collect();
        threads.into_iter().map(|thread| thread.join().expect("it does not panic")).collect()
    });
    assert_eq!(found.len(), 1);
    // All were under way together, and all but the one that everybody got are gone.
    assert_eq!((MADE.load(Ordering::SeqCst), DROPPED.load(Ordering::SeqCst)), (RACERS, RACERS - 1));
}
