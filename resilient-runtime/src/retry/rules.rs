//! What a policy says about errors of one type: functions without captures, so that the policy can be a `const`.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use crate::core::attempt::Attempt;
use crate::retry::events::{GiveUpEvent, RetryEvent};
use crate::retry::policy::RetryPolicy;
use crate::retry::shows::Shown;

/// Stands for every error type: a [`RetryPolicy`](crate::RetryPolicy) without functions of its own is a
/// `RetryPolicy<AnyError>`, and takes operations with any error. There is no value of this type.
// Not `Sized`, so that the compiler knows it to be no error type.
pub struct AnyError {
    _none: [()],
}

/// The functions of a policy over errors of type `E`.
pub struct Rules<E: ?Sized> {
    pub(super) retry_if: Option<fn(&E) -> bool>,
    pub(super) retry_after: Option<FindDelay<E>>,
    pub(super) on_retry: Option<fn(&RetryEvent<'_, E>)>,
    pub(super) on_give_up: Option<fn(&GiveUpEvent<'_, E>)>,
    pub(super) describe: Option<Describe<E>>,
    /// Given if the last error is to be wrapped.
    pub(crate) wrap: Option<fn(E) -> Box<dyn StdError + Send + Sync>>,
}

/// What events show of an error.
type Describe<E> = fn(&E) -> Shown<'_>;

/// How the delay that an error asks for is found.
pub(super) enum FindDelay<E: ?Sized> {
    OfError(fn(&E) -> Option<Duration>),
    OfAttempt(fn(&E, Attempt) -> Option<Duration>),
}

/// What becomes of the last error when there is no further attempt although it is worth one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exhausted {
    /// It is returned.
    #[default]
    LastError,
    /// It becomes the source of [`Error::RetriesExhausted`](crate::Error::RetriesExhausted).
    Wrap,
}

/// A policy that can judge errors of type `E`: one for `E`, or one for [`AnyError`].
#[diagnostic::on_unimplemented(
    message = "this policy is for errors of type `{Self}`, and these errors are `{E}`",
    label = "a policy for `{Self}`",
    note = "`RetryPolicy<{E}>` has functions over these errors, and a `RetryPolicy` without functions takes any"
)]
pub trait Covers<E> {
    /// The functions over this type; a policy for any error has none.
    fn rules(rules: &Rules<Self>) -> Option<&Rules<E>>;
}

#[diagnostic::do_not_recommend]
impl<E> Covers<E> for E {
    fn rules(rules: &Rules<Self>) -> Option<&Rules<E>> {
        Some(rules)
    }
}

#[diagnostic::do_not_recommend]
impl<E> Covers<E> for AnyError {
    fn rules(_: &Rules<Self>) -> Option<&Rules<E>> {
        None
    }
}

impl<P: ?Sized> RetryPolicy<P> {
    /// Whether it wraps the last error.
    pub(crate) const fn wraps(&self) -> bool {
        self.rules.wrap.is_some()
    }

    /// Its functions over these errors, if it has any.
    pub(crate) fn rules_for<E>(&self) -> Option<&Rules<E>>
    where
        P: Covers<E>,
    {
        P::rules(&self.rules)
    }
}

impl<E: ?Sized> Rules<E> {
    pub(super) const NONE: Self =
        Self { retry_if: None, retry_after: None, on_retry: None, on_give_up: None, describe: None, wrap: None };

    /// Whether a function takes the time that has elapsed.
    pub(super) const fn measure_time(&self) -> bool {
        let of_attempt = matches!(self.retry_after, Some(FindDelay::OfAttempt(_)));
        of_attempt || self.on_give_up.is_some() || self.wrap.is_some()
    }

