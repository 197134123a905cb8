//! Each breaker that the snapshot lists is found by its name wherever that is asked for.

use std::sync::Arc;

use resilient::inspect::circuit_breakers;
use resilient::snapshot::Owner;
use resilient::{BreakerPolicy, CircuitBreaker, CircuitBreakers, Error, circuit_breaker};
use serde_json::{Value, json};

use crate::acting;
use crate::actions::act;
use crate::http::{self, get};

#[circuit_breaker(name = "found: never called", failure_threshold = 1)]
fn never_called() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "found: only a name")]
fn only_a_name() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "found: handle", failure_threshold = 1)]
static HANDLE: CircuitBreaker;

mod first {
    #[super::circuit_breaker(name = "found: twin", failure_threshold = 1)]
    pub(super) static TWIN: resilient::CircuitBreaker;
}

mod second {
    #[super::circuit_breaker(name = "found: twin", failure_threshold = 2)]
    pub(super) static TWIN: resilient::CircuitBreaker;
}

#[circuit_breaker(name = "found: hosts", failure_threshold = 1)]
static HOSTS: CircuitBreakers;

fn value(name: &str) -> Arc<CircuitBreaker> {
    Arc::new(CircuitBreaker::new("found: a value", BreakerPolicy::new().failure_threshold(1))).observed(name)
}

/// What the snapshot says of this name.
async fn states(address: std::net::SocketAddr, name: &str) -> Vec<String> {
    let snapshot = get(address, "/api/snapshot").await.json();
    let all = snapshot["circuit_breakers"].as_array().unwrap().iter().filter(|it| it["name"] == name);
    all.map(|it| it["state"].as_str().unwrap().to_owned()).collect()
}

async fn is_open(address: std::net::SocketAddr, name: &str) -> bool {
    get(address, "/readyz").await.json()["open"].as_array().unwrap().contains(&json!(name))
}

#[tokio::test]
async fn what_the_snapshot_lists_is_found_by_actions_and_by_readiness() {
    let _ = (never_called, only_a_name);
    let address = http::serve(acting()).await;
    let kept = value("found: value");
    let twin = |module: &str| format!("{}::{module}::found: twin", module_path!());
    for (name, owner) in [
        ("found: never called", Owner::Program),
        ("found: only a name", Owner::Program),
        ("found: handle", Owner::Program),
        (&twin("first"), Owner::Program),
        (&twin("second"), Owner::Program),
        ("found: value", Owner::Value),
    ] {
        assert_eq!(states(address, name).await, ["closed"], "{name}");
        let act = async |action: Value| act(address, &action).await;
        let done = act(json!({ "action": "force_open", "name": name, "for": "1h" })).await;
        assert_eq!(done.status, 200, "{name}: {done:?}");
        assert_eq!(states(address, name).await, ["forced_open"], "{name}");
        assert!(is_open(address, name).await, "{name}");
        let found = circuit_breakers().into_iter().find(|it| it.found_by() == name).unwrap();
        assert_eq!((found.owner(), found.state().is_open()), (owner, true), "{name}");
        let timed = get(address, "/api/snapshot").await.json()["admin"]["timed"].clone();
        assert!(timed.as_array().unwrap().iter().any(|it| it["name"] == name), "{name}: {timed}");
        assert_eq!(act(json!({ "action": "reset", "name": name })).await.status, 200, "{name}");
        assert_eq!((states(address, name).await, is_open(address, name).await), (vec!["closed".to_owned()], false));
    }
    assert!(!first::TWIN.state().is_open() && !second::TWIN.state().is_open() && !HANDLE.state().is_open());
    drop(kept);
}

#[tokio::test]
async fn of_values_with_one_name_none_is_taken_for_another() {
    let (address, name) = (http::serve(acting()).await, "found: two values");
    let both = [value(name), value(name)];
    assert_eq!(states(address, name).await.len(), 2);
    let forced = json!({ "action": "force_open", "name": name, "for": "1h" });
    let answer = act(address, &forced).await;
    let said = answer.json()["error"].as_str().unwrap().to_owned();
    assert_eq!(
        (answer.status, said.as_str()),
        (
            409,
            "more than one circuit breaker is named `found: two values`: values are in view by it; give each a name of its own"
        )
    );
    assert!(both.iter().all(|breaker| !breaker.state().is_open()));
    both[1].record_failure();
    assert!(is_open(address, name).await, "one of them is");
    let [first, second] = both;
    drop(second);
    assert_eq!(act(address, &forced).await.status, 200, "one is left");
    assert!(first.state().is_open());
    first.reset();
}

#[tokio::test]
async fn breakers_by_key_are_one_to_no_action() {
    let address = http::serve(acting()).await;
    HOSTS.get("a").record_failure();
    let answer = act(address, &json!({ "action": "reset", "name": "found: hosts" })).await;
    assert_eq!(answer.status, 404, "{answer:?}");
    let snapshot = get(address, "/api/snapshot").await.json();
    let seen = snapshot["keyed_circuit_breakers"].as_array().unwrap().iter().find(|it| it["name"] == "found: hosts");
    assert_eq!(seen.unwrap()["not_closed_keys"], json!(["a"]));
}
