//! What can be a key.

use std::borrow::Cow;
use std::fmt::{self, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;

use crate::core::name::Name;

/// A key of [state per key](crate::PerKey): text, or what is written as text. Two keys of the same text are the same key,
/// so `7` is `"7"`, and `None` is the empty text.
///
/// Text of up to 256 bytes is a key as it is. Of a longer one the first 200 bytes and a hash of 128 bits of the whole
/// are the key, so that no caller can fill the memory: such keys still differ from each other, and finding one takes a time that
/// grows with its length.
///
/// It can be implemented for types of your own:
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::Key;
/// use std::fmt;
///
/// struct Tenant(u64);
///
/// impl Key for Tenant {
///     fn write(&self, text: &mut impl fmt::Write) -> fmt::Result {
///         write!(text, "tenant {}", self.0)
///     }
/// }
/// # let mut text = String::new();
/// # Some(Tenant(7)).write(&mut text).unwrap();
/// # assert_eq!(text, "tenant 7");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no key",
    label = "expected text, an integer or an address, found `{Self}`",
    note = "a key is text, an integer, an address, an `Option` of these, or what `format_args!` makes: write \
            `key = format_args!(\"{{}}\", …)` for what has `Display`, or implement `resilient::Key`"
)]
pub trait Key {
    /// Writes its text.
    ///
    /// # Errors
    ///
    /// Those of `text`. What was written before an error is the key.
    fn write(&self, text: &mut impl Write) -> fmt::Result;

    /// The text, if it need not be written: then the key is looked up without a copy.
    fn as_text(&self) -> Option<&str> {
        None
    }
}

macro_rules! texts {
    ($($text:ty),*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Key for $text {
                fn write(&self, text: &mut impl Write) -> fmt::Result {
                    text.write_str(self)
                }

                #[inline]
                fn as_text(&self) -> Option<&str> {
                    Some(self)
                }
            }
        )*
    };
}

texts!(str, String, Name, Cow<'_, str>);

macro_rules! displayed {
    ($($key:ty),*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Key for $key {
                fn write(&self, text: &mut impl Write) -> fmt::Result {
                    write!(text, "{self}")
                }
            }
        )*
    };
}

displayed!(u128, i8, i16, i32, i64, i128, isize, bool, char);
displayed!(IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6);
displayed!(NonZero<u8>, NonZero<u16>, NonZero<u32>, NonZero<u64>, NonZero<u128>, NonZero<usize>);

macro_rules! counted {
    ($($count:ident)*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl Key for $count {
                #[allow(clippy::cast_lossless, trivial_numeric_casts, reason = "a `usize` is no wider than a `u64`")]
                fn write(&self, text: &mut impl Write) -> fmt::Result {
                    write_decimal(*self as u64, text)
                }
            }
        )*
    };
}

counted!(u8 u16 u32 u64 usize);

/// The digits of a number, in a third of the instructions that `Display` takes: such keys are frequent.
fn write_decimal(mut number: u64, text: &mut impl Write) -> fmt::Result {
    let mut digits = [b'0'; 20];
    let mut first = digits.len();
    while first == digits.len() || number > 0 {
        first -= 1;
        digits[first] += u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
    text.write_str(str::from_utf8(&digits[first..]).unwrap_or_default())
}

/// What `format_args!` makes.
#[diagnostic::do_not_recommend]
impl Key for fmt::Arguments<'_> {
    fn write(&self, text: &mut impl Write) -> fmt::Result {
        text.write_fmt(*self)
    }

    #[inline]
    fn as_text(&self) -> Option<&str> {
        self.as_str()
    }
}

/// `None` is the empty text.
#[diagnostic::do_not_recommend]
impl<K: Key> Key for Option<K> {
    fn write(&self, text: &mut impl Write) -> fmt::Result {
        self.as_ref().map_or(Ok(()), |key| key.write(text))
    }

    #[inline]
    fn as_text(&self) -> Option<&str> {
        self.as_ref().map_or(Some(""), K::as_text)
    }
}

macro_rules! through {
    ($($Pointer:ty),*) => {
        $(
            #[diagnostic::do_not_recommend]
            impl<K: Key + ?Sized> Key for $Pointer {
                fn write(&self, text: &mut impl Write) -> fmt::Result {
                    (**self).write(text)
                }

                #[inline]
                fn as_text(&self) -> Option<&str> {
                    (**self).as_text()
                }
            }
        )*
    };
}

through!(&K, &mut K, Box<K>, Rc<K>, Arc<K>);

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_written_as_display_writes_it() {
        for number in [0, 1, 9, 10, 99, 1_000, 123_456_789, u64::MAX - 1, u64::MAX] {
            let mut text = String::new();
            number.write(&mut text).unwrap();
            assert_eq!(text, number.to_string());
        }
    }
}
