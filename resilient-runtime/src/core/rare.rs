//! What is rarely there.

/// Takes what is there. It is asked for first, so that where nothing is, nothing is written.
#[inline]
pub(crate) fn take_if_any<T>(place: &mut Option<T>) -> Option<T> {
    if place.is_some() { place.take() } else { None }
}
