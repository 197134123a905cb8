//! A call of an annotated function.

use crate::core::name::Name;
use crate::event::call::Call;

/// A call begins. `counts` if something counts its attempts. The first one begins the publication of metrics.
#[inline]
pub fn begin_call(function: Name, counts: bool) -> Call {
    if Call::is_wanted(counts) { begun(function, counts) } else { Call::NONE }
}

#[cold]
#[inline(never)]
fn begun(function: Name, counts: bool) -> Call {
    #[cfg(feature = "metrics")]
    crate::registry::metrics::publish::begin();
    Call::begin(function, counts)
}
