//! A breaker for each host.

use super::*;

#[circuit_breaker(name = "per key: host", key = host, failure_threshold = 2, recovery_timeout = 10s)]
async fn fetch(host: &str, fails: bool) -> Outcome {
    if fails { Err(Fault::Own) } else { Ok(1) }
}

#[circuit_breaker(name = "per key: host", key = host)]
fn fetch_blocking(host: String, fails: bool) -> Outcome {
    if fails { Err(Fault::Own) } else { Ok(u32::try_from(host.len()).unwrap_or(0)) }
}

#[tokio::test(start_paused = true)]
async fn a_host_that_fails_leaves_the_others_alone() {
    for _ in 0..2 {
        assert_eq!(fetch("bad", true).await, Err(Fault::Own));
    }
    assert!(refused(fetch("bad", false).await));
    assert_eq!(fetch("good", false).await, Ok(1));
    assert!(refused(fetch_blocking("bad".to_owned(), false)), "sync calls share it");
    assert_eq!(fetch_blocking("good".to_owned(), false), Ok(4));
    let hosts = registry().keyed_circuit_breakers("per key: host").expect("attributes name it");
    assert_eq!(hosts.open(), ["bad"]);
    assert_eq!(hosts.get("bad").state(), CircuitState::Open);
    assert_eq!(hosts.stats().rejected_calls, 2);

    advance(secs(10)).await;
    for _ in 0..2 {
        assert_eq!(fetch("bad", false).await, Ok(1));
    }
    assert!(hosts.open().is_empty());
    assert!(hosts.is_empty() || hosts.len() <= 2);
}

#[test]
fn a_sync_call_that_hangs_is_a_failure_of_its_host_at_the_deadline() {
    // Long enough for a helper thread to begin, however loaded the machine is.
    #[timeout(500ms)]
    #[circuit_breaker(name = "per key: hangs", key = host, failure_threshold = 1)]
    fn hangs(host: String, ends: std::sync::mpsc::Receiver<()>) -> Outcome {
        let _ = ends.recv();
        Ok(0)
    }

    let (end, ends) = std::sync::mpsc::channel();
    assert!(is(hangs("slow".to_owned(), ends), ErrorKind::TimedOut));
    let hosts = registry().keyed_circuit_breakers("per key: hangs").expect("an attribute names it");
    assert_eq!(hosts.get("slow").state(), CircuitState::Open);
    assert_eq!(hosts.get("fast").state(), CircuitState::Closed);
    drop(end);
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_gives_its_probe_back() {
    #[circuit_breaker(name = "per key: dropped", key = host, failure_threshold = 1, recovery_timeout = 1s, half_open_max_calls = 1)]
    async fn call(host: &str, step: u32) -> Outcome {
        match step {
            0 => Err(Fault::Own),
            1 => Ok(1),
            _ => std::future::pending().await,
        }
    }

    assert_eq!(call("a", 0).await, Err(Fault::Own));
    advance(secs(1)).await;
    let mut probe = Box::pin(call("a", 2));
    assert!(std::future::poll_fn(|context| std::task::Poll::Ready(probe.as_mut().poll(context))).await.is_pending());
    assert!(refused(call("a", 1).await), "its place is taken");
    drop(probe);
    assert_eq!(call("a", 1).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn a_body_that_panics_counts_for_its_host() {
    #[circuit_breaker(name = "per key: panics", key = host, failure_threshold = 1)]
    async fn call(host: &str, panics: bool) -> Outcome {
        assert!(!panics, "as the test wants");
        Ok(1)
    }

    assert!(tokio::spawn(call("a", true)).await.unwrap_err().is_panic());
    assert!(refused(call("a", false).await));
    assert_eq!(call("b", false).await, Ok(1));
}

#[tokio::test(start_paused = true)]
async fn windows_and_filters_are_those_of_each_host() {
    #[circuit_breaker(
        name = "per key: filters", key = host, failure_rate = 0.5, window = 4, min_calls = 2, failure_on(Fault::Own),
        failure_if_ok = |value: &u32| *value > 500
    )]
    async fn call(host: &str, status: u32) -> Outcome {
        Ok(status)
    }

    for _ in 0..2 {
        assert_eq!(call("a", 503).await, Ok(503));
    }
    assert!(refused(call("a", 200).await));
    assert_eq!(call("b", 503).await, Ok(503));
    assert_eq!(call("b", 200).await, Ok(200));
    assert!(refused(call("b", 200).await));
}

#[tokio::test(start_paused = true)]
async fn max_keys_and_idle_are_settings_of_all_hosts() {
    const MOST: u32 = 2;
    const POLICY: BreakerPolicy = BreakerPolicy::new().failure_threshold(1);

    #[circuit_breaker(name = "per key: few", policy = POLICY, key = host, max_keys = MOST, idle = 1s)]
    async fn call(host: u32) -> Outcome {
        Err(Fault::Own)
    }

    for host in 0..3 {
        assert_eq!(call(host).await, Err(Fault::Own));
    }
    let hosts = registry().keyed_circuit_breakers("per key: few").expect("an attribute names it");
    assert_eq!((hosts.open().len(), hosts.overflowed()), (2, 1));
    assert_eq!(hosts.policy(), POLICY.per_key().max_keys(2).idle(secs(1)));
    assert!(refused(call(7).await), "it shares the breaker of the third");
    hosts.reset_all();
    advance(secs(1)).await;
    assert_eq!(hosts.len(), 0);
}
