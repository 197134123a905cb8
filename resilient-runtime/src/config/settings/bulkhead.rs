//! The settings of `bulkhead`, with slots and with threads.

use resilient_rules::bulkhead::NO_IDLE_THREADS;

use super::{above_zero, settings, text};
use crate::bulkhead::policy::BulkheadPolicy;
use crate::config::value::Given;

settings! {
    BulkheadPolicy, code: [
        "name", "policy", "overload_on", "overload_if", "overload_if_ok", "overload_if_result", "key",
        "map_err",
    ];
    "max_concurrent": |policy, given| policy.try_fixed(given.count()?).map_err(text);
    "max_wait": |policy, given| match given.word() {
        Ok("unlimited") => Ok(policy.unlimited_wait()),
        _ => Ok(policy.max_wait(given.duration()?)),
    };
    "max_queue": |policy, given| Ok(policy.max_queue(given.count()?));
    "overload_after": |policy, given| policy.try_overload_after(above_zero(given)?).map_err(text);
    "threads": |_policy, _given| Err("the calls run on threads of others: `max_concurrent` limits them".to_owned());
    "keep_alive": |_policy, _given| {
        Err(format!("{NO_IDLE_THREADS}: leave it out"))
    };
    "max_keys": |_policy, _given| Err(super::not_per_key());
    "idle": |_policy, _given| Err(super::not_per_key());
}

/// Of one that has threads of its own.
pub(super) mod threads {
    use resilient_rules::bulkhead::{ONE_FOR_ALL_KEYS, THREADS_ARE_THE_LIMIT};

    use crate::bulkhead::policy::NOT_ADAPTIVE;
    use crate::config::settings::text;
    use crate::config::value::Given;
    use crate::thread_bulkhead::policy::ThreadBulkheadPolicy;

    pub(crate) fn set(policy: ThreadBulkheadPolicy, name: &str, given: &Given) -> Result<ThreadBulkheadPolicy, String> {
        match name {
            "threads" => policy.try_threads(given.count()?).map_err(text),
            "max_queue" => Ok(policy.max_queue(given.count()?)),
            "max_wait" if given.word() == Ok("unlimited") => Ok(policy.unlimited_wait()),
            "max_wait" => Ok(policy.max_wait(given.duration()?)),
            "keep_alive" => Ok(policy.keep_alive(given.duration()?)),
            "max_concurrent" => Err(format!("{THREADS_ARE_THE_LIMIT}: change `threads`")),
            "overload_after" => Err(NOT_ADAPTIVE.to_owned()),
            _ => Err(format!("{ONE_FOR_ALL_KEYS}: leave this out")),
        }
    }
}
