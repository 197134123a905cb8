//! State per key: a cell for each host, tenant or user, made when it is needed and forgotten when it is not.
//!
//! A cell that a new one would equal is worth no memory. A few of them are spared, for keys that are used again; beyond
//! these, whoever brings a new key forgets some that nobody has used lately. So a flood of keys which come once leaves a
//! few cells in each shard, not as many as there were keys. What is worth its memory stays up to `max_keys`. Three rules
//! follow, which the tests hold:
//!
//! 1. A cell that a call uses, or that protects, is never forgotten.
//! 2. No more than `max_keys` cells are kept. If none of them can go, new keys share one more.
//! 3. All calls of one key have one cell at a time, unless the key had to share.
//!
//! The keys are spread over shards by a hash with a random seed, so that nobody can choose keys which collide. A known
//! key takes the lock of its shard for reading. Whether a cell is used is the number of owners of its `Arc`: it grows
//! under that lock only, and is looked at under the same lock for writing.

pub(crate) mod cell;
mod identity;
pub(crate) mod key;
#[cfg(all(test, resilient_loom))]
mod loom_tests;
pub(crate) mod per_key;
pub(crate) mod policy;
mod table;
#[cfg(all(test, not(resilient_loom)))]
mod tests;
