//! A recorder that is installed once calls have been made: it gets their totals, because these are counted anyway.

use std::thread;
use std::time::{Duration, Instant};

use metrics_exporter_prometheus::PrometheusBuilder;
use resilient::{Error, circuit_breaker};
use resilient_metrics_tests::parse;

#[circuit_breaker(name = "early")]
fn call() -> Result<(), Error> {
    Ok(())
}

#[test]
#[expect(clippy::float_cmp, reason = "they are whole numbers")]
fn a_recorder_that_is_installed_late_gets_the_totals_within_seconds_and_by_itself() {
    (0..7).for_each(|_| call().unwrap());
    resilient::metrics::publish();
    let page = PrometheusBuilder::new().install_recorder().expect("it is the first");
    let series = r#"resilient_circuit_breaker_calls{name="early",result="success"}"#;
    let begin = Instant::now();
    while !parse(&page.render()).contains_key(series) {
        assert!(begin.elapsed() < Duration::from_secs(60), "a thread publishes each second");
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(parse(&page.render())[series], 7.0);
    (0..3).for_each(|_| call().unwrap());
    resilient::metrics::publish();
    assert_eq!(parse(&page.render())[series], 10.0);
}
