//! A retry with closures that are given where the call is made.

use std::marker::PhantomData;
use std::time::Duration;

use crate::core::error::Failure;
use crate::core::lift::{Lift, lift_call};
use crate::core::plain_error::expect_plain;
use crate::retry::events::{GiveUpEvent, RetryEvent};
use crate::retry::looks::{ByBoth, ByError, ByPolicy, ByResult, ByValue, Looks, Observer, Places};
use crate::retry::policy::RetryPolicy;
use crate::retry::repeat::{Call, repeat, repeat_blocking};
use crate::retry::rules::Covers;
use crate::retry_budget::budget::RetryBudget;

impl<P: ?Sized> RetryPolicy<P> {
    /// Takes closures for one call, which may capture, and may look at the values of successes.
    ///
    /// Each is in the place of what the policy says; what it does not give is as the policy says. A closure over values
    /// or errors says the type of its argument where the compiler does not know it yet.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    ///
    /// let mut states = ["queued", "running", "done"].into_iter();
    /// let mut delays = Vec::new();
    /// let state = POLICY
    ///     .for_call()
    ///     .retry_if_ok(|state: &&str| *state != "done")
    ///     .on_retry(|event| delays.push(event.delay))
    ///     .call(|| states.next().ok_or("no more"));
    /// assert_eq!((state, delays.len()), (Ok("done"), 2));
    /// ```
    pub const fn for_call<T, E>(&self) -> RetryCall<'_, P, T, E>
    where
        P: Covers<E>,
    {
        let places = Places { judge: ByPolicy, asked: ByPolicy, on_retry: ByPolicy, on_give_up: ByPolicy };
        RetryCall { policy: self, call: Call::NEW, places, of: PhantomData }
    }

    /// For one call, says by its result whether another attempt is worth it, in the place of the policy's filter. See
    /// [`for_call`](Self::for_call). A refusal is retried as the policy says.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::io;
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy =
    ///     RetryPolicy::new().max_attempts(2).base_delay(Duration::from_millis(1));
    ///
    /// let is_busy = |result: &Result<u16, io::Error>| matches!(result, Ok(503));
    /// let status = POLICY.on_result(is_busy).run(async || Ok(503)).await;
    /// assert_eq!(status.unwrap(), 503, "the last one, after two attempts");
    /// # });
    /// ```
    pub fn on_result<T, E, F: FnMut(&Result<T, E>) -> bool>(
        &self,
        is_worth_it: F,
    ) -> RetryCall<'_, P, T, E, ByResult<F>>
    where
        P: Covers<E>,
    {
        self.for_call().on_result(is_worth_it)
    }

    /// For one call, takes a token of this budget for each retry. Without a token the last error returns at once, and
    /// [`GiveUpReason::Budget`](crate::GiveUpReason::Budget) is why.
    ///
    /// The token is taken once everything else says that a retry follows, and given back if the call is dropped during
    /// the delay. The call earns what the budget says, once, however many attempts it has.
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
    /// let mut calls = 0;
    /// let answer = POLICY.with_budget(&budget).call(|| {
    ///     calls += 1;
    ///     Err::<(), _>("no route")
    /// });
    /// assert_eq!(answer, Err("no route"));
    /// assert_eq!(
    ///     calls, 2,
    ///     "three attempts are allowed, and the budget has a token for one retry"
    /// );
    /// ```
    pub const fn with_budget<'p, T, E>(&'p self, budget: &'p RetryBudget) -> RetryCall<'p, P, T, E>
    where
        P: Covers<E>,
    {
        self.for_call().with_budget(budget)
    }
}

/// A retry of one call, with closures that say what the policy does not. From [`RetryPolicy::for_call`].
#[derive(Debug)]
#[must_use = "it does nothing until `call`, `run`, `try_call` or `try_run`"]
pub struct RetryCall<'p, P: ?Sized, T, E, J = ByPolicy, A = ByPolicy, O = ByPolicy, G = ByPolicy> {
    policy: &'p RetryPolicy<P>,
    call: Call<'p, E>,
    places: Places<J, A, O, G>,
    of: PhantomData<fn() -> Result<T, E>>,
}

