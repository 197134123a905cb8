//! State without a name, which belongs to one function: it is listed by the function's path, once, and apart from others.

use resilient::{Error, adaptive_throttle, bulkhead, hedge, rate_limit, retry};
use serde_json::{Value, json};

use crate::http::{self, get};
use crate::looking;

fn path(function: &str) -> String {
    format!("{}::{function}", module_path!())
}

struct Users;
struct Orders;

impl Users {
    #[bulkhead(max_concurrent = 1)]
    fn get() -> Result<(), Error> {
        Ok(())
    }
}

impl Orders {
    #[bulkhead(max_concurrent = 2)]
    fn get() -> Result<(), Error> {
        Ok(())
    }
}

#[retry(max_attempts = 2, base_delay = 1ms, budget(share = 0.5))]
#[hedge(delay = 1s)]
#[adaptive_throttle]
#[rate_limit(permits = 5, per = 1s)]
#[bulkhead(max_concurrent = 5)]
#[bulkhead(max_concurrent = 4)]
async fn of_each_kind() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(threads = 1)]
fn with_threads() -> Result<(), Error> {
    Ok(())
}

#[rate_limit(permits = 5, per = 1s, key = host)]
#[bulkhead(max_concurrent = 5, key = host)]
async fn by_host(host: &str) -> Result<(), Error> {
    drop(host.to_owned());
    Ok(())
}

/// What the snapshot lists by this name.
fn listed<'s>(snapshot: &'s Value, list: &str, name: &str) -> Vec<&'s Value> {
    let all = snapshot[list].as_array().unwrap();
    all.iter().filter(|it| it["name"] == name).collect()
}

#[tokio::test]
async fn two_functions_of_one_path_have_state_each() {
    let (address, name) = (http::serve(looking()).await, path("get"));
    let limits = async || {
        let snapshot = get(address, "/api/snapshot").await.json();
        let mut limits: Vec<_> =
            listed(&snapshot, "bulkheads", &name).iter().map(|it| it["limit"].as_u64().unwrap()).collect();
        limits.sort_unstable();
        limits
    };
    assert_eq!(limits().await, [1, 2], "before a call");
    Users::get().unwrap();
    assert_eq!(limits().await, [1, 2], "after a call of one");
    Orders::get().unwrap();
    assert_eq!(limits().await, [1, 2], "after calls of both");
}

/// Those of one function are in the lists and in the metrics, before a call and after it.
#[tokio::test]
async fn state_of_every_kind_is_listed_once() {
    let address = http::serve(looking()).await;
    let (each, threads, by_key) = (path("of_each_kind"), path("with_threads"), path("by_host"));
    let lists = [
        ("retry_budgets", each.clone()),
        ("hedges", each.clone()),
        ("adaptive_throttles", each.clone()),
        ("rate_limiters", each.clone()),
        ("bulkheads", each.clone()),
        ("bulkheads", format!("{each}#2")),
        ("thread_bulkheads", threads.clone()),
        ("keyed_rate_limiters", by_key.clone()),
        ("keyed_bulkheads", by_key.clone()),
    ];
    for is_called in [false, true] {
        if is_called {
            of_each_kind().await.unwrap();
            with_threads().unwrap();
            by_host("a").await.unwrap();
        }
        let snapshot = get(address, "/api/snapshot").await.json();
        for (list, name) in &lists {
            let seen = listed(&snapshot, list, name);
            assert_eq!(seen.len(), 1, "{name} of {list}, called: {is_called}");
            assert_eq!(seen[0]["owner"], "function", "{name} of {list}");
        }
        let metrics = get(address, "/metrics").await.body;
        for series in [
            format!("resilient_budget_balance{{name=\"{each}\"}}"),
            format!("resilient_hedge_attempts{{name=\"{each}\""),
            format!("resilient_adaptive_throttle_calls{{name=\"{each}\""),
            format!("resilient_rate_limit_calls{{name=\"{each}\""),
            format!("resilient_bulkhead_limit{{name=\"{each}#2\"}} 4"),
            format!("resilient_bulkhead_calls{{name=\"{threads}\""),
            format!("resilient_bulkhead_calls{{name=\"{by_key}\""),
        ] {
            assert!(metrics.contains(&series), "{series}, called: {is_called}");
        }
    }
    let is_it = |function: &&Value| function["path"] == each.as_str();
    let snapshot = get(address, "/api/snapshot").await.json();
    let function = snapshot["functions"].as_array().unwrap().iter().find(is_it).unwrap();
    let states: Vec<_> = function["layers"].as_array().unwrap().iter().map(|layer| &layer["state"]).collect();
    let (first, second) = (json!(each), json!(format!("{each}#2")));
    assert_eq!(states, [&first, &first, &first, &first, &first, &second]);
}
