//! `#[timeout]`: limits the time of a call, in async functions and in sync ones.

use std::io;
use std::time::{Duration, Instant};

use resilient::{Deadline, deadline, retry, timeout};

/// Async: the body is dropped at its deadline.
#[timeout(100ms)]
async fn download(takes: Duration) -> io::Result<&'static str> {
    tokio::time::sleep(takes).await;
    Ok("downloaded")
}

/// Below a retry it limits each attempt, here with 40 ms more every time; above a retry, all attempts and the delays
/// between them.
#[timeout(1s)]
#[retry(max_attempts = 4, base_delay = 10ms, bind = attempt)]
#[timeout(50ms, step = 40ms)]
async fn patient_download(takes: Duration) -> io::Result<u32> {
    tokio::time::sleep(takes).await;
    Ok(attempt.number())
}

/// Sync: the body runs on another thread, and the caller does not wait for it after the deadline. The body still runs
/// to its end.
#[timeout(100ms)]
fn compute(takes: Duration) -> io::Result<&'static str> {
    std::thread::sleep(takes);
    Ok("computed")
}

/// Sync and in place: the body may borrow, and checks the deadline itself.
#[timeout(100ms, cooperative)]
fn add_up(numbers: &[u64]) -> io::Result<u64> {
    let mut sum = 0;
    for number in numbers {
        if deadline().is_some_and(Deadline::is_over) {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
        sum += number;
    }
    Ok(sum)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (short, long) = (Duration::from_millis(20), Duration::from_millis(400));

    println!("async, in time:   {:?}", download(short).await);
    println!("async, too slow:  {:?}", download(long).await.map_err(|error| error.to_string()));
    println!("async, with more time each: attempt {:?}", patient_download(Duration::from_millis(110)).await);

    let start = Instant::now();
    println!("sync, too slow:   {:?}", compute(long).map_err(|error| error.to_string()));
    println!("                  the caller was back after {} ms", start.elapsed().as_millis());

    println!("in place, in time:  {:?}", add_up(&[1, 2, 3]));
    println!("in place, too slow: {:?}", add_up(&[1; 100]).map_err(|error| error.to_string()));
}