impl<'p, P: ?Sized, T, E, J, A, O, G> RetryCall<'p, P, T, E, J, A, O, G> {
    /// Takes a token of this budget for each retry. See [`RetryPolicy::with_budget`].
    pub const fn with_budget(mut self, budget: &'p RetryBudget) -> Self {
        self.call.budget = Some(budget);
        self
    }

    /// Whether the call may be made again although it may have been received, such as a GET request. Where it is not,
    /// only errors that [`unsent_if`](Self::unsent_if) finds, and refusals that were never sent, are worth another attempt;
    /// [`TimedOut`](crate::Error::TimedOut) is not. As `#[retry(idempotent = …)]`. Default: it may.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::io::{Error, ErrorKind};
    /// use std::time::Duration;
    ///
    /// const POLICY: RetryPolicy = RetryPolicy::new().base_delay(Duration::from_millis(1));
    ///
    /// let attempts = |error: ErrorKind| {
    ///     let mut attempts = 0;
    ///     let call = POLICY.for_call().idempotent(false);
    ///     let call =
    ///         call.unsent_if(|error: &Error| error.kind() == ErrorKind::ConnectionRefused);
    ///     let _ = call.call(|| {
    ///         attempts += 1;
    ///         Err::<(), _>(Error::from(error))
    ///     });
    ///     attempts
    /// };
    /// assert_eq!(attempts(ErrorKind::ConnectionRefused), 3);
    /// assert_eq!(attempts(ErrorKind::ConnectionReset), 1);
    /// ```
    pub const fn idempotent(mut self, is_idempotent: bool) -> Self {
        self.call.is_idempotent = is_idempotent;
        self
    }

    /// Errors of calls that were never sent. They are worth another attempt also where [`idempotent`](Self::idempotent) is
    /// false, which alone makes this act.
    pub const fn unsent_if(mut self, is_unsent: fn(&E) -> bool) -> Self {
        self.call.is_unsent = Some(is_unsent);
        self
    }
}

/// Which outcomes are worth another attempt: one of these, or `retry_if` and then `retry_if_ok`.
impl<'p, P: ?Sized, T, E, A, O, G> RetryCall<'p, P, T, E, ByPolicy, A, O, G> {
    /// The results that are worth another attempt. See [`RetryPolicy::on_result`].
    pub fn on_result<F: FnMut(&Result<T, E>) -> bool>(
        self,
        is_worth_it: F,
    ) -> RetryCall<'p, P, T, E, ByResult<F>, A, O, G> {
        self.judged(ByResult(is_worth_it))
    }

    /// The errors that are worth another attempt, in the place of the policy's
    /// [`retry_if`](RetryPolicy#method.retry_if).
    pub fn retry_if<F: FnMut(&E) -> bool>(self, is_worth_it: F) -> RetryCall<'p, P, T, E, ByError<F>, A, O, G> {
        self.judged(ByError(is_worth_it))
    }

    /// The successes that are worth another attempt. When the attempts run out, the last one is the answer.
    pub fn retry_if_ok<F: FnMut(&T) -> bool>(self, is_worth_it: F) -> RetryCall<'p, P, T, E, ByValue<F>, A, O, G> {
        self.judged(ByValue(is_worth_it))
    }

    fn judged<J>(self, judge: J) -> RetryCall<'p, P, T, E, J, A, O, G> {
        let Places { asked, on_retry, on_give_up, .. } = self.places;
        RetryCall {
            policy: self.policy,
            call: self.call,
            places: Places { judge, asked, on_retry, on_give_up },
            of: PhantomData,
        }
    }
}

impl<'p, P: ?Sized, T, E, F, A, O, G> RetryCall<'p, P, T, E, ByError<F>, A, O, G> {
    /// The successes that are worth another attempt beside the errors.
    pub fn retry_if_ok<V: FnMut(&T) -> bool>(self, is_worth_it: V) -> RetryCall<'p, P, T, E, ByBoth<F, V>, A, O, G> {
        let Places { judge: ByError(errors), asked, on_retry, on_give_up } = self.places;
        let judge = ByBoth { errors, values: is_worth_it };
        RetryCall {
            policy: self.policy,
            call: self.call,
            places: Places { judge, asked, on_retry, on_give_up },
            of: PhantomData,
        }
    }
}

