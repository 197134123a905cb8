//! Who may act, and what actions do.

use std::net::SocketAddr;
use std::time::Duration;

use resilient::{BreakerPolicy, CircuitBreaker, CircuitState, registry};
use serde_json::{Value, json};

use crate::http::{self, Answer, get, send};
use crate::{CONFIGURATION, TOKEN, acting, looking};

const JSON: (&str, &str) = ("Content-Type", "application/json");

fn breaker(name: &str) -> &'static CircuitBreaker {
    registry().circuit_breaker_or_insert(name, BreakerPolicy::new())
}

async fn post(address: SocketAddr, headers: &[(&str, &str)], body: &str) -> Answer {
    send(address, "POST", "/api/actions", headers, body).await
}

/// With the token.
pub(crate) async fn act(address: SocketAddr, body: &Value) -> Answer {
    let bearer = format!("Bearer {TOKEN}");
    post(address, &[("Authorization", &bearer), JSON], &body.to_string()).await
}

#[tokio::test]
async fn without_a_token_there_are_no_actions() {
    let address = http::serve(looking()).await;
    let bearer = format!("Bearer {TOKEN}");
    for method in ["POST", "GET", "HEAD", "OPTIONS", "PUT"] {
        let answer = send(address, method, "/api/actions", &[("Authorization", &bearer), JSON], "{}").await;
        assert_eq!(answer.status, 404, "{method}");
    }
    assert_eq!(get(address, "/api/snapshot").await.json()["admin"]["actions"], false);
}

#[tokio::test]
async fn only_who_has_the_token_can_act() {
    let users = breaker("actions: token");
    let address = http::serve(acting()).await;
    let body = json!({ "action": "force_open", "name": "actions: token", "for": "1h" }).to_string();
    let almost = &TOKEN[1..];
    for wrong in [
        String::new(),
        TOKEN.to_owned(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer {almost}"),
        format!("Bearer {TOKEN}x"),
        format!("Bearer  {TOKEN}"),
        format!("Bearer {}", TOKEN.to_uppercase()),
        format!("Basic {TOKEN}"),
        format!("Bearer {TOKEN}, Bearer {TOKEN}"),
    ] {
        let answer = post(address, &[("Authorization", &wrong), JSON], &body).await;
        assert_eq!((answer.status, answer.header("www-authenticate")), (401, "Bearer"), "{wrong}");
        assert!(answer.json()["error"].is_string() && !answer.body.contains(TOKEN));
    }
    let bearer = format!("Bearer {TOKEN}");
    let twice = [("Authorization", bearer.as_str()), ("Authorization", &bearer), JSON];
    for headers in [vec![JSON], vec![JSON, ("Cookie", &bearer), ("X-Authorization", &bearer)], twice.to_vec()] {
        assert_eq!(post(address, &headers, &body).await.status, 401, "{headers:?}");
    }
    let path = format!("/api/actions?token={}", TOKEN.replace(' ', "%20"));
    assert_eq!(send(address, "POST", &path, &[JSON], &body).await.status, 401);
    assert_eq!(users.state(), CircuitState::Closed);

    let lower = format!("bearer {TOKEN}");
    assert_eq!(post(address, &[("authorization", &lower), JSON], &body).await.status, 200);
    assert_eq!(users.state(), CircuitState::ForcedOpen);
    users.reset();
}

#[tokio::test]
async fn an_action_is_json_by_post_and_short() {
    let users = breaker("actions: json");
    let address = http::serve(acting()).await;
    let body = json!({ "action": "force_open", "name": "actions: json", "for": "1h" }).to_string();
    let bearer = format!("Bearer {TOKEN}");
    let token = ("Authorization", bearer.as_str());
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonp", ""] {
        assert_eq!(post(address, &[token, ("Content-Type", kind)], &body).await.status, 415, "{kind}");
    }
    assert_eq!(post(address, &[token], &body).await.status, 415);
    let long = format!("{body}{}", " ".repeat(4_096));
    assert_eq!(post(address, &[token, JSON], &long).await.status, 413);
    for method in ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"] {
        let answer = send(address, method, "/api/actions", &[token, JSON], &body).await;
        assert_eq!((answer.status, answer.header("allow")), (405, "POST"), "{method}");
    }
    assert_eq!(users.state(), CircuitState::Closed);
    let with_charset = ("Content-Type", "Application/JSON; charset=utf-8");
    assert_eq!(post(address, &[token, with_charset], &body).await.status, 200);
    users.reset();
}

