//! Attempts as a loop that the user writes.

use std::fmt;
use std::time::Duration;

use crate::core::attempt::Attempt;
use crate::core::clock::Stopwatch;
use crate::core::random;
use crate::core::span::record_attempts;
use crate::deadline::current as deadline;
use crate::retry::delay;
use crate::retry::overrides;
use crate::retry::pending::Pending;
use crate::retry::policy::RetryPolicy;
use crate::retry::rules::AnyError;
use crate::retry::schedule::{Schedule, Wait};
use crate::retry::spending::MayHaveBudget;
use crate::retry_budget::budget::RetryBudget;

/// The attempts of one call, for a loop that you write. From [`RetryPolicy::attempts`].
///
/// [`again`](Self::again) takes the error of an attempt, and returns it if no further attempt follows;
/// [`next`](Self::next) knows nothing of errors.
///
/// `B` is the [budget](Self::with_budget): `()` for none, or `&RetryBudget`.
pub struct Attempts<P: ?Sized = AnyError, B = ()> {
    pub(super) policy: RetryPolicy<P>,
    pub(super) schedule: Schedule,
    /// Started when this was made, and again when `next` begins the first attempt.
    pub(super) clock: Stopwatch,
    pub(super) wait: Wait,
    pending: Pending,
    /// The attempt under way; `None` before the first, which may begin without a word.
    pub(super) current: Option<Attempt>,
    budget: B,
}

impl<P: ?Sized, B> fmt::Debug for Attempts<P, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { policy, schedule, pending, .. } = self;
        f.debug_struct("Attempts")
            .field("policy", policy)
            .field("made", &schedule.made())
            .field("is_delayed", &pending.has_begun())
            .finish_non_exhaustive()
    }
}

impl<P: ?Sized> RetryPolicy<P> {
    /// The attempts of one call, for a loop that you write: `next` sleeps between attempts, and decides when they end.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    ///
    /// let mut attempts = POLICY.attempts();
    /// let mut answer = Err("never tried");
    /// while let Some(attempt) = attempts.next().await {
    ///     answer = if attempt.number() < 3 { Err("not yet") } else { Ok(attempt.number()) };
    ///     if answer.is_ok() {
    ///         break;
    ///     }
    /// }
    /// assert_eq!(answer, Ok(3));
    /// # });
    /// ```
    pub fn attempts(&self) -> Attempts<P> {
        Attempts {
            policy: Self { settings: *overrides::settings(&self.settings), ..*self },
            schedule: Schedule::new(),
            clock: Stopwatch::start(),
            wait: Wait::Computed,
            pending: Pending::default(),
            current: None,
            budget: (),
        }
    }
}

impl<P: ?Sized> Attempts<P> {
    /// Takes a token of this budget for each retry, once everything else says that one follows. Without a token there is
    /// no further attempt. A delay that is dropped gives its token back, and takes another when it goes on.
    ///
    /// The call earns now, unless only successes do; of these tell the budget by
    /// [`record_call`](RetryBudget::record_call).
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{RetryBudget, RetryBudgetPolicy, RetryPolicy};
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    ///
    /// let budget =
    ///     RetryBudget::new("api", RetryBudgetPolicy::new().share(1.0).min_per_second(0));
    /// let mut attempts = POLICY.attempts().with_budget(&budget);
    /// assert_eq!(attempts.next_blocking().map(|attempt| attempt.number()), Some(1));
    /// assert_eq!(attempts.next_blocking().map(|attempt| attempt.number()), Some(2));
    /// assert_eq!(attempts.next_blocking(), None, "there is a token for one retry");
    /// ```
    pub fn with_budget(self, budget: &RetryBudget) -> Attempts<P, &RetryBudget> {
        budget.call_begins();
        let Self { policy, schedule, clock, wait, pending, current, budget: () } = self;
        Attempts { policy, schedule, clock, wait, pending, current, budget }
    }
}

impl<P: ?Sized, B: MayHaveBudget> Attempts<P, B> {
    /// Sleeps for the delay and returns the next attempt; the first one comes at once. `None` if the attempts or
    /// `max_elapsed` are used up, if the delay would not end before the [`deadline`](crate::deadline()) above, or if a
    /// budget has no token.
    ///
    /// Cancellation: if this is dropped during the delay, no attempt and no delay is counted, and the next call sleeps
    /// for the rest of the same delay. So it can be used in `select!` beside events that come more often. If
    /// `max_elapsed` is over by then, there is no further attempt.
    pub async fn next(&mut self) -> Option<Attempt> {
        if self.current.is_some() {
            let has_begun = self.pending.has_begun();
            let Some((left, token)) = self.left_in_budget() else {
                delay::wait_for_timeout_above().await;
                return None;
            };
            self.sleep(left, has_begun).await;
            B::spend(token);
        }
        Some(self.begin())
    }

    /// Sleeps for the rest of a delay. One that had begun before and is over must not yield again: a caller that drops
    /// this at each poll would never get on.
    pub(super) async fn sleep(&self, left: Duration, had_begun: bool) {
        if !had_begun || !left.is_zero() {
            delay::sleep(left).await;
        }
    }

    /// As [`next`](Self::next), but blocks the thread during the delay.
    pub fn next_blocking(&mut self) -> Option<Attempt> {
        if self.current.is_some() {
            let (delay, token) = self.left_in_budget()?;
            if !delay::sleep_blocking(delay, self.policy.settings.heeds_deadline) {
                return None;
            }
            B::spend(token);
        }
        Some(self.begin())
    }

    /// Replaces the next delay, even one that has begun and was dropped, by the one that the callee asked for, up to
    /// the policy's [`max_retry_after`](RetryPolicy::max_retry_after). Zero asks for nothing: the computed delay is
    /// used.
    pub fn retry_after(&mut self, delay: Duration) {
        self.replace(Wait::asked(&self.policy.settings, delay));
    }

    /// Replaces the next delay.
    pub(super) const fn replace(&mut self, wait: Wait) {
        self.pending.replace();
        self.wait = wait;
    }

    pub(super) const fn is_delayed(&self) -> bool {
        self.pending.has_begun()
    }

    /// Counts the completed delay, if there was one, and the attempt that begins.
    pub(super) fn begin(&mut self) -> Attempt {
        if self.current.is_some() {
            self.pending.complete(&mut self.schedule);
            self.wait = Wait::Computed;
        } else {
            self.clock = Stopwatch::start();
        }
        let attempt = self.schedule.begin(&self.policy.settings, self.clock.elapsed());
        record_attempts(attempt.number());
        self.current = Some(attempt);
        attempt
    }

    /// The rest of the delay before the next attempt, and a token for that attempt; `None` if there is none.
    pub(super) fn left_in_budget(&mut self) -> Option<(Duration, B::Token)> {
        let left = self.left()?;
        let token = self.budget.token();
        if token.is_none() {
            self.pending.replace();
            self.schedule.refuse_token(Duration::ZERO);
        }
        Some((left, token?))
    }

    fn left(&mut self) -> Option<Duration> {
        self.pending.left(
            &mut self.schedule,
            &self.policy.settings,
            self.wait,
            random::unit,
            self.clock.elapsed(),
            deadline::remaining(),
        )
    }
}
