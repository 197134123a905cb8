use std::io;
use std::sync::LazyLock;
use std::time::Duration;

use failsafe::backoff::{Constant, constant};
use failsafe::failure_policy::{ConsecutiveFailures, consecutive_failures};
use failsafe::{CircuitBreaker, Config, Error, StateMachine};

type Breaker = StateMachine<ConsecutiveFailures<Constant>, ()>;

static USERS: LazyLock<Breaker> = LazyLock::new(|| {
    let policy = consecutive_failures(3, constant(Duration::from_secs(30)));
    Config::new().failure_policy(policy).build()
});

fn user(id: u64) -> Result<String, Error<io::Error>> {
    USERS.call(|| Ok(format!("user {id}")))
}
