#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry::metrics::{Histogram, Meter, MeterProvider};
use opentelemetry::{InstrumentationScope, KeyValue};
use resilient_runtime::events::{Event, Kinds};
use resilient_runtime::metrics::{INSTRUMENTS, Instrument, InstrumentKind, Value, read};

/// The bounds of histograms in seconds. Those that OpenTelemetry has by default are for milliseconds.
const SECONDS: [f64; 14] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// The bounds of histograms of attempts.
const ATTEMPTS: [f64; 8] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 20.0];

/// Measures everything of the program by a meter of this provider, as long as the provider lives.
///
/// A provider that is installed twice measures durations twice.
///
/// # Panics
///
/// Never.
pub fn install<P: MeterProvider + ?Sized>(provider: &P) {
    let scope = InstrumentationScope::builder("resilient").with_version(env!("CARGO_PKG_VERSION")).build();
    let meter = provider.meter_with_scope(scope);
    let snapshot = Arc::new(Snapshot::default());
    for instrument in INSTRUMENTS {
        observe(&meter, instrument, &snapshot);
    }
    record(&meter);
}

/// One value, with its attributes.
type Observed = (Value, Vec<KeyValue>);

/// The values that one collection reads, by the names of the metrics. Each metric takes its own; the first one that finds
/// nothing reads all values anew, so that a collection reads once however many metrics there are.
#[derive(Default)]
struct Snapshot(Mutex<HashMap<&'static str, Vec<Observed>>>);

impl Snapshot {
    fn take(&self, instrument: &'static Instrument) -> Vec<Observed> {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        values.remove(instrument.name).unwrap_or_else(|| {
            *values = INSTRUMENTS.iter().map(|it| (it.name, Vec::new())).collect();
            read(|reading| {
                let names = reading.instrument.attributes.iter().zip(reading.attributes);
                let attributes = names.map(|(name, value)| KeyValue::new(*name, *value)).collect();
                values.entry(reading.instrument.name).or_default().push((reading.value, attributes));
            });
            values.remove(instrument.name).unwrap_or_default()
        })
    }
}

fn observe(meter: &Meter, instrument: &'static Instrument, snapshot: &Arc<Snapshot>) {
    let Instrument { name, unit, description, .. } = *instrument;
    let snapshot = Arc::clone(snapshot);
    match instrument.kind {
        InstrumentKind::Counter => {
            let observe = move |observer: &dyn opentelemetry::metrics::AsyncInstrument<u64>| {
                for (value, attributes) in snapshot.take(instrument) {
                    if let Value::Count(count) = value {
                        observer.observe(count, &attributes);
                    }
                }
            };
            let builder = meter.u64_observable_counter(name).with_unit(unit).with_description(description);
            builder.with_callback(observe).build();
        }
        InstrumentKind::UpDownCounter => {
            let observe = move |observer: &dyn opentelemetry::metrics::AsyncInstrument<i64>| {
                for (value, attributes) in snapshot.take(instrument) {
                    if let Value::Count(count) = value {
                        observer.observe(i64::try_from(count).unwrap_or(i64::MAX), &attributes);
                    }
                }
            };
            let builder = meter.i64_observable_up_down_counter(name).with_unit(unit).with_description(description);
            builder.with_callback(observe).build();
        }
        InstrumentKind::Gauge => {
            let observe = move |observer: &dyn opentelemetry::metrics::AsyncInstrument<f64>| {
                for (value, attributes) in snapshot.take(instrument) {
                    if let Value::Amount(amount) = value {
                        observer.observe(amount, &attributes);
                    }
                }
            };
            let builder = meter.f64_observable_gauge(name).with_unit(unit).with_description(description);
            builder.with_callback(observe).build();
        }
        // Recorded call by call: see `record`. A kind of a later version is not measured.
        _ => {}
    }
}

/// The histogram of this name, which is in the table.
fn histogram(meter: &Meter, name: &'static str, bounds: &[f64]) -> Histogram<f64> {
    let known = INSTRUMENTS.iter().find(|it| it.name == name);
    let (unit, description) = known.map_or(("", ""), |it| (it.unit, it.description));
    let builder = meter.f64_histogram(name).with_unit(unit).with_description(description);
    builder.with_boundaries(bounds.to_vec()).build()
}

/// Records durations by listening, for the rest of the program.
fn record(meter: &Meter) {
    let duration = histogram(meter, "resilient.call.duration", &SECONDS);
    let attempts = histogram(meter, "resilient.call.attempts", &ATTEMPTS);
    let waits = histogram(meter, "resilient.bulkhead.wait.duration", &SECONDS);
    let hear = move |event: &Event<'_>| match event {
        Event::CallFinished(call) => {
            let function = || KeyValue::new("function", call.function.as_str());
            let outcome = KeyValue::new("outcome", call.outcome.name());
            duration
                .record(call.elapsed.as_secs_f64(), &[function(), outcome, KeyValue::new("fallback", call.fallback)]);
            attempts.record(f64::from(call.attempts), &[function()]);
        }
        Event::BulkheadWaited(wait) => {
            waits.record(wait.waited.as_secs_f64(), &[KeyValue::new("name", wait.name.as_str())]);
        }
        _ => {}
    };
    resilient_runtime::events().kinds(Kinds::CALLS | Kinds::WAITS).subscribe(hear).forever();
}
