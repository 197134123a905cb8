//! Hedges around an operation, without attributes.

use std::pin::pin;

use crate::core::error::{Error, Failure, Refusal};
use crate::core::lift::Lift;
use crate::core::name::Name;
use crate::core::plain_error::expect_plain;
use crate::hedge::course::Terms;
use crate::hedge::hedge::Hedge;
use crate::hedge::policy::HedgePolicy;
use crate::hedge::race::Race;

impl Hedge {
    /// Makes an attempt with the first item, and others with the next ones while it runs for too long or fails. The first
    /// success is the answer; all other attempts are dropped before it is returned. If all fail, the error of the first
    /// is returned. The items bound the attempts, as [`max_hedges`](crate::HedgePolicy::max_hedges) does.
    ///
    /// All attempts are polled in the caller's task; nothing is spawned. A call whose first attempt ends before the delay
    /// allocates nothing.
    ///
    /// Cancellation: dropping this drops all attempts.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Hedge, HedgePolicy};
    /// use std::time::Duration;
    ///
    /// let hedge = Hedge::new("replicas", HedgePolicy::new(Duration::from_millis(1)));
    /// let answer = hedge.race(["slow", "quick"], async |replica| {
    ///     if replica == "slow" {
    ///         std::future::pending::<()>().await;
    ///     }
    ///     Ok::<_, std::io::Error>(replica)
    /// });
    /// assert_eq!(answer.await.unwrap(), "quick");
    /// assert_eq!(hedge.stats().won_by_hedge, 1);
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// [`Failure::Inner`] with the error of the first attempt; [`Failure::Refused`] with
    /// [`Error::NoItems`](crate::Error::NoItems) if there are no items.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_race`](Self::try_race) takes.
    pub async fn race<I, F, T, E>(
        &self,
        items: impl IntoIterator<Item = I>,
        attempt: impl Fn(I) -> F,
    ) -> Result<T, Failure<E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        expect_plain::<E>("Hedge::race", "try_race");
        race(|| Terms::of(Some(self)), items, |item| Lift::new(attempt(item))).await
    }

    /// As [`race`](Self::race) for attempts that a policy further in may refuse. A first attempt that is refused, other
    /// than by a timeout, ends the call; a hedge that is refused is not made. A timeout counts as an error.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::{Hedge, HedgePolicy, TimeoutPolicy};
    /// use std::time::Duration;
    ///
    /// const LIMIT: TimeoutPolicy = TimeoutPolicy::new(Duration::from_millis(1));
    ///
    /// let hedge = Hedge::new("replicas", HedgePolicy::new(Duration::from_secs(5)));
    /// let answer = hedge.try_race(["hangs", "quick"], |replica| {
    ///     LIMIT.run(async move {
    ///         if replica == "hangs" {
    ///             std::future::pending::<()>().await;
    ///         }
    ///         Ok::<_, std::io::Error>(replica)
    ///     })
    /// });
    /// assert_eq!(answer.await.unwrap(), "quick");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`race`](Self::race), or the refusal of the first attempt.
    pub async fn try_race<I, F, T, E>(
        &self,
        items: impl IntoIterator<Item = I>,
        attempt: impl Fn(I) -> F,
    ) -> Result<T, Failure<E>>
    where
        F: Future<Output = Result<T, Failure<E>>>,
    {
        race(|| Terms::of(Some(self)), items, attempt).await
    }
}

/// The name in the refusals of a policy alone.
pub(super) const UNNAMED: Name = Name::new(&"hedge");

impl HedgePolicy {
    /// Makes one call as [`Hedge::race`] does. Calls by a policy share nothing: there is no budget, and a percentile is
    /// not learnt, so that only one with an [`initial`](Self::initial) delay has one. A [`Hedge`] has both, and
    /// statistics.
    ///
    /// Cancellation: dropping this drops all attempts.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
    /// # use resilient_runtime as resilient;
    /// use resilient::HedgePolicy;
    /// use std::time::Duration;
    ///
    /// const HEDGED: HedgePolicy = HedgePolicy::new(Duration::from_millis(1));
    ///
    /// let backends = ["slow", "quick"];
    /// let answer = HEDGED.race(backends, |backend| async move {
    ///     if backend == "slow" {
    ///         std::future::pending::<()>().await;
    ///     }
    ///     Ok::<_, std::io::Error>(backend)
    /// });
    /// assert_eq!(answer.await.unwrap(), "quick");
    /// # });
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Hedge::race`]; a refusal without items has the name `hedge`.
    ///
    /// # Panics
    ///
    /// In debug builds if the error is a [`Failure`], which [`try_race`](Self::try_race) takes.
    pub async fn race<I, F, T, E>(
        &self,
        items: impl IntoIterator<Item = I>,
        attempt: impl Fn(I) -> F,
    ) -> Result<T, Failure<E>>
    where
        F: Future<Output = Result<T, E>>,
    {
        expect_plain::<E>("HedgePolicy::race", "try_race");
        race(|| Terms::of_policy(self), items, |item| Lift::new(attempt(item))).await
    }

    /// As [`race`](Self::race) for attempts that a policy further in may refuse, as [`Hedge::try_race`] makes them.
    ///
    /// # Errors
    ///
    /// As [`race`](Self::race), or the refusal of the first attempt.
    pub async fn try_race<I, F, T, E>(
        &self,
        items: impl IntoIterator<Item = I>,
        attempt: impl Fn(I) -> F,
    ) -> Result<T, Failure<E>>
    where
        F: Future<Output = Result<T, Failure<E>>>,
    {
        race(|| Terms::of_policy(self), items, attempt).await
    }
}

/// The future holds what finds the terms, because that is smaller.
async fn race<'a, I, F, T, E, R: Refusal>(
    terms: impl FnOnce() -> Terms<'a>,
    items: impl IntoIterator<Item = I>,
    attempt: impl Fn(I) -> F,
) -> Result<T, Failure<E>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
{
    let mut items = items.into_iter().peekable();
    let mut race = pin!(Race::new(terms(), false));
    while let Some(item) = items.next() {
        if items.peek().is_none() {
            race.as_mut().ends_after_next();
        }
        race.as_mut().launch(attempt(item));
        if let Some(outcome) = race.as_mut().next(|_| true).await {
            return outcome.map_err(Failure::widen);
        }
    }
    let name = race.as_ref().name().unwrap_or(UNNAMED);
    Err(Failure::Refused(Error::NoItems { name }))
}
