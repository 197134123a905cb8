//! `#[bulkhead(threads = …)]`: bodies that compute run on threads of their own, and the runtime stays free.

use std::cell::Cell;
use std::time::Duration;

use resilient::{Error, bulkhead, registry, timeout};

/// Counts the primes below `most` on one of two threads; two more calls may wait for one.
#[timeout(5s)]
#[bulkhead(name = "primes", threads = 2, max_queue = 2)]
async fn primes(most: u32) -> Result<usize, Error> {
    let is_prime = |number: &u32| (2..*number).take_while(|it| it * it <= *number).all(|it| !number.is_multiple_of(it));
    Ok((2..most).filter(is_prime).count())
}

/// The same threads, from sync code, which waits.
#[bulkhead(name = "primes", threads)]
fn thread_name() -> Result<Option<String>, Error> {
    Ok(std::thread::current().name().map(str::to_owned))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("runs on: {:?}", thread_name());

    let ticks = Cell::new(0);
    let ticking = async {
        loop {
            tokio::time::sleep(Duration::from_millis(1)).await;
            ticks.set(ticks.get() + 1);
        }
    };
    let calls = async {
        let answers = tokio::join!(primes(200_000), primes(100_000), primes(50_000), primes(20_000), primes(10_000));
        println!("two run, two wait, and there is no room for a fifth: {answers:?}");
    };
    tokio::select! {
        () = ticking => {}
        () = calls => {}
    }
    println!("while they ran, the runtime ticked {} times", ticks.get());

    let threads = registry().thread_bulkhead("primes").expect("the attributes name it");
    println!("{:?}", threads.stats());
    println!("{:?}", registry().shutdown_all_async(Duration::from_secs(5)).await);
    println!("after the shutdown: {:?}", primes(10).await);
}
