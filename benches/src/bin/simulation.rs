//! Simulates threads on many cores that call one bulkhead: how often a cache line moves from core to core, and what that
//! costs, with one word for all free slots and with lines on which threads keep them. It is no measurement: it follows the
//! rules of the semaphore, and assumes two costs.
//!
//! - A core that changes a cache line which it changed last takes [`HERE`] nanoseconds; else the line has to move to it,
//!   which takes [`MOVE`], after all that came before. A line serves one core at a time. Reading is free unless another
//!   core has changed the line since; then it moves, too.
//! - The core whose clock is behind takes the next step. Bodies take no time, and each thread stays on its core.
//!
//! Prints a table in Markdown.

#![forbid(unsafe_code)]

const HERE: u64 = 5;
const MOVE: u64 = 80;
/// Calls of each core.
const CALLS: u64 = 2_000;

#[derive(Clone)]
struct CacheLine {
    busy_until: u64,
    /// The cores that have it as it is now; one if it was changed last.
    copies: Vec<bool>,
}

impl CacheLine {
    fn new(cores: usize) -> Self {
        Self { busy_until: 0, copies: vec![false; cores] }
    }

    fn change(&mut self, core: usize, clock: &mut u64) {
        let is_here = self.copies[core] && self.copies.iter().filter(|is_here| **is_here).count() == 1;
        self.copies.fill(false);
        self.serve(core, clock, if is_here { HERE } else { MOVE });
    }

    fn read(&mut self, core: usize, clock: &mut u64) {
        if !self.copies[core] {
            self.serve(core, clock, MOVE);
        }
    }

    fn serve(&mut self, core: usize, clock: &mut u64, cost: u64) {
        self.copies[core] = true;
        *clock = (*clock).max(self.busy_until) + cost;
        self.busy_until = *clock;
    }
}

struct Line {
    memory: CacheLine,
    free: usize,
    room_left: usize,
}

/// The semaphore. Where it takes a lock, only the words that change are counted.
struct Semaphore {
    limit: usize,
    pool: CacheLine,
    free_in_pool: usize,
    /// What says how many lines are open.
    mask: CacheLine,
    open: usize,
    /// None if all threads use one word.
    lines: Vec<Line>,
}

impl Semaphore {
    fn new(limit: usize, cores: usize, has_lines: bool) -> Self {
        let line = || Line { memory: CacheLine::new(cores), free: 0, room_left: 0 };
        let lines = if has_lines && cores > 1 { cores.next_power_of_two() } else { 0 };
        let (pool, mask) = (CacheLine::new(cores), CacheLine::new(cores));
        let lines = (0..lines).map(|_| line()).collect();
        let mut semaphore = Self { limit, pool, free_in_pool: limit, mask, open: 0, lines };
        semaphore.open_lines(0, &mut 0);
        semaphore
    }

    fn open_lines(&mut self, core: usize, clock: &mut u64) {
        if self.lines.is_empty() || self.open > 0 || self.free_in_pool < (self.limit / 4).max(8) {
            return;
        }
        self.open = self.lines.len().min(1 << (self.free_in_pool / 4).ilog2());
        self.pool.change(core, clock);
        for line in &mut self.lines[..self.open] {
            line.room_left = self.free_in_pool.div_ceil(2 * self.open);
            line.memory.change(core, clock);
        }
        self.mask.change(core, clock);
    }

    fn close_lines(&mut self, core: usize, clock: &mut u64) {
        for line in &mut self.lines[..std::mem::take(&mut self.open)] {
            line.memory.change(core, clock);
            self.free_in_pool += std::mem::take(&mut line.free);
            line.room_left = 0;
        }
        self.pool.change(core, clock);
    }

    /// The line of a core, while lines are open.
    fn line(&mut self, core: usize, clock: &mut u64) -> Option<&mut Line> {
        if !self.lines.is_empty() {
            self.mask.read(core, clock);
        }
        let open = self.open;
        (open > 0).then(|| &mut self.lines[core & (open - 1)])
    }

    fn take(&mut self, core: usize, clock: &mut u64) {
        if let Some(line) = self.line(core, clock).filter(|line| line.free > 0) {
            line.memory.change(core, clock);
            line.free -= 1;
            line.room_left += 1;
            return;
        }
        if self.free_in_pool == 0 && self.open > 0 {
            self.close_lines(core, clock);
        }
        self.pool.change(core, clock);
        self.free_in_pool = self.free_in_pool.checked_sub(1).expect("there is a slot for each core");
    }

    fn give(&mut self, core: usize, clock: &mut u64) {
        if let Some(line) = self.line(core, clock).filter(|line| line.room_left > 0) {
            line.memory.change(core, clock);
            line.free += 1;
            line.room_left -= 1;
            return;
        }
        self.pool.change(core, clock);
        self.free_in_pool += 1;
        self.open_lines(core, clock);
    }
}

/// Millions of calls in a second, on all cores together.
fn throughput(limit: usize, cores: usize, has_lines: bool) -> f64 {
    let mut semaphore = Semaphore::new(limit, cores, has_lines);
    let mut clocks = vec![0; cores];
    // Each call is two steps: it takes a slot, and gives it back.
    let mut steps = vec![0; cores];
    while let Some(core) = (0..cores).filter(|core| steps[*core] < 2 * CALLS).min_by_key(|core| clocks[*core]) {
        if steps[core].is_multiple_of(2_u64) {
            semaphore.take(core, &mut clocks[core]);
        } else {
            semaphore.give(core, &mut clocks[core]);
        }
        steps[core] += 1;
    }
    let slowest = clocks.into_iter().max().unwrap_or(1);
    CALLS as f64 * cores as f64 * 1_000.0 / slowest as f64
}

fn main() {
    println!("| cores | one word, any limit | lines, limit 64 | lines, limit 256 | lines, limit 1,024 |");
    println!("| --- | --- | --- | --- | --- |");
    for cores in [1, 2, 4, 16, 64] {
        let one_word = throughput(1_024, cores, false);
        let with_lines = [64, 256, 1_024].map(|limit| format!("{:.0}", throughput(limit, cores, true)));
        println!("| {cores} | {one_word:.0} | {} |", with_lines.join(" | "));
    }
}
