//! The kinds of value that only `#[hedge]` has.

mod budget;
mod delay;
mod over;

pub(crate) use budget::Budget;
pub(crate) use delay::Delay;
pub(crate) use over::Over;
