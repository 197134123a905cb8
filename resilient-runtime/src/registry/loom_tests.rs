//! The registry: threads that make the same name.

use loom::sync::Arc;
use loom::thread;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::policy::BreakerPolicy;
use crate::core::loom_model::model;
use crate::core::name::Name;
use crate::registry::named_map::{NamedMap, Requester};

#[test]
fn one_definition_wins_for_everybody() {
    model(|| {
        let map = Arc::new(NamedMap::<CircuitBreaker>::new());
        let threads: Vec<_> = (1..3)
            .map(|threshold| {
                let map = Arc::clone(&map);
                thread::spawn(move || {
                    let policy = BreakerPolicy::new().failure_threshold(threshold);
                    // In release builds the conflict is reported without a panic.
                    std::ptr::from_ref(map.resolve(Name::new(&"model"), Some(policy), &Requester::call("model")))
                        as usize
                })
            })
            .collect();
        let found: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
        assert_eq!(found[0], found[1]);
        assert_eq!(map.given().len(), 1);
    });
}