impl<'p, P: ?Sized, T, E, J, O, G> RetryCall<'p, P, T, E, J, ByPolicy, O, G> {
    /// The delay that a success asks for, if it is worth another attempt; cut and spread as that of
    /// [`retry_after`](RetryPolicy#method.retry_after).
    pub fn retry_after_ok<F: FnMut(&T) -> Option<Duration>>(
        self,
        find: F,
    ) -> RetryCall<'p, P, T, E, J, ByValue<F>, O, G> {
        let Places { judge, on_retry, on_give_up, .. } = self.places;
        let places = Places { judge, asked: ByValue(find), on_retry, on_give_up };
        RetryCall { policy: self.policy, call: self.call, places, of: PhantomData }
    }
}

impl<'p, P: ?Sized, T, E, J, A, G> RetryCall<'p, P, T, E, J, A, ByPolicy, G> {
    /// Called before each delay, in the place of the policy's [`on_retry`](RetryPolicy#method.on_retry).
    pub fn on_retry<F: FnMut(&RetryEvent<'_, E>)>(self, observer: F) -> RetryCall<'p, P, T, E, J, A, Observer<F>, G> {
        let Places { judge, asked, on_give_up, .. } = self.places;
        let places = Places { judge, asked, on_retry: Observer(observer), on_give_up };
        RetryCall { policy: self.policy, call: self.call, places, of: PhantomData }
    }
}

impl<'p, P: ?Sized, T, E, J, A, O> RetryCall<'p, P, T, E, J, A, O, ByPolicy> {
    /// Called once when no further attempt is made, unless the last one gave the answer; in the place of the policy's
    /// [`on_give_up`](RetryPolicy#method.on_give_up).
    pub fn on_give_up<F: FnMut(&GiveUpEvent<'_, E>)>(
        self,
        observer: F,
    ) -> RetryCall<'p, P, T, E, J, A, O, Observer<F>> {
        let Places { judge, asked, on_retry, .. } = self.places;
        let places = Places { judge, asked, on_retry, on_give_up: Observer(observer) };
        RetryCall { policy: self.policy, call: self.call, places, of: PhantomData }
    }
}

impl<P, T, E, J, A, O, G> RetryCall<'_, P, T, E, J, A, O, G>
where
    P: Covers<E> + ?Sized,
    Places<J, A, O, G>: Looks<T, E>,
{
    /// As [`RetryPolicy::call`].
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    ///
    /// # Panics
    ///
    /// As [`RetryPolicy::call`].
    #[track_caller]
    pub fn call(self, mut operation: impl FnMut() -> Result<T, E>) -> Result<T, E> {
        self.expect_plain("RetryPolicy::call", "try_call");
        repeat_blocking(self.policy, self.call, self.places, || lift_call(&mut operation)).plain()
    }

    /// As [`RetryPolicy::try_call`].
    ///
    /// # Errors
    ///
    /// The failure of the last attempt, wrapped if the policy says so.
    pub fn try_call(self, operation: impl FnMut() -> Result<T, Failure<E>>) -> Result<T, Failure<E>> {
        repeat_blocking(self.policy, self.call, self.places, operation).wrapped()
    }

    /// As [`RetryPolicy::run`].
    ///
    /// # Errors
    ///
    /// The error of the last attempt.
    ///
    /// # Panics
    ///
    /// As [`RetryPolicy::run`].
    #[track_caller]
    pub fn run<F>(self, mut operation: impl FnMut() -> F) -> impl Future<Output = Result<T, E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        self.expect_plain("RetryPolicy::run", "try_run");
        let repeated = repeat(self.policy, self.call, self.places, move || Lift::new(operation()));
        async { repeated.await.plain() }
    }

    /// As [`RetryPolicy::try_run`].
    ///
    /// # Errors
    ///
    /// The failure of the last attempt, wrapped if the policy says so.
    pub fn try_run<F>(self, operation: impl FnMut() -> F) -> impl Future<Output = Result<T, Failure<E>>>
    where
        F: Future<Output = Result<T, Failure<E>>>,
    {
        let repeated = repeat(self.policy, self.call, self.places, operation);
        async { repeated.await.wrapped() }
    }

    #[track_caller]
    fn expect_plain(&self, method: &str, instead: &str) {
        expect_plain::<E>(method, instead);
        debug_assert!(
            !self.policy.wraps(),
            "`{method}` returns plain errors, and this policy wraps the last one: `{instead}` returns it"
        );
    }
}
