//! The probes of a half-open breaker: which have a place, until when, and how many succeeded.
//!
//! Probes are numbered over the whole life of the breaker. So a number alone says whether its probe belongs to the
//! current half-open period, and whether it still has its place.

use std::collections::VecDeque;

use crate::circuit_breaker::policy::BreakerPolicy;

#[derive(Clone, Debug)]
pub(super) struct Probes {
    /// The number of places.
    bound: usize,
    /// How long a place is kept, in milliseconds.
    kept_for: u64,
    /// The probes that have a place, in the order of their numbers.
    places: VecDeque<Probe>,
    /// The number of the next probe.
    next: u64,
    /// The number of the first probe of this half-open period.
    first: u64,
    /// Successes in this half-open period.
    successes: u32,
}

#[derive(Clone, Copy, Debug)]
struct Probe {
    number: u64,
    /// From this millisecond on another probe may take its place.
    until: u64,
}

/// So many places are allocated at once; up to that number, a probe allocates nothing.
const ALLOCATED: usize = 64;

impl Probes {
    pub(super) fn new(policy: &BreakerPolicy) -> Self {
        let bound = policy.half_open_max_calls.max(1) as usize;
        Self {
            bound,
            kept_for: policy.probe_millis(),
            places: VecDeque::with_capacity(bound.min(ALLOCATED)),
            next: 0,
            first: 0,
            successes: 0,
        }
    }

    /// As many places, and kept for as long, as the policy says. Probes that have a place keep it until then.
    #[cfg(feature = "config")]
    pub(super) fn change(&mut self, policy: &BreakerPolicy) {
        self.bound = policy.half_open_max_calls.max(1) as usize;
        self.kept_for = policy.probe_millis();
    }

    /// Begins a half-open period: no probe has a place, and none has succeeded.
    pub(super) fn begin(&mut self) {
        self.places.clear();
        self.first = self.next;
        self.successes = 0;
    }

    /// Takes a free place, or that of the oldest probe if its time is over. Returns the number of the new probe.
    pub(super) fn take_place(&mut self, now: u64) -> Option<u64> {
        if self.places.len() >= self.bound {
            if now < self.full_until() {
                return None;
            }
            self.places.pop_front();
        }
        let number = self.next;
        self.next += 1;
        self.places.push_back(Probe { number, until: now.saturating_add(self.kept_for) });
        Some(number)
    }

    /// Frees the place of this probe, if it still has one.
    pub(super) fn give_back(&mut self, number: u64) {
        if let Ok(index) = self.places.binary_search_by_key(&number, |place| place.number) {
            self.places.remove(index);
        }
    }

    pub(super) const fn are_of_this_period(&self, number: u64) -> bool {
        number >= self.first
    }

    /// Counts a success and returns how many there were in this period.
    pub(super) const fn succeeded(&mut self) -> u32 {
        self.successes = self.successes.saturating_add(1);
        self.successes
    }

    /// When the first place can be taken over; zero if one is free.
    pub(super) fn full_until(&self) -> u64 {
        match self.places.front() {
            Some(oldest) if self.places.len() >= self.bound => oldest.until,
            _ => 0,
        }
    }

    #[cfg(resilient_loom)]
    pub(super) fn expire(&mut self) {
        self.places.iter_mut().for_each(|place| place.until = 0);
    }
}
