//! The settings of a retry that no error type has a part in, and the decisions that follow from them alone.

use std::time::Duration;

use resilient_rules::at_least_one;
use resilient_rules::retry::{BASE_DELAY, EXPONENTIAL_BASE, MAX_ATTEMPTS, MAX_DELAY, MAX_RETRY_AFTER};

use crate::core::check::{first_of, is_growth, shorter};
use crate::core::error::ErrorKind;
#[cfg(feature = "config")]
use crate::core::part::Part;
use crate::retry::backoff::{Backoff, Jitter, jitter_problem, list_problem};

/// How often, when, and after which refusals. Part of a [`RetryPolicy`](crate::RetryPolicy) for any error.
#[derive(Clone, Copy, Debug)]
#[must_use = "settings do nothing by themselves"]
pub struct Settings {
    pub(super) max_attempts: Option<u32>,
    pub(super) backoff: Backoff,
    pub(super) base_delay: Duration,
    pub(super) max_delay: Duration,
    pub(super) exponential_base: f64,
    /// `None` is the default of the backoff.
    pub(super) jitter: Option<Jitter>,
    pub(super) max_elapsed: Option<Duration>,
    pub(super) max_retry_after: Duration,
    /// Whether a deadline above ends the attempts.
    pub(super) heeds_deadline: bool,
    /// Whether a budget ends the attempts. It changes nothing but which settings are valid together.
    pub(super) in_budget: bool,
    pub(super) refused: Refused,
    /// A configuration has switched the retry off: it acts as if it were not there.
    #[cfg(feature = "config")]
    pub(super) is_off: bool,
}

/// Which refusals are worth another attempt: a bit for each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused(u8);

impl Refused {
    const NONE: Self = Self(0);

    /// Those of a retry that does not say which.
    const USUAL: Self = {
        let mut usual = Self::NONE;
        let mut i = 0;
        while i < REFUSALS.len() {
            usual = usual.set(REFUSALS[i], REFUSALS[i].refusal().is_retried_by_default());
            i += 1;
        }
        usual
    };

    /// The same with or without this kind.
    pub(super) const fn set(self, kind: ErrorKind, is_retried: bool) -> Self {
        let bit = 1 << kind as u8;
        Self(if is_retried { self.0 | bit } else { self.0 & !bit })
    }

    const fn contains(self, kind: ErrorKind) -> bool {
        self.0 & 1 << kind as u8 != 0
    }
}

/// The refusals that a retry can be set to follow, in the order in which they are listed.
pub(crate) const REFUSALS: [ErrorKind; 5] =
    [ErrorKind::TimedOut, ErrorKind::BulkheadFull, ErrorKind::CircuitOpen, ErrorKind::RateLimited, ErrorKind::Shed];

pub(super) const TOO_FEW: &str = at_least_one!("max_attempts");
pub(super) const SHRINKS: &str = at_least_one!("exponential_base");
pub(super) const NO_TIME: &str = "`max_elapsed` must be above zero";
pub(crate) const NO_END: &str = "unlimited attempts need a `max_elapsed`";
pub(crate) const NO_PAUSE: &str = "unlimited attempts need a `base_delay` above zero";
pub(crate) const BASE_ABOVE_MOST: &str = "`base_delay` must not be longer than `max_delay`";

impl Settings {
    /// Three attempts, exponential backoff from 100 ms to 60 s, full jitter.
    pub const DEFAULT: Self = Self {
        max_attempts: Some(MAX_ATTEMPTS),
        backoff: Backoff::Exponential,
        base_delay: BASE_DELAY,
        max_delay: MAX_DELAY,
        exponential_base: EXPONENTIAL_BASE,
        jitter: None,
        max_elapsed: None,
        max_retry_after: MAX_RETRY_AFTER,
        heeds_deadline: true,
        in_budget: false,
        refused: Refused::USUAL,
        #[cfg(feature = "config")]
        is_off: false,
    };

    /// A retry that acts as if it were not there.
    #[cfg(feature = "config")]
    pub(crate) const OFF: Self = Self { max_attempts: Some(1), is_off: true, ..Self::DEFAULT };

    /// Whether a configuration has switched the retry off.
    #[inline]
    pub(super) const fn is_off(&self) -> bool {
        #[cfg(feature = "config")]
        return self.is_off;
        #[cfg(not(feature = "config"))]
        false
    }

