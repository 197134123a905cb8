//! Hedges around a sync operation, without attributes.

use crate::core::error::{Error, Failure, Refusal};
use crate::core::lift::lift_call;
use crate::core::plain_error::expect_plain;
use crate::hedge::call::UNNAMED;
use crate::hedge::course::Terms;
use crate::hedge::hedge::Hedge;
use crate::hedge::policy::HedgePolicy;
use crate::hedge::race_blocking::BlockingRace;

impl Hedge {
    /// As [`race`](Self::race) in sync code: each attempt runs on a helper thread, in the tokio runtime of the caller if
    /// there is one, and with its [`deadline`](crate::deadline()). The delay is in real time.
    ///
    /// When there is an answer, an attempt that has begun runs on unseen, and one that has not never begins. A call whose
    /// first attempt ends before the delay allocates nothing, once its function has been called.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::{Hedge, HedgePolicy};
    /// use std::time::Duration;
    ///
    /// let hedge = Hedge::new("replicas", HedgePolicy::new(Duration::from_millis(1)));
    /// let answer = hedge.race_blocking(["slow", "quick"], |replica| {
    ///     if replica == "slow" {
    ///         std::thread::sleep(Duration::from_millis(100));
    ///     }
    ///     Ok::<_, std::io::Error>(replica)
    /// });
    /// assert!(answer.is_ok());
    /// ```
    ///
    /// # Errors
    ///
    /// As [`race`](Self::race).
    ///
    /// # Panics
    ///
    /// With the panic of an attempt that ended in one before there was an answer. In debug builds if the error is a
    /// [`Failure`], which [`try_race_blocking`](Self::try_race_blocking) takes.
    pub fn race_blocking<I, T, E>(
        &self,
        items: impl IntoIterator<Item = I>,
        attempt: impl Fn(I) -> Result<T, E> + Clone + Send + 'static,
    ) -> Result<T, Failure<E>>
    where
        I: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        expect_plain::<E>("Hedge::race_blocking", "try_race_blocking");
        race(Terms::of(Some(self)), items, move |item| lift_call(|| attempt(item)))
    }

    /// As [`race_blocking`](Self::race_blocking) for attempts that a policy further in may refuse, as
    /// [`try_race`](Self::try_race) makes them.
    ///
    /// # Errors
    ///
    /// As [`race`](Self::race), or the refusal of the first attempt.
    ///
    /// # Panics
    ///
    /// With the panic of an attempt that ended in one before there was an answer.
    pub fn try_race_blocking<I, T, E>(
        &self,
        items: impl IntoIterator<Item = I>,
        attempt: impl Fn(I) -> Result<T, Failure<E>> + Clone + Send + 'static,
    ) -> Result<T, Failure<E>>
    where
        I: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        race(Terms::of(Some(self)), items, attempt)
    }
}

impl HedgePolicy {
    /// Makes one call as [`Hedge::race_blocking`] does, with nothing shared, as [`race`](Self::race).
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::HedgePolicy;
    /// use std::time::Duration;
    ///
    /// const HEDGED: HedgePolicy = HedgePolicy::new(Duration::from_millis(50));
    ///
    /// let answer = HEDGED.race_blocking(["broken", "works"], |backend| {
    ///     if backend == "works" { Ok(backend) } else { Err("no route") }
    /// });
    /// assert_eq!(answer.unwrap(), "works");
    /// ```
    ///
    /// # Errors
    ///
    /// As [`Hedge::race`]; a refusal without items has the name `hedge`.
    ///
    /// # Panics
    ///
    /// As [`Hedge::race_blocking`]; [`try_race_blocking`](Self::try_race_blocking) takes a [`Failure`].
    pub fn race_blocking<I, T, E>(
        &self,
        items: impl IntoIterator<Item = I>,
        attempt: impl Fn(I) -> Result<T, E> + Clone + Send + 'static,
    ) -> Result<T, Failure<E>>
    where
        I: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        expect_plain::<E>("HedgePolicy::race_blocking", "try_race_blocking");
        race(Terms::of_policy(self), items, move |item| lift_call(|| attempt(item)))
    }

    /// As [`race_blocking`](Self::race_blocking) for attempts that a policy further in may refuse.
    ///
    /// # Errors
    ///
    /// As [`race`](Self::race), or the refusal of the first attempt.
    ///
    /// # Panics
    ///
    /// As [`Hedge::try_race_blocking`].
    pub fn try_race_blocking<I, T, E>(
        &self,
        items: impl IntoIterator<Item = I>,
        attempt: impl Fn(I) -> Result<T, Failure<E>> + Clone + Send + 'static,
    ) -> Result<T, Failure<E>>
    where
        I: Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        race(Terms::of_policy(self), items, attempt)
    }
}

fn race<I, T, E, R>(
    terms: Terms<'_>,
    items: impl IntoIterator<Item = I>,
    attempt: impl Fn(I) -> Result<T, Failure<E, R>> + Clone + Send + 'static,
) -> Result<T, Failure<E>>
where
    I: Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
    R: Refusal + Send + 'static,
{
    let mut items = items.into_iter().peekable();
    let mut race = BlockingRace::new(terms, false);
    while let Some(item) = items.next() {
        if items.peek().is_none() {
            race.ends_after_next();
        }
        let attempt = attempt.clone();
        let job = race.carry().around(move || attempt(item));
        race.launch(job);
        if let Some(outcome) = race.next(|_| true) {
            return outcome.map_err(Failure::widen);
        }
    }
    Err(Failure::Refused(Error::NoItems { name: race.name().unwrap_or(UNNAMED) }))
}
