//! The attempts of one annotated call: generated code has the loop, this decides what follows each attempt.

use std::time::Duration;

use crate::core::attempt::Attempt;
use crate::core::clock::Stopwatch;
use crate::core::error::{Error, Failure, Refusal};
use crate::core::name::Name;
use crate::core::random;
use crate::core::retries_exhausted::{GiveUpReason, RetriesExhausted};
use crate::core::span::{AttemptSpan, record_attempts};
use crate::deadline::current as deadline;
use crate::retry::delay;
use crate::retry::events::{GiveUpEvent, RetryEvent};
use crate::retry::overrides;
use crate::retry::policy::RetryPolicy;
use crate::retry::rules::Rules;
use crate::retry::schedule::{Decision, Schedule, Wait};
use crate::retry::settings::Settings;
use crate::retry::verdict::Verdict;

/// The state of one call.
#[derive(Debug)]
pub struct Retrying<'p> {
    settings: &'p Settings,
    schedule: Schedule,
    /// Started only if something depends on the time.
    clock: Stopwatch,
    span: AttemptSpan,
}

/// What generated code does after an attempt.
#[derive(Debug)]
pub enum Next {
    /// The outcome is the answer.
    Done,
    /// The outcome is the last one there will be: attempts or time have run out.
    Exhausted,
    /// Make another attempt after this delay.
    Delay(Duration),
    /// The deadline above is over. An async function is dropped during this delay; a sync one makes no other attempt.
    TooLate(Duration),
}

impl<'p> Retrying<'p> {
    /// `timed` if the attempts look at the time although the settings do not.
    pub fn new(settings: &'p Settings, timed: bool) -> Self {
        let settings = overrides::settings(settings);
        let clock = if timed || settings.limits_time() { Stopwatch::start() } else { Stopwatch::default() };
        Self { settings, schedule: Schedule::new(), clock, span: AttemptSpan::NONE }
    }

    /// The same for a policy, whose functions may look at the time.
    pub fn by<P: ?Sized>(policy: &'p RetryPolicy<P>, timed: bool) -> Self {
        Self::with(policy, &policy.settings, timed)
    }

    /// The same with the functions of a policy, and other settings.
    pub fn with<P: ?Sized>(policy: &RetryPolicy<P>, settings: &'p Settings, timed: bool) -> Self {
        Self::new(settings, timed || policy.rules.measure_time())
    }

    /// The state of attempts that are kept elsewhere.
    pub(super) const fn of(settings: &'p Settings, schedule: Schedule, clock: Stopwatch) -> Self {
        Self { settings, schedule, clock, span: AttemptSpan::NONE }
    }

    /// Counts an attempt that is about to be made. This thread is in its span until that is [reported](Self::report), or
    /// the poll in which it began ends.
    #[inline]
    pub fn begin(&mut self) -> Attempt {
        let elapsed = if self.schedule.made() > 0 { self.begin_span() } else { Duration::ZERO };
        self.schedule.begin(self.settings, elapsed)
    }

    /// Enters the span of an attempt after the first, which begins after the returned time.
    #[cold]
    fn begin_span(&mut self) -> Duration {
        let number = self.schedule.made().saturating_add(1);
        record_attempts(number);
        self.span.begin(number);
        self.clock.elapsed()
    }

    /// The span of the attempt under way.
    #[inline]
    pub(crate) const fn span(&self) -> &AttemptSpan {
        &self.span
    }

    /// The span of the attempt under way.
    #[inline]
    pub(super) const fn span_mut(&mut self) -> &mut AttemptSpan {
        &mut self.span
    }

    /// Sleeps for the delay by blocking the thread. Returns whether another attempt may begin: not if the deadline above
    /// is over.
    #[must_use]
    pub fn sleep_blocking(&self, delay: Duration) -> bool {
        delay::sleep_blocking(delay, self.settings.heeds_deadline)
    }

