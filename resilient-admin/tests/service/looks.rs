//! What shows something: the page, the snapshot, the configuration; and the headers of all.

use http::{get, send};
use resilient::{BreakerPolicy, config, registry};
use serde_json::json;

use crate::events::next_of;
use crate::{CONFIGURATION, acting, http, looking};

const GUARDED: [(&str, &str); 3] =
    [("cache-control", "no-store"), ("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer")];

#[tokio::test]
async fn each_path_has_its_kind_and_the_headers_that_all_have() {
    let address = http::serve(looking()).await;
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/api/snapshot", "application/json"),
        ("/api/config", "application/json"),
        ("/metrics", "text/plain; version=0.0.4; charset=utf-8"),
        ("/livez", "text/plain; charset=utf-8"),
        ("/readyz", "application/json"),
    ] {
        let answer = get(address, path).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{path}");
        let head = send(address, "HEAD", path, &[], "").await;
        assert_eq!((head.status, head.body.as_str(), head.header("content-type")), (200, "", kind), "{path}");
        for (name, value) in GUARDED {
            assert_eq!((answer.header(name), head.header(name)), (value, value), "{path}");
        }
        for other in ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"] {
            let answer = send(address, other, path, &[], "").await;
            assert_eq!((answer.status, answer.header("allow")), (405, "GET, HEAD"), "{other} {path}");
            assert_eq!(answer.header("access-control-allow-origin"), "");
        }
    }
    for path in ["/nothing", "/api", "/api/", "/api/snapshot/", "/..", "//"] {
        let answer = get(address, path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    assert_eq!(get(address, "/livez").await.body, "ok\n");
}

#[tokio::test]
async fn the_page_may_load_its_own_script_and_nothing_else() {
    let answer = get(http::serve(looking()).await, "/").await;
    let policy: Vec<_> = answer.header("content-security-policy").split("; ").collect();
    assert_eq!(policy[0], "default-src 'none'");
    assert!(policy[1].starts_with("script-src 'sha256-") && policy[2].starts_with("style-src 'sha256-"), "{policy:?}");
    assert_eq!(
        policy[3..],
        ["connect-src 'self'", "img-src data:", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"]
    );
    assert!(answer.body.starts_with("<!doctype html>"));
}

#[tokio::test]
async fn a_snapshot_has_all_state_and_what_can_be_done() {
    registry().circuit_breaker_or_insert("looks: seen", BreakerPolicy::new().failure_threshold(1)).record_failure();
    let address = http::serve(acting()).await;
    let snapshot = get(address, "/api/snapshot").await.json();
    let breakers = snapshot["circuit_breakers"].as_array().unwrap();
    let seen = breakers.iter().find(|breaker| breaker["name"] == "looks: seen").unwrap();
    assert_eq!(
        (&seen["state"], &seen["owner"], &seen["because"]),
        (&json!("open"), &json!("program"), &json!("streak"))
    );
    assert!(seen["in_state_ms"].is_number() && seen["open_for_ms"].as_f64().unwrap() > 1_000.0, "{seen}");
    assert_eq!((&seen["failed_calls"], &seen["failure_rate"]), (&json!(1), &json!(null)));
    assert!(snapshot["taken_at_ms"].as_u64().unwrap() > 1_700_000_000_000);
    assert_eq!(snapshot["helper_threads"]["limit"], 256);
    let admin = &snapshot["admin"];
    assert_eq!((&admin["actions"], &admin["reload"], &admin["critical"]), (&json!(true), &json!(true), &json!([])));
    assert!(admin["last_event_id"].is_u64() && admin["timed"].is_array());
    let fields: Vec<_> = snapshot.as_object().unwrap().keys().cloned().collect();
    for field in ["functions", "bulkheads", "rate_limiters", "hedges", "retry_budgets", "keyed_circuit_breakers"] {
        assert!(fields.iter().any(|known| known == field), "{field} in {fields:?}");
    }
}

#[tokio::test]
async fn a_configuration_is_shown_with_its_origins() {
    let _alone = CONFIGURATION.lock().await;
    registry().circuit_breaker_or_insert("looks: configured", BreakerPolicy::new());
    config::loader().variables([]).apply("[circuit_breaker.\"looks: configured\"]\nfailure_threshold = 3").unwrap();
    let shown = get(http::serve(looking()).await, "/api/config").await.json();
    let status = &shown["status"];
    assert!(status["applied"].as_u64().unwrap() > 0 && status["problems"].is_array() && status["watched"] == false);
    let layers = shown["layers"].as_array().unwrap();
    let is_it = |layer: &&serde_json::Value| layer["layer"].as_str().unwrap().contains("\"looks: configured\"");
    let layer = layers.iter().find(is_it).unwrap();
    assert_eq!(layer["enabled"], true);
    let settings = layer["settings"].as_array().unwrap();
    let setting = |name: &str| settings.iter().find(|setting| setting["name"] == name).unwrap();
    assert_eq!(setting("failure_threshold")["value"], "3");
    assert!(setting("failure_threshold")["origin"].as_str().unwrap().starts_with("configuration:2"), "{layer}");
    assert_eq!(setting("recovery_timeout")["origin"], json!(null));
}

/// HTML, quotes and what terminals obey.
pub(crate) const HOSTILE: &str = "<img src=x onerror=alert(1)>\"'\\ \u{1b}[31m\nid: 7\n\ndata: x\u{2028}\u{202e}";

#[tokio::test]
async fn a_hostile_name_stays_text_everywhere() {
    let hostile = registry().circuit_breaker_or_insert(HOSTILE, BreakerPolicy::new());
    let address = http::serve(acting()).await;
    let mut events = http::Stream::open(address, "/api/events", &[]).await;
    events.until("\n\n").await;
    hostile.force_open();
    let (_, _, data) = next_of(&mut events, HOSTILE).await;
    assert!(!data["text"].as_str().unwrap().contains(['\u{1b}', '\n', '\u{202e}']), "{data}");

    let snapshot = get(address, "/api/snapshot").await;
    assert!(!snapshot.body.contains(['\u{1b}', '\n']));
    assert!(snapshot.json()["circuit_breakers"].as_array().unwrap().iter().any(|breaker| breaker["name"] == HOSTILE));
    let ready = get(address, "/readyz").await;
    assert!(ready.json()["open"].as_array().unwrap().iter().any(|name| name == HOSTILE));

    let metrics = get(address, "/metrics").await;
    assert!(!metrics.body.contains('\u{1b}') && !metrics.body.lines().any(|line| line.starts_with("id: ")));
    let line = metrics.body.lines().find(|line| line.contains("onerror") && line.contains("forced_open")).unwrap();
    assert!(line.contains(r#"onerror=alert(1)>\"'\\ \\u{1b}[31m\nid: 7\n\ndata: x"#), "{line}");

    // The page is the same, whatever there is.
    assert!(!get(address, "/").await.body.contains("onerror=alert"));
    hostile.reset();
}
