//! Attributes and policies together: within each other, by hand, and with the clocks and executors of a program.

mod adaptive_bulkhead;
mod adaptive_throttle;
mod by_hand;
mod deadline;
mod ending_threads;
mod executors;
mod fault;
mod handles;
mod hedge;
mod nested_limits;
mod objects;
mod order;
mod pipeline;
mod rate_limit;
mod runtime_api;
mod sweeps;
mod time;
mod traps;
