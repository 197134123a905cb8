//! A recorder that is there from the beginning, scraped over HTTP.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::channel;
use std::thread;

use metrics_exporter_prometheus::PrometheusBuilder;
use resilient::{
    BreakerPolicy, Bulkhead, BulkheadPolicy, Error, ThreadBulkheadPolicy, bulkhead, circuit_breaker, fallback,
    registry, retry, timeout,
};
use resilient_metrics_tests::{Page, parse, scrape};
use std::sync::Arc;

#[circuit_breaker(name = "never called", failure_rate = 0.5)]
fn never_called() -> Result<(), Error> {
    Ok(())
}

#[bulkhead(max_concurrent = 3)]
fn unnamed() -> Result<(), Error> {
    Ok(())
}

#[timeout(60s, cooperative)]
fn in_time() -> Result<(), Error> {
    Ok(())
}

#[retry(max_attempts = 2, base_delay = 1ms)]
fn retried() -> Result<(), &'static str> {
    Err("down")
}

#[retry(max_attempts = 3, base_delay = 1ms)]
fn works_again(calls: &AtomicU32) -> Result<(), &'static str> {
    if calls.fetch_add(1, Ordering::Relaxed) == 1 { Ok(()) } else { Err("down") }
}

#[fallback(value = 7)]
fn answered() -> Result<u64, &'static str> {
    Err("down")
}

/// Two bodies for one thread: the second has to wait, and the first not.
fn waits_for_a_thread() {
    let bulkhead = registry().thread_bulkhead_or_insert("waited for", ThreadBulkheadPolicy::new(1));
    let (release, released) = channel::<()>();
    let (begun, has_begun) = channel();
    let first = thread::spawn(move || {
        bulkhead.call(move || {
            begun.send(()).unwrap();
            released.recv().or(Ok::<_, Error>(()))
        })
    });
    has_begun.recv().unwrap();
    let second = thread::spawn(|| bulkhead.call(|| Ok::<_, Error>(())));
    while bulkhead.queued() == 0 {
        thread::yield_now();
    }
    drop(release);
    assert_eq!((first.join().unwrap(), second.join().unwrap()), (Ok(()), Ok(())));
}

#[track_caller]
fn assert_value(page: &Page, series: &str, value: f64) {
    assert_eq!(page.get(series), Some(&value), "{series} in {page:#?}");
}

const THREADS: u32 = 4;
const CALLS: u32 = 250_000;

fn call_from_threads() {
    // No function with attributes, because the histogram of one takes a test without optimisation a minute.
    let breaker =
        registry().circuit_breaker_or_insert("counted", BreakerPolicy::new().failure_threshold(CALLS * THREADS));
    let outcome = |call: u32| if call.is_multiple_of(5) { Err("down") } else { Ok(()) };
    let call = || (0..CALLS).for_each(|call| drop(breaker.call(|| outcome(call))));
    thread::scope(|scope| (0..THREADS).for_each(|_| _ = scope.spawn(call)));
}

