//! The state of all keys of one name.

use std::fmt;

use crate::core::clock::Resolution;
use crate::core::live::Live;
use crate::core::name::Name;
use crate::core::shared_state::SharedState;
use crate::core::sync::{Arc, AtomicBool, AtomicU64, Ordering, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use crate::keyed::cell::Cell;
use crate::keyed::identity::Hashing;
use crate::keyed::key::Key;
use crate::keyed::policy::PerKeyPolicy;
use crate::keyed::table::{Moment, Table};

/// State per key: a breaker for each host, a bulkhead for each tenant, a rate limit for each user.
///
/// Of the keys that a new one would equal, such as a host whose breaker has seen no failure, about a thousand are kept, so
/// that any number of healthy keys takes little memory. Others are kept: up to
/// [`max_keys`](PerKeyPolicy::max_keys). Then one goes that has not been used lately, but never one that protects: a
/// breaker that is open or forced, a rate limit that has no permit left, whatever calls use or wait for. If all protect,
/// new keys share one more state, and [`overflowed`](Self::overflowed) counts their calls.
///
/// A breaker that is half-open, or could be, protects until nobody has used it for [`idle`](PerKeyPolicy::idle). A rate
/// limit that is forgotten for want of room has all its permits again.
///
/// The types are [`CircuitBreakers`](crate::CircuitBreakers), [`Bulkheads`](crate::Bulkheads) and
/// [`RateLimiters`](crate::RateLimiters), as a static with their attribute, or as a value:
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::{BreakerPolicy, CircuitBreakers, CircuitState};
///
/// let hosts =
///     CircuitBreakers::new("host", BreakerPolicy::new().failure_threshold(1).per_key());
/// hosts.get("a.example").record_failure();
/// assert_eq!(hosts.get("a.example").state(), CircuitState::Open);
/// assert_eq!(hosts.get("b.example").state(), CircuitState::Closed);
/// assert_eq!(hosts.open(), ["a.example"]);
/// ```
pub struct PerKey<T: Cell> {
    name: Name,
    policy: Live<PerKeyPolicy<T::Policy>>,
    /// Makes the cells, and is the one that keys share for which there is no room.
    shared: Arc<T>,
    hashing: Hashing,
    /// A power of two.
    shards: Box<[RwLock<Table<T>>]>,
    /// The resolution at which the last use of a cell is known.
    resolution: Resolution,
    /// Relaxed, as the next: who reads it needs nothing else that was written with it.
    idle_millis: AtomicU64,
    /// The most cells that are kept.
    most: AtomicU64,
    /// The cells of all shards, and those that are about to be inserted. Relaxed: only the number matters.
    kept: AtomicU64,
    /// Set by a shutdown, then each cell is closed. Relaxed, because the locks of the shards order it: a cell that is made
    /// later, or that a shutdown has not found, is closed by who inserts it.
    closed: AtomicBool,
    /// The calls whose keys shared a cell. Relaxed: a total.
    overflowed: AtomicU64,
    /// For how many new keys no room is looked for, because none was found in all shards. Relaxed: only the number
    /// matters.
    without_search: AtomicU64,
    /// When the next shard is swept, in milliseconds. Relaxed: the exchange of the value decides which thread does it.
    sweep_at: AtomicU64,
    /// Which shard that is, modulo their number. Relaxed, as above.
    sweep_next: AtomicU64,
}

/// So many cells are in a shard on average, if as many are kept as may be.
const CELLS_PER_SHARD: usize = 64;
const MOST_SHARDS: usize = 256;
/// After a search in vain through `n` cells, so many new keys per cell do without one: a search costs each of them as
/// much as looking at a few cells.
const CELLS_PER_KEY: u64 = 16;

impl<T: Cell> PerKey<T> {
    /// Makes state that is not in the registry. `name` appears in its refusals, whatever the key.
    ///
    /// # Panics
    ///
    /// In debug builds if the name is empty or a setting is zero.
    pub fn new(name: &str, policy: PerKeyPolicy<T::Policy>) -> Self {
        debug_assert!(!name.is_empty(), "a name cannot be empty");
        Self::make(Name::intern(name), if cfg!(debug_assertions) { policy.checked() } else { policy })
    }

    /// Its name.
    pub const fn name(&self) -> Name {
        self.name
    }

    /// Its settings.
    pub fn policy(&self) -> PerKeyPolicy<T::Policy> {
        *self.policy.get()
    }

    /// Changes the settings, also those of all cells. With fewer keys none goes at once: a new one takes the place of one
    /// that can go, as when all places are taken. A time without use is measured as finely as that of before.
    #[cfg(feature = "config")]
    pub(crate) fn change_policy(&self, policy: PerKeyPolicy<T::Policy>) {
        self.policy.replace(|known| *known == policy, || policy);
        self.idle_millis.store(idle_millis(&policy), Ordering::Relaxed);
        self.most.store(policy.most() as u64, Ordering::Relaxed);
        self.without_search.store(0, Ordering::Relaxed);
        // First the one that makes the others: a cell that is inserted from then on has the new settings, and those that
        // were inserted before are found, because a shard is locked meanwhile.
        self.shared.change(policy.each());
        self.each(|cell| cell.change(policy.each()));
    }

    /// The state of a key, made if there is none. As long as somebody holds it, also weakly, it is not forgotten. An attribute, or a
    /// layer of a [`Pipeline`](crate::Pipeline), takes it as it takes any value.
    ///
    /// It takes a few dozen nanoseconds and, for a key that is known, allocates nothing.
    pub fn get(&self, key: impl Key) -> Arc<T> {
        self.cell(&key)
    }

    /// The state of a key.
    pub(crate) fn cell<K: Key + ?Sized>(&self, key: &K) -> Arc<T> {
        self.hashing.identify(key, |text, hash| self.find_or_make(text, hash))
    }

    /// How many keys are kept now. Those that are idle are forgotten before.
    pub fn len(&self) -> usize {
        let at = self.moment();
        for shard in 0..self.shards.len() {
            self.sweep(shard, at);
        }
        usize::try_from(self.kept.load(Ordering::Relaxed)).unwrap_or(usize::MAX)
    }

    /// Whether no key is kept now.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many calls shared a state because `max_keys` others protected.
    pub fn overflowed(&self) -> u64 {
        self.overflowed.load(Ordering::Relaxed)
    }

    /// What `pick` finds in the cells, of the keys in their order. The keys that share a cell are not among them.
    pub(crate) fn pick<R>(&self, pick: impl Fn(&T) -> Option<R>) -> Vec<(String, R)> {
        let mut picked = Vec::new();
        for shard in &self.shards {
            let table = read(shard);
            let cells = table.entries().iter().filter_map(|entry| Some((entry.key.to_string(), pick(&entry.cell)?)));
            picked.extend(cells);
        }
        picked.sort_by(|(left, _), (right, _)| left.cmp(right));
        picked
    }

    /// Acts on each cell, and on the one that keys share. No lock is held meanwhile, because `act` may wake somebody.
    pub(crate) fn each(&self, act: impl Fn(&T)) {
        for cell in self.all() {
            act(&cell);
        }
    }

    /// The cells of all keys, and the one that keys share.
    pub(crate) fn all(&self) -> impl Iterator<Item = Arc<T>> {
        let cells_of = |shard| {
            let cells: Vec<_> = read(shard).entries().iter().map(|entry| Arc::clone(&entry.cell)).collect();
            cells
        };
        self.shards.iter().flat_map(cells_of).chain([Arc::clone(&self.shared)])
    }

    /// The totals of all cells, also of those that were forgotten.
    pub(crate) fn total(&self) -> T::Stats {
        let mut sum = T::Stats::default();
        for shard in &self.shards {
            let table = read(shard);
            sum += table.forgotten;
            table.entries().iter().for_each(|entry| sum += entry.cell.totals());
        }
        sum += self.shared.totals();
        sum
    }

    fn moment(&self) -> Moment {
        Moment { now: self.resolution.millis(), idle: self.idle_millis.load(Ordering::Relaxed) }
    }

    fn find_or_make(&self, key: &str, hash: u64) -> Arc<T> {
        let at = self.moment();
        if at.now >= self.sweep_at.load(Ordering::Relaxed) {
            self.sweep_next(at);
        }
        let home = self.home(hash);
        let known = read(&self.shards[home]).find(key, hash).map(|entry| entry.used(at.now));
        known.unwrap_or_else(|| self.make_cell(key, hash, home, at))
    }

    /// The shard of a key. The table of a shard uses the other bits of the hash.
    fn home(&self, hash: u64) -> usize {
        usize::try_from(hash >> 16).unwrap_or(usize::MAX) & (self.shards.len() - 1)
    }

    #[cold]
    #[inline(never)]
    fn make_cell(&self, key: &str, hash: u64, home: usize, at: Moment) -> Arc<T> {
        let mut table = write(&self.shards[home]);
        if let Some(entry) = table.find(key, hash) {
            return entry.used(at.now);
        }
        self.went(table.clean(at));
        let has_place = self.take_place();
        let searches = !has_place && self.searches();
        // Under one lock with the insertion: otherwise a call of the same key could be the one that has to go.
        if has_place || searches && table.make_room(at) {
            return self.insert(&mut table, key, hash, at.now);
        }
        drop(table);
        if searches && self.make_room_elsewhere(home, at) {
            self.insert_in_place(key, hash, home, at)
        } else {
            self.overflow()
        }
    }

    /// Takes the place of a cell, if fewer than `max_keys` are kept.
    fn take_place(&self) -> bool {
        let most = self.most.load(Ordering::Relaxed);
        let next = |kept| (kept < most).then_some(kept + 1);
        self.kept.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).is_ok()
    }

    fn went(&self, cells: usize) {
        if cells > 0 {
            self.kept.fetch_sub(cells as u64, Ordering::Relaxed);
        }
    }

    fn insert(&self, table: &mut Table<T>, key: &str, hash: u64, now: u64) -> Arc<T> {
        let cell = Arc::new(self.shared.another());
        table.insert(key, hash, Arc::clone(&cell), now);
        if self.closed.load(Ordering::Relaxed) {
            cell.close();
        }
        cell
    }

    /// The cell of a key for which a place has been taken. It is given back if another thread was quicker.
    fn insert_in_place(&self, key: &str, hash: u64, home: usize, at: Moment) -> Arc<T> {
        let mut table = write(&self.shards[home]);
        if let Some(entry) = table.find(key, hash) {
            self.went(1);
            return entry.used(at.now);
        }
        self.insert(&mut table, key, hash, at.now)
    }

    /// Whether a cell is looked for that can go.
    fn searches(&self) -> bool {
        let fewer = |left: u64| left.checked_sub(1);
        self.without_search.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fewer).is_err()
    }

    /// Forgets a cell of another shard, whose place then is the caller's. Only one shard is locked at a time.
    fn make_room_elsewhere(&self, home: usize, at: Moment) -> bool {
        let others = self.shards.len() - 1;
        let found = (1..=others).any(|step| write(&self.shards[(home + step) & others]).make_room(at));
        if !found {
            let keys = self.most.load(Ordering::Relaxed) / CELLS_PER_KEY;
            self.without_search.store(keys, Ordering::Relaxed);
        }
        found
    }

    fn overflow(&self) -> Arc<T> {
        self.overflowed.fetch_add(1, Ordering::Relaxed);
        Arc::clone(&self.shared)
    }

    fn sweep(&self, shard: usize, at: Moment) {
        let went = write(&self.shards[shard]).sweep(at);
        self.went(went);
    }

    /// Sweeps one shard, so that all have their turn twice within `idle`.
    #[cold]
    #[inline(never)]
    fn sweep_next(&self, at: Moment) {
        let due = self.sweep_at.load(Ordering::Relaxed);
        let next = at.now.saturating_add(self.sweep_every());
        let is_mine = self.sweep_at.compare_exchange(due, next, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if at.now >= due && is_mine {
            let turn = self.sweep_next.fetch_add(1, Ordering::Relaxed);
            self.sweep(usize::try_from(turn).unwrap_or(usize::MAX) & (self.shards.len() - 1), at);
        }
    }

    fn sweep_every(&self) -> u64 {
        (self.idle_millis.load(Ordering::Relaxed) / (2 * self.shards.len() as u64)).max(1)
    }
}

