//! Publication by the `metrics` facade.

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use metrics::{Key, KeyName, Label, Level, Metadata, Recorder, Unit, with_recorder};

use crate::core::isolated::panics;
use crate::registry::metrics::histograms;
use crate::registry::metrics::readings::{Reading, Value, read};
use crate::registry::metrics::table::{INSTRUMENTS, Instrument, InstrumentKind};

/// So often the thread publishes.
const PERIOD: Duration = Duration::from_secs(1);

/// Whether the thread was started. Relaxed: whoever swaps it starts the thread.
static HAS_BEGUN: AtomicBool = AtomicBool::new(false);

/// Starts the thread that publishes, if nobody has.
#[inline]
pub(crate) fn begin() {
    if !HAS_BEGUN.load(Ordering::Relaxed) {
        start();
    }
}

#[cold]
#[inline(never)]
fn start() {
    if HAS_BEGUN.swap(true, Ordering::Relaxed) {
        return;
    }
    let publish_for_ever = || loop {
        thread::sleep(PERIOD);
        publish();
    };
    // Without a thread the program publishes by itself, or not.
    let _ = thread::Builder::new().name("resilient-metrics".to_owned()).spawn(publish_for_ever);
}

/// Gives all counters, up-down counters and gauges to the recorder of the `metrics` facade: the one of this thread, if it
/// has one, or that of the program. Without a recorder it does nothing.
///
/// A thread of this library does so each second, from the first call of an annotated function on, or from when the
/// first named state or pipeline is made. Call it before a page is rendered whose numbers are to be those of now, at the
/// end of a program, and in the child of a fork, which has no such thread.
///
/// A panic in the recorder is caught. Publications of several threads come one after the other; one that the recorder
/// itself asks for, in the middle of another, does nothing.
///
/// ```
/// # use resilient_runtime as resilient;
/// resilient::metrics::publish();
/// ```
pub fn publish() {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    thread_local! {
        static IS_PUBLISHING: Cell<bool> = const { Cell::new(false) };
    }
    if IS_PUBLISHING.replace(true) {
        return;
    }
    let alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    panics(|| with_recorder(publish_to));
    drop(alone);
    IS_PUBLISHING.set(false);
}

fn publish_to(recorder: &dyn Recorder) {
    if !is_installed(recorder) {
        return;
    }
    describe(recorder);
    histograms::listen();
    read(|reading| write(recorder, reading));
}

/// Whether a recorder is one that somebody installed. The facade's own, which does nothing, takes no memory and is a
/// static; another one without memory is in a box, which for such types is the address that equals their alignment.
fn is_installed(recorder: &dyn Recorder) -> bool {
    size_of_val(recorder) > 0 || address(recorder) == align_of_val(recorder)
}

fn address(recorder: &dyn Recorder) -> usize {
    std::ptr::from_ref(recorder).addr()
}

/// The names as the facade has them, in the order of the table.
static NAMES: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| INSTRUMENTS.iter().map(|it| &*it.name.replace('.', "_").leak()).collect());

pub(super) fn name_of(instrument: &'static Instrument) -> &'static str {
    let index = INSTRUMENTS.iter().position(|known| std::ptr::eq(known, instrument));
    index.map_or(instrument.name, |index| NAMES[index])
}

pub(super) const METADATA: Metadata<'static> = Metadata::new("resilient", Level::INFO, None);

/// Gives a recorder the units and descriptions, once.
fn describe(recorder: &dyn Recorder) {
    /// The address of the last one. Relaxed: publications come one after the other.
    static DESCRIBED: AtomicUsize = AtomicUsize::new(0);
    if DESCRIBED.swap(address(recorder), Ordering::Relaxed) == address(recorder) {
        return;
    }
    for instrument in INSTRUMENTS {
        let name = KeyName::from_const_str(name_of(instrument));
        let unit = Some(if instrument.unit == "s" { Unit::Seconds } else { Unit::Count });
        let text = instrument.description.into();
        match instrument.kind {
            InstrumentKind::Counter => recorder.describe_counter(name, unit, text),
            InstrumentKind::UpDownCounter | InstrumentKind::Gauge => recorder.describe_gauge(name, unit, text),
            InstrumentKind::Histogram => recorder.describe_histogram(name, unit, text),
        }
    }
}

pub(super) fn key(instrument: &'static Instrument, values: &[&'static str]) -> Key {
    let labels = instrument.attributes.iter().zip(values).map(|(name, value)| Label::from_static_parts(name, value));
    Key::from_parts(name_of(instrument), labels.collect::<Vec<_>>())
}

fn write(recorder: &dyn Recorder, reading: &Reading<'_>) {
    let key = key(reading.instrument, reading.attributes);
    match (reading.instrument.kind, reading.value) {
        (InstrumentKind::Counter, Value::Count(count)) => recorder.register_counter(&key, &METADATA).absolute(count),
        #[expect(clippy::cast_precision_loss, reason = "nothing of which there are 2^53 is gauged")]
        (_, Value::Count(count)) => recorder.register_gauge(&key, &METADATA).set(count as f64),
        (_, Value::Amount(amount)) => recorder.register_gauge(&key, &METADATA).set(amount),
    }
}
