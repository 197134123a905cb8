//! What shared state has counted.

use std::collections::BTreeSet;

use crate::adaptive_throttle::throttle::AdaptiveThrottleStats;
use crate::bulkhead::bulkhead::{Bulkhead, BulkheadStats};
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::transitions;
use crate::core::circuit_state::CircuitState;
use crate::core::circuit_stats::CircuitStats;
use crate::core::name::Name;
use crate::hedge::hedge::HedgeStats;
use crate::rate_limit::limiter::RateLimitStats;
use crate::registry::functions::{Function, Layer, LayerKind, functions};
use crate::registry::metrics::labels::Labels;
use crate::registry::metrics::readings::Readings;
use crate::registry::metrics::table::Id;
use crate::registry::observed::{Observed, observed};
use crate::registry::registry::{Registry, registry};
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;
use crate::thread_pool::{HELPERS, Load};

pub(super) fn read(labels: &Labels, readings: &mut Readings) {
    let mut states = States { labels, readings, breakers: BTreeSet::new() };
    states.named(registry());
    states.keyed(registry());
    for value in observed() {
        states.value(&value);
    }
    for function in functions() {
        states.unused(function);
    }
    states.transitions();
    states.helper_threads();
}

struct States<'a> {
    labels: &'a Labels,
    readings: &'a mut Readings,
    /// The names of breakers that have been made.
    breakers: BTreeSet<&'static str>,
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

