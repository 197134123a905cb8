//! A sliding window: never more than `permits` calls begin in any span of `per`, wherever the span begins.
//!
//! It keeps the moment of each permit of the last span. All moments are in nanoseconds on one scale; the caller reads the
//! clock.

use std::collections::VecDeque;

use crate::rate_limit::hold::Rate;

/// The permits of the last span.
#[derive(Debug)]
pub(super) struct Window {
    permits: u64,
    per: u64,
    /// When each permit was taken, the oldest first. A span is half-open: one that was taken at `t` is free again at
    /// `t + per`.
    taken: VecDeque<u64>,
}

impl Window {
    pub(super) const fn new(permits: u32, per: u64) -> Self {
        Self { permits: permits as u64, per, taken: VecDeque::new() }
    }

    /// The rate at which permits come back if all are taken.
    pub(super) const fn rate(&self) -> Rate {
        Rate { permits: self.permits, per: self.per, span: self.per }
    }

    /// The permits that are free at `now`.
    pub(super) fn free(&self, now: u64) -> u64 {
        self.permits.saturating_sub(self.taken(now))
    }

    /// The permits that are taken at `now`.
    pub(super) fn taken(&self, now: u64) -> u64 {
        let free_again = self.taken.partition_point(|&taken| taken.saturating_add(self.per) <= now);
        (self.taken.len() - free_again) as u64
    }

    /// Begins with the permits that another one took.
    #[cfg(feature = "config")]
    pub(super) fn take_over(&mut self, other: &mut Self) {
        self.taken = std::mem::take(&mut other.taken);
    }

    /// Whether all permits are free at `now`.
    pub(super) fn is_full(&self, now: u64) -> bool {
        self.free(now) == self.permits
    }

    /// When the `n`-th permit from now on is free, counted from 1, if all before it are taken as soon as they can be.
    pub(super) fn free_at(&self, now: u64, n: u64) -> u64 {
        // Most calls divide nothing.
        let rounds = if n <= self.permits { 0 } else { (n - 1) / self.permits };
        let n = n - rounds * self.permits;
        // More than all are taken where there were more before a change of the settings.
        let first = match (self.taken.len() as u64 + n).checked_sub(self.permits + 1) {
            Some(index) => self.taken[usize::try_from(index).unwrap_or(usize::MAX)].saturating_add(self.per),
            None => 0,
        };
        first.max(now).saturating_add(rounds.saturating_mul(self.per))
    }

    /// Takes permits that are free at `now`.
    pub(super) fn take(&mut self, now: u64, permits: u64) {
        while self.taken.front().is_some_and(|&taken| taken.saturating_add(self.per) <= now) {
            self.taken.pop_front();
        }
        // A clock that is read on several threads may seem to go back; the order stays.
        let now = self.taken.back().map_or(now, |&last| last.max(now));
        (0..permits).for_each(|_| self.taken.push_back(now));
    }
}
