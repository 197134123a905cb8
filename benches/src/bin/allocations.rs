//! Counts what the contenders allocate. A program of its own, because an allocator that counts is slower, and much
//! slower on two threads: contenders that allocate would appear slower than they are.

#![forbid(unsafe_code)]

use std::alloc::System;

use benches::questions::ALL;
use benches::report;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let starts: Vec<String> = std::env::args().skip(1).collect();
    report::allocations(ALL, &starts, ALLOCATOR);
}
