//! The guide and the files in `dashboards` name only what is in the table.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use resilient::metrics::{INSTRUMENTS, Instrument, InstrumentKind};
use resilient::{Error, adaptive_throttle, bulkhead, circuit_breaker, fallback, hedge, rate_limit, retry, timeout};

/// Functions that are never called have every value of closed sets.
#[fallback(default)]
#[retry]
#[circuit_breaker(name = "table")]
#[adaptive_throttle(name = "table")]
#[rate_limit(name = "table", permits = 1, per = 1s)]
#[timeout(1s)]
#[bulkhead(max_concurrent = 1)]
async fn never_called() -> Result<(), Error> {
    Ok(())
}

#[hedge(delay = 1s)]
async fn never_hedged() -> Result<(), Error> {
    Ok(())
}

fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn read(path: &str) -> String {
    fs::read_to_string(file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn kind(kind: InstrumentKind) -> &'static str {
    match kind {
        InstrumentKind::Counter => "counter",
        InstrumentKind::UpDownCounter => "up-down counter",
        InstrumentKind::Gauge => "gauge",
        InstrumentKind::Histogram => "histogram",
        _ => unreachable!("the test lists all"),
    }
}

fn row(it: &Instrument) -> String {
    let attributes: Vec<_> = it.attributes.iter().map(|name| format!("`{name}`")).collect();
    let attributes = if attributes.is_empty() { "–".to_owned() } else { attributes.join(", ") };
    format!("| `{}` | {}, {} | {attributes} | {} |", it.name, kind(it.kind), it.unit, it.description)
}

#[test]
fn the_guide_has_a_row_for_each_metric() {
    let guide = read("docs/guide/metrics.md");
    let rows: Vec<&str> = guide.lines().filter(|line| line.starts_with("| `resilient.")).collect();
    assert_eq!(rows, INSTRUMENTS.iter().map(row).collect::<Vec<_>>());
}

/// The queries of the dashboard and of the alerts.
fn queries() -> Vec<String> {
    let dashboard: serde_json::Value = serde_json::from_str(&read("dashboards/resilient.json")).expect("it is JSON");
    let mut queries = Vec::new();
    collect(&dashboard, &mut queries);
    assert!(queries.len() > 10, "{queries:?}");
    let alerts = read("dashboards/alerts.yml");
    let expressions = alerts.lines().filter_map(|line| line.trim().strip_prefix("expr: "));
    queries.extend(expressions.map(str::to_owned));
    queries
}

fn collect(value: &serde_json::Value, queries: &mut Vec<String>) {
    match value {
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, queries)),
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    serde_json::Value::String(text) if ["expr", "query", "definition"].contains(&name.as_str()) => {
                        queries.push(text.clone());
                    }
                    _ => collect(value, queries),
                }
            }
        }
        _ => {}
    }
}

/// The words of a query, and what stands right behind each.
fn words(query: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let begins = move |at: usize| is_word(query[at..].chars().next().unwrap_or(' ')) && !query[..at].ends_with(is_word);
    query.char_indices().filter(move |(at, _)| begins(*at)).map(move |(at, _)| {
        let end = query[at..].find(|letter: char| !is_word(letter)).map_or(query.len(), |end| at + end);
        (&query[at..end], query[end..].trim_start())
    })
}

/// How a regular expression for all names begins.
const ALL_METRICS: &str = "resilient_";

#[test]
fn each_metric_in_a_query_is_in_the_table() {
    let known: BTreeSet<String> = INSTRUMENTS.iter().map(|it| it.name.replace('.', "_")).collect();
    for query in queries() {
        let is_metric = |word: &str| word.starts_with("resilient_") && word != ALL_METRICS;
        for (word, _) in words(&query).filter(|(word, _)| is_metric(word)) {
            let base =
                ["_bucket", "_sum", "_count"].iter().find_map(|suffix| word.strip_suffix(suffix)).unwrap_or(word);
            assert!(known.contains(base) || known.contains(word), "{word} in {query}");
        }
    }
}

