//! Retries around an operation, without attributes.

use std::convert::Infallible;

use crate::core::error::{Error, Failure, Refusal};
use crate::core::lift::{Lift, lift_call};
use crate::core::name::Name;
use crate::core::plain_error::expect_plain;
use crate::retry::delay;
use crate::retry::driver::{Next, Retrying};
use crate::retry::policy::RetryPolicy;
use crate::retry::rules::{Covers, Rules};

/// The name in events and refusals of a retry that no attribute makes.
pub(super) const UNNAMED: Name = Name::new(&"retry");

impl<P: ?Sized> RetryPolicy<P> {
    /// Makes a call until it succeeds or the attempts run out. Blocks the thread during the delays. Every error is
    /// retried, unless the policy is for errors of one type and says which.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    ///
    /// let mut tries = 0;
    /// let answer = POLICY.call(|| {
    ///     tries += 1;
    ///     if tries < 3 { Err("not yet") } else { Ok(tries) }
    /// });
    /// assert_eq!(answer, Ok(3));
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_call`](Self::try_call) takes, or if the policy wraps
    /// the last error, which `try_call` returns.
    #[track_caller]
    pub fn call<T, E>(&self, mut operation: impl FnMut() -> Result<T, E>) -> Result<T, E>
    where
        P: Covers<E>,
    {
        expect_plain::<E>("RetryPolicy::call", "try_call");
        self.expect_unwrapped("RetryPolicy::call", "try_call");
        repeat_blocking(self, || lift_call(&mut operation)).plain()
    }

    /// As [`call`](Self::call) for an operation that a policy further in may refuse.
    ///
    /// A refusal is retried unless the policy excludes its kind, as [`retry_timed_out(false)`](Self::retry_timed_out)
    /// does. [`CircuitOpen`](crate::Error::CircuitOpen) is retried only with
    /// [`retry_circuit_open`](Self::retry_circuit_open): the delay then lasts until the breaker would admit a probe,
    /// plus jitter. An inner [`RetriesExhausted`](crate::Error::RetriesExhausted) is treated as its last error.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{RetryPolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const RETRY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// let mut tries = 0;
    /// let answer = RETRY.try_call(|| {
    ///     tries += 1;
    ///     LIMIT.call(move || if tries < 3 { Err("not yet") } else { Ok(tries) })
    /// });
    /// assert_eq!(answer, Ok(3));
    /// ```
    ///
    /// # Errors
    ///
    /// The failure of the last attempt, wrapped if the policy says so.
    pub fn try_call<T, E>(&self, operation: impl FnMut() -> Result<T, Failure<E>>) -> Result<T, Failure<E>>
    where
        P: Covers<E>,
    {
        repeat_blocking(self, operation).wrapped(self.rules_for())
    }

