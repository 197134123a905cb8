//! Keys among other attributes.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_retry_above_goes_on_to_the_next_host() {
    /// The host whose turn it is.
    fn host(turn: &AtomicU32) -> &'static str {
        ["bad", "good"][turn.fetch_add(1, Ordering::SeqCst) as usize % 2]
    }

    #[retry(max_attempts = 4, base_delay = 1s, jitter = none, retry_refused(circuit_open))]
    #[circuit_breaker(name = "places: next", key = host(turn), failure_threshold = 1, recovery_timeout = 1h)]
    async fn call(turn: &AtomicU32) -> Outcome {
        let attempts = turn.load(Ordering::SeqCst);
        if attempts % 2 == 1 { Err(Fault::Own) } else { Ok(attempts) }
    }

    let turn = AtomicU32::new(0);
    assert_eq!(call(&turn).await, Ok(2));
    let hosts = registry().keyed_circuit_breakers("places: next").expect("an attribute names it");
    assert_eq!(hosts.open(), ["bad"]);
    assert_eq!(call(&AtomicU32::new(1)).await, Ok(2));
}

#[tokio::test(start_paused = true)]
async fn fallbacks_and_timeouts_act_on_each_key() {
    #[fallback(value = 9)]
    #[timeout(1s)]
    #[circuit_breaker(name = "places: all", key = host, failure_threshold = 1)]
    #[timeout(500ms)]
    #[bulkhead(name = "places: all", key = host, max_concurrent = 1)]
    async fn call(host: &str, takes: Duration) -> Outcome {
        sleep(takes).await;
        Ok(1)
    }

    assert_eq!(call("slow", secs(10)).await, Ok(9));
    let hosts = registry().keyed_circuit_breakers("places: all").expect("an attribute names it");
    assert_eq!(hosts.open(), ["slow"]);
    assert_eq!(call("fast", secs(0)).await, Ok(1));
    assert_eq!(call("slow", secs(0)).await, Ok(9));
}

#[tokio::test(start_paused = true)]
async fn methods_traits_and_generics_have_keys() {
    trait Fetch {
        async fn fetch(&self, path: &str) -> Outcome;
    }

    struct Client<K>(K);

    impl<K: AsRef<str>> Fetch for Client<K> {
        #[circuit_breaker(name = "places: generic", key = format_args!("{}{path}", self.0.as_ref()), failure_threshold = 1)]
        async fn fetch(&self, path: &str) -> Outcome {
            Err(Fault::Own)
        }
    }

    assert_eq!(Client("a").fetch("/x").await, Err(Fault::Own));
    assert!(refused(Client("a".to_owned()).fetch("/x").await));
    assert_eq!(Client("a").fetch("/y").await, Err(Fault::Own));
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_at_any_poll_leaves_its_key_unused() {
    #[retry(max_attempts = 2, base_delay = 1s)]
    #[circuit_breaker(name = "places: dropped", key = host, failure_threshold = 1000)]
    #[timeout(10s)]
    #[bulkhead(name = "places: dropped", key = format_args!("of {host}"), max_concurrent = 1, max_wait = 1s)]
    async fn call(host: u32) -> Outcome {
        some_turns(3).await;
        Err(Fault::Own)
    }

    assert_eq!(call(7).await, Err(Fault::Own));
    let slots = registry().keyed_bulkheads("places: dropped").expect("an attribute names it");
    let breakers = registry().keyed_circuit_breakers("places: dropped").expect("an attribute names it");
    for polls in 0.. {
        let ended = polled(call(7), polls).await;
        assert_eq!((slots.get("of 7").in_flight(), slots.get("of 7").waiting()), (0, 0), "after {polls} polls");
        assert_eq!([Arc::strong_count(&slots.get("of 7")), Arc::strong_count(&breakers.get(7))], [2, 2]);
        if ended.is_some() {
            break;
        }
    }
}

#[test]
fn a_pattern_argument_is_a_key() {
    #[bulkhead(key = host, max_concurrent = 1)]
    fn call((host, port): (&str, u32)) -> Outcome {
        Ok(port)
    }

    assert_eq!(call(("a", 7)), Ok(7));
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_turned_into_an_error_by_the_function_that_is_given() {
    #[circuit_breaker(name = "places: converted", key = host, failure_threshold = 1, map_err = |refusal: Error| refusal.name().len())]
    async fn call(host: u8) -> Result<(), usize> {
        Err(0)
    }

    assert_eq!(call(1).await, Err(0));
    assert_eq!(call(1).await, Err("places: converted".len()));
}
