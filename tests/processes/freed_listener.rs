//! Its own process, because a thread that delivers another test's event holds the listeners of that moment.

use std::sync::Arc;

use resilient::{BreakerPolicy, CircuitBreaker};

#[test]
fn a_dropped_listener_is_freed() {
    let held = Arc::new(());
    let inside = Arc::clone(&held);
    let watching = resilient::subscribe(move |_| drop(Arc::clone(&inside)));
    CircuitBreaker::new("freed listener", BreakerPolicy::new()).force_open();
    drop(watching);
    assert_eq!(Arc::strong_count(&held), 1);
}
