#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod actions;
mod answer;
mod body;
mod builder;
mod clock_thread;
#[cfg(feature = "config")]
mod configuration;
mod events;
mod json;
mod metrics;
mod page;
mod readiness;
#[cfg(feature = "axum")]
mod router;
mod service;
mod timed;
mod token;

pub use body::AdminBody;
pub use builder::{BuildError, Builder, service};
pub use service::Admin;
pub use token::{Token, TokenError};
