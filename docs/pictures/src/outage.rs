//! A breaker through an outage: one call each second to a server that hangs for a while.

use std::future::pending;
use std::time::Duration;

use resilient::{CircuitBreaker, CircuitState, circuit_breaker, registry, timeout};
use tokio::time::{Instant, sleep};

use crate::axis::Axis;
use crate::paused::{play, since};
use crate::svg::{About, Anchor, Picture, Svg};

const ABOUT: About = About {
    name: "outage",
    title: "A circuit breaker through an outage",
    desc: "The server hangs from 10 to 33 seconds. Five calls in a row time out, and the breaker opens: the calls after \
           them are refused at once. A probe after ten seconds fails and opens it again. Two probes after the outage \
           succeed and close it, and all calls are answered.",
};

const SECONDS: u32 = 48;
const LENGTH: Duration = Duration::from_secs(48);
const HANGS_FROM: Duration = Duration::from_secs(10);
const HANGS_TO: Duration = Duration::from_secs(33);
/// How often the breaker's state is looked at, in each second.
const LOOKS: u32 = 10;

#[circuit_breaker(name = "outage", failure_threshold = 5, recovery_timeout = 10s)]
#[timeout(800ms)]
async fn ask(start: Instant) -> Result<(), resilient::Error> {
    if (HANGS_FROM..HANGS_TO).contains(&since(start)) {
        pending::<()>().await;
    }
    Ok(())
}

/// A call, from its beginning to its end.
struct Call {
    from: Duration,
    to: Duration,
    outcome: Result<(), resilient::Error>,
}

/// The state of the breaker, and since when.
type States = Vec<(Duration, CircuitState)>;

async fn scene() -> (Vec<Call>, States) {
    let (start, mut calls, mut states) = (Instant::now(), Vec::new(), States::new());
    for _ in 0..SECONDS {
        calls.push(tokio::spawn(async move {
            let (from, outcome) = (since(start), ask(start).await);
            Call { from, to: since(start), outcome }
        }));
        for _ in 0..LOOKS {
            sleep(Duration::from_secs(1) / LOOKS).await;
            let state = registry().circuit_breaker("outage").map_or(CircuitState::Closed, CircuitBreaker::state);
            if states.last().is_none_or(|(_, last)| *last != state) {
                states.push((if states.is_empty() { Duration::ZERO } else { since(start) }, state));
            }
        }
    }
    let mut ended = Vec::new();
    for call in calls {
        ended.push(call.await.expect("no call panics"));
    }
    (ended, states)
}

/// The middles of the rows.
const SERVER: f64 = 24.0;
const BREAKER: f64 = 52.0;
const ANSWERED: f64 = 84.0;
const TIMED_OUT: f64 = 104.0;
const REFUSED: f64 = 124.0;
const BOTTOM: f64 = 138.0;

/// The picture.
pub(crate) fn draw() -> Picture {
    let (calls, states) = play(scene());
    let axis = Axis { left: 76.0, length: LENGTH };
    let mut svg = Svg::default();
    axis.scale(&mut svg, Duration::from_secs(10), 10.0, BOTTOM);
    draw_server(&mut svg, axis);
    draw_states(&mut svg, axis, &states);
    draw_calls(&mut svg, axis, &calls);
    svg.finish(ABOUT, BOTTOM + 22.0)
}

fn draw_server(svg: &mut Svg, axis: Axis) {
    axis.name(svg, SERVER, "server");
    let (works, hangs) = (("good pale", "works"), ("bad pale", "hangs"));
    axis.strip(svg, SERVER, &[(Duration::ZERO, works), (HANGS_FROM, hangs), (HANGS_TO, works)]);
}

fn draw_states(svg: &mut Svg, axis: Axis, states: &States) {
    axis.name(svg, BREAKER, "breaker");
    let spans: Vec<_> = states.iter().map(|(from, state)| (*from, state_look(*state))).collect();
    axis.strip(svg, BREAKER, &spans);
    let probes = states.iter().filter(|(_, state)| *state == CircuitState::HalfOpen);
    for (from, _) in probes {
        svg.small((axis.x(*from), BREAKER + 20.0), Anchor::Middle, "half-open");
    }
}

/// How a state looks in a strip.
pub(crate) fn state_look(state: CircuitState) -> (&'static str, &'static str) {
    match state {
        CircuitState::Closed => ("good pale", "closed"),
        CircuitState::Open => ("bad pale", "open"),
        CircuitState::HalfOpen => ("waits", ""),
        other => unreachable!("{other:?}"),
    }
}

fn draw_calls(svg: &mut Svg, axis: Axis, calls: &[Call]) {
    for (y, name) in [(ANSWERED, "answered"), (TIMED_OUT, "timed out"), (REFUSED, "refused")] {
        axis.name(svg, y, name);
    }
    for call in calls {
        let x = axis.x(call.from);
        match &call.outcome {
            Ok(()) => svg.dot("good", (x, ANSWERED)),
            Err(refusal) if refusal.is_timed_out() => {
                svg.bar("bad", (x, TIMED_OUT - 3.0), (axis.x(call.to), TIMED_OUT + 3.0));
            }
            Err(_) => svg.ring("waits", (x, REFUSED)),
        }
    }
}
