//! Whether the program is ready.

use resilient::{BreakerPolicy, CircuitBreaker, registry};
use resilient_admin::BuildError;
use serde_json::json;

use crate::http::{self, get};

/// Other tests open breakers of their own at the same time: what is asked here is asked of these.
async fn ready(address: std::net::SocketAddr, names: &[&str]) -> (u16, String, Vec<String>, serde_json::Value) {
    let answer = get(address, "/readyz").await;
    let json = answer.json();
    let open = json["open"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned());
    let open = open.filter(|name| names.contains(&name.as_str())).collect();
    (answer.status, json["status"].as_str().unwrap().to_owned(), open, json["critical"].clone())
}

fn breaker(name: &str) -> &'static CircuitBreaker {
    registry().circuit_breaker_or_insert(name, BreakerPolicy::new().failure_threshold(1))
}

#[tokio::test]
async fn only_a_critical_breaker_makes_the_program_unready() {
    let (database, mail) = (breaker("health: database"), breaker("health: mail"));
    let admin = resilient_admin::service().critical("health: database").build().unwrap();
    let address = http::serve(admin).await;
    let names = ["health: database", "health: mail"];
    let state = async || ready(address, &names).await;

    let (code, _, open, critical) = state().await;
    assert_eq!((code, open, critical), (200, vec![], json!([])));
    mail.record_failure();
    let expected = (200, "degraded".to_owned(), vec!["health: mail".to_owned()], json!([]));
    assert_eq!(state().await, expected);
    database.force_open();
    let (code, status, open, critical) = state().await;
    assert_eq!((code, status.as_str(), critical), (503, "unavailable", json!(["health: database"])));
    assert_eq!(open, names);
    // Who is disabled refuses nothing.
    database.disable();
    assert_eq!(state().await, expected);
    mail.reset();
    database.reset();
    let (code, _, open, critical) = state().await;
    assert_eq!((code, open, critical), (200, vec![], json!([])));
}

#[test]
fn an_unknown_critical_name_is_an_error_when_the_service_is_made() {
    breaker("health: payments");
    let error = resilient_admin::service().critical("health: paymnets").build().unwrap_err();
    assert_eq!(
        error.to_string(),
        "a name that is critical: no circuit breaker is named `health: paymnets`; did you mean `health: payments`?"
    );
    assert!(matches!(error, BuildError::UnknownCritical(_)));
}