    /// Runs a new future for each attempt until one succeeds or the attempts run out. Every error is retried,
    /// unless the policy is for errors of one type and says which.
    ///
    /// Cancellation: dropping this drops the current attempt, and no further one is made.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(2).base_delay(Duration::from_millis(1));
    ///
    /// assert_eq!(POLICY.run(async || Err::<(), _>("no route")).await, Err("no route"));
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_run`](Self::try_run) takes, or if the policy wraps the
    /// last error, which `try_run` returns.
    #[track_caller]
    pub fn run<T, E, F>(&self, mut operation: impl FnMut() -> F) -> impl Future<Output = Result<T, E>>
    where
        P: Covers<E>,
        F: Future<Output = Result<T, E>>,
    {
        expect_plain::<E>("RetryPolicy::run", "try_run");
        self.expect_unwrapped("RetryPolicy::run", "try_run");
        let repeated = repeat(self, move || Lift::new(operation()));
        async { repeated.await.plain() }
    }

    /// As [`run`](Self::run) for an operation that a policy further in may refuse. See [`try_call`](Self::try_call) for
    /// which refusals are retried.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{BreakerPolicy, CircuitBreaker, Failure, RetryPolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const RETRY: RetryPolicy = RetryPolicy::new().max_attempts(5);
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_secs(2));
    ///
    /// async fn search() -> Result<u32, std::io::Error> {
    ///     Ok(7)
    /// }
    ///
    /// let breaker = CircuitBreaker::new("search", BreakerPolicy::new());
    /// let found = RETRY.try_run(|| breaker.try_run(LIMIT.run(search()))).await;
    /// assert_eq!(found.unwrap(), 7);
    ///
    /// breaker.force_open();
    /// let refused = RETRY.try_run(|| breaker.try_run(LIMIT.run(search()))).await;
    /// assert!(refused.unwrap_err().refusal().unwrap().is_circuit_open());
    /// assert_eq!(breaker.stats().rejected_calls, 1, "an open breaker is not asked again");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// The failure of the last attempt, wrapped if the policy says so.
    pub fn try_run<T, E, F>(&self, operation: impl FnMut() -> F) -> impl Future<Output = Result<T, Failure<E>>>
    where
        P: Covers<E>,
        F: Future<Output = Result<T, Failure<E>>>,
    {
        let repeated = repeat(self, operation);
        async { repeated.await.wrapped(self.rules_for()) }
    }

    #[track_caller]
    fn expect_unwrapped(&self, method: &str, instead: &str) {
        debug_assert!(
            self.rules.wrap.is_none(),
            "`{method}` returns plain errors, and this policy wraps the last one: `{instead}` returns it"
        );
    }
}

/// A failure that cannot be a refusal is an error.
pub(super) fn plain<E>(failure: Failure<E, Infallible>) -> E {
    match failure {
        Failure::Inner(error) => error,
    }
}

/// How a call ended.
struct Ended<'p, T, E, R> {
    retrying: Retrying<'p>,
    /// Of the last attempt.
    outcome: Result<T, Failure<E, R>>,
    /// Whether it is worth another attempt, for which there is no number or no time left.
    is_exhausted: bool,
}

impl<T, E> Ended<'_, T, E, Infallible> {
    /// The last outcome, which cannot be a refusal.
    fn plain(self) -> Result<T, E> {
        self.outcome.map_err(plain)
    }
}

impl<T, E> Ended<'_, T, E, Error> {
    /// The last outcome, wrapped if the policy says so.
    fn wrapped(self, rules: Option<&Rules<E>>) -> Result<T, Failure<E>> {
        match rules.and_then(|rules| rules.wrap) {
            Some(wrap) if self.is_exhausted => self.retrying.wrap(UNNAMED, self.outcome, wrap),
            _ => self.outcome,
        }
    }
}

fn repeat_blocking<P: Covers<E> + ?Sized, T, E, R: Refusal>(
    policy: &RetryPolicy<P>,
    mut operation: impl FnMut() -> Result<T, Failure<E, R>>,
) -> Ended<'_, T, E, R> {
    let rules = policy.rules_for();
    let mut retrying = Retrying::new(policy, false);
    let (outcome, is_exhausted) = loop {
        let attempt = retrying.begin();
        let outcome = operation();
        let verdict = retrying.look(&outcome).by(rules, attempt);
        match retrying.next(&verdict) {
            Next::Done => break (outcome, false),
            Next::Exhausted | Next::TooLate(_) => break (outcome, true),
            Next::Delay(delay) => {
                retrying.observe_by(UNNAMED, &outcome, delay, rules);
                if !retrying.sleep_blocking(delay) {
                    break (outcome, true);
                }
            }
        }
    };
    retrying.give_up_by(UNNAMED, &outcome, rules);
    Ended { retrying, outcome, is_exhausted }
}

async fn repeat<P, T, E, R, F>(policy: &RetryPolicy<P>, mut operation: impl FnMut() -> F) -> Ended<'_, T, E, R>
where
    P: Covers<E> + ?Sized,
    R: Refusal,
    F: Future<Output = Result<T, Failure<E, R>>>,
{
    let rules = policy.rules_for();
    let mut retrying = Retrying::new(policy, false);
    loop {
        let attempt = retrying.begin();
        // The outcome is dropped before the delay, so that it need not be `Send`.
        let delay = {
            let outcome = operation().await;
            let verdict = retrying.look(&outcome).by(rules, attempt);
            let next = retrying.next(&verdict);
            match next {
                Next::Done | Next::Exhausted => {
                    retrying.give_up_by(UNNAMED, &outcome, rules);
                    return Ended { retrying, outcome, is_exhausted: matches!(next, Next::Exhausted) };
                }
                Next::Delay(delay) => {
                    retrying.observe_by(UNNAMED, &outcome, delay, rules);
                    delay
                }
                Next::TooLate(delay) => delay,
            }
        };
        delay::sleep(delay).await;
    }
}
