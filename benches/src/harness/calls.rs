//! Sequential calls, on one thread and on several.

use std::hint::black_box;
use std::sync::{Barrier, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tower::{Service, ServiceExt};

use super::{Kind, ROUNDS, Row, Threads, median, runtime, stay_on};

/// How long a contender runs in each round: about 100,000 of the calls that matter, and less than the time slice after
/// which another process is scheduled.
const ROUND: Duration = Duration::from_millis(2);
const MOST_CALLS: u64 = 1_000_000;

/// One way to make a call. The loop over calls is compiled with it, so that there is no overhead between calls.
pub struct Contender {
    pub name: &'static str,
    pub kind: Kind,
    /// The runtime in which the calls are made.
    home: Option<&'static Runtime>,
    calls: Box<Loop>,
}

/// Makes this number of calls.
type Loop = dyn Fn(&Runtime, u64) + Send + Sync;

impl Contender {
    /// An async call.
    pub fn future<T>(name: &'static str, kind: Kind, call: impl AsyncFn(u64) -> T + Send + Sync + 'static) -> Self {
        let calls = move |runtime: &Runtime, count| {
            runtime.block_on(async {
                for id in 0..count {
                    black_box(call(black_box(id)).await);
                }
            });
        };
        Self { name, kind, home: None, calls: Box::new(calls) }
    }

    /// A call of a tower service. Each thread has a clone, which is how services are shared.
    pub fn service<S>(name: &'static str, kind: Kind, service: S) -> Self
    where
        S: Service<u64> + Clone + Send + 'static,
        S::Error: std::fmt::Debug,
    {
        let service = Mutex::new(service);
        let calls = move |runtime: &Runtime, count| {
            let mut mine = service.lock().expect("no call panics").clone();
            runtime.block_on(async {
                for id in 0..count {
                    let ready = mine.ready().await.expect("services of this table are always ready");
                    black_box(ready.call(black_box(id)).await).ok();
                }
            });
        };
        Self { name, kind, home: None, calls: Box::new(calls) }
    }

    /// A sync call.
    pub fn sync<T>(name: &'static str, kind: Kind, call: impl Fn(u64) -> T + Send + Sync + 'static) -> Self {
        let calls = move |_: &Runtime, count| {
            for id in 0..count {
                black_box(call(black_box(id)));
            }
        };
        Self { name, kind, home: None, calls: Box::new(calls) }
    }

    /// Some libraries run a task in the background. It has to run during their own calls, as in a program, but not
    /// during those of others.
    #[must_use]
    pub fn at_home_in(mut self, runtime: &'static Runtime) -> Self {
        self.home = Some(runtime);
        self
    }

    /// Makes this number of calls, and returns the nanoseconds per call.
    fn time(&self, runtime: &Runtime, count: u64) -> f64 {
        let start = Instant::now();
        (self.calls)(runtime, count);
        start.elapsed().as_nanos() as f64 / count as f64
    }

    /// The same on several threads at once, which are new and pinned to a core each; the mean of all.
    fn time_on(&self, threads: usize, count: u64) -> f64 {
        let barrier = Barrier::new(threads);
        let one = |runtime: &Runtime| {
            (self.calls)(runtime, count / 50 + 1);
            barrier.wait();
            self.time(runtime, count)
        };
        let on_core = &|core: usize| {
            stay_on(core);
            match self.home {
                Some(home) if core == 0 => one(home),
                _ => one(&runtime()),
            }
        };
        thread::scope(|scope| {
            let running: Vec<_> = (0..threads).map(|core| scope.spawn(move || on_core(core))).collect();
            let times = running.into_iter().map(|thread| thread.join().expect("no call panics"));
            times.sum::<f64>() / threads as f64
        })
    }

    /// The number of calls that fill a round.
    fn warm_up(&self, runtime: &Runtime) -> u64 {
        let mut count = 16;
        loop {
            // The quickest of a few: if the machine is busy now, the rounds would become too short to mean anything.
            let times = (0..5).map(|_| self.time(runtime, count));
            let nanos = times.min_by(f64::total_cmp).unwrap_or_default() * count as f64;
            if nanos >= ROUND.as_nanos() as f64 / 4.0 || count >= MOST_CALLS {
                let fitting = ROUND.as_nanos() as f64 / nanos * count as f64;
                return (fitting as u64).clamp(16, MOST_CALLS);
            }
            count *= 4;
        }
    }
}

/// The contenders of one benchmark; the first is the bare call.
pub struct Calls {
    pub contenders: Vec<Contender>,
    /// Whether the calls share anything for which threads could contend.
    pub shared: bool,
}

impl Calls {
    pub fn measure(&self) -> Vec<Row> {
        stay_on(0);
        let visited = runtime();
        let runtime = |contender: &Contender| contender.home.unwrap_or(&visited);
        let counts: Vec<u64> = self.contenders.iter().map(|it| it.warm_up(runtime(it))).collect();
        let one = self.nets(|index| self.contenders[index].time(runtime(&self.contenders[index]), counts[index]));
        let several = if self.shared { Threads::all() } else { Vec::new() };
        let several: Vec<(Threads, Vec<f64>)> = several
            .into_iter()
            .map(|threads| {
                (
                    threads,
                    self.with_idle(threads.idle, || {
                        self.nets(|index| self.contenders[index].time_on(threads.calling, counts[index]))
                    }),
                )
            })
            .collect();
        let row = |(index, contender): (usize, &Contender)| Row {
            name: contender.name,
            kind: contender.kind,
            net: one[index],
            several: several.iter().map(|(threads, nets)| (*threads, nets[index])).collect(),
            dropping: None,
        };
        self.contenders.iter().enumerate().map(row).collect()
    }

    /// Measures while so many threads are idle that have called ours before.
    fn with_idle<R>(&self, idle: usize, measure: impl FnOnce() -> R) -> R {
        let (began, ended) = (Barrier::new(idle + 1), Barrier::new(idle + 1));
        let call_once = || {
            let runtime = runtime();
            self.contenders.iter().filter(|it| it.kind == Kind::Ours).for_each(|it| (it.calls)(&runtime, 16));
            began.wait();
            ended.wait();
        };
        thread::scope(|scope| {
            (0..idle).for_each(|_| drop(scope.spawn(call_once)));
            began.wait();
            let measured = measure();
            ended.wait();
            measured
        })
    }

    /// Medians over rounds. Each contender runs in each round, each time another one first; the bare call of the same
    /// round is subtracted.
    fn nets(&self, time: impl Fn(usize) -> f64) -> Vec<f64> {
        let all = self.contenders.len();
        let mut rounds = vec![vec![0.0; all]; ROUNDS];
        for (round, times) in rounds.iter_mut().enumerate() {
            for turn in 0..all {
                let index = (turn + round) % all;
                times[index] = time(index);
            }
        }
        let net = |index: usize| {
            let bare = |times: &Vec<f64>| if index == 0 { 0.0 } else { times[0] };
            median(rounds.iter().map(|times| times[index] - bare(times)).collect())
        };
        (0..all).map(net).collect()
    }

    /// What `count` counts for a call of each contender after a warm-up.
    pub fn count(&self, count: impl Fn() -> usize) -> Vec<(&'static str, f64)> {
        const CALLS: u64 = 1_000;
        let visited = runtime();
        let per_call = |contender: &Contender| {
            let runtime = contender.home.unwrap_or(&visited);
            (contender.calls)(runtime, CALLS);
            let before = count();
            (contender.calls)(runtime, CALLS);
            // A clone for the whole loop, or a queue that grows sometimes, is not a cost of each call.
            (contender.name, ((count() - before) as f64 / CALLS as f64).floor())
        };
        self.contenders.iter().map(per_call).collect()
    }
}
