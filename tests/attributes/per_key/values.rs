//! State per key that is a value: a field, in an `Arc`, perhaps absent.

use super::*;

struct Client {
    hosts: Arc<CircuitBreakers>,
    tenants: Option<Bulkheads>,
    calls: u32,
}

const POLICY: PerKeyPolicy<BreakerPolicy> = BreakerPolicy::new().failure_threshold(1).per_key();

impl Client {
    fn new() -> Self {
        Self { hosts: Arc::new(CircuitBreakers::new("client", POLICY)), tenants: None, calls: 0 }
    }

    #[circuit_breaker(self.hosts, key = host)]
    #[bulkhead(self.tenants, key = host)]
    async fn fetch(&self, host: &str) -> Outcome {
        Err(Fault::Own)
    }

    /// The whole of `self` is free while the body runs, because the key's breaker is found before.
    #[circuit_breaker(self.hosts, key = host)]
    async fn exclusive(&mut self, host: &str) -> Outcome {
        self.count();
        sleep(secs(1)).await;
        self.count();
        Err(Fault::Own)
    }

    #[circuit_breaker(&self.hosts, key = host)]
    fn blocking(&self, host: &str) -> Outcome {
        Err(Fault::Own)
    }

    fn count(&mut self) {
        self.calls += 1;
    }
}

#[tokio::test(start_paused = true)]
async fn instances_have_hosts_of_their_own() {
    let (first, mut second) = (Client::new(), Client::new());
    assert_eq!(first.fetch("a").await, Err(Fault::Own));
    assert!(refused(first.fetch("a").await));
    assert!(refused(first.blocking("a")));
    assert_eq!(second.exclusive("a").await, Err(Fault::Own));
    assert!(refused(second.exclusive("a").await));
    assert_eq!(second.calls, 2);
    assert_eq!(second.exclusive("b").await, Err(Fault::Own));
}

#[tokio::test(start_paused = true)]
async fn an_absent_value_lets_calls_pass() {
    let mut client = Client::new();
    assert_eq!(client.fetch("a").await, Err(Fault::Own));
    client.tenants = Some(Bulkheads::new("tenants", BulkheadPolicy::new(1).per_key()));
    let tenant = client.tenants.as_ref().map(|tenants| tenants.get("b")).expect("there are some");
    let slot = tenant.try_acquire().expect("it is free");
    assert!(is(client.fetch("b").await, ErrorKind::BulkheadFull));
    drop(slot);
    assert_eq!(client.fetch("b").await, Err(Fault::Own));
}

#[test]
fn a_sync_call_of_a_value_that_hangs_is_a_failure_of_its_host_at_the_deadline() {
    // Long enough for a helper thread to begin, however loaded the machine is.
    #[timeout(500ms)]
    #[circuit_breaker(hosts, key = host)]
    fn hangs(hosts: Arc<CircuitBreakers>, host: String, ends: std::sync::mpsc::Receiver<()>) -> Outcome {
        let _ = ends.recv();
        Ok(0)
    }

    let hosts = Arc::new(CircuitBreakers::new("hangs", POLICY));
    let (end, ends) = std::sync::mpsc::channel();
    assert!(is(hangs(Arc::clone(&hosts), "slow".to_owned(), ends), ErrorKind::TimedOut));
    assert_eq!(hosts.open(), ["slow"]);
    drop(end);
}
