//! Calls of a bulkhead: who runs, who waits, who is refused.

use std::time::Duration;

use resilient::bulkhead;
use tokio::time::{Instant, sleep};

use crate::axis::Axis;
use crate::paused::{play, since};
use crate::svg::{About, Anchor, Picture, Svg};

const ABOUT: About = About {
    name: "slots",
    title: "Calls of a bulkhead with three slots and a queue of two",
    desc: "The first three calls run at once. The next two wait until a slot is free, first come, first served. One that \
           finds two waiting is refused at once. One that has waited for half a second gives up.",
};

#[bulkhead(name = "slots", max_concurrent = 3, max_wait = 500ms, max_queue = 2)]
async fn call(lasts: Duration, began: &mut Option<Instant>) -> Result<(), resilient::Error> {
    *began = Some(Instant::now());
    sleep(lasts).await;
    Ok(())
}

/// When calls arrive, and for how long their bodies run, in milliseconds.
const CALLS: [(u64, u64); 8] =
    [(0, 600), (100, 600), (200, 700), (300, 1300), (400, 900), (500, 600), (610, 800), (1000, 600)];

/// A call: when it arrived, when its body began if it did, and when it ended.
struct Seen {
    arrived: Duration,
    began: Option<Duration>,
    ended: Duration,
}

async fn scene() -> Vec<Seen> {
    let start = Instant::now();
    let calls = CALLS.map(|(arrives, lasts)| {
        tokio::spawn(async move {
            sleep(Duration::from_millis(arrives)).await;
            let (arrived, mut began) = (since(start), None);
            let outcome = call(Duration::from_millis(lasts), &mut began).await;
            assert_eq!(outcome.is_ok(), began.is_some(), "who is refused does not run");
            Seen { arrived, began: began.map(|began| began - start), ended: since(start) }
        })
    });
    let mut seen = Vec::new();
    for call in calls {
        seen.push(call.await.expect("no call panics"));
    }
    seen
}

const TOP: f64 = 24.0;
const ROW: f64 = 22.0;

/// The picture.
pub(crate) fn draw() -> Picture {
    let seen = play(scene());
    let length = seen.iter().map(|call| call.ended).max().unwrap_or_default();
    let (axis, mut svg) = (Axis { left: 58.0, length }, Svg::default());
    let (mut y, bottom) = (TOP, seen.iter().fold(TOP, |y, _| y + ROW) - 8.0);
    axis.scale(&mut svg, Duration::from_millis(500), TOP - 14.0, bottom);
    for (number, call) in (1..).zip(seen) {
        axis.name(&mut svg, y, &format!("call {number}"));
        row(&mut svg, axis, y, &call);
        y += ROW;
    }
    svg.finish(ABOUT, bottom + 22.0)
}

fn row(svg: &mut Svg, axis: Axis, y: f64, call: &Seen) {
    let waited_until = call.began.unwrap_or(call.ended);
    if waited_until > call.arrived {
        axis.span(svg, y, (call.arrived, waited_until), ("waits pale", "waits"));
    }
    if let Some(began) = call.began {
        axis.span(svg, y, (began, call.ended), ("good pale", "runs"));
        return;
    }
    let x = axis.x(call.ended);
    svg.ring("bad", (x, y));
    let why = if call.ended > call.arrived { "gives up" } else { "refused: two wait already" };
    svg.text((x + 8.0, y + 4.0), Anchor::Start, why);
}
