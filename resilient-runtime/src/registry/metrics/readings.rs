//! The values of all counters and gauges at one time.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::registry::metrics::labels::Labels;
use crate::registry::metrics::table::{Id, Instrument};
use crate::registry::metrics::{functions, states};

/// The value of a metric for one set of attributes. From [`read`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Reading<'a> {
    /// The metric: a counter, an up-down counter or a gauge.
    pub instrument: &'static Instrument,
    /// The values of its attributes, in their order.
    pub attributes: &'a [&'static str],
    /// The value.
    pub value: Value,
}

/// The value of a [`Reading`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// Of counters and up-down counters.
    Count(u64),
    /// Of gauges.
    Amount(f64),
}

/// Calls a function with the value of every counter, up-down counter and gauge. Histograms are recorded call by call and
/// are not among them: subscribe to [events](crate::events()) for those.
///
/// Everything that the program was linked with is there, with zero if it was never used. State that is made while the
/// program runs has attribute values of its own for the first 1,000 names; the others are summed as `other`.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::metrics::{Value, read};
/// use resilient::{BreakerPolicy, registry};
///
/// registry().circuit_breaker_or_insert("read", BreakerPolicy::new()).record_failure();
/// let mut failures = 0;
/// read(|reading| match (reading.instrument.name, reading.attributes, reading.value) {
///     ("resilient.circuit_breaker.calls", ["read", "failure"], Value::Count(count)) => {
///         failures = count
///     }
///     _ => {}
/// });
/// assert_eq!(failures, 1);
/// ```
pub fn read(mut visit: impl FnMut(&Reading<'_>)) {
    let mut readings = Readings::default();
    let labels = Labels::linked();
    states::read(&labels, &mut readings);
    functions::read(&labels, &mut readings);
    for ((id, attributes), value) in &readings.counts {
        readings_of(*id, attributes, Value::Count(*value), &mut visit);
    }
    for ((id, attributes), value) in &readings.amounts {
        if let Some(value) = value {
            readings_of(*id, attributes, Value::Amount(*value), &mut visit);
        }
    }
}

fn readings_of(id: Id, attributes: &Attributes, value: Value, visit: &mut impl FnMut(&Reading<'_>)) {
    let instrument = id.instrument();
    visit(&Reading { instrument, attributes: &attributes[..instrument.attributes.len()], value });
}

/// No counter and no gauge has more than two.
type Attributes = [&'static str; 2];

/// The values so far, of which those with the same attributes are one.
#[derive(Default)]
pub(super) struct Readings {
    counts: BTreeMap<(Id, Attributes), u64>,
    /// `None` where several values meet, of which a sum would mean nothing.
    amounts: BTreeMap<(Id, Attributes), Option<f64>>,
}

impl Readings {
    pub(super) fn add(&mut self, id: Id, attributes: &[&'static str], count: u64) {
        let sum = self.counts.entry((id, padded(attributes))).or_default();
        *sum = sum.wrapping_add(count);
    }

    /// A value of one of two attributes, for each of these.
    pub(super) fn add_each<const N: usize>(&mut self, id: Id, name: &'static str, counts: [(&'static str, u64); N]) {
        for (result, count) in counts {
            self.add(id, &[name, result], count);
        }
    }

    pub(super) fn set(&mut self, id: Id, attributes: &[&'static str], amount: f64) {
        match self.amounts.entry((id, padded(attributes))) {
            Entry::Vacant(place) => _ = place.insert(Some(amount)),
            Entry::Occupied(mut place) => _ = place.insert(None),
        }
    }
}

fn padded(attributes: &[&'static str]) -> Attributes {
    std::array::from_fn(|index| attributes.get(index).copied().unwrap_or_default())
}
