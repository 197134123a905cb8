//! `#[bulkhead]`: limits the calls in flight, so that one slow callee does not take every thread and connection.

use std::time::{Duration, Instant};

use resilient::{bulkhead, registry};
use tokio::task::JoinSet;

/// Two calls at a time. Others wait for at most 150 ms, and at most three wait.
#[bulkhead(name = "printer", max_concurrent = 2, max_wait = 150ms, max_queue = 3)]
async fn print(page: u32) -> Result<u32, resilient::Error> {
    tokio::time::sleep(Duration::from_millis(100)).await;
    Ok(page)
}

/// The same printer, from sync code: one limit, one queue. Here the wait blocks the thread.
#[bulkhead(name = "printer")]
fn print_test_page() -> Result<&'static str, resilient::Error> {
    Ok("test page")
}

/// Without a name the slots belong to this function; without `max_wait` it refuses at once.
#[bulkhead(max_concurrent = 1)]
async fn scan() -> Result<&'static str, resilient::Error> {
    tokio::time::sleep(Duration::from_millis(20)).await;
    Ok("scanned")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("six pages at once: two are printed, three wait, one finds the queue full");
    let start = Instant::now();
    let mut pages = JoinSet::new();
    for page in 1..=6 {
        pages.spawn(async move { (page, print(page).await) });
    }
    while let Some(Ok((page, outcome))) = pages.join_next().await {
        let outcome = outcome.map_or_else(|error| error.to_string(), |_| "printed".to_owned());
        println!("  {:>3} ms  page {page}: {outcome}", start.elapsed().as_millis());
    }

    println!("a test page from sync code: {:?}", print_test_page());
    if let Some(printer) = registry().bulkhead("printer") {
        println!("{} of {} slots are free, {:?}", printer.available(), printer.limit(), printer.stats());
    }

    let (first, second) = tokio::join!(scan(), scan());
    println!("two scans at once: {first:?} and {:?}", second.map_err(|error| error.to_string()));
}
