//! What `#[circuit_breaker]` says, once parsed.

use std::time::Duration;

use proc_macro2::{Ident, Span};
use syn::Expr;

use crate::facts::needs::Needs;
use crate::facts::refusal::Refusal;
use crate::facts::{Facts, HasFacts, MadeRefusal, State};
use crate::model::{CountSetting, DurationSetting, Filter, Name, RateSetting, Setting, given, keys, plain, written};

// What holds where a setting is not written. The runtime's policies start from the same values; a test of the facade
// compares the two.
pub(crate) const FAILURE_THRESHOLD: u32 = 5;
/// Calls.
pub(crate) const WINDOW: u32 = 100;
/// No default, but a limit of the runtime.
pub(crate) const SHORTEST_TIME_WINDOW: Duration = Duration::from_millis(10);
/// Of a time window; a count window waits until it is full.
pub(crate) const MIN_CALLS_IN_TIME: u32 = 10;
pub(crate) const RECOVERY_TIMEOUT: Duration = Duration::from_secs(30);
/// Where `recovery_timeout` is not longer.
pub(crate) const PROBE_TIMEOUT: Duration = Duration::from_secs(30);
pub(crate) const MAX_RECOVERY_TIMEOUT: Duration = Duration::from_secs(600);
pub(crate) const HALF_OPEN_MAX_CALLS: u32 = 3;
pub(crate) const SUCCESS_THRESHOLD: u32 = 2;

pub(crate) enum Window {
    Calls(u32),
    Time(Duration),
    /// A constant of which only the compiler knows which of the two it is.
    Expr(Box<Expr>),
}

pub(crate) struct CircuitBreaker {
    pub(crate) span: Span,
    pub(crate) name: Setting<Name>,
    pub(crate) policy: Option<Setting<Expr>>,
    pub(crate) failure_threshold: CountSetting,
    pub(crate) failure_rate: RateSetting,
    pub(crate) window: Option<Setting<Window>>,
    pub(crate) min_calls: CountSetting,
    pub(crate) slow_call: DurationSetting,
    pub(crate) slow_call_rate: RateSetting,
    pub(crate) recovery_timeout: DurationSetting,
    pub(crate) recovery_backoff: RateSetting,
    pub(crate) max_recovery_timeout: DurationSetting,
    pub(crate) half_open_max_calls: CountSetting,
    pub(crate) probe_timeout: DurationSetting,
    pub(crate) success_threshold: CountSetting,
    /// `failure_on(…)` or `failure_if = …`.
    pub(crate) filter: Option<Setting<Filter>>,
    pub(crate) map_err: Option<Setting<Expr>>,
}

impl CircuitBreaker {
    /// Whether this place gives the breaker its settings; otherwise it says only which one.
    pub(crate) const fn gives_settings(&self) -> bool {
        self.policy.is_some()
            || self.failure_threshold.is_some()
            || self.failure_rate.is_some()
            || self.window.is_some()
            || self.min_calls.is_some()
            || self.slow_call.is_some()
            || self.slow_call_rate.is_some()
            || self.recovery_timeout.is_some()
            || self.recovery_backoff.is_some()
            || self.max_recovery_timeout.is_some()
            || self.half_open_max_calls.is_some()
            || self.probe_timeout.is_some()
            || self.success_threshold.is_some()
    }

    /// The settings that are expressions. All fields are named, so that a new one is not forgotten.
    fn constants(&self) -> Vec<(&Ident, &Expr)> {
        let Self {
            span: _,
            name,
            policy,
            failure_threshold,
            failure_rate,
            window,
            min_calls,
            slow_call,
            slow_call_rate,
            recovery_timeout,
            recovery_backoff,
            max_recovery_timeout,
            half_open_max_calls,
            probe_timeout,
            success_threshold,
            filter: _,
            map_err: _,
        } = self;
        let counts = [failure_threshold, min_calls, half_open_max_calls, success_threshold];
        let rates = [failure_rate, slow_call_rate, recovery_backoff];
        let durations = [slow_call, recovery_timeout, max_recovery_timeout, probe_timeout];
        let window = window.as_ref().and_then(|window| match &window.value {
            Window::Expr(expr) => Some((&window.key, &**expr)),
            Window::Calls(_) | Window::Time(_) => None,
        });
        let mut settings = vec![Some((&name.key, &name.value.expr)), given(policy.as_ref()), window];
        settings.extend(counts.map(|setting| written(setting.as_ref())));
        settings.extend(rates.map(|setting| written(setting.as_ref())));
        settings.extend(durations.map(|setting| written(setting.as_ref())));
        settings.into_iter().flatten().collect()
    }
}

impl HasFacts for CircuitBreaker {
    fn facts(&self) -> Facts<'_> {
        let filter = Needs::of_filter(self.filter.as_ref());
        let evaluates =
            [self.filter.as_ref().and_then(|filter| filter.value.evaluated()), plain(self.map_err.as_ref())];
        Facts {
            refusal: Some(MadeRefusal {
                refusal: Refusal::CircuitOpen,
                is_made: true,
                map_err: self.map_err.as_ref(),
                maker: "`circuit_breaker` can refuse a call",
            }),
            state: State::Shared(&self.name),
            looks_at_errors: keys([self.filter.as_ref().map(|it| &it.key)]),
            judges_failures: true,
            needs: filter.clone(),
            holds: filter,
            constants: self.constants(),
            evaluates: evaluates.into_iter().flatten().collect(),
            ..Facts::new::<Self>(self.span)
        }
    }
}
