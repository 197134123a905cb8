//! The comparison of the two runs, and the checks at the end.

use std::process::ExitCode;
use std::time::Duration;

use resilient::{CircuitState, ErrorKind, registry};

use crate::client::Client;
use crate::load::{CALLS, Call, EVERY, Kind, Outcome};
use crate::narrator::{Transition, seconds};
use crate::reading::Reading;
use crate::service::{Market, SEED};

/// The results of a run.
pub struct Run {
    calls: Vec<Call>,
    transitions: Vec<Transition>,
    requests: usize,
    requests_in_outage: usize,
    retries: usize,
    circuit_open: u64,
    timed_out: u64,
    bulkhead_full: u64,
}

impl Run {
    pub fn new(calls: Vec<Call>, transitions: Vec<Transition>, client: &Client, market: &Market) -> Self {
        let seen = &client.seen;
        Self {
            calls,
            transitions,
            requests: seen.requests(),
            requests_in_outage: market.requests_in_outage(),
            retries: seen.retries(),
            circuit_open: seen.refusals(ErrorKind::CircuitOpen),
            timed_out: seen.refusals(ErrorKind::TimedOut),
            bulkhead_full: seen.refusals(ErrorKind::BulkheadFull),
        }
    }

    fn answered_fresh(&self) -> usize {
        self.calls.iter().filter(|call| call.outcome == Outcome::Fresh).count()
    }

    fn answered(&self) -> usize {
        self.calls.iter().filter(|call| call.outcome != Outcome::Failed).count()
    }

    fn of(&self, kind: Kind) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(move |call| call.kind == kind)
    }

    fn share(&self, kind: Kind, outcome: Outcome) -> String {
        let part = self.of(kind).filter(|call| call.outcome == outcome).count();
        percent(part, self.of(kind).count())
    }

    /// The time within which this percentage of the calls ended, failed ones included.
    fn latency(&self, kind: Kind, percent: usize) -> String {
        let mut times: Vec<Duration> = self.of(kind).map(|call| call.took).collect();
        times.sort_unstable();
        let time = times.get((times.len() - 1) * percent / 100).copied().unwrap_or_default();
        format!("{} ms", time.as_millis())
    }
}

fn per_call(number: usize) -> String {
    let hundredths = number * 100 / CALLS;
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn percent(part: usize, whole: usize) -> String {
    let tenths = (part * 1000 + whole / 2) / whole;
    format!("{part} = {:>3}.{} %", tenths / 10, tenths % 10)
}

pub fn opening() {
    println!("A client of a market that falls ill by a script (seed {SEED}): {CALLS} calls, one every {EVERY:?},");
    println!("four quotes to one order. Twice, against the same script. It takes about twelve seconds.");
}

pub fn compare(bare: &Run, annotated: &Run) {
    let row = |section: &str, what: &str, value: &dyn Fn(&Run) -> String| {
        println!("{section:<9} {what:<40} {:>15} {:>15}", value(bare), value(annotated));
    };
    println!("\n{:<50} {:>15} {:>15}", "", "bare", "annotated");
    row("all calls", "answered fresh", &|run| percent(run.answered_fresh(), run.calls.len()));
    row("", "answered, fallbacks included", &|run| percent(run.answered(), run.calls.len()));
    for (section, kind) in [("quotes", Kind::Quote), ("orders", Kind::Order)] {
        row(section, "answered fresh", &|run| run.share(kind, Outcome::Fresh));
        row("", "answered from the fallback", &|run| run.share(kind, Outcome::Fallback));
        row("", "failed", &|run| run.share(kind, Outcome::Failed));
        row("", "half of the calls took at most (p50)", &|run| run.latency(kind, 50));
        row("", "99 % of the calls took at most (p99)", &|run| run.latency(kind, 99));
    }
    row("attempts", "per call", &|run| per_call(CALLS + run.retries));
    row("", "that sent a request, per call", &|run| per_call(run.requests));
    row("", "that met the outage", &|run| run.requests_in_outage.to_string());
    row("refusals", "circuit open", &|run| run.circuit_open.to_string());
    row("", "timed out", &|run| run.timed_out.to_string());
    row("", "bulkhead full", &|run| run.bulkhead_full.to_string());

    println!("a quote gives up soon and takes the last price; an order waits out `Retry-After` and the outage");
    println!("\nbreaker transitions of the annotated run");
    for Transition { at, from, to, because } in &annotated.transitions {
        println!("  {}  {from:?} -> {to:?} by {}", seconds(*at), because.name());
    }
}

/// These checks do not depend on the speed of the machine.
pub fn verdict(bare: &Run, annotated: &Run, reading: &Reading) -> ExitCode {
    let breaker = registry().circuit_breaker("market");
    let bulkhead = registry().bulkhead("market");
    let expected = [
        (annotated.answered() >= bare.answered(), "with the attributes, no fewer calls are answered"),
        // Closed, open, half-open, closed: at least three changes.
        (breaker.is_some_and(|it| it.stats().state_changes >= 3), "the breaker opened in the outage"),
        (breaker.is_some_and(|it| it.state() == CircuitState::Closed), "it closed again when the service recovered"),
        (
            breaker.is_some_and(|it| it.stats().rejected_calls == annotated.circuit_open),
            "the client saw every refusal that the breaker counted",
        ),
        (
            bulkhead.is_some_and(|it| it.stats().rejected_calls == annotated.bulkhead_full),
            "the client saw every refusal that the bulkhead counted",
        ),
        (reading.answered == Reading::CALLS, "every read and every export was answered"),
        (reading.hedges > 0, "a slow read was overtaken by another"),
    ];
    let mut failed = expected.iter().filter(|(holds, _)| !holds).peekable();
    println!();
    if failed.peek().is_none() {
        println!("quickstart: ok");
        return ExitCode::SUCCESS;
    }
    failed.for_each(|(_, what)| println!("quickstart: this does not hold: {what}"));
    ExitCode::FAILURE
}
