//! A rate limit that calls share, with a name and statistics: a word for calls that need not wait, and a queue behind a
//! lock.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::Duration;

use crate::core::check::nanos;
use crate::core::clock;
use crate::core::error::Error;
use crate::core::live::Live;
use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::core::sync::{AtomicU64, Mutex, MutexGuard, Ordering, PoisonError};
use crate::core::totals::Totals;
use crate::core::wait_queue::Place;
use crate::deadline::current as deadline;
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::report;
use crate::event::refusal_events::RateLimited;
use crate::rate_limit::bucket::Bucket;
use crate::rate_limit::machine::Machine;
use crate::rate_limit::permit_word::PermitWord;
use crate::rate_limit::policy::RateLimitPolicy;
use crate::rate_limit::queue::Queue;
use crate::rate_limit::take::TooSoon;

/// Limits how many calls begin in a span of time, and stops everybody for as long as the server asks. Callers that wait
/// are served in the order of arrival, sync and async ones in one queue.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{RateLimitPolicy, RateLimiter};
/// use std::time::Duration;
///
/// let limiter =
///     RateLimiter::new("github", RateLimitPolicy::new(1, Duration::from_secs(60)));
/// limiter.try_acquire().unwrap();
/// let refused = limiter.try_acquire().unwrap_err();
/// assert!(refused.is_rate_limited());
/// assert!(refused.retry_after().unwrap() <= Duration::from_secs(60));
/// ```
#[derive(Debug)]
pub struct RateLimiter {
    name: Name,
    pub(super) in_force: Live<InForce>,
    /// A [`PermitWord`]. Relaxed: it says all by itself. Calls take permits by compare-exchanges of one word, and the queue,
    /// which has the permits while the word is closed, is behind its lock. Who comes after a hold finds the closed word or
    /// a later one, because no thread reads an older value of a word than one that it knows to be written.
    pub(super) word: AtomicU64,
    queue: Mutex<Queue>,
    pub(super) totals: Totals<3>,
}

pub(super) const ACCEPTED: usize = 0;
const REJECTED: usize = 1;
const HOLDS: usize = 2;

/// The settings in force, and what follows from them.
#[derive(Debug)]
pub(super) struct InForce {
    pub(super) policy: Arc<RateLimitPolicy>,
    /// What the word counts by them, if it can be open.
    pub(super) bucket: Option<Bucket>,
}

impl InForce {
    fn new(policy: Arc<RateLimitPolicy>) -> Self {
        Self { bucket: Machine::bucket_of(&policy), policy }
    }
}

/// Totals of a rate limit since it was made. From [`RateLimiter::stats`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RateLimitStats {
    /// Calls that began.
    pub accepted_calls: u64,
    /// Calls that were refused. A call that was dropped while it waited counts neither way.
    pub rejected_calls: u64,
    /// How often everybody was stopped, by an error of the server or by [`RateLimiter::hold`].
    pub holds: u64,
}

impl RateLimiter {
    /// Makes a rate limit that is not in the registry. `name` appears in its refusals.
    ///
    /// # Panics
    ///
    /// In debug builds if the name is empty or the policy's settings contradict each other.
    pub fn new(name: &str, policy: RateLimitPolicy) -> Self {
        debug_assert!(!name.is_empty(), "a name cannot be empty");
        Self::named(Name::intern(name), if cfg!(debug_assertions) { policy.checked() } else { policy })
    }

    pub(crate) fn named(name: Name, policy: RateLimitPolicy) -> Self {
        Self::of(name, Arc::new(policy), Totals::sharded())
    }

    fn of(name: Name, policy: Arc<RateLimitPolicy>, totals: Totals<3>) -> Self {
        let queue = Queue::new(Machine::new(&policy));
        let word = AtomicU64::new(queue.word(clock::EARLIEST).bits());
        Self { name, in_force: Live::new(InForce::new(policy)), word, queue: Mutex::new(queue), totals }
    }

    /// A new rate limit with the name and the settings of this one, for state of which there is much, such as one for
    /// each user. It takes 256 bytes, 32 more with the feature `config`, and a window 8 more for each permit of the last span. Its name is that of this one,
    /// so refusals do not tell which of many refused.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{RateLimitPolicy, RateLimiter};
    /// use std::time::Duration;
    ///
    /// let users = RateLimiter::new("user", RateLimitPolicy::new(1, Duration::from_secs(60)));
    /// let (ann, bob) = (users.light(), users.light());
    /// ann.try_acquire().unwrap();
    /// assert_eq!(ann.try_acquire().unwrap_err().name(), "user");
    /// assert!(bob.try_acquire().is_ok());
    /// ```
    #[must_use]
    pub fn light(&self) -> Self {
        Self::of(self.name, Arc::clone(&self.in_force.get().policy), Totals::plain())
    }

    /// Its name, or the path of the only function that uses it.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its settings.
    pub fn policy(&self) -> RateLimitPolicy {
        *self.in_force.get().policy
    }

    /// How long a call waits for its permits.
    pub(super) fn longest_wait(&self) -> Duration {
        self.in_force.get().policy.wait()
    }

