//! What happens between the attempts of a call.

use std::fmt;
use std::time::Duration;

use resilient::events::Kinds;
use resilient::retry;

use crate::Heard;

#[retry(max_attempts = 3, base_delay = 1s, jitter = none)]
async fn shown(error: &'static str) -> Result<(), String> {
    Err(error.to_owned())
}

#[tokio::test(start_paused = true)]
async fn each_delay_and_the_end_are_reported_with_the_error() {
    let (heard, _watching) = Heard::of(Kinds::RETRIES, path!("shown"));
    shown("no route\n").await.unwrap_err();
    let path = path!("shown");
    assert_eq!(
        heard.take(),
        [
            format!(r"{path}: attempt 1 failed by error (no route\n), the next in 1s"),
            format!(r"{path}: attempt 2 failed by error (no route\n), the next in 2s"),
            format!(r"{path}: given up after 3 attempts, at last by error (no route\n): no attempt is left"),
        ]
    );
}

struct Opaque;

#[retry(max_attempts = 2, base_delay = 1ms, jitter = none)]
fn opaque() -> Result<(), Opaque> {
    Err(Opaque)
}

#[test]
fn an_error_that_cannot_be_displayed_is_left_out() {
    let (heard, _watching) = Heard::of(Kinds::RETRIES, path!("opaque"));
    assert!(opaque().is_err());
    let path = path!("opaque");
    assert_eq!(
        heard.take(),
        [
            format!("{path}: attempt 1 failed by error, the next in 1ms"),
            format!("{path}: given up after 2 attempts, at last by error: no attempt is left"),
        ]
    );
}

#[retry(max_attempts = 2, base_delay = 1ms, jitter = none)]
fn generic<E>(error: fn() -> E) -> Result<(), E> {
    Err(error())
}

#[retry(max_attempts = 2, base_delay = 1ms, jitter = none)]
fn generic_and_shown<E: fmt::Display + Sync>(error: fn() -> E) -> Result<(), E> {
    Err(error())
}

#[test]
fn what_counts_is_what_is_known_where_the_attribute_stands() {
    let ((heard, _first), (heard_shown, _second)) =
        (Heard::of(Kinds::RETRIES, path!("generic")), Heard::of(Kinds::RETRIES, path!("generic_and_shown")));
    generic(|| "down").unwrap_err();
    generic_and_shown(|| "down").unwrap_err();
    assert_eq!(
        heard.take()[1],
        format!("{}: given up after 2 attempts, at last by error: no attempt is left", path!("generic"))
    );
    let path = path!("generic_and_shown");
    let given_up = format!("{path}: given up after 2 attempts, at last by error (down): no attempt is left");
    assert_eq!(heard_shown.take()[1], given_up);
}

#[retry(max_attempts = 3, base_delay = 1s, jitter = none)]
async fn too_late() -> Result<(), &'static str> {
    Err("down")
}

#[tokio::test(start_paused = true)]
async fn the_end_says_why_there_is_no_further_attempt() {
    let (heard, _watching) = Heard::of(Kinds::RETRIES, path!("too_late"));
    resilient::with_deadline(Duration::from_millis(900), too_late()).await.unwrap_err();
    let given_up = "given up after 1 attempt, at last by error (down): the next delay would end after the deadline";
    assert_eq!(heard.take(), [format!("{}: {given_up}", path!("too_late"))]);
}
