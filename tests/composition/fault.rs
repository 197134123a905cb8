//! The error of the functions whose refusals are compared.

use std::time::Duration;

use resilient::{Error, ErrorKind};

/// An error of the function, or a refusal by its kind; of a timeout with its length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Fault {
    Own,
    Other,
    Refused(ErrorKind, Option<Duration>),
}

impl From<Error> for Fault {
    fn from(refusal: Error) -> Self {
        let after = match refusal {
            Error::TimedOut { after, .. } => Some(after),
            _ => None,
        };
        Self::Refused(refusal.kind(), after)
    }
}
