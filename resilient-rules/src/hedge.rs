//! The settings of a hedge.

/// Attempts beside the first, where nobody says how many.
pub const MAX_HEDGES: u32 = 1;
