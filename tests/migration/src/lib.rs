//! What the pages "from …" of the guide show of other libraries: each file is one block of a page, and nothing calls it.
//! The folders have the libraries' names, so a module named after its library is reached by a path.
#![allow(dead_code)]

#[path = "backoff"]
mod from_backoff {
    mod asked_delay;
    mod in_sync_code;
    mod transient_errors;
}

#[path = "backon"]
mod from_backon {
    mod adjusted;
    mod attribute;
    mod in_sync_code;
    mod some_errors;
    mod with_context;
}

#[path = "failsafe"]
mod from_failsafe {
    mod by_predicate;
    mod failures_in_a_row;
    mod success_rate;
}

#[path = "reqwest_retry"]
mod from_reqwest_retry {
    mod client;
    mod strategy;
}

#[path = "tower"]
mod from_tower {
    mod budget;
    mod limits;
    mod stack;
}
