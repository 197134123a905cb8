//! Handles in the registry, and in the descriptions of functions.

use std::sync::Arc;

use resilient::inspect::{Layer, LayerKind, Observed, functions, observed};
use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitState, Error, bulkhead, circuit_breaker, registry,
};

type Outcome = Result<(), Error>;

#[circuit_breaker(failure_threshold = 2)]
static PARCELS: CircuitBreaker;

#[bulkhead(name = "handles: settings elsewhere")]
static SETTINGS_ELSEWHERE: Bulkhead;

#[circuit_breaker(name = "parcels")]
fn by_name() -> Outcome {
    Ok(())
}

#[circuit_breaker(PARCELS)]
#[bulkhead(slots)]
fn described(slots: Option<&Bulkhead>) -> Outcome {
    Ok(())
}

#[circuit_breaker(&PARCELS)]
fn by_reference() -> Outcome {
    Ok(())
}

#[test]
fn the_registry_finds_it_by_its_name_and_with_its_module() {
    let found = registry().circuit_breaker("parcels").expect("a handle has the name");
    assert!(std::ptr::eq(found, &raw const *PARCELS));
    let with_module = concat!(module_path!(), "::parcels");
    assert!(registry().circuit_breaker(with_module).is_some_and(|same| std::ptr::eq(same, found)));
    assert!(registry().circuit_breakers().iter().any(|listed| std::ptr::eq(*listed, found)));
    assert!(registry().circuit_breaker("PARCELS").is_none());
    assert!(registry().circuit_breaker("elsewhere::parcels").is_none());
    assert!(registry().bulkhead("parcels").is_none());
}

#[test]
fn who_gives_its_name_shares_it() {
    PARCELS.force_open();
    assert!(by_name().expect_err("it is open").is_circuit_open());
    PARCELS.reset();
    assert_eq!(by_name(), Ok(()));
}

#[test]
fn without_settings_it_takes_those_that_are_given_first() {
    let made = registry().bulkhead_or_insert("handles: settings elsewhere", BulkheadPolicy::new(3));
    assert!(std::ptr::eq(made, &raw const *SETTINGS_ELSEWHERE));
    assert_eq!(SETTINGS_ELSEWHERE.limit(), 3);
}

/// Two statics of one name.
mod eu {
    #[resilient::circuit_breaker(failure_threshold = 3)]
    pub(super) static REGION: resilient::CircuitBreaker;
}

mod us {
    #[resilient::circuit_breaker(failure_threshold = 4)]
    pub(super) static REGION: resilient::CircuitBreaker;
}

#[circuit_breaker(eu::REGION)]
fn in_eu() -> Outcome {
    Ok(())
}

#[test]
fn two_statics_of_one_name_are_told_apart_by_their_modules() {
    assert_eq!(
        (eu::REGION.policy() == us::REGION.policy(), registry().circuit_breaker("region").is_some()),
        (false, false)
    );
    let path = |module: &str| format!("{}::{module}::region", module_path!());
    assert_eq!(eu::REGION.name(), path("eu").as_str());
    for (module, handle) in [("eu", &eu::REGION), ("us", &us::REGION)] {
        let handle: &CircuitBreaker = handle;
        let found = registry().circuit_breaker(&path(module)).expect("its module tells it apart");
        assert!(std::ptr::eq(found, handle));
        assert!(registry().circuit_breakers().iter().any(|listed| std::ptr::eq(*listed, handle)));
    }
    us::REGION.force_open();
    assert_eq!((in_eu(), us::REGION.state()), (Ok(()), CircuitState::ForcedOpen));
    assert_eq!(layers("in_eu")[0].name(), Some(path("eu").as_str()));
}

/// Two statics in functions of one module.
#[test]
fn two_statics_of_one_module_are_two_breakers() {
    fn one() -> &'static CircuitBreaker {
        #[circuit_breaker(name = "handles: local", failure_threshold = 1)]
        static LOCAL: CircuitBreaker;
        &LOCAL
    }
    fn other() -> &'static CircuitBreaker {
        #[circuit_breaker(name = "handles: local", failure_threshold = 2)]
        static LOCAL: CircuitBreaker;
        &LOCAL
    }
    assert_ne!(one().policy(), other().policy());
    assert!(registry().circuit_breaker(one().name().as_str()).is_none(), "it is the name of two");
}

#[test]
fn a_value_is_seen_for_as_long_as_somebody_holds_it() {
    let seen = || observed().into_iter().filter(|seen| seen.name() == "handles: seen").collect::<Vec<_>>();
    let breaker = Arc::new(CircuitBreaker::new("value", BreakerPolicy::new())).observed("handles: seen");
    let bulkhead = Arc::new(Bulkhead::new("value", BulkheadPolicy::new(1))).observed("handles: seen");
    let both = seen();
    assert_eq!(both.iter().map(Observed::kind).collect::<Vec<_>>(), [LayerKind::CircuitBreaker, LayerKind::Bulkhead]);
    assert!(both[0].circuit_breaker().is_some_and(|seen| Arc::ptr_eq(&seen, &breaker)));
    assert!(both[1].bulkhead().is_some_and(|seen| Arc::ptr_eq(&seen, &bulkhead)));
    assert!(both[0].bulkhead().is_none() && both[1].circuit_breaker().is_none());
    drop((both, breaker));
    assert_eq!(seen().len(), 1);
    drop(bulkhead);
    assert!(seen().is_empty());
}

fn layers(name: &str) -> &'static [Layer] {
    let path = format!("{}::{name}", module_path!());
    functions().find(|function| function.path() == path).expect("it is annotated").layers()
}

#[test]
fn a_description_has_the_name_of_a_handle_and_the_expression_of_a_value() {
    let [breaker, bulkhead] = layers("described") else { panic!("two layers") };
    assert_eq!((breaker.name(), breaker.held()), (Some("parcels"), Some("PARCELS")));
    assert_eq!((bulkhead.name(), bulkhead.held()), (None, Some("slots")));
    assert_eq!(breaker.to_string(), "circuit_breaker(PARCELS, failure_on = every error)");
    assert_eq!(bulkhead.to_string(), "bulkhead(slots)");
    let borrowed = &layers("by_reference")[0];
    assert_eq!((borrowed.name(), borrowed.held()), (Some("parcels"), Some("&PARCELS")));
    assert_eq!(layers("by_name")[0].held(), None);
    assert_eq!((described(None), by_reference()), (Ok(()), Ok(())));
}
