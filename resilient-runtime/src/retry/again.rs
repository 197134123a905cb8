//! A loop over attempts that gives each error to the policy, and gets the last one back.

use std::convert::Infallible;
use std::time::Duration;

use crate::core::attempt::Attempt;
use crate::core::error::{Failure, Refusal};
use crate::core::plain_error::expect_plain;
use crate::retry::attempts::Attempts;
use crate::retry::delay;
use crate::retry::driver::{Next, Retrying};
use crate::retry::repeat::{UNNAMED, plain};
use crate::retry::rules::Covers;
use crate::retry::schedule::Wait;
use crate::retry::shows::NotShown;
use crate::retry::spending::MayHaveBudget;

/// Why a loop ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// The error is not worth another attempt.
    Declined,
    /// There is no attempt, no time or no token left.
    Exhausted,
}

impl<P: ?Sized, B: MayHaveBudget> Attempts<P, B> {
    /// Takes the error of an attempt, sleeps for the delay, and begins the next attempt. The first attempt begins when
    /// the attempts are made, or with [`next`](Self::next).
    ///
    /// The error stays in the future during the delay, so it has to be `Send` if the loop is spawned.
    ///
    /// Cancellation: as of [`next`](Self::next), and the error is dropped. A further call sleeps for the rest of the
    /// same delay.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    ///
    /// # let mut answers = ["not yet", "not yet", "7"].into_iter();
    /// # let mut ask = async || match answers.next() { Some("7") => Ok(7), _ => Err("not yet") };
    /// async fn seven(
    ///     mut ask: impl AsyncFnMut() -> Result<u32, &'static str>,
    /// ) -> Result<u32, &'static str> {
    ///     let mut attempts = POLICY.attempts();
    ///     loop {
    ///         match ask().await {
    ///             Ok(answer) => break Ok(answer),
    ///             Err(error) => attempts.again(error).await?,
    ///         }
    ///     }
    /// }
    /// assert_eq!(seven(&mut ask).await, Ok(7));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// The error itself, if no further attempt follows: the policy does not retry it, or attempts or time have run out.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_again`](Self::try_again) takes.
    pub async fn again<E>(&mut self, error: E) -> Result<(), E>
    where
        P: Covers<E>,
    {
        expect_plain::<E>("Attempts::again", "try_again");
        self.after(Failure::<E, Infallible>::Inner(error)).await.map_err(|(failure, _)| plain(failure))
    }

    /// As [`again`](Self::again) for the failure of what another policy may refuse. Which refusals are retried is the
    /// same as in [`RetryPolicy::try_run`](crate::RetryPolicy::try_run).
    ///
    /// # Errors
    ///
    /// The failure itself, wrapped if the policy says so.
    pub async fn try_again<E>(&mut self, failure: Failure<E>) -> Result<(), Failure<E>>
    where
        P: Covers<E>,
    {
        self.after(failure).await.map_err(|(failure, end)| self.wrapped(failure, end))
    }

