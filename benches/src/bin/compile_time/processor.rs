//! Processor time.

use std::fs;

/// Seconds of processor time of the child processes and their children: unlike wall-clock time, it does not depend on
/// other load on the machine.
pub fn seconds() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux tells");
    // The name before the bracket may hold anything.
    let (_, fields) = stat.rsplit_once(')').expect("the name is in brackets");
    let ticks = |index: usize| fields.split_whitespace().nth(index).and_then(|ticks| ticks.parse::<f64>().ok());
    // User and system time of the children that were waited for.
    let (user, system) = ticks(13).zip(ticks(14)).expect("numbers");
    (user + system) / TICKS_PER_SECOND
}
