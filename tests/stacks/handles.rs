//! Handles and values in a stack.

use std::sync::Arc;

use resilient::inspect::functions;
use resilient::{
    Bulkhead, BulkheadPolicy, CircuitBreaker, CircuitState, Error, apply, bulkhead, circuit_breaker, policy,
};

#[circuit_breaker(name = "stacks: handle", failure_threshold = 1)]
static UPSTREAM: CircuitBreaker;

#[circuit_breaker(name = "stacks: other handle", failure_threshold = 1)]
static OTHER: CircuitBreaker;

#[bulkhead(name = "stacks: slots")]
static SLOTS: Bulkhead;

policy! {
    guarded = #[circuit_breaker(crate::handles::UPSTREAM)] #[bulkhead(self.slots)];
    shared = #[circuit_breaker(crate::handles::UPSTREAM)] #[bulkhead(crate::handles::SLOTS, map_err = crate::handles::same)];
}

fn same(refusal: Error) -> Error {
    refusal
}

struct Client {
    slots: Arc<Bulkhead>,
}

#[apply(guarded)]
impl Client {
    async fn user(&self) -> Result<usize, Error> {
        Ok(self.slots.in_flight())
    }

    #[apply(guarded, circuit_breaker(OTHER, failure_if = |_| false))]
    async fn order(&self) -> Result<usize, Error> {
        Ok(self.slots.in_flight())
    }
}

#[apply(shared)]
fn free() -> Result<usize, Error> {
    Ok(SLOTS.in_flight())
}

#[tokio::test]
async fn they_mean_the_same_wherever_it_is_applied() {
    let client = Client { slots: Arc::new(Bulkhead::new("client", BulkheadPolicy::new(1))) };
    assert_eq!((client.user().await, client.order().await, free()), (Ok(1), Ok(1), Ok(1)));
    UPSTREAM.force_open();
    assert_eq!(OTHER.state(), CircuitState::Closed);
    assert!(client.user().await.is_err() && free().is_err());
    assert_eq!(client.order().await, Ok(1), "the handle beside `apply` is another one");
    UPSTREAM.reset();
}

#[apply(policies::state::guarded)]
fn by_a_stack_of_another_crate() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(policies::state::CALLED)]
fn by_a_handle_of_another_crate() -> Result<(), Error> {
    Ok(())
}

#[test]
fn those_of_another_crate_are_shared_with_it() {
    assert_eq!((by_a_stack_of_another_crate(), by_a_handle_of_another_crate()), (Ok(()), Ok(())));
    policies::state::CALLED.force_open();
    assert!(by_a_stack_of_another_crate().is_err() && by_a_handle_of_another_crate().is_err());
    let found = resilient::registry().circuit_breaker("policies: called").expect("a handle has the name");
    assert_eq!(found.stats().rejected_calls, 2);
}

#[test]
fn descriptions_name_them() {
    let names = |path: &str| {
        let path = format!("{}::{path}", module_path!());
        let function = functions().find(|function| function.path() == path).expect("it is annotated");
        function.layers().iter().map(|layer| (layer.name(), layer.held())).collect::<Vec<_>>()
    };
    assert_eq!(names("user")[0], (Some("stacks: handle"), Some("crate::handles::UPSTREAM")));
    assert_eq!(names("user")[1], (None, Some("self.slots")));
    assert_eq!(names("order")[0], (Some("stacks: other handle"), Some("OTHER")));
    assert_eq!(names("free")[1].0, Some("stacks: slots"));
}
