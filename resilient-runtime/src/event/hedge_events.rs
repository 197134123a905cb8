//! Events of attempts that are made beside another.

use std::fmt;
use std::time::Duration;

use crate::core::name::Name;

/// The data of [`Event::HedgeSent`](crate::events::Event::HedgeSent).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct HedgeSent {
    /// The hedge's name; that of one without a name is the path of its function.
    pub name: Name,
    /// Which attempt it is, counted from 1, so at least 2.
    pub number: u32,
    /// After how long from the start of the call it begins. Zero if nobody wanted to know when that began.
    pub after: Duration,
}

/// ``hedge `search`: attempt 2 begins after 100ms``
impl fmt::Display for HedgeSent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hedge `{}`: attempt {} begins after {:?}", self.name, self.number, self.after)
    }
}

/// The data of [`Event::HedgeWon`](crate::events::Event::HedgeWon).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct HedgeWon {
    /// The hedge's name; that of one without a name is the path of its function.
    pub name: Name,
    /// Which attempt it is, counted from 1, so at least 2.
    pub number: u32,
    /// After how long from the start of the call it answers. Zero if nobody wanted to know when that began.
    pub after: Duration,
}

/// ``hedge `search`: attempt 2 answers after 130ms``
impl fmt::Display for HedgeWon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hedge `{}`: attempt {} answers after {:?}", self.name, self.number, self.after)
    }
}
