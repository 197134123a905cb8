//! The naive model: each layer as a function of the time, with every deadline above it in a list.

use super::{ANSWER, Act, DRAWN, Fault, Kind, Outcome, Seen};

/// A limit that has begun.
#[derive(Clone, Copy)]
struct Deadline {
    at: u64,
    length: u64,
}

/// How a layer ends.
enum End {
    /// With an outcome, at a moment. `ended_wait` if it is the refusal of a timeout that ended a wait at this moment.
    Done { outcome: Outcome, at: u64, ended_wait: bool },
    /// Not before the first of the deadlines above it, which drops it: in a wait, or in the body.
    Dropped { in_wait: bool },
}

/// A breaker that never recovers while a test lasts.
#[derive(Clone, Copy, Default)]
struct Breaker {
    counts: [u64; 4],
    streak: u32,
    is_open: bool,
}

/// A limit that adapts itself, of a bulkhead that one call at a time is in.
#[derive(Clone, Copy, Default)]
struct Adaptive {
    limit: u32,
    good: u32,
}

/// A rate limit: what has happened in one call, because the next one begins when all this is over.
#[derive(Clone, Default)]
struct RateLimit {
    counts: [u64; 3],
    /// When calls began.
    begun: Vec<u64>,
    held_until: Option<u64>,
}

/// The budget of the only retry.
#[derive(Clone, Copy, Default)]
struct Budget {
    counts: [u64; 2],
    tokens: u32,
}

struct World<'a> {
    kinds: &'a [Kind],
    breakers: Vec<Breaker>,
    /// Their counts.
    throttles: Vec<[u64; 4]>,
    adaptive: Vec<Adaptive>,
    limits: Vec<RateLimit>,
    budget: Budget,
    acts: &'a [Act],
    ran: usize,
}

pub(super) fn see(kinds: &[Kind], calls: &[Vec<Act>]) -> Seen {
    let mut world = World {
        kinds,
        breakers: vec![Breaker::default(); kinds.len()],
        throttles: vec![[0; 4]; kinds.len()],
        adaptive: kinds.iter().map(adaptive).collect(),
        limits: vec![RateLimit::default(); kinds.len()],
        budget: Budget::default(),
        acts: &[],
        ran: 0,
    };
    let mut seen = Seen::default();
    for acts in calls {
        (world.acts, world.ran) = (acts, 0);
        for limit in &mut world.limits {
            (limit.begun, limit.held_until) = (Vec::new(), None);
        }
        let End::Done { outcome, at, .. } = world.layer(0, 0, &[]) else { unreachable!("no deadline is above") };
        seen.calls.push((outcome, world.ran, at));
    }
    let breakers = kinds.iter().zip(&world.breakers).filter(|(kind, _)| matches!(kind, Kind::Breaker { .. }));
    seen.breakers = breakers.map(|(_, breaker)| breaker.counts).collect();
    let throttles = kinds.iter().zip(&world.throttles).filter(|(kind, _)| matches!(kind, Kind::Throttle { .. }));
    seen.throttles = throttles.map(|(_, counts)| *counts).collect();
    let adaptive = kinds.iter().zip(&world.adaptive).filter(|(kind, _)| matches!(kind, Kind::Adaptive { .. }));
    seen.limits = adaptive.map(|(_, adaptive)| adaptive.limit as usize).collect();
    let limits = kinds.iter().zip(&world.limits).filter(|(kind, _)| matches!(kind, Kind::RateLimit { .. }));
    seen.limiters = limits.map(|(_, limit)| limit.counts).collect();
    let has_budget = kinds.iter().any(|kind| matches!(kind, Kind::Retry { tokens: Some(_), .. }));
    seen.budget = has_budget.then_some(world.budget.counts);
    seen
}

const fn adaptive(kind: &Kind) -> Adaptive {
    let limit = if let Kind::Adaptive { initial } = kind { *initial } else { 0 };
    Adaptive { limit, good: 0 }
}

/// The deadline that ends first, of several at one moment the outermost.
fn first(deadlines: &[Deadline]) -> Option<Deadline> {
    deadlines.iter().copied().reduce(|first, next| if next.at < first.at { next } else { first })
}

const SUCCESSFUL: usize = 0;
const FAILED: usize = 1;
const IGNORED: usize = 2;

