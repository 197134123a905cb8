//! What shared state has counted.

use crate::adaptive_throttle::throttle::{AdaptiveThrottle, AdaptiveThrottleStats};
use crate::bulkhead::bulkhead::{Bulkhead, BulkheadStats};
use crate::bulkhead::per_key::Bulkheads;
use crate::circuit_breaker::breaker::CircuitBreaker;
use crate::circuit_breaker::per_key::CircuitBreakers;
use crate::circuit_breaker::transitions;
use crate::core::circuit_state::CircuitState;
use crate::core::circuit_stats::CircuitStats;
use crate::core::name::Name;
use crate::hedge::hedge::{Hedge, HedgeStats};
use crate::rate_limit::limiter::{RateLimitStats, RateLimiter};
use crate::rate_limit::per_key::RateLimiters;
use crate::registry::listed::listed;
use crate::registry::metrics::labels::Labels;
use crate::registry::metrics::readings::Readings;
use crate::registry::metrics::table::Id;
use crate::registry::registry::Kind;
use crate::retry_budget::budget::RetryBudget;
use crate::thread_bulkhead::thread_bulkhead::ThreadBulkhead;
use crate::thread_pool::{HELPERS, Load};

pub(super) fn read(labels: &Labels, readings: &mut Readings) {
    let mut states = States { labels, readings };
    states.circuits();
    states.limits();
    states.retries();
    states.transitions();
    states.helper_threads();
}

struct States<'a> {
    labels: &'a Labels,
    readings: &'a mut Readings,
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// All state of a kind, by its name. What no call has made counts zeros.
fn each<T: Kind + Send>(mut add: impl FnMut(&str, &T)) {
    for it in listed::<T>() {
        it.see(|state| add(&it.name, state));
    }
}

/// State per key counts under the name that all keys have in common.
impl States<'_> {
    fn circuits(&mut self) {
        each(|name, breaker| self.breaker(name, breaker));
        each(|name, breakers: &CircuitBreakers| {
            let name = self.labels.of(name);
            self.circuit(name, breakers.stats());
            breakers.all().for_each(|breaker| self.status(name, breaker.state()));
        });
    }

    fn limits(&mut self) {
        each(|name, throttle: &AdaptiveThrottle| self.throttle(name, throttle.stats()));
        each(|name, limit: &RateLimiter| self.rate_limit(name, limit.stats()));
        each(|name, limits: &RateLimiters| self.rate_limit(name, limits.stats()));
        each(|name, bulkhead| self.bulkhead(name, bulkhead));
        each(|name, bulkhead| self.thread_bulkhead(name, bulkhead));
        each(|name, bulkheads: &Bulkheads| {
            let name = self.labels.of(name);
            self.slots(name, bulkheads.stats());
            bulkheads.all().for_each(|bulkhead| self.usage(name, &bulkhead));
        });
    }

    fn retries(&mut self) {
        each(|name, hedge: &Hedge| self.hedge(name, hedge.stats()));
        each(|name, budget: &RetryBudget| self.budget(name, budget.available()));
    }

    fn breaker(&mut self, name: &str, breaker: &CircuitBreaker) {
        let name = self.labels.of(name);
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
