//! The settings of `bulkhead`.

use super::{settings, text};
use crate::bulkhead::policy::BulkheadPolicy;
use crate::config::value::Given;

settings! {
    BulkheadPolicy, code: [
        "name", "policy", "threads", "keep_alive", "overload_after", "overload_on", "overload_if", "overload_if_ok",
        "overload_if_result", "key", "max_keys", "idle", "map_err",
    ];
    "max_concurrent": |policy, given| {
        if policy.adapts().is_some() {
            return Err("the limit adapts itself, which is code, and code stays".to_owned());
        }
        policy.try_max_concurrent(given.count()?).map_err(text)
    };
    "max_wait": |policy, given| match given.word() {
        Ok("unlimited") => Ok(policy.unlimited_wait()),
        _ => Ok(policy.max_wait(given.duration()?)),
    };
    "max_queue": |policy, given| Ok(policy.max_queue(given.count()?));
}
