//! Counts what the contenders allocate: see the program of the same name in the package above.

#![forbid(unsafe_code)]

use std::alloc::System;

use against_ninelives::ALL;
use benches::report;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let starts: Vec<String> = std::env::args().skip(1).collect();
    report::allocations(ALL, &starts, ALLOCATOR);
}
