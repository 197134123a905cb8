//! How long a retry waits: a curve for each backoff, and a band for each jitter.

use std::time::Duration;

use resilient::{Backoff, Jitter, RetryPolicy};

use crate::svg::{About, Anchor, Picture, Svg};

const ABOUT: About = About {
    name: "delays",
    title: "The delays of each backoff, and how each jitter spreads them",
    desc: "Above, the delays after one to six failed attempts without jitter: constant ones stay at 100 milliseconds, \
           linear ones reach 0.6 seconds, fibonacci 0.8 and exponential 3.2. Below, from the shortest to the longest \
           delay that was drawn: full jitter from zero to the exponential delay, equal jitter from its half, 0.25 around \
           it; decorrelated delays from the base delay to three times the one before.",
};

const DELAYS: u32 = 6;
const POLICY: RetryPolicy = RetryPolicy::new().max_attempts(DELAYS + 1).max_delay(Duration::from_secs(4));
/// So many calls are drawn for a band.
const CALLS: u64 = 2_000;

/// The shortest and the longest delay after each failed attempt, in seconds.
fn band(policy: &RetryPolicy) -> Vec<(f64, f64)> {
    let mut band = vec![(f64::INFINITY, 0.0_f64); DELAYS as usize];
    for seed in 0..CALLS {
        for ((shortest, longest), delay) in band.iter_mut().zip(policy.schedule(seed)) {
            *shortest = shortest.min(delay.as_secs_f64());
            *longest = longest.max(delay.as_secs_f64());
        }
    }
    band
}

/// Seconds at the upper end of a panel, and the seconds that are marked.
const MOST: f64 = 4.0;
const MARKS: [u32; 5] = [0, 1, 2, 3, 4];
const HIGH: f64 = 96.0;
const LEFT: f64 = 30.0;
const RIGHT: f64 = 346.0;

const CURVES: f64 = 130.0;
const BANDS: f64 = 270.0;

fn y(bottom: f64, seconds: f64) -> f64 {
    bottom - HIGH * seconds / MOST
}

/// The picture.
pub(crate) fn draw() -> Picture {
    let mut svg = Svg::default();
    panel(&mut svg, CURVES, "delay by backoff, without jitter");
    curves(&mut svg);
    panel(&mut svg, BANDS, "delay by jitter, after 1 to 6 failed attempts");
    bands(&mut svg);
    svg.finish(ABOUT, BANDS + 22.0)
}

fn panel(svg: &mut Svg, bottom: f64, heading: &str) {
    svg.heading((12.0, bottom - HIGH - 14.0), heading);
    for seconds in MARKS {
        let y = y(bottom, f64::from(seconds));
        svg.line("faint", (LEFT, y), (RIGHT, y));
        svg.small((LEFT - 4.0, y + 4.0), Anchor::End, &format!("{seconds}s"));
    }
}

fn curves(svg: &mut Svg) {
    let backoffs = [
        ("waits", "constant", Backoff::Constant),
        ("good", "linear", Backoff::Linear),
        ("plain", "fibonacci", Backoff::Fibonacci),
        ("bad", "exponential", Backoff::Exponential),
    ];
    let x = |failed: u32| LEFT + 40.0 * f64::from(failed);
    for failed in 1..=DELAYS {
        svg.small((x(failed), CURVES + 13.0), Anchor::Middle, &failed.to_string());
    }
    svg.small((RIGHT, CURVES + 13.0), Anchor::End, "failed");
    let mut lowest = f64::INFINITY;
    for (class, name, backoff) in backoffs {
        let band = band(&POLICY.jitter(Jitter::None).backoff(backoff));
        let points: Vec<_> = (1..).map(x).zip(band.iter().map(|(_, delay)| y(CURVES, *delay))).collect();
        // Each name stands beside its end, and above the one before.
        lowest = points.last().map_or(lowest, |(_, end)| end.min(lowest - 12.0));
        svg.curve(class, points);
        svg.small((x(DELAYS) + 6.0, lowest + 4.0), Anchor::Start, name);
    }
}

fn bands(svg: &mut Svg) {
    let jitters = [
        ("full", POLICY),
        ("equal", POLICY.jitter(Jitter::Equal)),
        ("0.25", POLICY.jitter(Jitter::Factor(0.25))),
        ("decorrelated", POLICY.backoff(Backoff::Decorrelated)),
    ];
    let mut left = LEFT + 8.0;
    for (name, policy) in jitters {
        let mut x = left;
        for (shortest, longest) in band(&policy) {
            svg.bar("plain", (x, y(BANDS, longest)), (x + 8.0, y(BANDS, shortest)));
            x += 10.0;
        }
        svg.small((left + 29.0, BANDS + 13.0), Anchor::Middle, name);
        left += 78.0;
    }
}
