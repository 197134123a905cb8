//! Time on the processor.

use std::fs;

/// Seconds that the processes started here, and those that they started, have had of a processor: unlike the time on the
/// wall, that does not depend on what else the machine does.
pub fn seconds() -> f64 {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux tells");
    // The name before the bracket may hold anything.
    let (_, fields) = stat.rsplit_once(')').expect("the name is in brackets");
    let ticks = |index: usize| fields.split_whitespace().nth(index).and_then(|ticks| ticks.parse::<f64>().ok());
    // Of children that were waited for, as user and as system.
    let (user, system) = ticks(13).zip(ticks(14)).expect("numbers");
    (user + system) / TICKS_PER_SECOND
}
