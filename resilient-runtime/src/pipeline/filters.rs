//! Which outcomes of an operation a layer acts on.

use std::sync::Arc;

use crate::core::error::Failure;
use crate::pipeline::reads::Reads;

/// A predicate of the user's.
pub(super) type Predicate<V> = Arc<dyn Fn(&V) -> bool + Send + Sync>;

/// The filters of one layer.
pub(super) struct Filters<E, T> {
    pub(super) error: Option<Predicate<E>>,
    pub(super) value: Option<Predicate<T>>,
    /// Decides alone; the builder refuses it beside the others.
    pub(super) result: Option<Predicate<Result<T, E>>>,
}

impl<E, T> Default for Filters<E, T> {
    fn default() -> Self {
        Self { error: None, value: None, result: None }
    }
}

impl<E, T> Filters<E, T> {
    /// Whether a success can be selected.
    #[inline]
    pub(super) const fn looks_at_values(&self) -> bool {
        self.value.is_some() || self.result.is_some()
    }

    /// Whether every error is selected.
    pub(super) const fn selects_every_error(&self) -> bool {
        self.error.is_none() && self.result.is_none()
    }

    /// Whether a filter selects the outcome; `None` if none looks at it. A refusal is none of the operation's results, so
    /// the layer decides about it by its kind. Returns the outcome, too.
    pub(super) fn judge<K: Reads<T, O>, O>(
        &self,
        outcome: Result<O, Failure<E>>,
    ) -> (Option<bool>, Result<O, Failure<E>>) {
        let result = match outcome {
            Ok(value) => Ok(value),
            Err(Failure::Inner(error)) => Err(error),
            refused @ Err(Failure::Refused(_)) => return (None, refused),
        };
        let selected = match (&self.result, &result) {
            (Some(filter), result) => K::result(result).map(|result| filter(result)),
            (None, Ok(value)) => self.value.as_ref().and_then(|filter| K::value(value).map(|value| filter(value))),
            (None, Err(error)) => self.error.as_ref().map(|filter| filter(error)),
        };
        (selected, result.map_err(Failure::Inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::error::Error;
    use crate::core::name::Name;
    use crate::pipeline::reads::{OfAnyType, OfOneType};

    type Filter = Filters<&'static str, u32>;

    fn selects(filters: &Filter, outcome: Result<u32, Failure<&'static str>>) -> Option<bool> {
        filters.judge::<OfOneType, u32>(outcome).0
    }

    #[test]
    fn errors_and_values_each_have_a_filter() {
        let filters = Filter {
            error: Some(Arc::new(|error| *error == "down")),
            value: Some(Arc::new(|value| *value == 503)),
            result: None,
        };
        assert_eq!(selects(&filters, Err(Failure::Inner("down"))), Some(true));
        assert_eq!(selects(&filters, Err(Failure::Inner("not found"))), Some(false));
        assert_eq!([selects(&filters, Ok(503)), selects(&filters, Ok(200))], [Some(true), Some(false)]);
    }

    #[test]
    fn a_filter_of_results_decides_about_both() {
        let filters = Filter { result: Some(Arc::new(|result| *result == Ok(503))), ..Filter::default() };
        assert_eq!([selects(&filters, Ok(503)), selects(&filters, Ok(200))], [Some(true), Some(false)]);
        assert_eq!(selects(&filters, Err(Failure::Inner("down"))), Some(false));
    }

    #[test]
    fn what_no_filter_looks_at_and_refusals_are_left_to_the_layer() {
        assert_eq!(selects(&Filter::default(), Err(Failure::Inner("down"))), None);
        assert_eq!(selects(&Filter::default(), Ok(503)), None);
        let filters = Filter { result: Some(Arc::new(|_| false)), ..Filter::default() };
        let full = Error::BulkheadFull { name: Name::new(&"db"), limit: 1 };
        assert_eq!(selects(&filters, Err(Failure::Refused(full))), None);
    }

    #[test]
    fn a_pipeline_of_any_type_looks_at_errors_alone() {
        let filters = Filters::<&str, ()> { error: Some(Arc::new(|error| *error == "down")), ..Filters::default() };
        assert_eq!(filters.judge::<OfAnyType, String>(Ok("any".to_owned())).0, None);
        assert_eq!(filters.judge::<OfAnyType, String>(Err(Failure::Inner("down"))).0, Some(true));
    }
}
