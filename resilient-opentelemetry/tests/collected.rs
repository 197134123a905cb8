//! What a provider collects, with the SDK's exporter that keeps it in memory.

use std::collections::BTreeMap;

use opentelemetry_sdk::metrics::data::{AggregatedMetrics, Metric, MetricData, ResourceMetrics, ScopeMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};
use resilient::{BreakerPolicy, Error, circuit_breaker, registry};
use resilient_runtime::metrics::{INSTRUMENTS, InstrumentKind};

#[circuit_breaker(name = "measured")]
fn call() -> Result<(), Error> {
    Ok(())
}

#[circuit_breaker(name = "never called")]
fn never_called() -> Result<(), Error> {
    Ok(())
}

/// The values of sums and gauges by the values of their attributes.
fn values(metric: &Metric) -> BTreeMap<String, f64> {
    fn each<'a, T: Into<f64> + Copy + 'a>(
        points: impl Iterator<Item = (T, Vec<&'a opentelemetry::KeyValue>)>,
    ) -> BTreeMap<String, f64> {
        let name = |attributes: Vec<&opentelemetry::KeyValue>| {
            let mut values: Vec<_> = attributes.iter().map(|it| format!("{}={}", it.key, it.value)).collect();
            values.sort();
            values.join(" ")
        };
        points.map(|(value, attributes)| (name(attributes), value.into())).collect()
    }
    match metric.data() {
        AggregatedMetrics::U64(MetricData::Sum(sum)) => {
            each(sum.data_points().map(|it| (u32::try_from(it.value()).unwrap(), it.attributes().collect())))
        }
        AggregatedMetrics::I64(MetricData::Sum(sum)) => {
            each(sum.data_points().map(|it| (i32::try_from(it.value()).unwrap(), it.attributes().collect())))
        }
        AggregatedMetrics::F64(MetricData::Gauge(gauge)) => {
            each(gauge.data_points().map(|it| (it.value(), it.attributes().collect())))
        }
        _ => BTreeMap::new(),
    }
}

#[test]
#[expect(clippy::float_cmp, reason = "they are whole numbers")]
fn a_provider_that_is_installed_late_collects_the_totals() {
    (0..5).for_each(|_| call().unwrap());
    let opened = registry().circuit_breaker_or_insert("opened", BreakerPolicy::new());
    opened.force_open();
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder().with_reader(PeriodicReader::builder(exporter.clone()).build()).build();
    resilient_opentelemetry::install(&provider);
    (0..2).for_each(|_| call().unwrap());
    provider.force_flush().unwrap();

    let collected = exporter.get_finished_metrics().unwrap();
    let metrics: Vec<&Metric> =
        collected.iter().flat_map(ResourceMetrics::scope_metrics).flat_map(ScopeMetrics::metrics).collect();
    let metric = |name: &str| *metrics.iter().find(|metric| metric.name() == name).unwrap_or_else(|| panic!("{name}"));
    let calls = values(metric("resilient.circuit_breaker.calls"));
    assert_eq!(calls["name=measured result=success"], 7.0);
    assert_eq!(calls["name=never called result=success"], 0.0);
    let status = values(metric("resilient.circuit_breaker.status"));
    assert_eq!(status["name=opened state=forced_open"], 1.0);
    assert_eq!(status["name=opened state=closed"], 0.0);
    assert_eq!(values(metric("resilient.helper_thread.limit"))[""], 256.0);

    for metric in &metrics {
        let known = INSTRUMENTS.iter().find(|it| it.name == metric.name()).unwrap_or_else(|| panic!("{metric:?}"));
        assert_eq!((metric.unit(), metric.description()), (known.unit, known.description));
        let is_monotonic = match metric.data() {
            AggregatedMetrics::U64(MetricData::Sum(sum)) => Some(sum.is_monotonic()),
            AggregatedMetrics::I64(MetricData::Sum(sum)) => Some(sum.is_monotonic()),
            _ => None,
        };
        let expected = match known.kind {
            InstrumentKind::Counter => Some(true),
            InstrumentKind::UpDownCounter => Some(false),
            _ => None,
        };
        assert_eq!(is_monotonic, expected, "{}", known.name);
    }
    let _ = never_called;
}