#[tokio::test]
async fn what_is_wrong_with_an_action_is_said() {
    let users = breaker("misspelt inventory");
    let address = http::serve(acting()).await;
    let name = "misspelt inventory";
    for (status, body, message) in [
        (400, json!({ "action": "explode" }), "unknown action: write `force_open`, `disable`, `reset` or `reload`"),
        (400, json!({ "action": "force_open", "name": name }), "write how long, as in `\"for\": \"10min\"`"),
        (400, json!({ "action": "force_open", "name": name, "for": "90" }), "`90` needs a unit"),
        (400, json!({ "action": "force_open", "name": name, "for": "999ms" }), "`for` is from one second to 24 hours"),
        (400, json!({ "action": "disable", "name": name, "for": "25h" }), "`for` is from one second to 24 hours"),
        (400, json!({ "action": "disable", "name": name, "for": 60 }), "this is no action: invalid type"),
        (400, json!({ "action": "disable", "for": "1h" }), "write the `name` of a circuit breaker"),
        (400, json!({ "action": "reset", "name": name, "for": "1h" }), "remove `for`: a reset stays"),
        (400, json!({ "action": "reload", "name": name }), "remove `name`: all of the configuration is loaded"),
        (400, json!({ "action": "reset", "name": name, "force": true }), "this is no action: unknown field `force`"),
        (400, json!({ "name": name }), "this is no action: missing field `action`"),
        (400, json!(["reset"]), "this is no action: "),
        (404, json!({ "action": "reset", "name": "mispselt inventory" }), "did you mean `misspelt inventory`?"),
        (404, json!({ "action": "reset", "name": "\u{1b}[2J" }), "no circuit breaker is named `\\u{1b}[2J`"),
    ] {
        let answer = act(address, &body).await;
        let said = answer.json()["error"].as_str().unwrap().to_owned();
        assert_eq!(answer.status, status, "{body}: {said}");
        assert!(said.contains(message), "{body}: {said}");
    }
    assert_eq!((users.state(), users.stats().state_changes), (CircuitState::Closed, 0));
}

#[tokio::test]
async fn a_timed_action_is_shown_and_a_reset_ends_it() {
    let users = breaker("actions: timed");
    let address = http::serve(acting()).await;
    let answer = act(address, &json!({ "action": "disable", "name": "actions: timed", "for": "10min" })).await;
    let expected = json!({ "done": "disable", "name": "actions: timed", "state": "disabled", "for_ms": 600_000.0 });
    assert_eq!((answer.status, answer.json()), (200, expected));
    assert_eq!(users.state(), CircuitState::Disabled);

    let timed = get(address, "/api/snapshot").await.json()["admin"]["timed"].clone();
    let timed = timed.as_array().unwrap();
    assert_eq!((timed.len(), &timed[0]["action"], &timed[0]["before"]), (1, &json!("disable"), &json!("closed")));
    assert!((590_000.0..=600_000.0).contains(&timed[0]["left_ms"].as_f64().unwrap()), "{timed:?}");

    let answer = act(address, &json!({ "action": "reset", "name": "actions: timed" })).await;
    assert_eq!(answer.json(), json!({ "done": "reset", "name": "actions: timed", "state": "closed" }));
    assert_eq!(users.state(), CircuitState::Closed);
    assert_eq!(get(address, "/api/snapshot").await.json()["admin"]["timed"], json!([]));
}

/// It takes the second that is the shortest time, because a thread ends it; nothing here depends on how exact that is.
#[tokio::test]
async fn a_timed_action_ends_without_a_page_and_without_the_service() {
    let users = breaker("actions: ends");
    users.disable();
    let admin = acting();
    let address = http::serve(admin.clone()).await;
    let answer = act(address, &json!({ "action": "force_open", "name": "actions: ends", "for": "1s" })).await;
    assert_eq!((answer.status, users.state()), (200, CircuitState::ForcedOpen));
    drop(admin);
    while users.state() == CircuitState::ForcedOpen {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(users.state(), CircuitState::Disabled, "as before");
}

#[tokio::test]
async fn a_reload_changes_all_or_says_every_problem() {
    let _alone = CONFIGURATION.lock().await;
    let file = std::env::temp_dir().join(format!("resilient-admin-{}.toml", std::process::id()));
    let users = breaker("actions: reloaded");
    let write = |text: &str| std::fs::write(&file, text).unwrap();
    let address = http::serve(acting()).await;
    let mut events = http::Stream::open(address, "/api/events", &[]).await;
    write("");
    resilient::config::loader().variables([]).load(&file).unwrap();

    write("[circuit_breaker.\"actions: reloaded\"]\nfailure_threshold = 7");
    let answer = act(address, &json!({ "action": "reload" })).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "done": "reload" })));
    assert_eq!(users.policy(), BreakerPolicy::new().failure_threshold(7));

    write("[circuit_breaker.\"actions: reloaded\"]\nfailure_treshold = 8\nsuccess_threshold = \"many\"");
    let answer = act(address, &json!({ "action": "reload" })).await;
    let json = answer.json();
    assert_eq!((answer.status, json["problems"].as_array().unwrap().len()), (422, 2), "{json}");
    assert!(json["problems"][0].as_str().unwrap().contains("did you mean `failure_threshold`?"), "{json}");
    assert_eq!(users.policy(), BreakerPolicy::new().failure_threshold(7));
    let shown = get(address, "/api/config").await.json();
    assert_eq!(shown["status"]["problems"], json["problems"]);
    let rejected = loop {
        let (event, _, data) = events.next().await.unwrap();
        if event == "config_rejected" {
            break data;
        }
    };
    assert_eq!((&rejected["problems"], rejected["source"].as_str()), (&json!(2), file.to_str()));
    std::fs::remove_file(&file).unwrap();
}
