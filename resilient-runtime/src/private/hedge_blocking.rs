//! The steps of `#[hedge]` in a sync function.

use std::iter::Peekable;

use crate::core::error::{Error, Failure, Refusal};
use crate::core::name::Name;
use crate::event::call::Counts;
use crate::hedge::course::Terms;
use crate::hedge::hedge::Hedge;
use crate::hedge::race_blocking::BlockingRace;
use crate::hedge::send_check::ComesBackFromAttempt;
use crate::private::perhaps::Guards;
use crate::retry_budget::budget::RetryBudget;
use crate::thread_pool::Submitted;

/// The attempts of a call. `timed` if something asks for the time of an attempt.
pub fn racing_blocking<'a, X, S>(hedge: impl Guards<'a, Hedge>, timed: bool) -> BlockingRace<'a, X, S> {
    BlockingRace::new(Terms::of(hedge.state()), timed)
}

/// The same with a budget that is not the hedge's own; none if a value is none.
pub fn racing_blocking_within<'a, X, S>(
    hedge: impl Guards<'a, Hedge>,
    budget: impl Guards<'a, RetryBudget>,
    timed: bool,
) -> BlockingRace<'a, X, S> {
    BlockingRace::new(Terms::within(hedge.state(), budget.state()), timed)
}

/// The attempts of a call, the jobs of which are of one type.
type Attempts<'a, T, E, R, J> = BlockingRace<'a, Failure<E, R>, Submitted<'static, Result<T, Failure<E, R>>, J>>;

/// Starts an attempt and waits for the answer; `None` if another is to be made. `is_worth_it` is after which errors.
pub fn raced_blocking<T, E, R, J>(
    race: &mut Attempts<'_, T, E, R, J>,
    attempt: J,
    is_worth_it: impl Fn(&E) -> bool,
) -> Option<Result<T, Failure<E, R>>>
where
    T: Send + 'static,
    E: Send + 'static,
    R: Refusal + Send + 'static,
    J: FnOnce() -> Result<T, Failure<E, R>> + Send + 'static,
{
    race.launch(attempt);
    race.next(is_worth_it)
}

/// The same for types that are not type parameters of the caller: the compile error explains why they must be `Send`.
pub fn raced_and_brought_back<T, E, R, J>(
    race: &mut Attempts<'_, T, E, R, J>,
    attempt: J,
    is_worth_it: impl Fn(&E) -> bool,
) -> Option<Result<T, Failure<E, R>>>
where
    T: ComesBackFromAttempt + 'static,
    E: ComesBackFromAttempt + 'static,
    R: Refusal + Send + 'static,
    J: FnOnce() -> Result<T, Failure<E, R>> + Send + 'static,
{
    raced_blocking(race, attempt, is_worth_it)
}

/// Counts the attempt that is launched next in its call, if it is not the first.
pub fn count_hedge_blocking<X, S>(race: &BlockingRace<'_, X, S>, call: &impl Counts) {
    if race.launched() > 0 {
        call.hedged();
    }
}

/// The item of the attempt that is launched next.
pub fn next_item_blocking<I: Iterator, X, S>(
    items: &mut Peekable<I>,
    race: &mut BlockingRace<'_, X, S>,
) -> Option<I::Item> {
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
pub fn no_items_blocking<T, E, X, S>(race: &BlockingRace<'_, X, S>, function: Name) -> Result<T, Failure<E>> {
    Err(Failure::Refused(Error::NoItems { name: race.name().unwrap_or(function) }))
}
