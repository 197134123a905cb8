//! Answers and what all of them have.

use bytes::Bytes;
use http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use http::{Response, StatusCode};
use serde::Serialize;
use serde_json::json;

use crate::body::AdminBody;

pub(crate) type Answer = Response<AdminBody>;

pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");
pub(crate) const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// An answer with a body that is there.
pub(crate) fn whole(status: StatusCode, kind: HeaderValue, body: impl Into<Bytes>) -> Answer {
    of(status, kind, AdminBody::whole(body.into()))
}

/// An answer with the headers that all have: nothing is kept, guessed, or passed on.
pub(crate) fn of(status: StatusCode, kind: HeaderValue, body: AdminBody) -> Answer {
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    answer
}

pub(crate) fn with(mut answer: Answer, name: HeaderName, value: HeaderValue) -> Answer {
    answer.headers_mut().insert(name, value);
    answer
}

/// A value as JSON.
pub(crate) fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    match serde_json::to_vec(value) {
        Ok(bytes) => whole(status, JSON, bytes),
        Err(error) => whole(StatusCode::INTERNAL_SERVER_ERROR, TEXT, error.to_string()),
    }
}

/// What is wrong.
pub(crate) fn error(status: StatusCode, message: &str) -> Answer {
    json(status, &json!({ "error": message }))
}

pub(crate) fn not_found() -> Answer {
    error(StatusCode::NOT_FOUND, "there is nothing at this path")
}

/// A method that the path does not have.
pub(crate) fn not_allowed(allowed: &'static str) -> Answer {
    let answer = error(StatusCode::METHOD_NOT_ALLOWED, &format!("this path has only {allowed}"));
    with(answer, ALLOW, HeaderValue::from_static(allowed))
}

/// The same without its body.
pub(crate) fn without_body(answer: Answer) -> Answer {
    answer.map(|_| AdminBody::whole(Bytes::new()))
}
