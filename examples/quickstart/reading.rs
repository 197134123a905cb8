//! The third run: reads of the archive one after the other, then exports all at once; each bare and annotated.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::archive::{self, EXPORTS, ONE_SLOW_IN, SLOW, SPAN};
use crate::client::ApiError;
use crate::reader::{READS, Reader};

const READ_CALLS: usize = 64;
const EXPORT_CALLS: usize = 60;

/// What came of both, for the checks at the end.
pub struct Reading {
    pub answered: usize,
    pub hedges: u64,
}

impl Reading {
    pub const CALLS: usize = READ_CALLS + EXPORT_CALLS;
}

pub async fn run() -> Result<Reading, Box<dyn Error>> {
    println!(
        "\nrun 3 of 3, the archive: {READ_CALLS} reads of which one in {ONE_SLOW_IN} takes {SLOW:?} longer on the first replica,"
    );
    println!("and {EXPORT_CALLS} exports at once, of which the archive answers {EXPORTS} in any {SPAN:?}");
    let bare = Arc::new(Reader { replicas: archive::start().await? });
    let annotated = Arc::new(Reader { replicas: archive::start().await? });

    let times = reads(|| bare.get_history("ACME")).await;
    let hedged = reads(|| annotated.history("ACME")).await;
    let refused = exports(&bare, |reader| async move { reader.get_export("ACME").await }).await;
    let limited = exports(&annotated, |reader| async move { reader.export("ACME").await }).await;

    let second = READS.stats().hedges;
    let row = |what: &str, bare: String, annotated: String| println!("{what:<50} {bare:>15} {annotated:>15}");
    row("", "bare".into(), "annotated".into());
    row("reads     half took at most (p50)", at(&times, 50), at(&hedged, 50));
    row("          99 % took at most (p99)", at(&times, 99), at(&hedged, 99));
    row("          second requests, by the hedge", "0".into(), second.to_string());
    row("exports   answered", refused.answered.to_string(), limited.answered.to_string());
    row("          the last answer came after", millis(refused.took), millis(limited.took));
    Ok(Reading { answered: hedged.len() + limited.answered, hedges: second })
}

/// The times of the calls that were answered, sorted.
async fn reads<F: Future<Output = Result<String, ApiError>>>(call: impl Fn() -> F) -> Vec<Duration> {
    let mut times = Vec::new();
    for _ in 0..READ_CALLS {
        let started = Instant::now();
        if call().await.is_ok() {
            times.push(started.elapsed());
        }
    }
    times.sort_unstable();
    times
}

struct Exports {
    answered: usize,
    took: Duration,
}

async fn exports<F>(reader: &Arc<Reader>, call: impl Fn(Arc<Reader>) -> F) -> Exports
where
    F: Future<Output = Result<String, ApiError>> + Send + 'static,
{
    let started = Instant::now();
    let mut calls = JoinSet::new();
    for _ in 0..EXPORT_CALLS {
        calls.spawn(call(Arc::clone(reader)));
    }
    let answered = calls.join_all().await.into_iter().flatten().count();
    Exports { answered, took: started.elapsed() }
}

fn at(times: &[Duration], percent: usize) -> String {
    times.get((times.len().max(1) - 1) * percent / 100).map_or_else(|| "-".into(), |time| millis(*time))
}

fn millis(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}
