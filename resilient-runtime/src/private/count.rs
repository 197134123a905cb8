//! Counts in attributes: of any unsigned type, checked, never truncated.
//!
//! Generated code writes `count(EXPR).__resilient_constant_count()` for a constant and `__resilient_computed_count()`
//! for a value that is computed in each call. A policy takes a `u32`, and statics need the conversion in a `const`.

#![allow(clippy::unused_self, reason = "methods are chosen by the type of what they are called on")]

use crate::private::given::{Given, Wrong};

/// A whole number of an unsigned type.
#[diagnostic::on_unimplemented(
    message = "a count is a whole number of an unsigned type, such as `u32` or `usize`, and this is `{Self}`",
    label = "expected a count, found `{Self}`"
)]
pub trait Unsigned {}

/// A count of this type.
pub const fn count<T: Unsigned + Copy>(count: T) -> Given<T> {
    Given(count)
}

macro_rules! counts {
    ($($unsigned:ident)*) => {
        $(
            impl Unsigned for $unsigned {}

            impl Given<$unsigned> {
                /// The same number as a `u32`.
                ///
                /// # Panics
                ///
                /// If it does not fit. It is called for constants only, so the panic is a compile error.
                #[must_use]
                #[track_caller]
                pub const fn __resilient_constant_count(self) -> u32 {
                    let count = self.saturating_count();
                    #[allow(clippy::unnecessary_cast, trivial_numeric_casts)]
                    let fits = count as u128 == self.0 as u128;
                    assert!(fits, "a count can be 4294967295 at most: give a smaller one");
                    count
                }

                /// The nearest count of attempts: 1 at least, `u32::MAX` at most.
                #[must_use]
                pub const fn __resilient_computed_count(self) -> u32 {
                    let count = self.saturating_count();
                    if count == 0 { 1 } else { count }
                }

                #[allow(clippy::cast_possible_truncation, clippy::unnecessary_cast, clippy::cast_lossless, trivial_numeric_casts)]
                const fn saturating_count(self) -> u32 {
                    let wide = self.0 as u128;
                    if wide > u32::MAX as u128 { u32::MAX } else { wide as u32 }
                }
            }
        )*
    };
}

counts!(u8 u16 u32 u64 u128 usize);

impl<T> Wrong<T> {
    /// Never called.
    #[must_use]
    pub const fn __resilient_constant_count(&self) -> u32 {
        1
    }

    /// Never called.
    #[must_use]
    pub const fn __resilient_computed_count(&self) -> u32 {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_that_fits_is_the_same_in_each_type() {
        let counts = [
            count(200_u8).__resilient_constant_count(),
            count(200_u16).__resilient_constant_count(),
            count(200_u32).__resilient_constant_count(),
            count(200_u64).__resilient_constant_count(),
            count(200_u128).__resilient_constant_count(),
            count(200_usize).__resilient_constant_count(),
        ];
        assert_eq!(counts, [200; 6]);
        assert_eq!(count(u64::from(u32::MAX)).__resilient_constant_count(), u32::MAX);
        assert_eq!(count(0_usize).__resilient_constant_count(), 0);
    }

    #[test]
    fn a_computed_count_is_one_at_least_and_never_truncated() {
        assert_eq!([count(0_u8).__resilient_computed_count(), count(1_u8).__resilient_computed_count()], [1, 1]);
        assert_eq!(count((1_u64 << 32) + 1).__resilient_computed_count(), u32::MAX);
        assert_eq!(count(u128::MAX).__resilient_computed_count(), u32::MAX);
        assert_eq!(count(u32::MAX).__resilient_computed_count(), u32::MAX);
    }

    #[test]
    #[should_panic(expected = "a count can be 4294967295 at most: give a smaller one")]
    fn a_constant_that_does_not_fit_is_none() {
        let _ = count((1_u64 << 32) + 1).__resilient_constant_count();
    }
}
