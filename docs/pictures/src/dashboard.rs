//! What an outage looks like on the dashboard, and when its alert fires.

use std::future::pending;
use std::time::Duration;

use resilient::{CircuitBreaker, CircuitState, CircuitStats, circuit_breaker, registry, timeout};
use tokio::time::{Instant, sleep_until};

use crate::axis::Axis;
use crate::outage::state_look;
use crate::paused::{play, since};
use crate::svg::{About, Anchor, Picture, Svg};

const ABOUT: About = About {
    name: "dashboard",
    title: "An outage on the dashboard",
    desc: "Ten calls each second succeed until the server hangs, at two minutes. Five of them fail, the breaker opens, and \
           ten calls each second are rejected. The alert fires a minute later. Two minutes after that the server works \
           again, the next probes close the breaker, all calls succeed and the alert ends.",
};

const CALLS_A_SECOND: u32 = 10;
const LENGTH: Duration = Duration::from_secs(420);
const HANGS: (Duration, Duration) = (Duration::from_secs(120), Duration::from_secs(300));
/// How often Prometheus reads the metrics.
const SCRAPE: Duration = Duration::from_secs(10);
/// How long a breaker is open before `CircuitBreakerOpen` fires.
const FIRES_AFTER: Duration = Duration::from_secs(60);

#[circuit_breaker(name = "dashboard", failure_threshold = 5, recovery_timeout = 45s)]
#[timeout(800ms)]
async fn ask(start: Instant) -> Result<(), resilient::Error> {
    if (HANGS.0..HANGS.1).contains(&since(start)) {
        pending::<()>().await;
    }
    Ok(())
}

/// What is read at a moment.
struct Scraped {
    at: Duration,
    stats: CircuitStats,
    state: CircuitState,
}

async fn scene() -> Vec<Scraped> {
    let (start, mut scraped) = (Instant::now(), Vec::new());
    let every = Duration::from_secs(1) / CALLS_A_SECOND;
    let calls = (0..).map(|number| every * number).take_while(|at| *at < LENGTH);
    for at in calls {
        sleep_until(start + at).await;
        tokio::spawn(ask(start));
        if at.as_millis().is_multiple_of(SCRAPE.as_millis()) {
            let breaker = registry().circuit_breaker("dashboard");
            scraped.push(Scraped {
                at,
                stats: breaker.map(CircuitBreaker::stats).unwrap_or_default(),
                state: breaker.map_or(CircuitState::Closed, CircuitBreaker::state),
            });
        }
    }
    scraped
}

/// The title of a panel of the dashboard, if there is one.
fn panel(title: &'static str) -> &'static str {
    let dashboard = include_str!("../../../dashboards/resilient.json");
    assert!(dashboard.contains(&format!("\"title\": \"{title}\"")), "the dashboard has no panel `{title}`");
    title
}

/// The name of an alert that fires after a minute, if there is one.
fn alert(name: &'static str) -> &'static str {
    let alerts = include_str!("../../../dashboards/alerts.yml");
    let rule = alerts.split("- alert: ").find(|rule| rule.starts_with(name));
    assert!(rule.is_some_and(|rule| rule.contains("for: 1m")), "no alert `{name}` fires after a minute");
    name
}

/// What an alert does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alert {
    Quiet,
    Pending,
    Firing,
}

/// What the alert does at each of these moments: it fires where the breaker was open at all of those in the last minute.
fn alerts(scraped: &[Scraped]) -> Vec<Alert> {
    let mut open_from = None;
    let at_each = scraped.iter().map(|scraped| {
        if scraped.state != CircuitState::Open {
            open_from = None;
            return Alert::Quiet;
        }
        let open_for = scraped.at.saturating_sub(*open_from.get_or_insert(scraped.at));
        if open_for < FIRES_AFTER { Alert::Pending } else { Alert::Firing }
    });
    at_each.collect()
}

/// The upper end of the first panel, its lower end, and the middles of the strips below it.
const TOP: f64 = 52.0;
const BOTTOM: f64 = 112.0;
const STATE: f64 = 148.0;
const ALERT: f64 = 192.0;
const END: f64 = 206.0;

/// The picture.
pub(crate) fn draw() -> Picture {
    let scraped = play(scene());
    let axis = Axis { left: 34.0, length: LENGTH };
    let mut svg = Svg::default();
    axis.scale(&mut svg, Duration::from_secs(60), TOP, END);
    draw_calls(&mut svg, axis, &scraped);
    let states = scraped.iter().map(|scraped| state_look(scraped.state));
    draw_strip(&mut svg, axis, (STATE, panel("State")), states);
    let alerts = alerts(&scraped).into_iter().map(|alert| match alert {
        Alert::Quiet => ("rest pale", ""),
        Alert::Pending => ("waits pale", "pending"),
        Alert::Firing => ("bad pale", "firing"),
    });
    draw_strip(&mut svg, axis, (ALERT, alert("CircuitBreakerOpen")), alerts);
    svg.finish(ABOUT, END + 22.0)
}

/// One of the numbers that a breaker counts.
type Count = fn(&CircuitStats) -> u64;

/// The calls of each second, by result.
fn draw_calls(svg: &mut Svg, axis: Axis, scraped: &[Scraped]) {
    svg.heading((12.0, 20.0), panel("Calls by result"));
    let results: [(&str, f64, &str, Count); 3] = [
        ("good", 34.0, "success", |stats| stats.successful_calls),
        ("bad", 118.0, "failure", |stats| stats.failed_calls),
        ("waits", 198.0, "rejected", |stats| stats.rejected_calls),
    ];
    let y = |per_second: f64| BOTTOM - (BOTTOM - TOP) * per_second / f64::from(CALLS_A_SECOND + 1);
    for mark in [0, CALLS_A_SECOND] {
        let y = y(f64::from(mark));
        svg.line("faint", (axis.left, y), (axis.x(LENGTH), y));
        svg.small((axis.left - 4.0, y + 4.0), Anchor::End, &mark.to_string());
    }
    for (class, x, name, count) in results {
        svg.curve(class, [(x, 36.0), (x + 16.0, 36.0)]);
        svg.text((x + 22.0, 40.0), Anchor::Start, name);
        let rates = scraped.windows(2).map(|pair| {
            let more = u32::try_from(count(&pair[1].stats) - count(&pair[0].stats)).expect("few calls");
            (axis.x(pair[1].at), y(f64::from(more) / SCRAPE.as_secs_f64()))
        });
        svg.curve(class, rates);
    }
}

/// A strip below its name: what holds from each reading to the next.
fn draw_strip(
    svg: &mut Svg,
    axis: Axis,
    (middle, name): (f64, &str),
    looks: impl Iterator<Item = (&'static str, &'static str)>,
) {
    svg.heading((12.0, middle - 15.0), name);
    let mut spans: Vec<(Duration, (&str, &str))> = Vec::new();
    for (at, look) in (0..).map(|number| SCRAPE * number).zip(looks) {
        if spans.last().is_none_or(|(_, last)| *last != look) {
            spans.push((at, look));
        }
    }
    axis.strip(svg, middle, &spans);
}