/// As what breakers and throttles count a call that began at a moment.
fn counted(end: &End, began: u64, above: &[Deadline]) -> usize {
    let had_half = |deadline: Deadline, at: u64| (at - began) * 2 >= deadline.length;
    match (end, first(above)) {
        (End::Done { outcome: Outcome::Value(_), .. }, _) => SUCCESSFUL,
        // As if the limit of this length above had dropped the call.
        (&End::Done { outcome: Outcome::TimedOut(length), at, ended_wait }, Some(deadline))
            if deadline.length == length && (ended_wait || !had_half(deadline, at)) =>
        {
            IGNORED
        }
        (End::Done { outcome: Outcome::Fault(Fault::Major) | Outcome::TimedOut(_), .. }, _) => FAILED,
        (End::Dropped { in_wait: false }, Some(deadline)) if had_half(deadline, deadline.at) => FAILED,
        _ => IGNORED,
    }
}

const fn done(outcome: Outcome, at: u64) -> End {
    End::Done { outcome, at, ended_wait: false }
}

impl World<'_> {
    fn layer(&mut self, index: usize, now: u64, above: &[Deadline]) -> End {
        match self.kinds.get(index).copied() {
            Some(Kind::Threads { held_for }) if now < held_for => done(Outcome::Full, now),
            None | Some(Kind::Threads { .. }) => self.body(now, above),
            Some(Kind::Retry { .. }) => self.retry(index, now, above),
            Some(Kind::Breaker { threshold }) => self.breaker(index, now, above, threshold),
            Some(Kind::Throttle { tenths }) => self.throttle(index, now, above, f64::from(tenths) / 10.0),
            Some(Kind::Adaptive { .. }) => self.adaptive(index, now, above),
            Some(Kind::Timeout { limit }) => self.timeout(index, now, above, limit),
            Some(Kind::Bulkhead { held_for, max_wait }) => self.bulkhead(index, now, above, held_for, max_wait),
            Some(Kind::RateLimit { permits, max_wait, pause }) => {
                self.rate_limit(index, now, above, u64::from(permits), max_wait, pause)
            }
            Some(Kind::Fallback) => self.fallback(index, now, above),
        }
    }

    fn body(&mut self, now: u64, above: &[Deadline]) -> End {
        let act = self.acts[self.ran.min(self.acts.len() - 1)];
        self.ran += 1;
        let end = now + act.takes;
        if first(above).is_some_and(|deadline| deadline.at < end) {
            return End::Dropped { in_wait: false };
        }
        done(act.outcome.map_or_else(Outcome::Fault, Outcome::Value), end)
    }

    fn retry(&mut self, index: usize, now: u64, above: &[Deadline]) -> End {
        let Kind::Retry { attempts, delay, awaits_permits, tokens } = self.kinds[index] else { unreachable!() };
        if let Some(earned) = tokens {
            self.budget.tokens = (self.budget.tokens + earned).min(earned);
        }
        let mut now = now;
        for attempt in 1.. {
            let end = self.layer(index + 1, now, above);
            let End::Done { outcome, at, .. } = end else { return end };
            let delay = match outcome {
                Outcome::Value(_) | Outcome::Open => return end,
                Outcome::Limited(left) if awaits_permits && left > 0 => left,
                Outcome::Limited(_) if !awaits_permits => return end,
                _ => delay,
            };
            if attempt == attempts {
                return end;
            }
            match first(above) {
                Some(deadline) if deadline.at <= at => return End::Dropped { in_wait: true },
                Some(deadline) if at + delay >= deadline.at => return end,
                _ => now = at + delay,
            }
            if tokens.is_some() {
                let has_token = self.budget.tokens > 0;
                self.budget.counts[usize::from(!has_token)] += 1;
                if !has_token {
                    return end;
                }
                self.budget.tokens -= 1;
            }
        }
        unreachable!("there is a last attempt")
    }

    fn breaker(&mut self, index: usize, now: u64, above: &[Deadline], threshold: u32) -> End {
        const REJECTED: usize = 3;
        if self.breakers[index].is_open {
            self.breakers[index].counts[REJECTED] += 1;
            return done(Outcome::Open, now);
        }
        let end = self.layer(index + 1, now, above);
        let counted = counted(&end, now, above);
        let breaker = &mut self.breakers[index];
        breaker.counts[counted] += 1;
        match counted {
            SUCCESSFUL => breaker.streak = 0,
            FAILED => breaker.streak += 1,
            _ => {}
        }
        breaker.is_open = breaker.streak >= threshold;
        end
    }

    /// Counts as a breaker does.
    fn throttle(&mut self, index: usize, now: u64, above: &[Deadline], ratio: f64) -> End {
        const SHED: usize = 3;
        let [accepted, failed, _, shed] =
            self.throttles[index].map(|count| f64::from(u32::try_from(count).expect("few calls")));
        let calls = accepted + failed + shed;
        let share = ((calls - ratio * accepted) / (calls + 1.0)).min(0.9);
        if calls >= 2.0 && share > DRAWN {
            self.throttles[index][SHED] += 1;
            return done(Outcome::Open, now);
        }
        let end = self.layer(index + 1, now, above);
        self.throttles[index][counted(&end, now, above)] += 1;
        end
    }

    fn adaptive(&mut self, index: usize, now: u64, above: &[Deadline]) -> End {
        let end = self.layer(index + 1, now, above);
        let Adaptive { limit, good } = &mut self.adaptive[index];
        match counted(&end, now, above) {
            FAILED => (*limit, *good) = ((*limit * 9 / 10).max(1), 0),
            // At least half of it is used by the one call.
            SUCCESSFUL if *limit <= 2 => {
                *good += 1;
                if good == limit {
                    (*limit, *good) = (*limit + 1, 0);
                }
            }
            _ => {}
        }
        end
    }

    fn timeout(&mut self, index: usize, now: u64, above: &[Deadline], limit: u64) -> End {
        let own = Deadline { at: now + limit, length: limit };
        let all: Vec<Deadline> = above.iter().copied().chain([own]).collect();
        match self.layer(index + 1, now, &all) {
            End::Dropped { in_wait } if first(&all).is_some_and(|deadline| own.at == deadline.at) => {
                let ended = first(&all).map_or(0, |deadline| deadline.length);
                End::Done { outcome: Outcome::TimedOut(ended), at: own.at, ended_wait: in_wait }
            }
            end => end,
        }
    }

    fn bulkhead(&mut self, index: usize, now: u64, above: &[Deadline], held_for: u64, max_wait: u64) -> End {
        if now >= held_for {
            return self.layer(index + 1, now, above);
        }
        let end = held_for.min(now + max_wait);
        if first(above).is_some_and(|deadline| deadline.at < end) {
            return End::Dropped { in_wait: true };
        }
        if end == held_for { self.layer(index + 1, end, above) } else { done(Outcome::Full, end) }
    }

    fn rate_limit(
        &mut self,
        index: usize,
        now: u64,
        above: &[Deadline],
        permits: u64,
        max_wait: u64,
        pause: u64,
    ) -> End {
        const ACCEPTED: usize = 0;
        const REJECTED: usize = 1;
        const HOLDS: usize = 2;
        let limit = &mut self.limits[index];
        let begins = (now..now + 1_000_000).find(|at| limit.may_begin(*at, permits)).expect("there is such a moment");
        let deadline = first(above);
        let left = deadline.map_or(u64::MAX, |deadline| deadline.at.saturating_sub(now));
        if begins > now && deadline.is_some_and(|_| max_wait > 0 && left == 0) {
            return End::Dropped { in_wait: true };
        }
        if begins - now > max_wait.min(left) {
            limit.counts[REJECTED] += 1;
            return done(Outcome::Limited(begins - now), now);
        }
        limit.counts[ACCEPTED] += 1;
        limit.begun.push(begins);
        // Permits that come with the deadline are of no use.
        if begins > now && begins - now == left {
            return End::Dropped { in_wait: true };
        }
        let end = self.layer(index + 1, begins, above);
        if let End::Done { outcome: Outcome::Fault(Fault::Minor), at, .. } = end {
            let limit = &mut self.limits[index];
            limit.counts[HOLDS] += 1;
            limit.held_until = limit.held_until.max(Some(at + pause));
        }
        end
    }

    fn fallback(&mut self, index: usize, now: u64, above: &[Deadline]) -> End {
        let end = self.layer(index + 1, now, above);
        let End::Done { outcome, at, .. } = end else { return end };
        if matches!(outcome, Outcome::Value(_) | Outcome::Fault(Fault::Major)) {
            return end;
        }
        match first(above) {
            Some(deadline) if deadline.at <= at => done(Outcome::TimedOut(deadline.length), at),
            _ => done(Outcome::Value(ANSWER), at),
        }
    }
}

impl RateLimit {
    /// Whether a call may begin at a moment.
    fn may_begin(&self, at: u64, permits: u64) -> bool {
        let span = super::millis_of(super::SPAN);
        let in_span = self.begun.iter().filter(|begun| **begun + span > at).count() as u64;
        let is_even = self.held_until.is_none_or(|held| {
            let last = self.begun.iter().copied().filter(|begun| *begun >= held).max();
            at >= held + span || (at >= held && last.is_none_or(|last| at >= last + span / permits))
        });
        in_span < permits && is_even
    }
}
