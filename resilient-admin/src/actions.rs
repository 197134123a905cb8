//! What whoever has the token can do.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::{Buf, BufMut};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use http::{Method, Request, StatusCode};
use http_body::Body;
use resilient_runtime::inspect::{FoundBreaker, find_circuit_breaker};
use resilient_runtime::parse_duration;
use serde::Deserialize;
use serde_json::json;

use crate::answer::{Answer, error, json, not_allowed, with};
use crate::clock_thread::ClockThread;
use crate::events::line::millis;
use crate::timed::Force;
use crate::token::Token;

/// The longest request, in bytes.
const MOST_BYTES: usize = 4_096;
const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// A request's body.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    action: String,
    name: Option<String>,
    #[serde(rename = "for")]
    span: Option<String>,
}

/// What is wrong with a request is the answer.
type Checked<T> = Result<T, Box<Answer>>;

fn wrong<T>(status: StatusCode, message: &str) -> Checked<T> {
    Err(Box::new(error(status, message)))
}

pub(crate) async fn answer<B: Body>(request: Request<B>, token: &Token, thread: &Arc<ClockThread>) -> Answer {
    let (parts, body) = request.into_parts();
    if parts.method != Method::POST {
        return not_allowed("POST");
    }
    let done = match check(&parts.headers, token) {
        Ok(()) => read(body).await.and_then(|bytes| act(&bytes, thread)),
        Err(answer) => Err(answer),
    };
    done.unwrap_or_else(|answer| *answer)
}

/// Who may act, and whether the body is JSON. A form of another site can be neither: it cannot set these headers.
fn check(headers: &HeaderMap, token: &Token) -> Checked<()> {
    if !is_allowed(headers, token) {
        let answer = error(StatusCode::UNAUTHORIZED, "this needs the header `Authorization: Bearer` with the token");
        return Err(Box::new(with(answer, WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))));
    }
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        wrong(StatusCode::UNSUPPORTED_MEDIA_TYPE, "an action is JSON: write `Content-Type: application/json`")
    }
}

fn is_allowed(headers: &HeaderMap, token: &Token) -> bool {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let (Some(given), None) = (given.next(), given.next()) else { return false };
    let given = given.as_bytes();
    let is_bearer = given.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "));
    is_bearer && token.is(&given[7..])
}

/// The body, if it is short.
async fn read<B: Body>(body: B) -> Checked<Vec<u8>> {
    let mut body = pin!(body);
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(frame) = frame else { return wrong(StatusCode::BAD_REQUEST, "the body ended before its end") };
        let Ok(data) = frame.into_data() else { continue };
        if data.remaining() > MOST_BYTES - bytes.len() {
            return wrong(StatusCode::PAYLOAD_TOO_LARGE, "an action has at most 4096 bytes");
        }
        bytes.put(data);
    }
    Ok(bytes)
}

fn act(bytes: &[u8], thread: &Arc<ClockThread>) -> Checked<Answer> {
    let Wanted { action, name, span } = match serde_json::from_slice(bytes) {
        Ok(wanted) => wanted,
        Err(problem) => return wrong(StatusCode::BAD_REQUEST, &format!("this is no action: {problem}")),
    };
    match action.as_str() {
        "force_open" => force(Force::Open, name, span, thread),
        "disable" => force(Force::Disabled, name, span, thread),
        "reset" => {
            without(span.as_ref(), "for", "a reset stays")?;
            reset(name, thread)
        }
        #[cfg(feature = "config")]
        "reload" => {
            without(span.as_ref(), "for", "what is loaded stays")?;
            without(name.as_ref(), "name", "all of the configuration is loaded")?;
            reload()
        }
        _ => wrong(
            StatusCode::BAD_REQUEST,
            if cfg!(feature = "config") {
                "unknown action: write `force_open`, `disable`, `reset` or `reload`"
            } else {
                "unknown action: write `force_open`, `disable` or `reset`"
            },
        ),
    }
}

fn without(value: Option<&String>, field: &str, why: &str) -> Checked<()> {
    match value {
        None => Ok(()),
        Some(_) => wrong(StatusCode::BAD_REQUEST, &format!("remove `{field}`: {why}")),
    }
}

fn breaker(name: Option<String>) -> Checked<(String, FoundBreaker)> {
    let Some(name) = name else {
        return wrong(StatusCode::BAD_REQUEST, "write the `name` of a circuit breaker");
    };
    match find_circuit_breaker(&name) {
        Ok(breaker) => Ok((name, breaker)),
        Err(several) if several.is_ambiguous() => wrong(StatusCode::CONFLICT, &several.to_string()),
        Err(unknown) => wrong(StatusCode::NOT_FOUND, &unknown.to_string()),
    }
}

fn span(span: Option<String>) -> Checked<Duration> {
    let Some(span) = span else {
        return wrong(StatusCode::BAD_REQUEST, "write how long, as in `\"for\": \"10min\"`");
    };
    match parse_duration(&span) {
        Ok(span) if (SHORTEST..=LONGEST).contains(&span) => Ok(span),
        Ok(_) => wrong(StatusCode::BAD_REQUEST, "`for` is from one second to 24 hours"),
        Err(problem) => wrong(StatusCode::BAD_REQUEST, &problem.to_string()),
    }
}

fn force(
    force: Force,
    name: Option<String>,
    for_so_long: Option<String>,
    thread: &Arc<ClockThread>,
) -> Checked<Answer> {
    let for_so_long = span(for_so_long)?;
    let (name, breaker) = breaker(name)?;
    let until = Instant::now() + for_so_long;
    if let Err(problem) = thread.change(|timed| timed.begin(&name, breaker.clone(), force, until)) {
        let message = format!("nothing would end it, because no thread can be started: {problem}");
        return wrong(StatusCode::SERVICE_UNAVAILABLE, &message);
    }
    let state = breaker.state().as_str();
    let for_ms = millis(for_so_long);
    Ok(json(StatusCode::OK, &json!({ "done": force.name(), "name": name, "state": state, "for_ms": for_ms })))
}

fn reset(name: Option<String>, thread: &ClockThread) -> Checked<Answer> {
    let (name, breaker) = breaker(name)?;
    thread.reset(&name, &breaker);
    let state = breaker.state().as_str();
    Ok(json(StatusCode::OK, &json!({ "done": "reset", "name": name, "state": state })))
}

#[cfg(feature = "config")]
fn reload() -> Checked<Answer> {
    match resilient_runtime::config::reload() {
        Ok(()) => Ok(json(StatusCode::OK, &json!({ "done": "reload" }))),
        Err(problems) => {
            let each: Vec<_> = problems.problems().iter().map(ToString::to_string).collect();
            let message = "the configuration has problems, so nothing has changed";
            Err(Box::new(json(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "error": message, "problems": each }))))
        }
    }
}