    /// As [`again`](Self::again), but blocks the thread during the delay.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy =
    ///     RetryPolicy::new().max_attempts(2).base_delay(Duration::from_millis(1));
    ///
    /// fn read(mut files: impl Iterator<Item = &'static str>) -> std::io::Result<String> {
    ///     let mut attempts = POLICY.attempts();
    ///     loop {
    ///         match std::fs::read_to_string(files.next().unwrap()) {
    ///             Ok(text) => break Ok(text),
    ///             Err(error) => attempts.again_blocking(error)?,
    ///         }
    ///     }
    /// }
    /// assert_eq!(
    ///     read(["missing", "lost"].into_iter()).unwrap_err().kind(),
    ///     std::io::ErrorKind::NotFound
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// As [`again`](Self::again).
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_again_blocking`](Self::try_again_blocking) takes.
    #[track_caller]
    pub fn again_blocking<E>(&mut self, error: E) -> Result<(), E>
    where
        P: Covers<E>,
    {
        expect_plain::<E>("Attempts::again_blocking", "try_again_blocking");
        self.after_blocking(Failure::<E, Infallible>::Inner(error)).map_err(|(failure, _)| plain(failure))
    }

    /// As [`try_again`](Self::try_again), but blocks the thread during the delay.
    ///
    /// # Errors
    ///
    /// As [`try_again`](Self::try_again).
    pub fn try_again_blocking<E>(&mut self, failure: Failure<E>) -> Result<(), Failure<E>>
    where
        P: Covers<E>,
    {
        self.after_blocking(failure).map_err(|(failure, end)| self.wrapped(failure, end))
    }

    async fn after<E, R: Refusal>(&mut self, failure: Failure<E, R>) -> Result<(), (Failure<E, R>, End)>
    where
        P: Covers<E>,
    {
        let outcome = Err::<Infallible, _>(failure);
        let had_begun = self.is_delayed();
        match self.decide(&outcome) {
            Ok((left, token)) => {
                self.sleep(left, had_begun).await;
                B::spend(token);
            }
            Err(end) => {
                if end == End::Exhausted {
                    delay::wait_for_timeout_above().await;
                }
                return Err((failed(outcome), end));
            }
        }
        self.begin();
        Ok(())
    }

    fn after_blocking<E, R: Refusal>(&mut self, failure: Failure<E, R>) -> Result<(), (Failure<E, R>, End)>
    where
        P: Covers<E>,
    {
        let outcome = Err::<Infallible, _>(failure);
        match self.decide(&outcome) {
            Ok((left, token)) if delay::sleep_blocking(left, self.policy.settings.heeds_deadline) => {
                B::spend(token);
                self.begin();
                Ok(())
            }
            Ok(_) => Err((failed(outcome), End::Exhausted)),
            Err(end) => Err((failed(outcome), end)),
        }
    }

    /// The delay before the next attempt with a token for it, or the end. Calls the policy's observers.
    fn decide<E, R: Refusal>(
        &mut self,
        outcome: &Result<Infallible, Failure<E, R>>,
    ) -> Result<(Duration, B::Token), End>
    where
        P: Covers<E>,
    {
        let policy = self.policy;
        let rules = policy.rules_for();
        let attempt = self.under_way();
        let verdict = self.view().look(outcome).by(rules, attempt);
        let (again, wait) = (verdict.again, verdict.wait);
        // A delay that has begun goes on, unless this error asks for one of its own.
        if again && wait != Wait::Computed {
            self.replace(wait);
        }
        let left = if again { self.left_in_budget().ok_or(End::Exhausted) } else { Err(End::Declined) };
        let next = match &left {
            Ok((delay, _)) => Next::Delay(*delay),
            Err(End::Exhausted) => Next::Exhausted,
            Err(End::Declined) => Next::Done,
        };
        self.view().report(UNNAMED, outcome, &next, (rules, NotShown));
        match &left {
            Ok((delay, _)) => self.view().observe_by(UNNAMED, outcome, *delay, rules),
            Err(_) => self.view().give_up_by(UNNAMED, outcome, rules),
        }
        left
    }

    /// The attempt that has just ended. One that nobody began has begun when this was made.
    fn under_way(&mut self) -> Attempt {
        match self.current {
            Some(attempt) => attempt,
            None => {
                let clock = self.clock;
                let first = self.begin();
                self.clock = clock;
                first
            }
        }
    }

    /// The state as that of a call.
    const fn view(&self) -> Retrying<'_> {
        Retrying::of(&self.policy.settings, self.schedule, self.clock)
    }

    /// The last failure, wrapped if the policy says so and the attempts have run out.
    fn wrapped<E>(&self, failure: Failure<E>, end: End) -> Failure<E>
    where
        P: Covers<E>,
    {
        match self.policy.rules_for().and_then(|rules| rules.wrap) {
            Some(wrap) if end == End::Exhausted => {
                failed(self.view().wrap(UNNAMED, Err::<Infallible, _>(failure), wrap))
            }
            _ => failure,
        }
    }
}

/// An outcome that cannot be a success is a failure.
fn failed<E, R>(outcome: Result<Infallible, Failure<E, R>>) -> Failure<E, R> {
    match outcome {
        Err(failure) => failure,
    }
}
