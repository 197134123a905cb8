//! Methods with any receiver, traits and their implementations, `#[async_trait]`, and arguments of any kind.

use super::*;
use std::pin::Pin;

#[circuit_breaker(name = "handles: everywhere")]
static EVERYWHERE: CircuitBreaker;

struct Client {
    slots: Arc<Bulkhead>,
    own: Bulkhead,
    called: u32,
}

impl Client {
    fn new() -> Self {
        Self { slots: Arc::new(slots(1)), own: slots(1), called: 0 }
    }

    fn count(&mut self) -> u32 {
        self.called += 1;
        self.called
    }

    /// Only other fields are changed.
    #[bulkhead(self.slots)]
    #[bulkhead(self.own)]
    async fn other_fields(&mut self) -> Outcome {
        self.called += 1;
        Ok(self.called)
    }

    #[bulkhead(&self.own)]
    fn other_fields_blocking(&mut self) -> Outcome {
        self.called += 1;
        Ok(self.called)
    }

    #[bulkhead(self.slots.clone())]
    async fn whole(&mut self) -> Outcome {
        Ok(self.count())
    }

    #[circuit_breaker(EVERYWHERE)]
    #[bulkhead(Arc::clone(&self.slots))]
    fn whole_blocking(&mut self) -> Outcome {
        Ok(self.count())
    }

    #[bulkhead(self.slots)]
    async fn owned(self) -> Outcome {
        Ok(self.called)
    }

    #[bulkhead(self.slots)]
    async fn shared(self: Arc<Self>) -> Outcome {
        Ok(self.called)
    }

    #[bulkhead(self.own)]
    fn pinned(self: Pin<&mut Self>) -> Outcome {
        Ok(self.called)
    }
}

#[tokio::test]
async fn any_receiver() {
    let mut client = Client::new();
    assert_eq!(client.other_fields().await, Ok(1));
    assert_eq!(client.other_fields_blocking(), Ok(2));
    assert_eq!(client.whole().await, Ok(3));
    assert_eq!(client.whole_blocking(), Ok(4));
    let busy = Arc::clone(&client.slots);
    let held = busy.try_acquire().expect("it is free");
    assert_eq!((client.other_fields().await, client.whole().await, client.whole_blocking()), (FULL, FULL, FULL));
    drop(held);
    assert_eq!(Pin::new(&mut client).pinned(), Ok(4));
    assert_eq!(client.owned().await, Ok(4));
    assert_eq!(Arc::new(Client::new()).shared().await, Ok(0));
}

struct Reference<'a> {
    slots: &'a Bulkhead,
    called: u32,
}

impl Reference<'_> {
    fn count(&mut self) -> u32 {
        self.called += 1;
        self.called
    }

    /// A reference is copied out of `self`.
    #[bulkhead(self.slots)]
    async fn whole(&mut self) -> Outcome {
        Ok(self.count())
    }
}

#[tokio::test]
async fn a_reference_in_a_field_leaves_self_free() {
    let one = slots(1);
    assert_eq!(Reference { slots: &one, called: 0 }.whole().await, Ok(1));
    assert_eq!(one.stats().accepted_calls, 1);
}

trait Fetch {
    fn breaker(&self) -> &CircuitBreaker;

    #[circuit_breaker(self.breaker())]
    fn provided(&self, outcome: Outcome) -> Outcome {
        outcome
    }

    fn required(&self, outcome: Outcome) -> impl Future<Output = Outcome> + Send;
}

#[async_trait::async_trait]
trait Boxed {
    async fn boxed(&self, outcome: Outcome) -> Outcome;
    async fn changes(&mut self) -> Outcome;
}

struct Service<T> {
    breaker: CircuitBreaker,
    slots: Arc<Bulkhead>,
    value: T,
}

impl<T: Send + Sync> Fetch for Service<T> {
    fn breaker(&self) -> &CircuitBreaker {
        &self.breaker
    }

    #[circuit_breaker(self.breaker)]
    async fn required(&self, outcome: Outcome) -> Outcome {
        tokio::task::yield_now().await;
        outcome
    }
}

#[async_trait::async_trait]
impl Boxed for Service<u32> {
    #[circuit_breaker(self.breaker)]
    async fn boxed(&self, outcome: Outcome) -> Outcome {
        outcome
    }

    #[bulkhead(self.slots.clone())]
    async fn changes(&mut self) -> Outcome {
        self.value += 1;
        Ok(self.value)
    }
}

#[tokio::test]
async fn traits_and_generics() {
    let mut service = Service { breaker: fragile(), slots: Arc::new(slots(1)), value: 1 };
    assert_eq!(service.changes().await, Ok(2));
    assert_eq!(service.required(BAD).await, BAD);
    assert_eq!(
        (service.provided(Ok(1)), service.required(Ok(1)).await, service.boxed(Ok(1)).await),
        (OPEN, OPEN, OPEN)
    );
}

#[tokio::test(start_paused = true)]
async fn arguments_that_it_borrows_stay_usable() {
    #[retry(max_attempts = 2)]
    #[bulkhead(slots)]
    async fn borrowed(slots: Arc<Bulkhead>, mut names: Vec<String>) -> Outcome {
        names.push("more".to_owned());
        let count = u32::try_from(names.len()).map_err(|_| Fault::Own)?;
        if slots.in_flight() == 1 { Ok(count) } else { BAD }
    }

    #[bulkhead(slots)]
    fn by_pattern((slots, value): (&Bulkhead, u32)) -> Outcome {
        Ok(value)
    }

    assert_eq!(borrowed(Arc::new(slots(1)), vec![String::new()]).await, Ok(2));
    assert_eq!(by_pattern((&slots(1), 7)), Ok(7));
}
