//! Calls that all wait at the same time, and whose timeouts expire one after the other.

use std::time::Duration;

use nix::time::{ClockId, clock_gettime};
use tokio::runtime::Runtime;

use super::{Kind, Row, median, runtime};

/// Few rounds, because each takes more than a second.
const ROUNDS: usize = 7;
/// The first deadline, by which all calls wait.
const FIRST: Duration = Duration::from_millis(300);
/// The time from the first deadline to the last; each is at a different moment.
const SPREAD: Duration = Duration::from_secs(1);

/// One way to wait.
pub struct Expirer {
    pub name: &'static str,
    pub kind: Kind,
    run: Box<Run>,
}

/// Makes so many calls, and awaits them.
type Run = dyn Fn(&Runtime, u32);

impl Expirer {
    /// `call` takes its time limit.
    pub fn new<F>(name: &'static str, kind: Kind, call: impl Fn(Duration) -> F + Copy + 'static) -> Self
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        let run = move |runtime: &Runtime, calls: u32| {
            runtime.block_on(async {
                let calls = (0..calls).map(|id| tokio::spawn(call(FIRST + SPREAD * id / calls)));
                for call in calls.collect::<Vec<_>>() {
                    call.await.expect("no call panics");
                }
            });
        };
        Self { name, kind, run: Box::new(run) }
    }

    /// Nanoseconds of processor time per call, on all threads.
    fn processor_time(&self, runtime: &Runtime, calls: u32) -> f64 {
        let start = processor_time();
        (self.run)(runtime, calls);
        processor_time().saturating_sub(start).as_nanos() as f64 / f64::from(calls)
    }
}

/// The processor time of all threads of this process.
fn processor_time() -> Duration {
    clock_gettime(ClockId::CLOCK_PROCESS_CPUTIME_ID).expect("every process has this clock").into()
}

/// The contenders of one benchmark; the first does not wait.
pub struct Expiring {
    pub calls: u32,
    pub expirers: Vec<Expirer>,
}

impl Expiring {
    pub fn measure(&self) -> Vec<Row> {
        let runtime = runtime();
        let times = |_| self.expirers.iter().map(|expirer| expirer.processor_time(&runtime, self.calls)).collect();
        let rounds: Vec<Vec<f64>> = (0..ROUNDS).map(times).collect();
        let net = |index: usize| {
            let bare = |round: &Vec<f64>| if index == 0 { 0.0 } else { round[0] };
            median(rounds.iter().map(|round| round[index] - bare(round)).collect())
        };
        let row = |(index, expirer): (usize, &Expirer)| Row {
            name: expirer.name,
            kind: expirer.kind,
            net: net(index),
            several: Vec::new(),
            dropping: None,
        };
        self.expirers.iter().enumerate().map(row).collect()
    }
}