    /// The first problem of all settings together.
    pub(crate) const fn problem(&self) -> Option<&'static str> {
        let too_few = matches!(self.max_attempts, Some(0));
        let no_time = matches!(self.max_elapsed, Some(limit) if limit.is_zero());
        if let Some(jitter) = self.jitter
            && let Some(problem) = jitter_problem(jitter)
        {
            return Some(problem);
        }
        if let Some(problem) = list_problem(self.backoff, self.max_delay) {
            return Some(problem);
        }
        first_of([
            (too_few, TOO_FEW),
            (self.max_attempts.is_none() && self.max_elapsed.is_none() && !self.in_budget, NO_END),
            (no_time, NO_TIME),
            (self.max_attempts.is_none() && self.base_delay.is_zero() && self.backoff.grows_from_base(), NO_PAUSE),
            (!is_growth(self.exponential_base), SHRINKS),
            (self.backoff.grows_from_base() && shorter(self.max_delay, self.base_delay), BASE_ABOVE_MOST),
        ])
    }

    /// Whether its delays are computed from a base.
    #[cfg(feature = "config")]
    pub(crate) const fn has_formula(&self) -> bool {
        self.backoff.grows_from_base()
    }

    /// The settings that a configuration can give, in the order in which [`with_part`](Self::with_part) knows them.
    #[cfg(feature = "config")]
    pub(crate) const CONFIGURABLE: [&str; 10] = [
        "max_attempts",
        "backoff",
        "base_delay",
        "max_delay",
        "exponential_base",
        "jitter",
        "max_elapsed",
        "deadline",
        "max_retry_after",
        "retry_refused",
    ];

    /// The same with what is given in the place of some settings.
    #[cfg(feature = "config")]
    pub(crate) fn with_part(&self, Part { settings, given }: &Part<Self>) -> Self {
        Self {
            max_attempts: given.pick(0, self.max_attempts, settings.max_attempts),
            backoff: given.pick(1, self.backoff, settings.backoff),
            base_delay: given.pick(2, self.base_delay, settings.base_delay),
            max_delay: given.pick(3, self.max_delay, settings.max_delay),
            exponential_base: given.pick(4, self.exponential_base, settings.exponential_base),
            jitter: given.pick(5, self.jitter, settings.jitter),
            max_elapsed: given.pick(6, self.max_elapsed, settings.max_elapsed),
            heeds_deadline: given.pick(7, self.heeds_deadline, settings.heeds_deadline),
            max_retry_after: given.pick(8, self.max_retry_after, settings.max_retry_after),
            in_budget: self.in_budget,
            refused: given.pick(9, self.refused, settings.refused),
            is_off: settings.is_off,
        }
    }

    /// Other attempts follow these refusals, and no others.
    #[cfg(feature = "config")]
    pub(crate) fn retrying_exactly(mut self, kinds: &[ErrorKind]) -> Self {
        self.refused = kinds.iter().fold(Refused::NONE, |refused, kind| refused.set(*kind, true));
        self
    }

    /// Every setting with its name.
    #[cfg(feature = "config")]
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let attempts = self.max_attempts.map_or_else(|| "unlimited".to_owned(), |attempts| attempts.to_string());
        let mut settings = vec![("max_attempts", attempts), ("backoff", format!("{:?}", self.backoff).to_lowercase())];
        if self.has_formula() {
            settings.push(("base_delay", format!("{:?}", self.base_delay)));
        }
        settings.push(("max_delay", format!("{:?}", self.max_delay)));
        if self.backoff == Backoff::Exponential {
            settings.push(("exponential_base", format!("{:?}", self.exponential_base)));
        }
        settings.push(("jitter", format!("{:?}", self.effective_jitter()).to_lowercase()));
        settings.extend(self.max_elapsed.map(|limit| ("max_elapsed", format!("{limit:?}"))));
        if !self.heeds_deadline {
            settings.push(("deadline", "ignore".to_owned()));
        }
        settings.push(("max_retry_after", format!("{:?}", self.max_retry_after)));
        let refused = REFUSALS.into_iter().filter(|kind| self.refused.contains(*kind)).map(ErrorKind::name);
        settings.push(("retry_refused", refused.collect::<Vec<_>>().join(", ")));
        settings
    }

    /// The delay after `attempt` failed attempts, before jitter; for decorrelated delays the longest possible one.
    pub(crate) fn longest_delay(&self, attempt: u32) -> Duration {
        self.backoff.nominal(attempt, self.base_delay, self.exponential_base, self.max_delay)
    }

    /// The same where this is the delay before jitter. An empty list stands for the base.
    pub(super) fn with_delay(&self, delay: Duration) -> Self {
        Self { backoff: Backoff::List(&[]), base_delay: delay, ..*self }
    }

    /// How computed delays are randomised.
    pub(super) const fn effective_jitter(&self) -> Jitter {
        match self.jitter {
            Some(jitter) => jitter,
            None => self.backoff.usual_jitter(),
        }
    }

    pub(crate) const fn limits_time(&self) -> bool {
        self.max_elapsed.is_some()
    }

    pub(crate) const fn retries(&self, refusal: ErrorKind) -> bool {
        // An inner retry ran out of attempts by errors of the function; this one still has its own.
        matches!(refusal, ErrorKind::RetriesExhausted) || self.refused.contains(refusal)
    }

    /// The number of attempts, if it is limited.
    pub(crate) const fn most_attempts(&self) -> Option<u32> {
        match self.max_attempts {
            Some(0) => Some(1),
            limit => limit,
        }
    }

    /// Whether another attempt is allowed after `made`. The first is always made.
    pub(crate) const fn attempts_left(&self, made: u32) -> bool {
        match self.max_attempts {
            Some(limit) => made < limit,
            None => made < u32::MAX,
        }
    }
}

/// Equal if they act in the same way: a jitter that is the default of the backoff is the same as none given.
impl PartialEq for Settings {
    fn eq(&self, other: &Self) -> bool {
        let parts = |settings: &Self| {
            let Self { max_attempts, backoff, base_delay, max_delay, exponential_base, .. } = *settings;
            let Self { max_elapsed, max_retry_after, heeds_deadline, refused, .. } = *settings;
            let growth = (backoff, base_delay, max_delay, exponential_base, settings.effective_jitter());
            (max_attempts, growth, max_elapsed, max_retry_after, heeds_deadline, refused, settings.is_off())
        };
        parts(self) == parts(other)
    }
}