#[test]
fn a_page_has_what_was_counted() {
    let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    PrometheusBuilder::new().with_http_listener(address).install().expect("it is the first");
    let opened = registry().circuit_breaker_or_insert("opened", BreakerPolicy::new());
    opened.force_open();
    assert!(opened.try_acquire().is_err());
    let bulkhead = Arc::new(Bulkhead::new("slots", BulkheadPolicy::new(2))).observed("slots of a tenant");
    let _slot = bulkhead.try_acquire().unwrap();
    in_time().unwrap();
    retried().unwrap_err();
    call_from_threads();
    resilient::metrics::publish();
    // From now on somebody listens: durations are recorded.
    in_time().unwrap();
    retried().unwrap_err();
    works_again(&AtomicU32::new(0)).unwrap();
    assert_eq!(answered(), Ok(7));
    waits_for_a_thread();
    resilient::metrics::publish();
    let text = scrape(address);
    let page = parse(&text);

    let successes = f64::from(THREADS * CALLS / 5 * 4);
    assert_value(&page, r#"resilient_circuit_breaker_calls{name="counted",result="success"}"#, successes);
    let failures = f64::from(THREADS * CALLS / 5);
    assert_value(&page, r#"resilient_circuit_breaker_calls{name="counted",result="failure"}"#, failures);

    assert_value(&page, r#"resilient_circuit_breaker_status{name="opened",state="forced_open"}"#, 1.0);
    assert_value(&page, r#"resilient_circuit_breaker_status{name="opened",state="closed"}"#, 0.0);
    assert_value(&page, r#"resilient_circuit_breaker_transitions{name="opened",state="forced_open"}"#, 1.0);
    assert_value(&page, r#"resilient_circuit_breaker_calls{name="opened",result="rejected"}"#, 1.0);

    for result in ["success", "failure", "ignored", "rejected"] {
        let series = format!("resilient_circuit_breaker_calls{{name=\"never called\",result=\"{result}\"}}");
        assert_value(&page, &series, 0.0);
    }
    assert_value(&page, r#"resilient_circuit_breaker_status{name="never called",state="closed"}"#, 1.0);
    assert_value(&page, r#"resilient_bulkhead_calls{name="scraped::unnamed",result="accepted"}"#, 0.0);
    assert_value(&page, r#"resilient_bulkhead_usage{name="scraped::unnamed"}"#, 0.0);
    assert!(
        !page.keys().any(|series| series.starts_with("resilient_circuit_breaker_failure_rate")),
        "below `min_calls`"
    );

    assert_value(&page, r#"resilient_bulkhead_usage{name="slots of a tenant"}"#, 1.0);
    assert_value(&page, r#"resilient_bulkhead_limit{name="slots of a tenant"}"#, 2.0);
    assert_value(&page, r#"resilient_timeout_calls{function="scraped::in_time",result="in_time"}"#, 2.0);
    assert_value(&page, r#"resilient_timeout_calls{function="scraped::in_time",result="timed_out"}"#, 0.0);
    assert_value(&page, "resilient_helper_thread_limit", 256.0);
    assert_value(&page, r#"resilient_retry_calls{function="scraped::retried",result="given_up"}"#, 2.0);
    assert_value(&page, r#"resilient_retry_calls{function="scraped::retried",result="success"}"#, 0.0);
    assert_value(&page, r#"resilient_retry_calls{function="scraped::works_again",result="success_after_retry"}"#, 1.0);
    assert_value(&page, r#"resilient_retry_retries{function="scraped::retried",cause="error"}"#, 2.0);
    assert_value(&page, r#"resilient_retry_retries{function="scraped::retried",cause="timed_out"}"#, 0.0);
    assert_value(&page, r#"resilient_fallback_calls{function="scraped::answered",result="success"}"#, 1.0);
    assert_value(&page, r#"resilient_fallback_calls{function="scraped::answered",result="error"}"#, 0.0);
    let recorded = r#"resilient_call_duration_count{function="scraped::retried",outcome="error",fallback="false"}"#;
    assert_value(&page, recorded, 1.0);
    assert_value(&page, r#"resilient_call_attempts_sum{function="scraped::retried"}"#, 2.0);
    assert_value(&page, r#"resilient_call_attempts_sum{function="scraped::works_again"}"#, 2.0);

    assert_value(&page, r#"resilient_bulkhead_wait_duration_count{name="waited for"}"#, 1.0);
    assert!(text.contains("# TYPE resilient_circuit_breaker_calls counter"), "{text}");
    assert!(text.contains("# HELP resilient_bulkhead_usage Calls that have a slot now."), "{text}");
    every_series_is_in_the_table(&page);
    let _ = (never_called, unnamed);
}

/// Names and labels are those of the table.
fn every_series_is_in_the_table(page: &Page) {
    for series in page.keys() {
        let (name, labels) = series.split_once('{').unwrap_or((series, ""));
        let base = |name: &str| name.replace('.', "_");
        let known = resilient::metrics::INSTRUMENTS.iter().find(|known| {
            let suffix = name.strip_prefix(&base(known.name));
            suffix.is_some_and(|suffix| ["", "_sum", "_count", "_bucket"].contains(&suffix))
        });
        let known = known.unwrap_or_else(|| panic!("{series} is in no table"));
        let labels = labels.trim_end_matches('}').split("\",").filter_map(|label| label.split_once("=\""));
        for (label, _) in labels.filter(|(label, _)| !["quantile", "le"].contains(label)) {
            assert!(known.attributes.contains(&label), "{series}: {label}");
        }
    }
}