    /// Each function by its setting and its address.
    fn addresses(&self) -> [(&'static str, Option<*const ()>); 6] {
        let retry_after = self.retry_after.as_ref().map(|find| match find {
            FindDelay::OfError(find) => *find as *const (),
            FindDelay::OfAttempt(find) => *find as *const (),
        });
        [
            ("retry_if", self.retry_if.map(|function| function as *const ())),
            ("retry_after", retry_after),
            ("on_retry", self.on_retry.map(|function| function as *const ())),
            ("on_give_up", self.on_give_up.map(|function| function as *const ())),
            ("describe", self.describe.map(|function| function as *const ())),
            ("exhausted", self.wrap.map(|function| function as *const ())),
        ]
    }
}

impl<E: ?Sized> Clone for Rules<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: ?Sized> Copy for Rules<E> {}

impl<E: ?Sized> Clone for FindDelay<E> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<E: ?Sized> Copy for FindDelay<E> {}

impl<E: ?Sized> PartialEq for Rules<E> {
    fn eq(&self, other: &Self) -> bool {
        self.addresses() == other.addresses()
    }
}

/// The settings that have a function.
impl<E: ?Sized> fmt::Debug for Rules<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let given = self.addresses().into_iter().filter(|(_, address)| address.is_some());
        f.debug_set().entries(given.map(|(setting, _)| setting)).finish()
    }
}

impl RetryPolicy {
    /// The same policy for errors of type `E` alone. [`retry_if`](Self::retry_if) and its like do so by themselves.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::io;
    ///
    /// const FILES: RetryPolicy<io::Error> = RetryPolicy::new().max_attempts(2).for_errors();
    /// assert!(FILES.should_retry(1, &io::ErrorKind::TimedOut.into()));
    /// ```
    pub const fn for_errors<E>(self) -> RetryPolicy<E> {
        RetryPolicy { settings: self.settings, rules: Rules::NONE }
    }

    /// Which errors are worth another attempt. Default: every error.
    ///
    /// See [the same for a policy of one error type](RetryPolicy#method.retry_if-1).
    pub const fn retry_if<E>(self, is_worth_it: fn(&E) -> bool) -> RetryPolicy<E> {
        self.for_errors::<E>().retry_if(is_worth_it)
    }

    /// The delay that an error asks for.
    ///
    /// See [the same for a policy of one error type](RetryPolicy#method.retry_after-1).
    pub const fn retry_after<E>(self, find: fn(&E) -> Option<Duration>) -> RetryPolicy<E> {
        self.for_errors::<E>().retry_after(find)
    }

    /// The delay that an error asks for, by the error and the attempt that ended with it.
    ///
    /// See [the same for a policy of one error type](RetryPolicy#method.retry_after_attempt-1).
    pub const fn retry_after_attempt<E>(self, find: fn(&E, Attempt) -> Option<Duration>) -> RetryPolicy<E> {
        self.for_errors::<E>().retry_after_attempt(find)
    }