    /// What the policy alone says of an outcome.
    pub fn look<'o, T, E, R: Refusal>(&self, outcome: &'o Result<T, Failure<E, R>>) -> Verdict<'o, T, E, R>
    where
        'p: 'o,
    {
        let (again, wait) = match outcome {
            Ok(_) => (false, Wait::Computed),
            Err(Failure::Inner(_)) => (true, Wait::Computed),
            Err(Failure::Refused(refusal)) => {
                let refusal = refusal.as_error().decisive();
                let again = self.settings.retries(refusal.kind()) && !refusal.is_final();
                (again, refusal.retry_after().map_or(Wait::Computed, Wait::AtLeast))
            }
        };
        Verdict { settings: self.settings, outcome, again, wait }
    }

    /// Decides what follows the attempt.
    #[inline]
    pub fn next<T, E, R>(&mut self, verdict: &Verdict<'_, T, E, R>) -> Next {
        if verdict.again && !self.settings.is_off() { self.delay(verdict.wait) } else { Next::Done }
    }

    /// The same if a function of the attempt computes the delay. It is not asked if no delay follows.
    pub fn next_by<T, E, R>(&mut self, verdict: &Verdict<'_, T, E, R>, backoff: impl FnOnce(u32) -> Duration) -> Next {
        if !verdict.again || self.settings.is_off() {
            return Next::Done;
        }
        let made = self.schedule.made();
        let delay = if self.settings.attempts_left(made) { backoff(made) } else { Duration::ZERO };
        self.decide(&self.settings.with_delay(delay), verdict.wait)
    }

    #[cold]
    fn delay(&mut self, wait: Wait) -> Next {
        self.decide(self.settings, wait)
    }

    #[inline]
    fn decide(&mut self, settings: &Settings, wait: Wait) -> Next {
        let clock = self.clock;
        match self.schedule.after(settings, wait, random::unit, || clock.elapsed(), deadline::remaining) {
            Decision::Delay(delay) => {
                // Counted before it has passed: a call that is dropped during the delay is dropped with this state.
                self.schedule.completed(delay);
                self.span.delayed(delay);
                Next::Delay(delay)
            }
            Decision::TooLate(delay) if deadline::expired_async_limit().is_some() => Next::TooLate(delay),
            Decision::Exhausted | Decision::TooLate(_) => Next::Exhausted,
        }
    }

    /// There is no token for the attempt after this delay, so the delay does not begin.
    #[cold]
    pub(super) fn refuse_token(&mut self, delay: Duration) {
        self.schedule.refuse_token(delay);
    }

    /// Calls an observer before a delay.
    pub fn observe<T, E, R: Refusal>(
        &self,
        name: Name,
        outcome: &Result<T, Failure<E, R>>,
        delay: Duration,
        observer: impl FnOnce(&RetryEvent<'_, E>),
    ) {
        let error = outcome.as_ref().err().map(Failure::as_ref);
        observer(&RetryEvent {
            name: name.as_str(),
            attempt: self.schedule.made(),
            max_attempts: self.settings.most_attempts(),
            delay,
            error,
        });
    }

    /// Calls the policy's observer before a delay.
    pub fn observe_by<T, E, R: Refusal>(
        &self,
        name: Name,
        outcome: &Result<T, Failure<E, R>>,
        delay: Duration,
        rules: Option<&Rules<E>>,
    ) {
        if let Some(on_retry) = rules.and_then(|rules| rules.on_retry) {
            self.observe(name, outcome, delay, on_retry);
        }
    }

    /// Calls an observer when no further attempt is made, unless the outcome is the answer or the deadline above is over.
    pub fn give_up<T, E, R: Refusal>(
        &self,
        name: Name,
        outcome: &Result<T, Failure<E, R>>,
        observer: impl FnOnce(&GiveUpEvent<'_, E>),
    ) {
        let why = match (self.schedule.gave_up(), outcome) {
            (Some(why), _) => why,
            (None, Err(_)) => GiveUpReason::NotRetryable,
            (None, Ok(_)) => return,
        };
        if deadline::expired().is_some() || self.settings.is_off() {
            return;
        }
        observer(&GiveUpEvent {
            name: name.as_str(),
            attempts: self.schedule.made(),
            elapsed: self.elapsed(),
            why,
            error: outcome.as_ref().err().map(Failure::as_ref),
        });
    }

    /// Calls the policy's observer when no further attempt is made.
    pub fn give_up_by<T, E, R: Refusal>(
        &self,
        name: Name,
        outcome: &Result<T, Failure<E, R>>,
        rules: Option<&Rules<E>>,
    ) {
        if let Some(on_give_up) = rules.and_then(|rules| rules.on_give_up) {
            self.give_up(name, outcome, on_give_up);
        }
    }

    /// The attempts that were made.
    pub(super) const fn made(&self) -> u32 {
        self.schedule.made()
    }

    /// Why no further attempt follows, once that is decided.
    pub(super) const fn gave_up(&self) -> Option<GiveUpReason> {
        self.schedule.gave_up()
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.schedule.at_least(self.clock.elapsed())
    }

    /// The last outcome with its error wrapped, for `exhausted = wrap`.
    ///
    /// # Errors
    ///
    /// The refusal that wraps the last error, if the last outcome was one.
    pub fn wrap<T, E, R: Refusal>(
        &self,
        name: Name,
        outcome: Result<T, Failure<E, R>>,
        into_source: impl FnOnce(E) -> Box<dyn std::error::Error + Send + Sync>,
    ) -> Result<T, Failure<E>> {
        outcome.map_err(|failure| {
            let last_error = match failure {
                Failure::Inner(error) => into_source(error),
                Failure::Refused(refusal) => refusal.into().into(),
            };
            Failure::Refused(Error::RetriesExhausted(Box::new(RetriesExhausted {
                name,
                attempts: self.schedule.made(),
                elapsed: self.elapsed(),
                // Undecided only where the deadline came during a delay that blocked.
                why: self.schedule.gave_up().unwrap_or(GiveUpReason::Deadline),
                last_error: last_error.into(),
            })))
        })
    }
}