#[test]
fn each_label_in_a_query_is_one_of_the_metrics_in_it() {
    for query in queries() {
        let of_all = query.contains(ALL_METRICS) && query.contains("__name__");
        let in_query = |it: &&Instrument| of_all || query.contains(&it.name.replace('.', "_"));
        let mut known: BTreeSet<&str> =
            INSTRUMENTS.iter().filter(in_query).flat_map(|it| it.attributes).copied().collect();
        known.extend(["__name__", "le", "quantile", "job", "instance"]);
        let is_matched = |rest: &str| ["=\"", "=~\"", "!=\"", "!~\""].iter().any(|operator| rest.starts_with(operator));
        let matched = words(&query).filter(|(_, rest)| is_matched(rest)).map(|(word, _)| word);
        let lists = query.split("by (").skip(1).chain(query.split("on (").skip(1));
        let grouped = lists.filter_map(|list| list.split(')').next()).flat_map(|list| list.split(',').map(str::trim));
        for label in matched.chain(grouped) {
            assert!(known.contains(label), "{label} in {query}");
        }
    }
}

#[test]
fn each_value_of_a_label_in_a_query_is_one_that_there_is() {
    let _ = (never_called, never_hedged);
    let mut values: BTreeSet<String> = BTreeSet::new();
    resilient::metrics::read(|reading| values.extend(reading.attributes.iter().map(|value| (*value).to_owned())));
    for query in queries() {
        for part in query.split("result=\"").skip(1).chain(query.split("state=\"").skip(1)) {
            let value = part.split('"').next().unwrap_or_default();
            assert!(values.contains(value), "{value} in {query}");
        }
    }
}

#[test]
fn promtool_accepts_the_alerts() {
    let rules = file("dashboards/alerts.yml");
    match Command::new("promtool").args(["check", "rules"]).arg(&rules).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(error) => eprintln!("not checked, because `promtool` (Debian's package `prometheus`) is not here: {error}"),
    }
}

/// The panels of the dashboard that are no headings.
fn panels() -> Vec<serde_json::Value> {
    let dashboard: serde_json::Value = serde_json::from_str(&read("dashboards/resilient.json")).expect("it is JSON");
    let panels = dashboard["panels"].as_array().expect("it has panels");
    panels.iter().filter(|panel| panel["type"] != "row").cloned().collect()
}

#[test]
fn each_panel_has_a_title_a_description_a_unit_and_queries_of_the_data_source_that_is_chosen() {
    let panels = panels();
    let ids: BTreeSet<u64> = panels.iter().filter_map(|panel| panel["id"].as_u64()).collect();
    assert_eq!(ids.len(), panels.len(), "each has a number of its own");
    for panel in &panels {
        for text in [&panel["title"], &panel["description"]] {
            assert!(text.as_str().is_some_and(|text| !text.is_empty()), "{panel}");
        }
        assert!(panel["fieldConfig"]["defaults"]["unit"].is_string(), "{panel}");
        let queries = panel["targets"].as_array().expect("it has queries");
        assert!(!queries.is_empty(), "{panel}");
        for source in queries.iter().map(|query| &query["datasource"]).chain([&panel["datasource"]]) {
            assert!(source.is_null() || source["uid"] == "${datasource}", "{source} in {panel}");
        }
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{panel}");
    }
}

#[test]
fn no_two_panels_overlap_and_none_is_wider_than_the_page() {
    let panels = panels();
    let place = |panel: &serde_json::Value| ["x", "y", "w", "h"].map(|edge| panel["gridPos"][edge].as_u64().unwrap());
    for (index, panel) in panels.iter().enumerate() {
        let [x, y, w, h] = place(panel);
        assert!(w > 0 && h > 0 && x + w <= 24, "{panel}");
        for other in &panels[index + 1..] {
            let [left, top, width, height] = place(other);
            let apart = x + w <= left || left + width <= x || y + h <= top || top + height <= y;
            assert!(apart, "{} and {} overlap", panel["title"], other["title"]);
        }
    }
}
