//! `#[hedge]`: another attempt while the first still runs; the first success is the answer.

use std::time::{Duration, Instant};

use resilient::{Hedge, HedgeEvent, hedge};

/// What all hedged reads share: after 30 ms another replica is asked, for at most one call in two.
#[hedge(delay = 30ms, max_hedges = 2, budget(share = 0.5, min_per_second = 1))]
static READS: Hedge;

struct Replica {
    name: &'static str,
    takes: Duration,
    is_up: bool,
}

impl Replica {
    async fn read(&self, key: u32) -> Result<String, resilient::Error> {
        tokio::time::sleep(self.takes).await;
        Ok(format!("{key} from {}", self.name))
    }
}

fn report(event: &HedgeEvent<'_>) {
    println!("  {event}");
}

/// Each attempt asks the next replica, which is `replica` in the body.
#[hedge(READS, over(replica in replicas), on_hedge = report)]
async fn read(replicas: &[Replica], key: u32) -> Result<String, std::io::Error> {
    if !replica.is_up {
        return Err(std::io::ErrorKind::ConnectionRefused.into());
    }
    replica.read(key).await.map_err(Into::into)
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let replica = |name, ms, is_up| Replica { name, takes: Duration::from_millis(ms), is_up };
    for (what, replicas) in [
        ("the first is quick", [replica("a", 5, true), replica("b", 5, true)]),
        ("the first is slow", [replica("a", 500, true), replica("b", 5, true)]),
        ("the first is down", [replica("a", 5, false), replica("b", 5, true)]),
    ] {
        println!("{what}");
        let start = Instant::now();
        let answer = read(&replicas, 7).await.map_err(|error| error.to_string());
        println!("  {:>3} ms  {answer:?}", start.elapsed().as_millis());
    }
    println!("{:?}", READS.stats());
}
