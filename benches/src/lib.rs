//! What a call costs under resilient and under its peers.

#![forbid(unsafe_code)]

pub mod chart;
pub mod harness;
pub mod questions;
pub mod report;
pub mod table;
