//! The settings of a policy by their names.

use crate::circuit_breaker::policy::{BreakerPolicy, Failures, Slow, WindowSpan};

impl BreakerPolicy {
    /// Every setting with its name, to compare with those of another policy.
    pub(crate) fn settings(&self) -> Vec<(&'static str, String)> {
        let failures = match self.failures {
            Failures::InARow(failures) => ("failure_threshold", failures.to_string()),
            Failures::Rate(rate) => ("failure_rate", format!("{rate:?}")),
        };
        let window = match self.window {
            WindowSpan::Calls(calls) => calls.to_string(),
            WindowSpan::Time(span) => format!("{span:?}"),
        };
        let mut settings = vec![failures, ("window", window)];
        settings.extend(self.min_calls.map(|calls| ("min_calls", calls.to_string())));
        if let Some(Slow { call, rate }) = self.slow {
            settings.extend([("slow_call", format!("{call:?}")), ("slow_call_rate", format!("{rate:?}"))]);
        }
        settings.extend([
            ("recovery_timeout", format!("{:?}", self.recovery_timeout)),
            ("recovery_backoff", format!("{:?}", self.recovery_backoff)),
            ("max_recovery_timeout", format!("{:?}", self.max_recovery_timeout)),
            ("half_open_max_calls", self.half_open_max_calls.to_string()),
        ]);
        settings.extend(self.probe_timeout.map(|kept| ("probe_timeout", format!("{kept:?}"))));
        settings.push(("success_threshold", self.success_threshold.to_string()));
        settings.extend(self.on_state_change.map(|function| ("on_state_change", format!("{function:?}"))));
        settings
    }
}