impl States<'_> {
    fn named(&mut self, registry: &Registry) {
        for breaker in registry.circuit_breakers.all_and_own() {
            self.breaker(&breaker.name(), breaker);
        }
        for throttle in registry.adaptive_throttles.all_and_own() {
            self.throttle(&throttle.name(), throttle.stats());
        }
        for limit in registry.rate_limiters.all_and_own() {
            self.rate_limit(&limit.name(), limit.stats());
        }
        for bulkhead in registry.bulkheads.all_and_own() {
            self.bulkhead(&bulkhead.name(), bulkhead);
        }
        for bulkhead in registry.thread_bulkheads.all_and_own() {
            self.thread_bulkhead(&bulkhead.name(), bulkhead);
        }
        for hedge in registry.hedges.all_and_own() {
            self.hedge(&hedge.name(), hedge.stats());
        }
        for budget in registry.retry_budgets.all_and_own() {
            self.budget(&budget.name(), budget.available());
        }
    }

    /// State per key, under the name that all keys have in common.
    fn keyed(&mut self, registry: &Registry) {
        for breakers in registry.keyed_circuit_breakers.all_and_own() {
            let name = self.labels.of(&breakers.name());
            self.circuit(name, breakers.stats());
            breakers.all().for_each(|breaker| self.status(name, breaker.state()));
        }
        for limits in registry.keyed_rate_limiters.all_and_own() {
            self.rate_limit(&limits.name(), limits.stats());
        }
        for bulkheads in registry.keyed_bulkheads.all_and_own() {
            let name = self.labels.of(&bulkheads.name());
            self.slots(name, bulkheads.stats());
            bulkheads.all().for_each(|bulkhead| self.usage(name, &bulkhead));
        }
    }

    /// A value that the program put into view.
    fn value(&mut self, value: &Observed) {
        let name = value.name();
        if let Some(breaker) = value.circuit_breaker() {
            self.breaker(name, &breaker);
        } else if let Some(throttle) = value.adaptive_throttle() {
            self.throttle(name, throttle.stats());
        } else if let Some(limit) = value.rate_limiter() {
            self.rate_limit(name, limit.stats());
        } else if let Some(bulkhead) = value.bulkhead() {
            self.bulkhead(name, &bulkhead);
        } else if let Some(bulkhead) = value.thread_bulkhead() {
            self.thread_bulkhead(name, &bulkhead);
        } else if let Some(budget) = value.retry_budget() {
            self.budget(name, budget.available());
        }
    }

    /// Zeros for what a function has and no call has made yet.
    fn unused(&mut self, function: &'static Function) {
        for layer in function.layers() {
            let name = match (layer.name(), layer.held()) {
                (Some(name), _) => name,
                (None, None) => function.path(),
                (None, Some(_)) => continue,
            };
            self.unused_layer(layer, name);
        }
    }

    fn unused_layer(&mut self, layer: &Layer, name: &'static str) {
        match layer.kind() {
            LayerKind::CircuitBreaker => {
                self.circuit(name, CircuitStats::default());
                if !self.breakers.contains(name) && layer.setting("key").is_none() {
                    self.status(name, CircuitState::Closed);
                }
            }
            LayerKind::AdaptiveThrottle => self.throttle(name, AdaptiveThrottleStats::default()),
            LayerKind::RateLimit => self.rate_limit(name, RateLimitStats::default()),
            LayerKind::Bulkhead => self.slots(name, BulkheadStats::default()),
            LayerKind::Hedge => self.hedge(name, HedgeStats::default()),
            LayerKind::Retry | LayerKind::RetryBudget | LayerKind::Timeout | LayerKind::Fallback => {}
        }
    }

    fn breaker(&mut self, name: &str, breaker: &CircuitBreaker) {
        let name = self.labels.of(name);
        self.breakers.insert(name);
        self.circuit(name, breaker.stats());
        self.status(name, breaker.state());
        if let Some(rate) = breaker.failure_rate() {
            self.readings.set(Id::CircuitBreakerFailureRate, &[name], rate);
        }
    }

    fn circuit(&mut self, name: &'static str, stats: CircuitStats) {
        let results = [
            ("success", stats.successful_calls),
            ("failure", stats.failed_calls),
            ("ignored", stats.ignored_calls),
            ("rejected", stats.rejected_calls),
        ];
        self.readings.add_each(Id::CircuitBreakerCalls, name, results);
        self.readings.add(Id::CircuitBreakerSlowCalls, &[name], stats.slow_calls);
        let none = CircuitState::ALL.map(|state| (state.as_str(), 0));
        self.readings.add_each(Id::CircuitBreakerTransitions, name, none);
        self.readings.add_each(Id::CircuitBreakerStatus, name, none);
    }

    fn status(&mut self, name: &'static str, state: CircuitState) {
        self.readings.add(Id::CircuitBreakerStatus, &[name, state.as_str()], 1);
    }

    fn transitions(&mut self) {
        transitions::each(|name: Name, state, count| {
            let name = self.labels.of(&name);
            self.readings.add(Id::CircuitBreakerTransitions, &[name, state.as_str()], count);
        });
    }

    fn throttle(&mut self, name: &str, stats: AdaptiveThrottleStats) {
        let results = [
            ("success", stats.accepted_calls),
            ("failure", stats.failed_calls),
            ("ignored", stats.ignored_calls),
            ("shed", stats.shed_calls),
        ];
        self.readings.add_each(Id::AdaptiveThrottleCalls, self.labels.of(name), results);
    }

    fn rate_limit(&mut self, name: &str, stats: RateLimitStats) {
        let results = [("accepted", stats.accepted_calls), ("rejected", stats.rejected_calls)];
        self.readings.add_each(Id::RateLimitCalls, self.labels.of(name), results);
    }

    fn bulkhead(&mut self, name: &str, bulkhead: &Bulkhead) {
        let name = self.labels.of(name);
        self.slots(name, bulkhead.stats());
        self.usage(name, bulkhead);
    }

    fn usage(&mut self, name: &'static str, bulkhead: &Bulkhead) {
        self.readings.add(Id::BulkheadUsage, &[name], number(bulkhead.in_flight()));
        self.readings.add(Id::BulkheadLimit, &[name], number(bulkhead.limit()));
        self.readings.add(Id::BulkheadWaiting, &[name], number(bulkhead.waiting()));
    }

    fn thread_bulkhead(&mut self, name: &str, bulkhead: &ThreadBulkhead) {
        let name = self.labels.of(name);
        let stats = bulkhead.stats();
        // Those of calls that end meanwhile may be read before their beginning.
        let accepted_calls = stats.submitted.saturating_sub(stats.rejected);
        self.slots(name, BulkheadStats { accepted_calls, rejected_calls: stats.rejected });
        self.readings.add(Id::BulkheadUsage, &[name], number(bulkhead.busy()));
        self.readings.add(Id::BulkheadLimit, &[name], number(bulkhead.places()));
        self.readings.add(Id::BulkheadWaiting, &[name], number(bulkhead.queued()));
    }

    fn slots(&mut self, name: &'static str, stats: BulkheadStats) {
        let results = [("accepted", stats.accepted_calls), ("rejected", stats.rejected_calls)];
        self.readings.add_each(Id::BulkheadCalls, name, results);
        self.readings.add(Id::BulkheadUsage, &[name], 0);
        self.readings.add(Id::BulkheadWaiting, &[name], 0);
    }

    fn hedge(&mut self, name: &str, stats: HedgeStats) {
        let results = [
            ("won", stats.won_by_hedge),
            ("lost", stats.hedges.saturating_sub(stats.won_by_hedge)),
            ("not_in_budget", stats.not_in_budget),
        ];
        self.readings.add_each(Id::HedgeAttempts, self.labels.of(name), results);
    }

    fn budget(&mut self, name: &str, available: u64) {
        #[expect(clippy::cast_precision_loss, reason = "nobody has 2^53 tokens")]
        let balance = available as f64;
        self.readings.set(Id::BudgetBalance, &[self.labels.of(name)], balance);
    }

    fn helper_threads(&mut self) {
        let Load { busy, .. } = HELPERS.load();
        self.readings.add(Id::HelperThreadUsage, &[], number(busy));
        self.readings.add(Id::HelperThreadLimit, &[], number(HELPERS.places()));
    }
}
