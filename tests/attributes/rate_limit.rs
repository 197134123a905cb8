//! `#[rate_limit]`: how many calls begin in a span of time, how long others wait, and what stops all of them.

mod pauses;
mod the_limit;
mod waiting;
mod which_limit;

use std::time::Duration;

use resilient::{Error, ErrorKind, RateLimitPolicy, RateLimiter, rate_limit, registry, retry};
use resilient_tests::{Fault, millis, polled, secs};
use tokio::time::{Instant, advance, sleep};

type Outcome = Result<(), Fault>;

const LIMITED: Outcome = Err(Fault::Refused(ErrorKind::RateLimited));

fn limiter(name: &str) -> &'static RateLimiter {
    registry().rate_limiter(name).expect("a function that names it is in the program")
}
