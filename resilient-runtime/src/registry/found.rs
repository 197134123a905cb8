//! A breaker of the program by its name, whoever has it.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::registry::events::UnknownSubject;
use crate::registry::listed::listed;
use crate::registry::observed::observed;
use crate::registry::registry::registry;

/// A circuit breaker, shared by its name or a value. From [`find_circuit_breaker`].
#[derive(Clone, Debug)]
pub struct FoundBreaker(Found);

#[derive(Clone, Debug)]
enum Found {
    Shared(&'static CircuitBreaker),
    /// While this is kept, the breaker lives.
    Value(Arc<CircuitBreaker>),
}

impl Deref for FoundBreaker {
    type Target = CircuitBreaker;

    fn deref(&self) -> &CircuitBreaker {
        match &self.0 {
            Found::Shared(breaker) => breaker,
            Found::Value(breaker) => breaker,
        }
    }
}

/// The circuit breaker of this name: one that is shared by its name, which is made now if no call has made it, or a value
/// that was put into view by [`observed`](CircuitBreaker::observed). Breakers by key are not found.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::inspect::find_circuit_breaker;
/// use resilient::{BreakerPolicy, registry};
///
/// registry().circuit_breaker_or_insert("stock", BreakerPolicy::new());
/// find_circuit_breaker("stock")?.force_open();
///
/// let error = find_circuit_breaker("stcok").unwrap_err();
/// assert_eq!(error.to_string(), "no circuit breaker is named `stcok`; did you mean `stock`?");
/// # Ok::<(), resilient::events::UnknownSubject>(())
/// ```
///
/// # Errors
///
/// If there is none.
pub fn find_circuit_breaker(name: &str) -> Result<FoundBreaker, UnknownSubject> {
    let shared = registry().circuit_breaker(name).map(Found::Shared);
    let value = || {
        let mut values = observed().into_iter().filter(|value| value.name() == name);
        values.find_map(|value| value.circuit_breaker()).map(Found::Value)
    };
    match shared.or_else(value) {
        Some(found) => Ok(FoundBreaker(found)),
        None => Err(UnknownSubject::new("no circuit breaker is", name, names().iter().map(String::as_str))),
    }
}

/// The names of all breakers.
fn names() -> BTreeSet<String> {
    let listed = listed::<CircuitBreaker>(registry(), CircuitBreaker::name);
    let made = listed.made.into_iter().map(|(breaker, _)| breaker.name());
    let all = made.chain(listed.unmade.into_iter().map(|(name, ..)| name)).map(|name| name.as_str().to_owned());
    let values = observed().into_iter().filter(|value| value.circuit_breaker().is_some());
    all.chain(values.map(|value| value.name().to_owned())).collect()
}