fn read<T: Cell>(shard: &RwLock<Table<T>>) -> RwLockReadGuard<'_, Table<T>> {
    shard.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T: Cell>(shard: &RwLock<Table<T>>) -> RwLockWriteGuard<'_, Table<T>> {
    shard.write().unwrap_or_else(PoisonError::into_inner)
}

fn idle_millis<P: Copy>(policy: &PerKeyPolicy<P>) -> u64 {
    u64::try_from(policy.kept_for().as_millis()).unwrap_or(u64::MAX).max(1)
}

/// The greatest power of two that gives each shard enough cells.
fn shards(max_keys: usize) -> usize {
    let fitting = (max_keys / CELLS_PER_SHARD).clamp(1, MOST_SHARDS);
    1 << fitting.ilog2()
}

impl<T: Cell> SharedState for PerKey<T> {
    type Policy = PerKeyPolicy<T::Policy>;
    const KIND: &'static str = T::PER_KEY;

    fn make(name: Name, policy: Self::Policy) -> Self {
        let resolution = Resolution::for_spans_of(policy.kept_for());
        let new = Self {
            name,
            policy: Live::new(policy),
            shared: Arc::new(T::make(name, policy.each())),
            hashing: Hashing::new(),
            shards: (0..shards(policy.most())).map(|_| RwLock::new(Table::new())).collect(),
            resolution,
            idle_millis: AtomicU64::new(idle_millis(&policy)),
            most: AtomicU64::new(policy.most() as u64),
            kept: AtomicU64::new(0),
            closed: AtomicBool::new(false),
            overflowed: AtomicU64::new(0),
            without_search: AtomicU64::new(0),
            sweep_at: AtomicU64::new(0),
            sweep_next: AtomicU64::new(0),
        };
        let first = resolution.millis().saturating_add(new.sweep_every());
        new.sweep_at.store(first, Ordering::Relaxed);
        new
    }

    fn made_with(&self) -> Self::Policy {
        *self.policy.first()
    }

    fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        self.each(T::close);
    }

    /// There is no room for any key, so all share the one that lets all calls pass.
    #[cfg(feature = "config")]
    fn passing(name: Name) -> Self {
        let shared = Arc::new(T::passing(name));
        Self { shared, most: AtomicU64::new(0), ..Self::make(name, PerKeyPolicy::default()) }
    }

    fn settings(policy: &Self::Policy) -> Vec<(&'static str, String)> {
        policy.settings(T::settings(&policy.each()))
    }
}

impl<T: Cell> fmt::Debug for PerKey<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept.load(Ordering::Relaxed);
        f.debug_struct("PerKey")
            .field("name", &self.name)
            .field("kept", &kept)
            .field("shards", &self.shards.len())
            .finish_non_exhaustive()
    }
}
