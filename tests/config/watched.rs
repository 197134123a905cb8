//! A file that is watched changes what calls find.

use std::fs;
use std::sync::mpsc::channel;
use std::time::Duration;

use resilient::events::Kinds;
use resilient::{BreakerPolicy, Error, circuit_breaker, registry};

use crate::Config;

#[circuit_breaker(name = "config: watched", failure_threshold = 5)]
fn watched_call() -> Result<u32, Error> {
    Ok(1)
}

fn text(threshold: u32) -> String {
    format!("[circuit_breaker.\"config: watched\"]\nfailure_threshold = {threshold}\n")
}

#[test]
fn a_change_of_the_file_is_in_force_and_a_mistake_leaves_what_was() {
    let config = Config::alone();
    let path = std::env::temp_dir().join(format!("resilient-watched-{}.toml", std::process::id()));
    fs::write(&path, text(4)).unwrap();
    config.load(&path).unwrap();
    let (sender, outcomes) = channel();
    let listening =
        resilient::events().kinds(Kinds::CONFIG).subscribe(move |event| drop(sender.send(event.to_string())));
    let next = || outcomes.recv_timeout(Duration::from_secs(60)).unwrap();
    let threshold = |threshold| BreakerPolicy::new().failure_threshold(threshold);
    let policy = || registry().circuit_breaker("config: watched").unwrap().policy();
    let watching = config.watch().unwrap();
    assert_eq!((watched_call().unwrap(), policy()), (1, threshold(4)));

    fs::write(&path, text(3)).unwrap();
    assert!(next().contains("failure_threshold = 4 -> 3"));
    assert_eq!(policy(), threshold(3));

    fs::write(&path, text(0)).unwrap();
    assert!(next().contains("`failure_threshold` must be at least 1"));
    assert_eq!(policy(), threshold(3));
    let status = resilient::config::status();
    assert!(status.is_watched() && status.error().is_some() && status.file() == Some(path.as_path()), "{status}");

    fs::write(&path, "").unwrap();
    assert!(next().contains("failure_threshold = 3 -> 5"));
    assert_eq!(policy(), threshold(5));
    drop((watching, listening));
    fs::remove_file(&path).unwrap();
}
