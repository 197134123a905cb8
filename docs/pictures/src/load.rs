//! What a server has to do in an outage and after it, when its callers retry with a budget and without one.

use std::cell::Cell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

use resilient::{RetryBudget, retry, retry_budget, timeout};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::{Instant, sleep, sleep_until};

use crate::axis::Axis;
use crate::paused::{play, since};
use crate::svg::{About, Anchor, Picture, Svg};

const ABOUT: About = About {
    name: "load",
    title: "Retries in an outage, with a budget and without one",
    desc: "Forty calls arrive each second at a server that can answer sixty, and stands still for ten seconds. Without a \
           budget it gets about 120 requests each second, also after the outage, so that it never catches up and \
           answers nobody in time. With a budget it gets 48, and answers all calls again five seconds after the outage.",
};

const CALLS_A_SECOND: u32 = 40;
const SERVED_A_SECOND: u32 = 60;
const LENGTH: Duration = Duration::from_secs(40);
const OUTAGE: (Duration, Duration) = (Duration::from_secs(8), Duration::from_secs(18));
/// A request that would wait longer is refused by the server.
const LONGEST_QUEUE: Duration = Duration::from_secs(2);

/// A server that answers one request after the other. It does not notice when a caller has gone.
struct Server {
    start: Instant,
    free_from: Cell<Instant>,
    requests: Counts,
    answers: Counts,
}

/// How many there were in each second.
struct Counts(Vec<Cell<u32>>);

impl Counts {
    fn new() -> Self {
        Self((0..LENGTH.as_secs()).map(|_| Cell::new(0)).collect())
    }

    fn add(&self, at: Duration) {
        let second = usize::try_from(at.as_secs()).ok().and_then(|second| self.0.get(second));
        if let Some(count) = second {
            count.set(count.get() + 1);
        }
    }
}

impl Server {
    fn new() -> Rc<Self> {
        let start = Instant::now();
        Rc::new(Self { start, free_from: Cell::new(start), requests: Counts::new(), answers: Counts::new() })
    }

    async fn request(&self) -> io::Result<()> {
        let now = Instant::now();
        self.requests.add(since(self.start));
        if (OUTAGE.0..OUTAGE.1).contains(&since(self.start)) {
            self.free_from.set(self.free_from.get().max(self.start + OUTAGE.1));
        }
        let begins = self.free_from.get().max(now);
        if begins - now > LONGEST_QUEUE {
            return Err(io::ErrorKind::ConnectionRefused.into());
        }
        let ends = begins + Duration::from_secs(1) / SERVED_A_SECOND;
        self.free_from.set(ends);
        sleep_until(ends).await;
        Ok(())
    }
}

#[retry_budget(share = 0.2, min_per_second = 0)]
static BUDGET: RetryBudget;

#[retry]
#[timeout(1s)]
async fn without(server: &Server) -> io::Result<()> {
    server.request().await
}

#[retry(budget = BUDGET)]
#[timeout(1s)]
async fn with(server: &Server) -> io::Result<()> {
    server.request().await
}

/// Requests and answered calls in each second.
struct Seen {
    requests: Vec<u32>,
    answers: Vec<u32>,
}

/// Calls arrive at the same pace, however many are under way.
async fn scene(function: impl AsyncFn(&Server) -> io::Result<()> + Copy + 'static) -> Seen {
    let (server, mut calls) = (Server::new(), JoinSet::new());
    while since(server.start) < LENGTH {
        let of_call = Rc::clone(&server);
        calls.spawn_local(async move {
            if function(&of_call).await.is_ok() {
                of_call.answers.add(since(of_call.start));
            }
        });
        sleep(Duration::from_secs(1) / CALLS_A_SECOND).await;
    }
    let each_second = |counts: &Counts| counts.0.iter().map(Cell::get).collect();
    Seen { requests: each_second(&server.requests), answers: each_second(&server.answers) }
}

fn seen(function: impl AsyncFn(&Server) -> io::Result<()> + Copy + 'static) -> Seen {
    play(LocalSet::new().run_until(scene(function)))
}

/// A panel: one number of each second, with and without a budget.
struct Panel<'a> {
    top: f64,
    bottom: f64,
    heading: &'a str,
    /// What the upper end stands for, and the marks below it.
    most: f64,
    marks: &'a [u32],
    without: &'a [u32],
    with: &'a [u32],
}

/// The picture.
pub(crate) fn draw() -> Picture {
    let (without, with) = (seen(without), seen(with));
    let mut svg = Svg::default();
    for (class, x, text) in [("bad", 34.0, "without a budget"), ("good", 172.0, "with a budget, share = 0.2")] {
        svg.curve(class, [(x, 16.0), (x + 16.0, 16.0)]);
        svg.text((x + 22.0, 20.0), Anchor::Start, text);
    }
    let requests = Panel {
        top: 52.0,
        bottom: 138.0,
        heading: "requests to the server, each second",
        most: 170.0,
        marks: &[CALLS_A_SECOND, SERVED_A_SECOND, 120],
        without: &without.requests,
        with: &with.requests,
    };
    let answers = Panel {
        top: 184.0,
        bottom: 240.0,
        heading: "answered calls, each second",
        most: 65.0,
        marks: &[CALLS_A_SECOND, SERVED_A_SECOND],
        without: &without.answers,
        with: &with.answers,
    };
    requests.draw(&mut svg);
    answers.draw(&mut svg);
    svg.finish(ABOUT, answers.bottom + 22.0)
}

impl Panel<'_> {
    fn draw(&self, svg: &mut Svg) {
        let axis = Axis { left: 34.0, length: LENGTH };
        let y = |count: u32| self.bottom - (self.bottom - self.top) * f64::from(count) / self.most;
        svg.bar("bad pale", (axis.x(OUTAGE.0), self.top), (axis.x(OUTAGE.1), self.bottom));
        let middle = axis.x(OUTAGE.0).midpoint(axis.x(OUTAGE.1));
        svg.small((middle, self.bottom - 5.0), Anchor::Middle, "stands still");
        svg.heading((12.0, self.top - 8.0), self.heading);
        axis.scale(svg, Duration::from_secs(10), self.top, self.bottom);
        for count in self.marks {
            svg.line("faint", (axis.left, y(*count)), (axis.x(LENGTH), y(*count)));
            svg.small((axis.left - 4.0, y(*count) + 4.0), Anchor::End, &count.to_string());
        }
        for (class, counts) in [("bad", self.without), ("good", self.with)] {
            let middles = (0..).map(|second| Duration::from_secs(second) + Duration::from_millis(500));
            svg.curve(class, middles.zip(counts).map(|(at, count)| (axis.x(at), y(*count))));
        }
    }
}