    /// Called before each delay.
    ///
    /// See [the same for a policy of one error type](RetryPolicy#method.on_retry-1).
    pub const fn on_retry<E>(self, observer: fn(&RetryEvent<'_, E>)) -> RetryPolicy<E> {
        self.for_errors::<E>().on_retry(observer)
    }

    /// Called once when no further attempt is made, unless the last one gave the answer.
    ///
    /// See [the same for a policy of one error type](RetryPolicy#method.on_give_up-1).
    pub const fn on_give_up<E>(self, observer: fn(&GiveUpEvent<'_, E>)) -> RetryPolicy<E> {
        self.for_errors::<E>().on_give_up(observer)
    }

    /// What events show of an error.
    ///
    /// See [the same for a policy of one error type](RetryPolicy#method.describe-1).
    pub const fn describe<E>(self, shown: fn(&E) -> &(dyn fmt::Display + Sync)) -> RetryPolicy<E> {
        self.for_errors::<E>().describe(shown)
    }
}

/// What a policy says about errors of one type.
impl<E> RetryPolicy<E> {
    /// Which errors are worth another attempt. Default: every error. It does not look at refusals.
    pub const fn retry_if(mut self, is_worth_it: fn(&E) -> bool) -> Self {
        self.rules.retry_if = Some(is_worth_it);
        self
    }

    /// The delay that an error asks for, which replaces the computed one, up to
    /// [`max_retry_after`](Self::max_retry_after). Zero asks for nothing. Default: no error asks for a delay. Replaces
    /// [`retry_after_attempt`](Self::retry_after_attempt).
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::time::Duration;
    ///
    /// struct TooMany {
    ///     seconds: u64,
    /// }
    ///
    /// const API: RetryPolicy<TooMany> = RetryPolicy::new()
    ///     .retry_after(|error: &TooMany| Some(Duration::from_secs(error.seconds)));
    /// ```
    pub const fn retry_after(mut self, find: fn(&E) -> Option<Duration>) -> Self {
        self.rules.retry_after = Some(FindDelay::OfError(find));
        self
    }

    /// As [`retry_after`](Self::retry_after), which it replaces, from the error and the attempt that ended with it.
    pub const fn retry_after_attempt(mut self, find: fn(&E, Attempt) -> Option<Duration>) -> Self {
        self.rules.retry_after = Some(FindDelay::OfAttempt(find));
        self
    }

    /// Called before each delay. Default: nothing.
    pub const fn on_retry(mut self, observer: fn(&RetryEvent<'_, E>)) -> Self {
        self.rules.on_retry = Some(observer);
        self
    }

    /// Called once when no further attempt is made, with the reason and the last error, unless the last attempt gave
    /// the answer. For an error that [`retry_if`](Self::retry_if) declines, the reason is
    /// [`NotRetryable`](crate::GiveUpReason::NotRetryable). Default: nothing.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    ///
    /// const API: RetryPolicy<String> =
    ///     RetryPolicy::new().on_give_up(|event| eprintln!("{event}"));
    /// ```
    pub const fn on_give_up(mut self, observer: fn(&GiveUpEvent<'_, E>)) -> Self {
        self.rules.on_give_up = Some(observer);
        self
    }

    /// What [events](crate::events()) show of an error, as their field `error`. Default: nothing, because the policy does not
    /// know what its errors can do. An attribute shows an error that is `Display` by itself.
    ///
    /// ```
    /// # use resilient_runtime as resilient;
    /// use resilient::RetryPolicy;
    /// use std::sync::{Arc, Mutex};
    /// use std::time::Duration;
    ///
    /// const FILES: RetryPolicy<std::io::Error> =
    ///     RetryPolicy::new().max_attempts(2).base_delay(Duration::ZERO).describe(|error| error);
    ///
    /// let lines = Arc::new(Mutex::new(Vec::new()));
    /// let seen = Arc::clone(&lines);
    /// let retries = resilient::events().kinds(resilient::events::Kinds::RETRIES);
    /// let watching =
    ///     retries.subscribe(move |event| seen.lock().unwrap().push(event.to_string()));
    ///
    /// FILES.call(|| Err::<(), _>(std::io::Error::other("the disk is gone"))).unwrap_err();
    /// drop(watching);
    /// assert!(
    ///     lines.lock().unwrap().iter().any(|line| line.contains("by error (the disk is gone)"))
    /// );
    /// ```
    pub const fn describe(mut self, shown: fn(&E) -> &(dyn fmt::Display + Sync)) -> Self {
        self.rules.describe = Some(shown);
        self
    }

    /// What becomes of the last error when there is no further attempt although it is worth one. Default:
    /// [`Exhausted::LastError`].
    ///
    /// [`Exhausted::Wrap`] is for [`try_call`](Self::try_call) and [`try_run`](Self::try_run), because
    /// [`call`](Self::call) and [`run`](Self::run) return the operation's own error. An attribute takes such a policy
    /// only with its own `exhausted = wrap`, because it makes the function return a refusal.
    pub const fn exhausted(mut self, exhausted: Exhausted) -> Self
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        self.rules.wrap = match exhausted {
            Exhausted::LastError => None,
            Exhausted::Wrap => Some(E::into),
        };
        self
    }
}
