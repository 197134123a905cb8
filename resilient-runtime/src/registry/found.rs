//! State of the program by its name, whoever has it.

use std::borrow::Cow;
use std::ops::Deref;

use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::registry::events::UnknownSubject;
use crate::registry::functions::at_one_path;
use crate::registry::listed::{Held, Listed, Owner, listed};
use crate::registry::registry::{Kind, registry};

/// A circuit breaker, shared by its name or a value. From [`circuit_breakers`] and [`find_circuit_breaker`].
#[derive(Clone, Debug)]
pub struct FoundBreaker {
    name: Cow<'static, str>,
    owner: Owner,
    breaker: Held<CircuitBreaker>,
}

impl FoundBreaker {
    /// The name that it is found by. That of a value is the one that `observed` was given, and need not be that of its
    /// refusals.
    pub fn found_by(&self) -> &str {
        &self.name
    }

    /// Whom it belongs to.
    pub const fn owner(&self) -> Owner {
        self.owner
    }

    fn of(listed: &Listed<CircuitBreaker>, breaker: Held<CircuitBreaker>) -> Self {
        Self { name: listed.name.clone(), owner: listed.owner, breaker }
    }
}

impl Deref for FoundBreaker {
    type Target = CircuitBreaker;

    fn deref(&self) -> &CircuitBreaker {
        &self.breaker
    }
}

/// All circuit breakers, in the order of their names: those that are shared, as [the registry lists
/// them](crate::Registry::circuit_breakers), and the values that were put into view by
/// [`observed`](CircuitBreaker::observed). Breakers by key are not among them.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::inspect::circuit_breakers;
/// use resilient::{BreakerPolicy, registry};
///
/// registry().circuit_breaker_or_insert("orders", BreakerPolicy::new()).force_open();
/// let all = circuit_breakers().into_iter();
/// let open: Vec<_> = all.filter(|breaker| breaker.state().is_open()).collect();
/// assert!(open.iter().any(|breaker| breaker.found_by() == "orders"));
/// ```
pub fn circuit_breakers() -> Vec<FoundBreaker> {
    let all = listed::<CircuitBreaker>();
    all.iter().filter_map(|it| Some(FoundBreaker::of(it, it.made()?))).collect()
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
/// assert_eq!(
///     error.to_string(),
///     "no circuit breaker is named `stcok`; did you mean `stock`?"
/// );
/// # Ok::<(), resilient::events::UnknownSubject>(())
/// ```
///
/// # Errors
///
/// If there is none, or if several values have the name and nothing that is shared.
pub fn find_circuit_breaker(name: &str) -> Result<FoundBreaker, UnknownSubject> {
    let kind = "circuit breaker";
    let shared = find_lasting::<CircuitBreaker>(name, kind)?.map(|breaker| FoundBreaker {
        name: Cow::Borrowed(breaker.name().as_str()),
        owner: Owner::Program,
        breaker: Held::Shared(breaker),
    });
    if let Some(found) = shared {
        return Ok(found);
    }
    let all = listed::<CircuitBreaker>();
    let value = only(&all, name, Owner::Value, kind)?;
    let value = value.and_then(|it| Some(FoundBreaker::of(it, it.made()?)));
    value.ok_or_else(|| UnknownSubject::new("no circuit breaker is", name, all.iter().map(|it| &*it.name)))
}

/// The state of this name that lives as long as the program: what is shared, or else what belongs to one function. It is made
/// now, if no call has made it.
pub(crate) fn find_lasting<T: Kind + Send>(name: &str, kind: &str) -> Result<Option<&'static T>, UnknownSubject> {
    if let Some(shared) = T::map(registry()).get(name) {
        return Ok(Some(shared));
    }
    let all = listed::<T>();
    Ok(only(&all, name, Owner::Function, kind)?.and_then(Listed::lasting))
}

/// The names of all state of this kind.
#[cfg(feature = "testing")]
pub(crate) fn all_names<T: Kind + Send>() -> Vec<String> {
    listed::<T>().into_iter().map(|it| it.name.into_owned()).collect()
}

/// What has this name, of what belongs to functions or of values.
fn only<'l, T: Kind>(
    all: &'l [Listed<T>],
    name: &str,
    owner: Owner,
    kind: &str,
) -> Result<Option<&'l Listed<T>>, UnknownSubject> {
    let of_name = || all.iter().filter(|it| it.owner == owner && it.name == name);
    if of_name().nth(1).is_none() {
        return Ok(of_name().next());
    }
    let which = if owner == Owner::Function {
        at_one_path(of_name().filter_map(|it| it.function))
    } else {
        "values are in view by it; give each a name of its own".to_owned()
    };
    Err(UnknownSubject::several(kind, name, &which))
}
