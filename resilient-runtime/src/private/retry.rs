//! The steps of `#[retry]` in a pipeline.

use std::fmt::Display;
use std::marker::PhantomData;
use std::time::Duration;

use crate::core::attempt::Attempt;
use crate::core::check::debug_check;
use crate::core::error::{Failure, Refusal};
use crate::core::name::Name;
use crate::event::call::Counts;
use crate::private::in_call::InCall;
use crate::private::perhaps::Guards;
use crate::registry::slot::Slot;
use crate::retry::driver::{Next, Retrying};
use crate::retry::policy::RetryPolicy;
use crate::retry::rules::{Covers, Rules};
use crate::retry::settings::Settings;
use crate::retry::shows::{ByDisplay, NotShown, Shows};
use crate::retry::spending::Spending;
use crate::retry_budget::budget::RetryBudget;

/// The attempts of a call. `timed` if something looks at the time although the settings do not limit it.
#[inline]
pub fn retrying<'p>(slot: &'static Slot, settings: &'p Settings, timed: bool) -> Retrying<'p> {
    if slot.is_replaced() { retrying_otherwise(slot, settings, timed) } else { Retrying::new(settings, timed) }
}

/// Apart, so that the compiler knows the settings of calls that go by what is written.
#[cold]
#[inline(never)]
fn retrying_otherwise<'p>(slot: &'static Slot, settings: &'p Settings, timed: bool) -> Retrying<'p> {
    Retrying::new(slot.replaced().unwrap_or(settings), timed)
}

/// The same by a given policy, whose functions stay in every configuration.
#[inline]
pub fn retrying_by<'p, P: ?Sized>(slot: &'static Slot, policy: &'p RetryPolicy<P>, timed: bool) -> Retrying<'p> {
    Retrying::with(policy, slot.replaced().unwrap_or_else(|| policy.settings()), timed)
}

/// The settings of a call that computes some of them.
#[inline]
pub fn settings_in_call<'p>(slot: &'static Slot, settings: &'p Settings) -> InCall<'p> {
    InCall::of(settings, slot)
}

/// The same of a given policy.
#[inline]
pub fn settings_in_call_by<'p, P: ?Sized>(slot: &'static Slot, policy: &'p RetryPolicy<P>) -> InCall<'p> {
    InCall::of(policy.settings(), slot)
}

/// As [`retrying`], by settings of the call.
#[inline]
pub fn retrying_in_call<'p>(settings: &'p InCall<'_>, timed: bool) -> Retrying<'p> {
    Retrying::new(settings.get(), timed)
}

/// As [`retrying_by`], by settings of the call.
#[inline]
pub fn retrying_by_in_call<'p, P: ?Sized>(
    settings: &'p InCall<'_>,
    policy: &RetryPolicy<P>,
    timed: bool,
) -> Retrying<'p> {
    Retrying::with(policy, settings.get(), timed)
}

/// The settings of a policy without its functions.
pub const fn settings_of<P: ?Sized>(policy: RetryPolicy<P>) -> Settings {
    *policy.settings()
}

/// Counts an attempt that is about to be made, also in the call: there at last, so that what is known of the first attempt
/// is known before.
#[inline]
pub fn begin(retrying: &mut Retrying<'_>, call: &impl Counts) -> Attempt {
    let attempt = retrying.begin();
    call.attempt();
    attempt
}

/// A call in a retry budget.
#[inline]
pub fn spending<'b>(budget: impl Guards<'b, RetryBudget>) -> Spending<'b> {
    Spending::begin(budget.state())
}

/// Counts an attempt that is about to be made in the call's budget.
#[inline]
pub fn spend(spending: &mut Spending<'_>) {
    spending.attempt();
}

/// What follows an attempt after the call's budget was asked.
#[inline]
pub fn next_in_budget<T, F>(
    next: Next,
    spending: &mut Spending<'_>,
    retrying: &mut Retrying<'_>,
    outcome: &Result<T, F>,
) -> Next {
    spending.next(retrying, next, outcome.is_ok())
}

/// The delay before another attempt of a function; `None` if the outcome is the answer. Notifies listeners.
#[inline]
pub fn delay_after<T, E, R: Refusal>(
    retrying: &mut Retrying<'_>,
    outcome: &Result<T, Failure<E, R>>,
    (function, shows): (Name, impl Shows<E>),
) -> Option<Duration> {
    retrying.delay_after(function, outcome, shows, |_| true)
}

/// The same if only some errors are worth another attempt.
#[inline]
pub fn delay_after_if<T, E, R: Refusal>(
    retrying: &mut Retrying<'_>,
    outcome: &Result<T, Failure<E, R>>,
    (function, shows): (Name, impl Shows<E>),
    is_worth_it: impl FnOnce(&E) -> bool,
) -> Option<Duration> {
    retrying.delay_after(function, outcome, shows, is_worth_it)
}

/// Ends the span of an attempt of a function, and notifies listeners of what follows.
#[inline]
pub fn report<T, E, R: Refusal>(
    retrying: &mut Retrying<'_>,
    outcome: &Result<T, Failure<E, R>>,
    next: Next,
    (function, shows): (Name, impl Shows<E>),
) -> Next {
    retrying.report(function, outcome, &next, (None, shows));
    next
}

/// The same, with the functions of a given policy.
#[inline]
pub fn report_by<T, E, R: Refusal>(
    retrying: &mut Retrying<'_>,
    outcome: &Result<T, Failure<E, R>>,
    next: Next,
    (function, shows): (Name, impl Shows<E>),
    rules: Option<&Rules<E>>,
) -> Next {
    retrying.report(function, outcome, &next, (rules, shows));
    next
}

/// How events show the errors of this outcome. Methods are chosen by what the type can do: the inherent one for an error
/// that can be displayed has precedence over that of the trait.
#[derive(Debug)]
pub struct ErrorOf<E>(PhantomData<fn() -> E>);

impl<E> ErrorOf<E> {
    /// Of an outcome.
    #[inline]
    pub const fn outcome<T, R>(_: &Result<T, Failure<E, R>>) -> Self {
        Self(PhantomData)
    }
}

impl<E: Display + Sync> ErrorOf<E> {
    /// As they display themselves.
    #[inline]
    pub const fn __resilient_shows(&self) -> ByDisplay {
        ByDisplay
    }
}

/// For errors of every other type.
pub trait ShowsNothing {
    /// Nothing.
    #[inline]
    fn __resilient_shows(&self) -> NotShown {
        NotShown
    }
}

impl<E> ShowsNothing for ErrorOf<E> {}

/// The functions of a given policy over the errors of this outcome. The outcome comes first, so that the compiler knows
/// its error before it looks at the policy, and says of a policy for other errors that it is one.
#[inline]
pub fn rules<'p, T, E, R, P: Covers<E> + ?Sized>(
    _: &Result<T, Failure<E, R>>,
    policy: &'p RetryPolicy<P>,
) -> Option<&'p Rules<E>> {
    policy.rules_for()
}

/// A given policy, which must not wrap the last error: the attribute does so, because the function then returns a
/// refusal.
///
/// # Panics
///
/// In debug builds if it does; in a constant that is a compile error. In release builds the last error is returned.
#[track_caller]
pub const fn unwrapped<P: ?Sized>(policy: RetryPolicy<P>) -> RetryPolicy<P> {
    debug_check(if policy.wraps() { Some(WRAPS) } else { None });
    policy
}

const WRAPS: &str = "this policy wraps the last error, so the function returns a refusal: \
                     write `exhausted = wrap` beside `policy`";
