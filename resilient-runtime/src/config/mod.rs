//! Settings from a file and from environment variables, while the program runs. Feature `config`.
//!
//! ```toml
//! enabled = true                                   # false: only fallbacks act
//! [all.retry]                                      # every #[retry] of the program
//! max_attempts = 4
//! [module."app::client".timeout]                   # and below it; the longest path wins
//! duration = "2s"
//! [circuit_breaker.users]                          # state, by its name
//! failure_threshold = 3
//! [policy.upstream.retry]                          # functions with this stack of policy!
//! max_attempts = 2
//! [function."app::client::user".retry]             # a layer of a function
//! enabled = false
//! [function."app::client::user".timeout.2]         # its second timeout in reading order
//! duration = "500ms"
//! ```
//!
//! A configuration changes attributes that stand in the code, and adds none. Of two values for one setting the more
//! special one counts: the code, `all`, a module, a stack, the layer's own entry, a variable. It is applied as a whole or
//! not at all: with any problem nothing changes, and [`ConfigError`] has all of them. A setting that is no longer given is
//! again as it is written.
//!
//! The variable of a setting has its layer, its name or path and the setting: `RESILIENT_CIRCUIT_BREAKER_USERS_ENABLED`,
//! `RESILIENT_RETRY_APP_CLIENT_USER_MAX_ATTEMPTS`, `RESILIENT_ENABLED`.
//!
//! ```
//! # use resilient_runtime as resilient;
//! use resilient::{BreakerPolicy, config, registry};
//!
//! let users = registry().circuit_breaker_or_insert("users of config", BreakerPolicy::new());
//! config::apply("[circuit_breaker.\"users of config\"]\nfailure_threshold = 3")?;
//! assert_eq!(users.policy(), BreakerPolicy::new().failure_threshold(3));
//!
//! config::apply("")?;
//! assert_eq!(users.policy(), BreakerPolicy::new());
//! # Ok::<(), config::ConfigError>(())
//! ```

mod address;
mod between;
mod bounds;
mod changes;
mod effective;
mod entry;
mod error;
mod file;
mod in_force;
mod loader;
mod plan;
mod rules;
mod settings;
mod status;
mod value;
mod variables;
#[cfg(feature = "watch")]
mod watch;
mod worst_case;

pub use effective::{Effective, EffectiveFunction, EffectiveLayer, EffectiveSetting};
pub use error::{ConfigError, ConfigProblem};
pub use loader::{Loader, apply, check, effective, load, loader, reload, status};
pub use status::Status;
#[cfg(feature = "watch")]
pub use watch::{Watching, watch};
