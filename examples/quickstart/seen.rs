//! What a client has observed, for the report.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use resilient::{ErrorKind, RetryEvent};

use crate::client::ApiError;

#[derive(Default)]
pub struct Seen {
    requests: AtomicUsize,
    retries: AtomicUsize,
    refusals: Mutex<HashMap<ErrorKind, u64>>,
}

impl Seen {
    /// A request is about to be sent.
    pub fn request(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// An attempt failed, and another will be made.
    pub fn retry(&self, event: &RetryEvent<'_, ApiError>) {
        self.retries.fetch_add(1, Ordering::Relaxed);
        if let Some(refusal) = event.refusal() {
            self.refusal(refusal);
        }
    }

    /// The last attempt failed.
    pub fn failure(&self, error: &ApiError) {
        if let ApiError::Refused(refusal) = error {
            self.refusal(refusal);
        }
    }

    fn refusal(&self, refusal: &resilient::Error) {
        *self.refusals.lock().unwrap_or_else(PoisonError::into_inner).entry(refusal.kind()).or_default() += 1;
    }

    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    pub fn retries(&self) -> usize {
        self.retries.load(Ordering::Relaxed)
    }

    pub fn refusals(&self, kind: ErrorKind) -> u64 {
        self.refusals.lock().unwrap_or_else(PoisonError::into_inner).get(&kind).copied().unwrap_or_default()
    }
}
