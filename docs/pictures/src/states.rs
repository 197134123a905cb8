//! The states of a breaker with default settings, and what leads from one to the other.

use std::time::Duration;

use resilient::{CircuitBreaker, CircuitState, circuit_breaker, registry};
use tokio::time::advance;

use crate::paused::play;
use crate::svg::{About, Anchor, Picture, Svg};

const ABOUT: About = About {
    name: "states",
    title: "The states of a circuit breaker",
    desc: "Closed, open and half-open, with arrows between them. Failures in a row lead from closed to open, time from \
           open to half-open, a failed probe back to open, successful probes to closed.",
};

#[circuit_breaker(name = "states")]
async fn call(works: bool) -> std::io::Result<()> {
    if works { Ok(()) } else { Err(std::io::ErrorKind::NotConnected.into()) }
}

/// A change of state, and what it took.
struct Change {
    from: CircuitState,
    to: CircuitState,
    took: String,
}

fn state() -> CircuitState {
    registry().circuit_breaker("states").map_or(CircuitState::Closed, CircuitBreaker::state)
}

/// Does something again and again until the state changes.
async fn until_it_changes(doing: impl AsyncFn(), took: impl Fn(u32) -> String) -> Change {
    let from = state();
    let mut times = 0;
    while state() == from {
        doing().await;
        times += 1;
    }
    Change { from, to: state(), took: took(times) }
}

async fn scene() -> Vec<Change> {
    let fail = async || drop(call(false).await);
    let succeed = async || drop(call(true).await);
    let wait = async || advance(Duration::from_secs(1)).await;
    let open = until_it_changes(fail, |times| format!("{times} failures in a row")).await;
    let admits = until_it_changes(wait, |seconds| format!("after {seconds}s")).await;
    let again =
        until_it_changes(fail, |times| if times == 1 { "a probe fails".into() } else { format!("{times} fail") }).await;
    until_it_changes(wait, |_| String::new()).await;
    let closes = until_it_changes(succeed, |times| format!("{times} probes succeed")).await;
    vec![open, admits, again, closes]
}

type Point = (f64, f64);

/// Half the size of a box.
const BOX: Point = (54.0, 22.0);

/// The name of a state, what happens to calls in it, and the middle of its box.
fn look(state: CircuitState) -> (&'static str, &'static str, &'static str, Point) {
    match state {
        CircuitState::Closed => ("good pale", "closed", "calls pass", (68.0, 36.0)),
        CircuitState::Open => ("bad pale", "open", "calls are refused", (292.0, 36.0)),
        CircuitState::HalfOpen => ("waits pale", "half-open", "a few probes pass", (180.0, 146.0)),
        other => unreachable!("{other:?}"),
    }
}

/// The picture.
pub(crate) fn draw() -> Picture {
    let changes = play(scene());
    let mut svg = Svg::default();
    for state in [CircuitState::Closed, CircuitState::Open, CircuitState::HalfOpen] {
        let (class, name, calls, (x, y)) = look(state);
        svg.bar(class, (x - BOX.0, y - BOX.1), (x + BOX.0, y + BOX.1));
        svg.text((x, y - 3.0), Anchor::Middle, name);
        svg.small((x, y + 12.0), Anchor::Middle, calls);
    }
    for change in &changes {
        let is_way_back = |other: &Change| (other.from, other.to) == (change.to, change.from);
        arrow(&mut svg, change, if changes.iter().any(is_way_back) { 7.0 } else { 0.0 });
    }
    svg.finish(ABOUT, 180.0)
}

/// An arrow from box to box, this far to the left of the line through their middles, with what it took beside it.
fn arrow(svg: &mut Svg, change: &Change, aside: f64) {
    let ((.., from), (.., to)) = (look(change.from), look(change.to));
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy);
    let (dx, dy) = (dx / length, dy / length);
    let beside = |(x, y): Point, by: f64| (x + dy * by, y - dx * by);
    // The way out of a box, until one of its sides is reached.
    let out = ((BOX.0 - dy.abs() * aside) / dx.abs()).min((BOX.1 + dx.abs() * aside) / dy.abs()) + 3.0;
    let at = |(x, y): Point, way: f64| beside((x + dx * way, y + dy * way), aside);
    let (tail, head) = (at(from, out), at(to, -out));
    svg.line("", tail, head);
    for side in [-4.0, 4.0] {
        svg.line("", head, beside((head.0 - dx * 7.0, head.1 - dy * 7.0), side));
    }
    let middle = beside((tail.0.midpoint(head.0), tail.1.midpoint(head.1)), 7.0);
    match dy {
        0.0 => svg.small(middle, Anchor::Middle, &change.took),
        _ if dy > 0.0 => svg.small((middle.0, middle.1 + 4.0), Anchor::Start, &change.took),
        _ => svg.small((middle.0, middle.1 + 4.0), Anchor::End, &change.took),
    }
}
