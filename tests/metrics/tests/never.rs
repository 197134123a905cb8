//! No recorder at all.

use std::collections::BTreeSet;

use metrics_exporter_prometheus::PrometheusBuilder;
use resilient::metrics::{InstrumentKind, Value, read};
use resilient::{BreakerPolicy, Error, circuit_breaker, registry};
use resilient_metrics_tests::parse;

#[circuit_breaker(name = "unseen")]
fn call() -> Result<(), Error> {
    Ok(())
}

/// Of this program, and what another test has made.
const LINKED: [&str; 2] = ["unseen", "published here"];

fn counts(wanted: &str) -> Vec<(String, u64)> {
    let mut counts = Vec::new();
    read(|reading| {
        if let (true, Value::Count(count)) = (reading.instrument.name == wanted, reading.value) {
            counts.push((reading.attributes.join(" "), count));
        }
    });
    counts
}

#[test]
fn calls_count_all_the_same_and_nobody_is_asked() {
    call().unwrap();
    resilient::metrics::publish();
    let calls = counts("resilient.circuit_breaker.calls");
    assert!(calls.contains(&("unseen success".to_owned(), 1)), "{calls:?}");
}

#[test]
fn at_most_a_thousand_names_that_come_while_the_program_runs_are_told_apart() {
    for number in 0..1_200 {
        registry().circuit_breaker_or_insert(&format!("inserted {number}"), BreakerPolicy::new()).record_failure();
    }
    let calls = counts("resilient.circuit_breaker.calls");
    let names: BTreeSet<&str> = calls
        .iter()
        .filter_map(|(series, _)| series.strip_suffix(" failure"))
        .filter(|name| *name != "unseen")
        .collect();
    assert!((1_000..=1_001).contains(&names.len()), "{}", names.len());
    let is_inserted = |series: &str| series.strip_suffix(" failure").is_some_and(|name| !LINKED.contains(&name));
    let failures: u64 = calls.iter().filter(|(series, _)| is_inserted(series)).map(|(_, count)| count).sum();
    assert!((1_200..=1_201).contains(&failures), "what is not told apart is summed");
    assert!(names.contains("other"));
    assert!(calls.iter().any(|(series, _)| series == "unseen failure"), "what was linked keeps its name");
}

#[test]
fn no_attribute_is_missing() {
    read(|reading| {
        assert_eq!(reading.attributes.len(), reading.instrument.attributes.len(), "{reading:?}");
        assert!(reading.attributes.iter().all(|value| !value.is_empty()), "{reading:?}");
        assert_ne!(reading.instrument.kind, InstrumentKind::Histogram);
    });
}

#[test]
fn a_recorder_of_the_thread_comes_first() {
    let breaker = registry().circuit_breaker_or_insert("published here", BreakerPolicy::new());
    breaker.record_failure();
    let recorder = PrometheusBuilder::new().build_recorder();
    let page = recorder.handle();
    metrics::with_local_recorder(&recorder, resilient::metrics::publish);
    let series = r#"resilient_circuit_breaker_calls{name="published here",result="failure"}"#;
    assert_eq!(parse(&page.render()).get(series), Some(&1.0));
}
