//! `on_state_change` takes a `&BreakerChanged`.
//!
//! fix: #[circuit_breaker(name = "a", on_state_change = |change| println!("{change}"))]

use resilient::circuit_breaker;

fn takes_a_number(_: u32) {}

#[circuit_breaker(name = "a", on_state_change = takes_a_number)]
async fn function_of_another_type() -> Result<(), resilient::Error> {
    Ok(())
}

#[circuit_breaker(name = "b", on_state_change = |change| change.number)]
async fn closure_with_a_result() -> Result<(), resilient::Error> {
    Ok(())
}

struct Client;

impl Client {
    fn note(&self, _: &resilient::events::BreakerChanged) {}

    #[circuit_breaker(name = "c", on_state_change = Self::note)]
    async fn uses_self(&self) -> Result<(), resilient::Error> {
        Ok(())
    }
}

fn main() {}
