//! The function's own throttle, that of a name, a handle or a value.

use std::sync::Arc;

use resilient::inspect::{Function, Layer, LayerKind, functions};

use super::*;

#[adaptive_throttle(ratio = 1.5, max_share = 1.0)]
static SEARCH: AdaptiveThrottle;

#[adaptive_throttle(SEARCH, failure_on(Fault::Own))]
async fn by_handle() -> Outcome {
    Ok(1)
}

#[adaptive_throttle(SEARCH)]
fn by_handle_blocking() -> Outcome {
    Ok(1)
}

#[adaptive_throttle(name = "throttle: shared", window = 10s, max_share = 1.0)]
async fn shared() -> Outcome {
    Ok(1)
}

#[adaptive_throttle(name = "throttle: shared")]
fn shared_blocking() -> Outcome {
    Ok(1)
}

#[tokio::test(start_paused = true)]
async fn functions_that_name_a_handle_share_it() {
    assert_eq!((by_handle().await, by_handle_blocking()), (Ok(1), Ok(1)));
    assert_eq!((SEARCH.name().as_str(), SEARCH.stats().accepted_calls), ("search", 2));
    assert!(std::ptr::eq(throttle("search"), &raw const *SEARCH));
    overload(&SEARCH);
    let mut shed = 0;
    for _ in 0..50 {
        shed += u64::from(by_handle().await == SHED) + u64::from(by_handle_blocking() == SHED);
    }
    assert!(shed >= 90, "hardly one of a thousand passes: {shed}");
    assert_eq!(SEARCH.stats().shed_calls, shed);
}

#[tokio::test(start_paused = true)]
async fn functions_that_give_its_name_share_it_and_its_window_slides() {
    assert_eq!((shared().await, shared_blocking()), (Ok(1), Ok(1)));
    let policy = AdaptiveThrottlePolicy::new().window(secs(10)).max_share(1.0);
    let found = registry().adaptive_throttle_or_insert("throttle: shared", policy);
    assert!(registry().adaptive_throttles().iter().any(|listed| std::ptr::eq(*listed, found)));
    assert_eq!((found.policy(), found.stats().accepted_calls), (policy, 2));
    overload(found);
    assert!(found.share() > 0.99);
    tokio::time::advance(secs(11)).await;
    assert_eq!((shared().await, shared_blocking()), (Ok(1), Ok(1)));
    assert!(found.share() < 1e-9);
    assert!(registry().adaptive_throttle("throttle: unheard of").is_none());
}

#[tokio::test(start_paused = true)]
async fn an_instance_has_its_own() {
    struct Client {
        throttle: Option<Arc<AdaptiveThrottle>>,
    }

    impl Client {
        #[adaptive_throttle(self.throttle, failure_if_ok = |length| *length > 2)]
        async fn send(&self, text: String) -> Result<usize, Fault> {
            Ok(text.len())
        }

        #[adaptive_throttle(self.throttle)]
        fn send_blocking(&self) -> Outcome {
            Ok(1)
        }
    }

    let throttle = Arc::new(AdaptiveThrottle::new("of a client", AdaptiveThrottlePolicy::new()));
    let client = Client { throttle: Some(Arc::clone(&throttle)) };
    assert_eq!((client.send("ab".into()).await, client.send("abc".into()).await), (Ok(2), Ok(3)));
    assert_eq!(client.send_blocking(), Ok(1));
    assert_eq!((throttle.stats().accepted_calls, throttle.stats().failed_calls), (2, 1));
    let free = Client { throttle: None };
    assert_eq!((free.send("ab".into()).await, free.send_blocking()), (Ok(2), Ok(1)));
}

#[tokio::test(start_paused = true)]
async fn without_a_name_a_function_has_its_own_and_a_policy_can_give_it() {
    const POLICY: AdaptiveThrottlePolicy = AdaptiveThrottlePolicy::new().min_calls(1).max_share(1.0);

    #[adaptive_throttle(policy = POLICY, ratio = 1.0)]
    async fn call(outcome: Outcome) -> Outcome {
        outcome
    }

    let mut outcomes = Vec::new();
    for _ in 0..1_000 {
        outcomes.push(call(Err(Fault::Own)).await);
    }
    let failed = outcomes.iter().filter(|outcome| **outcome == Err(Fault::Own)).count();
    assert!((1..100).contains(&failed), "the first, and then fewer and fewer: {failed}");
    assert!(outcomes.iter().all(|outcome| [Err(Fault::Own), SHED].contains(outcome)));
}

#[test]
fn the_function_is_described() {
    let described = |name: &str| {
        let path = format!("{}::{name}", module_path!());
        let function = functions().find(|function| function.path() == path).expect("it is annotated");
        function.layers()[0].to_string()
    };
    assert_eq!(
        described("shared"),
        "adaptive_throttle(name = \"throttle: shared\", ratio = 2.0, window = 10s, min_calls = 10, max_share = 1.0, \
         failure_on = every error)"
    );
    assert_eq!(
        described("shared_blocking"),
        "adaptive_throttle(name = \"throttle: shared\", failure_on = every error)"
    );
    assert_eq!(described("by_handle"), "adaptive_throttle(SEARCH, failure_on = Fault::Own)");
    let kinds = functions().flat_map(Function::layers).filter(|layer| layer.name() == Some("search"));
    assert!(kinds.map(Layer::kind).all(|kind| kind == LayerKind::AdaptiveThrottle));
}