    /// Changes its settings. The permits that were taken count on, also by the new rate; a hold and the totals stay, and
    /// calls that wait keep their places. After fifteen different settings calls take their permits from the queue, because the
    /// word has no number for further ones.
    #[cfg(feature = "config")]
    pub(crate) fn change_policy(&self, policy: RateLimitPolicy) {
        if self.policy() == policy {
            return;
        }
        let waker = {
            let mut queue = self.queue();
            let in_force = self.in_force.replace(|it| *it.policy == policy, || InForce::new(Arc::new(policy)));
            queue.change(&in_force.policy, self.in_force.number(), clock::nanos());
            // The first of those who wait has computed by the rate of before when it begins.
            queue.wake_first()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes a permit if one is free now and nobody waits for it. It never waits.
    ///
    /// # Errors
    ///
    /// [`Error::RateLimited`] otherwise, with the time until a call that waits in line could begin.
    pub fn try_acquire(&self) -> Result<(), Error> {
        self.try_acquire_many(1)
    }

    /// As [`try_acquire`](Self::try_acquire) for a call that takes so many permits; zero counts as 1.
    ///
    /// # Errors
    ///
    /// [`Error::RateLimited`] otherwise; without a `retry_after` if it takes more than there can ever be.
    pub fn try_acquire_many(&self, permits: u32) -> Result<(), Error> {
        self.try_take(permits).map_err(|refusal| self.refused(refusal))
    }

    /// A place in the queue.
    ///
    /// # Errors
    ///
    /// [`Error::RateLimited`] if the wait would be longer than `longest`, or than until the deadline above, or as many wait
    /// as may wait.
    pub(super) fn enter(&self, permits: u32, longest: Duration) -> Result<Place, Error> {
        let longest = deadline::remaining().map_or(longest, |left| left.min(longest));
        let cost = u64::from(permits.max(1));
        let mut queue = self.queue();
        let wait = queue.wait(clock::nanos(), cost);
        if wait > nanos(longest) || queue.waiting() as u64 >= self.in_force.get().policy.most_waiting() {
            drop(queue);
            return Err(self.refused(TooSoon { wait: Some(wait) }));
        }
        Ok(queue.join(cost))
    }

    /// Counts a call that waited and begins.
    pub(super) fn begun(&self) {
        self.totals.add_one(ACCEPTED);
    }

    pub(super) fn refused(&self, TooSoon { wait }: TooSoon) -> Error {
        self.totals.add_one(REJECTED);
        let (name, retry_after) = (self.name, wait.map(Duration::from_nanos));
        report(Kinds::REFUSALS, || Event::RateLimited(RateLimited { name, retry_after }));
        Error::RateLimited { name, retry_after }
    }

    /// Stops everybody for so long: no call begins before. A hold is never shortened by a later, shorter one. After it,
    /// calls begin evenly, one in `per / permits`, until one `per` has passed.
    pub fn hold(&self, span: Duration) {
        self.totals.add_one(HOLDS);
        self.queue().machine.hold(clock::nanos(), nanos(span));
    }

    /// Ends a hold, and the even pace after it.
    pub fn resume(&self) {
        let waker = {
            let mut queue = self.queue();
            queue.machine.resume();
            queue.wake_first()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The permits that calls could take now; zero while it is held. `None` if only holds limit and there is none.
    pub fn available(&self) -> Option<u64> {
        self.queue().machine.available(clock::nanos())
    }

    /// How long a call would have to wait now, behind all that wait.
    pub fn next_in(&self) -> Duration {
        Duration::from_nanos(self.queue().wait(clock::nanos(), 1))
    }

    /// The rest of a hold; zero if there is none.
    pub fn held_for(&self) -> Duration {
        Duration::from_nanos(self.queue().machine.held_for(clock::nanos()))
    }

    /// The calls that wait now.
    pub fn waiting(&self) -> usize {
        self.queue().waiting()
    }

    /// Totals since it was made.
    pub fn stats(&self) -> RateLimitStats {
        RateLimitStats {
            accepted_calls: self.totals.sum(ACCEPTED),
            rejected_calls: self.totals.sum(REJECTED),
            holds: self.totals.sum(HOLDS),
        }
    }

    pub(super) fn word(&self) -> PermitWord {
        PermitWord::from_bits(self.word.load(Ordering::Relaxed))
    }

    /// The queue, with all that calls did without it. Until it is dropped, they wait for its lock.
    pub(super) fn queue(&self) -> ClosedQueue<'_> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        // Who has the lock opens the word, and nobody else. So a closed one stays closed.
        if self.word() != PermitWord::CLOSED {
            let word = PermitWord::from_bits(self.word.swap(PermitWord::CLOSED.bits(), Ordering::Relaxed));
            queue.go_on_from(word, clock::EARLIEST);
        }
        ClosedQueue { queue, word: &self.word }
    }
}

/// The queue, locked, while the word is closed.
pub(super) struct ClosedQueue<'a> {
    queue: MutexGuard<'a, Queue>,
    word: &'a AtomicU64,
}

impl Deref for ClosedQueue<'_> {
    type Target = Queue;

    fn deref(&self) -> &Queue {
        &self.queue
    }
}

impl DerefMut for ClosedQueue<'_> {
    fn deref_mut(&mut self) -> &mut Queue {
        &mut self.queue
    }
}

impl Drop for ClosedQueue<'_> {
    fn drop(&mut self) {
        let word = self.queue.word(clock::EARLIEST);
        if word != PermitWord::CLOSED {
            self.word.store(word.bits(), Ordering::Relaxed);
        }
    }
}

impl SharedState for RateLimiter {
    type Policy = RateLimitPolicy;
    const KIND: &'static str = "rate limit";

    fn make(name: Name, policy: RateLimitPolicy) -> Self {
        Self::named(name, policy)
    }

    fn made_with(&self) -> RateLimitPolicy {
        *self.in_force.first().policy
    }

    /// A hold of no time stops nobody.
    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self {
        Self::named(name, RateLimitPolicy::HOLDS_ONLY.without_holds())
    }

    fn settings(policy: &RateLimitPolicy) -> Vec<(&'static str, String)> {
        policy.settings()
    }
}
