//! Handles and values.

use super::*;

/// Documented.
#[circuit_breaker(failure_threshold = 3)]
pub static HANDLE: CircuitBreaker;

#[bulkhead(name = "lints: holding", max_concurrent = 1000)]
static SLOTS: Bulkhead;

static LAZY: LazyLock<CircuitBreaker> = LazyLock::new(|| CircuitBreaker::new("lints", BreakerPolicy::new()));

#[circuit_breaker(HANDLE, failure_on(Fault::Refused(_)))]
#[bulkhead(SLOTS)]
fn free(id: u32) -> Outcome {
    found(id)
}

#[circuit_breaker(HANDLE)]
#[circuit_breaker(LAZY)]
#[bulkhead(SLOTS)]
async fn copy_async(id: u32) -> Result<u32, Plain> {
    rest().await;
    plain(id)
}

#[circuit_breaker(breaker)]
#[bulkhead(slots)]
fn borrowed(breaker: &CircuitBreaker, slots: Option<&Bulkhead>, numbers: &mut Vec<usize>) -> Outcome {
    numbers.push(1);
    found(7)
}

#[circuit_breaker(breaker)]
#[bulkhead(slots)]
async fn owned_async(breaker: Arc<CircuitBreaker>, slots: Option<Bulkhead>, mut text: String) -> Outcome {
    rest().await;
    text.push_str(&found(7)?);
    Ok(text)
}

#[circuit_breaker(HANDLE)]
#[bulkhead(slots)]
async fn generic_async<T: Display + ?Sized + Sync, B: Deref<Target = Bulkhead> + Sync>(
    value: &T,
    slots: &B,
) -> Outcome {
    rest().await;
    Ok(value.to_string())
}

#[circuit_breaker(max_keys = 500)]
static HOSTS: CircuitBreakers;

#[circuit_breaker(HOSTS, key = host)]
#[bulkhead(name = "lints: by key", key = id, max_concurrent = 1000, idle = 1min)]
fn by_key(host: &str, id: u32) -> Outcome {
    found(id + u32::try_from(host.len()).unwrap_or(0))
}

#[retry]
#[circuit_breaker(HOSTS, key = format_args!("{host}/{id}"))]
#[rate_limit(key = host, permits = 1000)]
async fn by_key_async(host: String, id: u32) -> Outcome {
    rest().await;
    found(id + u32::try_from(host.len()).unwrap_or(0))
}

struct Holder {
    breaker: Arc<CircuitBreaker>,
    slots: Bulkhead,
    calls: u32,
}

impl Holder {
    fn breaker(&self) -> Arc<CircuitBreaker> {
        Arc::clone(&self.breaker)
    }

    #[circuit_breaker(self.breaker)]
    #[bulkhead(self.slots)]
    fn shared(&self, id: u32) -> Outcome {
        found(id + self.calls)
    }

    #[retry]
    #[timeout(1s)]
    #[circuit_breaker(self.breaker())]
    #[bulkhead(&self.slots)]
    async fn shared_async(&self, id: u32) -> Outcome {
        rest().await;
        found(id + self.calls)
    }

    #[circuit_breaker(self.breaker.clone())]
    #[bulkhead(self.slots)]
    async fn exclusive_async(&mut self) -> Outcome {
        rest().await;
        self.calls += 1;
        found(self.calls)
    }
}

#[tokio::test]
async fn nothing_warns() {
    let mut holder = Holder {
        breaker: Arc::new(CircuitBreaker::new("lints", BreakerPolicy::new())),
        slots: Bulkhead::new("lints", BulkheadPolicy::new(2)),
        calls: 0,
    };
    assert!(free(1).is_ok());
    assert!(copy_async(1).await.is_ok());
    let (breaker, slots) = (holder.breaker(), Bulkhead::new("lints", BulkheadPolicy::new(1)));
    assert!(borrowed(&breaker, Some(&slots), &mut Vec::new()).is_ok());
    assert!(owned_async(breaker, Some(slots), String::new()).await.is_ok());
    assert!(generic_async("text", &Box::new(Bulkhead::new("lints", BulkheadPolicy::new(1)))).await.is_ok());
    assert!(by_key("a", 1).is_ok());
    assert!(by_key_async("a".to_owned(), 1).await.is_ok());
    assert!(holder.shared(1).is_ok());
    assert!(holder.shared_async(1).await.is_ok());
    assert!(holder.exclusive_async().await.is_ok());
}
