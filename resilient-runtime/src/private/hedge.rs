//! The steps of `#[hedge]` in a pipeline.

use std::iter::Peekable;
use std::pin::Pin;

use crate::core::attempt::Attempt;
use crate::core::error::{Error, Failure, Refusal};
use crate::core::name::Name;
use crate::event::call::Counts;
use crate::hedge::course::Terms;
use crate::hedge::event::HedgeEvent;
use crate::hedge::hedge::Hedge;
use crate::hedge::race::Race;
use crate::private::perhaps::Guards;
use crate::retry_budget::budget::RetryBudget;

/// The attempts of a call. `timed` if something asks for the time of an attempt.
#[inline]
pub fn racing<'a, F, X>(hedge: impl Guards<'a, Hedge>, timed: bool) -> Race<'a, F, X> {
    Race::new(Terms::of(hedge.state()), timed)
}

/// The same with a budget that is not the hedge's own; none if a value is none.
#[inline]
pub fn racing_within<'a, F, X>(
    hedge: impl Guards<'a, Hedge>,
    budget: impl Guards<'a, RetryBudget>,
    timed: bool,
) -> Race<'a, F, X> {
    Race::new(Terms::within(hedge.state(), budget.state()), timed)
}

/// The attempt that is launched next.
#[inline]
pub fn next_attempt<F, X>(race: Pin<&Race<'_, F, X>>) -> Attempt {
    race.attempt()
}

/// Counts the attempt that is launched next in its call, if it is not the first.
#[inline]
pub fn count_hedge<F, X>(race: Pin<&Race<'_, F, X>>, call: &impl Counts) {
    if race.launched() > 0 {
        call.hedged();
    }
}

/// Starts an attempt.
#[inline]
pub fn launch<F, X>(race: Pin<&mut Race<'_, F, X>>, attempt: F) {
    race.launch(attempt);
}

/// Waits for the answer; `None` if another attempt is to be launched.
#[inline]
pub async fn raced<F, T, E, R: Refusal>(race: Pin<&mut Race<'_, F, Failure<E, R>>>) -> Option<Result<T, Failure<E, R>>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
{
    race.next(|_| true).await
}

/// The same if only some errors are worth another attempt.
#[inline]
pub async fn raced_on<F, T, E, R: Refusal>(
    race: Pin<&mut Race<'_, F, Failure<E, R>>>,
    is_worth_it: impl Fn(&E) -> bool,
) -> Option<Result<T, Failure<E, R>>>
where
    F: Future<Output = Result<T, Failure<E, R>>>,
{
    race.next(is_worth_it).await
}

/// Calls the user's observer before another attempt.
#[inline]
pub fn hedged<F, X>(race: Pin<&Race<'_, F, X>>, name: Name, observer: impl FnOnce(&HedgeEvent<'_>)) {
    race.observe(name, observer);
}

/// The items of a call, one for each attempt.
#[inline]
pub fn items<I: IntoIterator>(items: I) -> Peekable<I::IntoIter> {
    items.into_iter().peekable()
}

/// The item of the attempt that is launched next.
#[inline]
pub fn next_item<I: Iterator, F, X>(items: &mut Peekable<I>, race: Pin<&mut Race<'_, F, X>>) -> Option<I::Item> {
    let item = items.next()?;
    if items.peek().is_none() {
        race.ends_after_next();
    }
    Some(item)
}

/// The refusal of a call without items. It has the name of the hedge or, if a value is none, that of the function.
///
/// # Errors
///
/// Always.
#[cold]
pub fn no_items<F, T, E, X>(race: Pin<&Race<'_, F, X>>, function: Name) -> Result<T, Failure<E>> {
    Err(Failure::Refused(Error::NoItems { name: race.name().unwrap_or(function) }))
}
