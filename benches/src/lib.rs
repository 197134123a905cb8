//! The cost of a call with resilient and with similar libraries.

#![forbid(unsafe_code)]

pub mod harness;
pub mod questions;
pub mod report;
pub mod table;
