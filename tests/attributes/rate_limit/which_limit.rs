//! The function's own limit, that of a name, a handle or a value.

use std::sync::Arc;

use resilient::inspect::{Function, Layer, LayerKind, functions};

use super::*;

#[rate_limit(permits = 80, per = 1min)]
static GITHUB: RateLimiter;

#[rate_limit(GITHUB, cost = 30)]
async fn dear() -> Outcome {
    Ok(())
}

#[rate_limit(GITHUB)]
fn cheap() -> Outcome {
    Ok(())
}

#[rate_limit(name = "rate: shared", permits = 2, per = 1min, max_wait = 0s)]
async fn shared() -> Outcome {
    Ok(())
}

#[rate_limit(name = "rate: shared")]
fn shared_blocking() -> Outcome {
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn functions_that_name_a_handle_share_it() {
    assert_eq!((dear().await, dear().await, dear().await), (Ok(()), Ok(()), LIMITED));
    assert_eq!((GITHUB.available(), cheap()), (Some(20), Ok(())));
    assert_eq!(GITHUB.name(), "github");
    assert!(std::ptr::eq(limiter("github"), &raw const *GITHUB));
    assert_eq!((GITHUB.stats().accepted_calls, GITHUB.stats().rejected_calls), (3, 1));
}

#[tokio::test(start_paused = true)]
async fn functions_that_give_its_name_share_it() {
    assert_eq!(
        (shared().await, shared_blocking(), shared().await, shared_blocking()),
        (Ok(()), Ok(()), LIMITED, LIMITED)
    );
    let policy = RateLimitPolicy::new(2, secs(60));
    let found = registry().rate_limiter_or_insert("rate: shared", policy);
    assert!(registry().rate_limiters().iter().any(|listed| std::ptr::eq(*listed, found)));
    assert_eq!(found.policy(), policy);
    assert!(registry().rate_limiter("rate: unheard of").is_none());
}

#[tokio::test(start_paused = true)]
async fn an_instance_has_its_own() {
    struct Client {
        limit: Option<Arc<RateLimiter>>,
    }

    impl Client {
        #[rate_limit(self.limit, cost = weights.len())]
        async fn send(&self, weights: Vec<u8>) -> Result<usize, Fault> {
            let taken: Box<[u8]> = weights.into();
            Ok(taken.len())
        }

        #[rate_limit(self.limit)]
        fn send_blocking(&self) -> Outcome {
            Ok(())
        }
    }

    let limit = Arc::new(RateLimiter::new("rate: a client", RateLimitPolicy::new(3, secs(60))));
    let client = Client { limit: Some(Arc::clone(&limit)) };
    assert_eq!((client.send(vec![1, 2]).await, client.send_blocking()), (Ok(2), Ok(())));
    assert_eq!(client.send_blocking(), LIMITED);
    let unlimited = Client { limit: None };
    assert_eq!((unlimited.send(vec![0; 9]).await, unlimited.send_blocking()), (Ok(9), Ok(())));
}

#[tokio::test(start_paused = true)]
async fn a_policy_can_give_it() {
    const POLICY: RateLimitPolicy = RateLimitPolicy::new(5, Duration::from_secs(60));

    #[rate_limit(policy = POLICY, permits = 1)]
    async fn call() -> Outcome {
        Ok(())
    }

    assert_eq!((call().await, call().await), (Ok(()), LIMITED));
    advance(secs(59)).await;
    assert_eq!(call().await, LIMITED);
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
        r#"rate_limit(name = "rate: shared", permits = 2, per = 1min, cost = 1, max_wait = 0s)"#
    );
    assert_eq!(described("shared_blocking"), r#"rate_limit(name = "rate: shared", cost = 1)"#);
    assert_eq!(described("dear"), "rate_limit(GITHUB, cost = 30)");
    let kinds = functions().flat_map(Function::layers).filter(|layer| layer.name() == Some("github"));
    assert!(kinds.map(Layer::kind).all(|kind| kind == LayerKind::RateLimit));
}
