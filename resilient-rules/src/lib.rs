#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]

pub mod adaptive_throttle;
pub mod bounds;
pub mod bulkhead;
pub mod circuit_breaker;
pub mod duration;
pub mod hedge;
pub mod in_force;
pub mod per_key;
pub mod rate_limit;
pub mod refusal;
pub mod retry;
pub mod retry_budget;
pub mod stack;
pub mod timeout;
pub mod values;
pub mod words;
pub mod worst_case;
