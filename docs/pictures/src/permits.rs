//! Which calls a rate limit lets begin, with a window and with a bucket.

use std::time::Duration;

use resilient::rate_limit;
use tokio::time::{Instant, sleep};

use crate::axis::Axis;
use crate::paused::{play, since};
use crate::svg::{About, Picture, Svg};

const ABOUT: About = About {
    name: "permits",
    title: "Which calls begin below a rate limit, with a window and with a burst",
    desc: "Calls arrive every 50 milliseconds. With five permits each second the first five begin, and then none until \
           the second is over. With a burst of two the first two begin, and then one every 200 milliseconds.",
};

#[rate_limit(name = "permits: window", permits = 5, per = 1s)]
async fn window() -> Result<(), resilient::Error> {
    Ok(())
}

#[rate_limit(name = "permits: bucket", permits = 5, per = 1s, burst = 2)]
async fn bucket() -> Result<(), resilient::Error> {
    Ok(())
}

const LENGTH: Duration = Duration::from_millis(2_600);
const EVERY: Duration = Duration::from_millis(50);

/// When calls arrived, and whether they began.
fn seen(function: &impl AsyncFn() -> Result<(), resilient::Error>) -> Vec<(Duration, bool)> {
    play(async {
        let (start, mut seen) = (Instant::now(), Vec::new());
        while since(start) <= LENGTH {
            seen.push((since(start), function().await.is_ok()));
            sleep(EVERY).await;
        }
        seen
    })
}

const TOP: f64 = 8.0;
const PANEL: f64 = 64.0;

/// The picture.
pub(crate) fn draw() -> Picture {
    let panels = [("permits = 5, per = 1s", seen(&window)), ("permits = 5, per = 1s, burst = 2", seen(&bucket))];
    let (axis, mut svg) = (Axis { left: 62.0, length: LENGTH }, Svg::default());
    for (top, (heading, calls)) in [TOP, TOP + PANEL].into_iter().zip(panels) {
        svg.heading((12.0, top + 12.0), heading);
        axis.name(&mut svg, top + 28.0, "begin");
        axis.name(&mut svg, top + 46.0, "refused");
        for (arrived, begins) in calls {
            if begins {
                svg.dot("good", (axis.x(arrived), top + 28.0));
            } else {
                svg.ring("waits", (axis.x(arrived), top + 46.0));
            }
        }
    }
    let bottom = TOP + 2.0 * PANEL;
    axis.scale(&mut svg, Duration::from_millis(500), bottom - 8.0, bottom);
    svg.finish(ABOUT, bottom + 22.0)
}
