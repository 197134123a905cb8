//! What a timeout does to an async body, and to a sync one.

use std::sync::mpsc;
use std::time::Duration;

use resilient::testing::{scope, sleep};
use resilient::timeout;
use tokio::time::Instant;

use crate::axis::Axis;
use crate::paused::{play, since};
use crate::svg::{About, Picture, Svg};

const ABOUT: About = About {
    name: "cut-off",
    title: "A timeout around an async body and around a sync one",
    desc: "Both bodies need half a second, and the limit is 200 milliseconds. Both callers return at the limit. The async \
           body is dropped then. The sync body runs on to its end on a helper thread.",
};

const NEEDS: Duration = Duration::from_millis(500);

/// Reports when it is dropped.
struct Body<F: Fn()>(F);

impl<F: Fn()> Drop for Body<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// When the caller went on, and when the body ended.
struct Ends {
    caller: Duration,
    body: Duration,
}

#[timeout(200ms)]
async fn in_place(start: Instant, ends: mpsc::Sender<Duration>) -> Result<(), resilient::Error> {
    let _body = Body(|| ends.send(since(start)).expect("somebody waits"));
    tokio::time::sleep(NEEDS).await;
    Ok(())
}

fn of_async() -> Ends {
    let (ends, ended) = mpsc::channel();
    let caller = play(async {
        let start = Instant::now();
        let refusal = in_place(start, ends).await.expect_err("it needs too long");
        assert!(refusal.is_timed_out());
        since(start)
    });
    Ends { caller, body: ended.recv().expect("the body has ended") }
}

#[timeout(200ms)]
fn on_a_thread(clock: resilient::testing::Clock, ends: mpsc::Sender<Duration>) -> Result<(), resilient::Error> {
    let _body = Body(|| ends.send(clock.elapsed()).expect("somebody waits"));
    sleep(NEEDS);
    Ok(())
}

fn of_sync() -> Ends {
    let (ends, ended) = mpsc::channel();
    let scope = scope();
    let refusal = on_a_thread(scope.clock(), ends).expect_err("it needs too long");
    assert!(refusal.is_timed_out());
    let caller = scope.clock().elapsed();
    scope.clock().advance(NEEDS.saturating_sub(caller));
    Ends { caller, body: ended.recv().expect("the body ends some time") }
}

const PANEL: f64 = 96.0;

/// The picture.
pub(crate) fn draw() -> Picture {
    let panels =
        [("async fn", of_async(), "is dropped"), ("fn", of_sync(), "runs on to its end on its thread, unseen")];
    let length = panels.iter().map(|(_, ends, _)| ends.caller.max(ends.body)).max().unwrap_or_default();
    let (axis, mut svg) = (Axis { left: 62.0, length }, Svg::default());
    for (top, (heading, ends, what)) in [0.0, PANEL].into_iter().zip(panels) {
        svg.heading((12.0, top + 20.0), &format!("#[timeout(200ms)] {heading}"));
        axis.scale(&mut svg, Duration::from_millis(200), top + 28.0, top + 82.0);
        axis.name(&mut svg, top + 42.0, "caller");
        axis.span(&mut svg, top + 42.0, (Duration::ZERO, ends.caller), ("bad pale", "TimedOut"));
        axis.name(&mut svg, top + 66.0, "body");
        axis.span(&mut svg, top + 66.0, (Duration::ZERO, ends.body), ("plain pale", what));
    }
    svg.finish(ABOUT, 2.0 * PANEL + 8.0)
}
