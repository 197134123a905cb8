//! Configuration by name: files, variables, and changes while calls run. A configuration is the whole program's, so each
//! test holds a lock, and ends with an empty one.

mod computed;
mod errors;
mod fuzz;
mod keyed;
mod layers;
mod limits;
mod named;
mod precedence;
mod reported;
mod running;
mod same;
mod seen;
mod shared;
mod shown;
#[cfg(feature = "watch")]
mod watched;
mod worst_cases;

use std::sync::{Mutex, MutexGuard, PoisonError};

use resilient::config::{ConfigError, loader};
use resilient::{BreakerPolicy, CircuitBreaker, Error};

/// The configuration, which one test has at a time.
struct Config(#[expect(dead_code, reason = "it is held")] MutexGuard<'static, ()>);

impl Config {
    fn alone() -> Self {
        static ALONE: Mutex<()> = Mutex::new(());
        Self(ALONE.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn of(text: &str) -> Self {
        let config = Self::alone();
        config.apply(text).unwrap();
        config
    }

    #[expect(clippy::unused_self, reason = "who has the lock")]
    fn apply(&self, text: &str) -> Result<(), ConfigError> {
        loader().variables([]).apply(text)
    }

    #[expect(clippy::unused_self, reason = "who has the lock")]
    fn with(&self, text: &str, variables: &[(&str, &str)]) -> Result<(), ConfigError> {
        loader().variables(variables.iter().copied()).apply(text)
    }
}

#[cfg(feature = "watch")]
#[expect(clippy::unused_self, reason = "who has the lock")]
impl Config {
    fn load(&self, path: &std::path::Path) -> Result<(), ConfigError> {
        loader().variables([]).load(path)
    }

    fn watch(&self) -> Result<resilient::config::Watching, ConfigError> {
        loader().variables([]).watch()
    }
}

impl Drop for Config {
    fn drop(&mut self) {
        let _ = loader().variables([]).apply("");
    }
}

/// A refusal, of no breaker of the program.
fn refusal() -> Error {
    let breaker = CircuitBreaker::new("none", BreakerPolicy::new());
    breaker.force_open();
    breaker.try_acquire().unwrap_err()
}
