//! A time that is a sum of what is known when compiled and of expressions.

use std::time::Duration;

use crate::describe::format::{duration, span};

#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Sum {
    known: Duration,
    /// So many times the value written like this.
    written: Vec<(u64, String)>,
    /// What it leaves out.
    caveats: Vec<Caveat>,
}

/// What can make a call longer than the sum says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Caveat {
    pub(crate) words: &'static str,
    /// The same of each attempt.
    pub(crate) repeated: &'static str,
}

impl Caveat {
    /// One that is said once, however many attempts there are.
    pub(crate) const fn once(words: &'static str) -> Self {
        Self { words, repeated: words }
    }
}

impl Sum {
    pub(crate) const fn known(known: Duration) -> Self {
        Self { known, written: Vec::new(), caveats: Vec::new() }
    }

    pub(crate) const fn zero() -> Self {
        Self::known(Duration::ZERO)
    }

    pub(crate) fn written(expr: String) -> Self {
        Self { known: Duration::ZERO, written: vec![(1, expr)], caveats: Vec::new() }
    }

    pub(crate) fn and(mut self, other: Self) -> Self {
        self.known = self.known.saturating_add(other.known);
        for (count, expr) in other.written {
            match self.written.iter_mut().find(|(_, known)| *known == expr) {
                Some((sum, _)) => *sum = sum.saturating_add(count),
                None => self.written.push((count, expr)),
            }
        }
        other.caveats.into_iter().for_each(|caveat| self.add_caveat(caveat));
        self
    }

    pub(crate) fn times(mut self, count: u32) -> Self {
        self.known = self.known.saturating_mul(count);
        self.written.iter_mut().for_each(|(times, _)| *times = times.saturating_mul(u64::from(count)));
        self.caveats.iter_mut().for_each(|caveat| caveat.words = caveat.repeated);
        self
    }

    /// Of two bounds of the same thing the one that says more: the shorter, where both are known.
    pub(crate) fn or(self, other: Self) -> Self {
        match (self.is_known(), other.is_known()) {
            (true, true) if other.known < self.known => other,
            (false, true) => other,
            _ => self,
        }
    }

    pub(crate) fn add_caveat(&mut self, caveat: Caveat) {
        if !self.caveats.contains(&caveat) {
            self.caveats.push(caveat);
        }
    }

    /// Whether it leaves nothing out.
    pub(crate) fn is_certain(&self) -> bool {
        self.caveats.is_empty()
    }

    fn is_known(&self) -> bool {
        self.written.is_empty()
    }

    /// The whole of it, if that is known when compiled.
    pub(crate) fn as_known(&self) -> Option<Duration> {
        self.is_known().then_some(self.known)
    }

    /// The values that it depends on, in code spans.
    pub(crate) fn written_values(&self) -> impl Iterator<Item = String> {
        self.written.iter().map(|(_, expr)| span(expr))
    }

    /// ``3 × `self.limit` + 300ms``.
    pub(crate) fn sum(&self) -> String {
        let written = self.written.iter().map(|(count, expr)| match count {
            1 => span(expr),
            _ => format!("{count} × {}", span(expr)),
        });
        let known = (!self.known.is_zero() || self.is_known()).then(|| duration(self.known));
        written.chain(known).collect::<Vec<_>>().join(" + ")
    }

    /// `plus the time of its fallback`.
    pub(crate) fn caveats(&self) -> Option<String> {
        let words: Vec<_> = self.caveats.iter().map(|caveat| caveat.words).collect();
        (!words.is_empty()).then(|| words.join(", "))
    }
}
