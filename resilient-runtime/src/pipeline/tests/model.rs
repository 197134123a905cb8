//! The naive model: each layer as a function of the time, with every deadline above it in a list.

use super::{ANSWER, Act, Fault, Kind, Outcome, Seen};

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

struct World<'a> {
    kinds: &'a [Kind],
    breakers: Vec<Breaker>,
    acts: &'a [Act],
    ran: usize,
}

pub(super) fn see(kinds: &[Kind], calls: &[Vec<Act>]) -> Seen {
    let mut world = World { kinds, breakers: vec![Breaker::default(); kinds.len()], acts: &[], ran: 0 };
    let mut seen = Seen::default();
    for acts in calls {
        (world.acts, world.ran) = (acts, 0);
        let End::Done { outcome, at, .. } = world.layer(0, 0, &[]) else { unreachable!("no deadline is above") };
        seen.calls.push((outcome, world.ran, at));
    }
    let breakers = kinds.iter().zip(&world.breakers).filter(|(kind, _)| matches!(kind, Kind::Breaker { .. }));
    seen.breakers = breakers.map(|(_, breaker)| breaker.counts).collect();
    seen
}

/// The deadline that ends first, of several at one moment the outermost.
fn first(deadlines: &[Deadline]) -> Option<Deadline> {
    deadlines.iter().copied().reduce(|first, next| if next.at < first.at { next } else { first })
}

const fn done(outcome: Outcome, at: u64) -> End {
    End::Done { outcome, at, ended_wait: false }
}

impl World<'_> {
    fn layer(&mut self, index: usize, now: u64, above: &[Deadline]) -> End {
        match self.kinds.get(index).copied() {
            None => self.body(now, above),
            Some(Kind::Retry { attempts, delay }) => self.retry(index, now, above, attempts, delay),
            Some(Kind::Breaker { threshold }) => self.breaker(index, now, above, threshold),
            Some(Kind::Timeout { limit }) => self.timeout(index, now, above, limit),
            Some(Kind::Bulkhead { held_for, max_wait }) => self.bulkhead(index, now, above, held_for, max_wait),
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

    fn retry(&mut self, index: usize, now: u64, above: &[Deadline], attempts: u32, delay: u64) -> End {
        let mut now = now;
        for attempt in 1.. {
            let end = self.layer(index + 1, now, above);
            let End::Done { outcome, at, .. } = end else { return end };
            if matches!(outcome, Outcome::Value(_) | Outcome::Open) || attempt == attempts {
                return end;
            }
            match first(above) {
                Some(deadline) if deadline.at <= at => return End::Dropped { in_wait: true },
                Some(deadline) if at + delay >= deadline.at => return end,
                _ => now = at + delay,
            }
        }
        unreachable!("there is a last attempt")
    }

    fn breaker(&mut self, index: usize, now: u64, above: &[Deadline], threshold: u32) -> End {
        const SUCCESSFUL: usize = 0;
        const FAILED: usize = 1;
        const IGNORED: usize = 2;
        const REJECTED: usize = 3;
        if self.breakers[index].is_open {
            self.breakers[index].counts[REJECTED] += 1;
            return done(Outcome::Open, now);
        }
        let end = self.layer(index + 1, now, above);
        let had_half = |deadline: Deadline, at: u64| (at - now) * 2 >= deadline.length;
        let counted = match (&end, first(above)) {
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
        };
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
