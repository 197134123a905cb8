//! Metrics as Prometheus reads them: parsed, and compared with the table.

use std::collections::{BTreeMap, BTreeSet};

use resilient::{BreakerPolicy, BulkheadPolicy, Error, fallback, registry, retry, timeout};
use resilient_runtime::metrics::{INSTRUMENTS, Instrument, InstrumentKind};

use crate::http::{self, get};
use crate::looking;

#[fallback(default)]
#[retry(max_attempts = 2, base_delay = 1ms)]
#[timeout(5s)]
async fn fails() -> Result<(), Error> {
    Err(registry().circuit_breaker_or_insert("metrics: none", BreakerPolicy::new()).try_acquire().unwrap_err())
}

/// A metric's name, its labels and its value.
type Sample = (String, BTreeMap<String, String>, f64);

fn parse(line: &str) -> Sample {
    let (left, value) = line.rsplit_once(' ').unwrap();
    let (name, labels) = left.split_once('{').unwrap_or((left, "}"));
    let mut rest = labels.strip_suffix('}').unwrap_or_else(|| panic!("{line}"));
    let mut all = BTreeMap::new();
    while !rest.is_empty() {
        let (label, after) = rest.split_once("=\"").unwrap();
        let (mut value, mut letters) = (String::new(), after.char_indices());
        let end = loop {
            match letters.next().unwrap() {
                (at, '"') => break at,
                (_, '\\') => value.push(match letters.next().unwrap().1 {
                    'n' => '\n',
                    escaped @ ('\\' | '"') => escaped,
                    other => panic!("{other} is escaped in {line}"),
                }),
                (_, letter) => value.push(letter),
            }
        };
        assert!(all.insert(label.to_owned(), value).is_none(), "{label} twice in {line}");
        rest = after[end + 1..].trim_start_matches(',');
    }
    (name.to_owned(), all, value.parse().unwrap())
}

#[tokio::test]
async fn each_metric_and_each_label_is_in_the_table() {
    let breaker = registry().circuit_breaker_or_insert("metrics: breaker", BreakerPolicy::new());
    breaker.record_failure();
    let _slot = registry().bulkhead_or_insert("metrics: bulkhead", BulkheadPolicy::new(3)).try_acquire().unwrap();
    registry().circuit_breaker_or_insert("metrics: none", BreakerPolicy::new()).force_open();
    fails().await.unwrap();

    let text = get(http::serve(looking()).await, "/metrics").await.body;
    let table: BTreeMap<String, &Instrument> = INSTRUMENTS.iter().map(|it| (it.name.replace('.', "_"), it)).collect();
    let samples: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).map(parse).collect();
    for (name, labels, _) in &samples {
        let instrument = table.get(name).unwrap_or_else(|| panic!("{name} is not in the table"));
        let expected: BTreeSet<_> = instrument.attributes.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(labels.keys().cloned().collect::<BTreeSet<_>>(), expected, "{name}");
        assert_ne!(instrument.kind, InstrumentKind::Histogram, "{name} is recorded call by call");
        let kind = if instrument.kind == InstrumentKind::Counter { "counter" } else { "gauge" };
        assert!(text.contains(&format!("# TYPE {name} {kind}\n")), "{name}");
        assert!(text.contains(&format!("# HELP {name} {}\n", instrument.description)), "{name}");
    }
    let value = |name: &str, labels: &[(&str, &str)]| {
        let is_it = |(known, values, _): &&Sample| {
            known == name && labels.iter().all(|(label, value)| values.get(*label).is_some_and(|known| known == value))
        };
        samples.iter().find(is_it).map(|(.., value)| *value)
    };
    assert_eq!(
        value("resilient_circuit_breaker_calls", &[("name", "metrics: breaker"), ("result", "failure")]),
        Some(1.0)
    );
    assert_eq!(value("resilient_bulkhead_usage", &[("name", "metrics: bulkhead")]), Some(1.0));
    let path = format!("{}::fails", module_path!());
    let used = value("resilient_fallback_calls", &[("function", &path), ("result", "success")]);
    assert_eq!(used, Some(1.0));
}

#[tokio::test]
async fn each_metric_stands_together_and_once_with_each_label() {
    let text = get(http::serve(looking()).await, "/metrics").await.body;
    let helps: Vec<_> = text.lines().filter(|line| line.starts_with("# HELP ")).collect();
    let names: BTreeSet<_> = helps.iter().map(|line| line.split(' ').nth(2)).collect();
    assert_eq!(helps.len(), names.len());
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let series: BTreeSet<_> = lines.iter().map(|line| line.rsplit_once(' ').unwrap().0).collect();
    assert_eq!(series.len(), lines.len());
    assert!(text.ends_with('\n'));
}
