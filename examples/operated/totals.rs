//! What became of the calls.

use std::fmt;

use crate::load::{Call, Outcome};

#[derive(Default)]
pub struct Totals {
    begun: usize,
    ended: usize,
    fresh: usize,
    by_fallback: usize,
}

impl Totals {
    pub fn begin(&mut self, calls: usize) {
        self.begun += calls;
    }

    pub fn end(&mut self, calls: &[Call]) {
        let count = |outcome| calls.iter().filter(|call| call.outcome == outcome).count();
        self.ended += calls.len();
        self.fresh += count(Outcome::Fresh);
        self.by_fallback += count(Outcome::Fallback);
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { begun, ended, fresh, by_fallback } = self;
        write!(
            f,
            "{begun} calls began and {ended} ended: {fresh} with an answer of the service, {by_fallback} with an "
        )?;
        write!(f, "older price, {} with an error; {} were lost", ended - fresh - by_fallback, begun - ended)
    }
}
