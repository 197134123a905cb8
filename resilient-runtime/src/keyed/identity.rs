//! The text by which a key is kept: its own or, of a long one, its beginning and a hash of the whole.

use std::fmt;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::io::Write as _;

use crate::keyed::key::Key;

/// A longer text is kept by its beginning and a hash.
pub(super) const LONGEST: usize = 256;
/// So much of a longer text is kept.
const BEGINNING: usize = 200;
/// A longer text is hashed in blocks of this length, however it is written, because a hasher need not give the same for
/// the same bytes in other pieces.
const BLOCK: usize = 64;

/// How keys are hashed: with random seeds, so that nobody can choose keys which collide.
#[derive(Debug)]
pub(super) struct Hashing {
    table: RandomState,
    /// Together 128 bits, so that long keys do not collide by chance either.
    long: [RandomState; 2],
}

type Hasher = std::hash::DefaultHasher;

impl Hashing {
    pub(super) fn new() -> Self {
        Self { table: RandomState::new(), long: [RandomState::new(), RandomState::new()] }
    }

    /// Calls `act` with the text by which a key is kept, and its hash.
    #[inline]
    pub(super) fn identify<K: Key + ?Sized, R>(&self, key: &K, act: impl FnOnce(&str, u64) -> R) -> R {
        match key.as_text() {
            Some(text) if text.len() <= LONGEST => act(text, self.table.hash_one(text)),
            _ => self.identify_written(key, act),
        }
    }

    fn identify_written<K: Key + ?Sized, R>(&self, key: &K, act: impl FnOnce(&str, u64) -> R) -> R {
        let mut text = Written { hashing: self, buffer: [0; LONGEST], len: 0, long: None };
        // What was written before an error is the key.
        let _ = key.write(&mut text);
        let text = text.finish();
        act(text, self.table.hash_one(text))
    }
}

/// A text that is being written.
struct Written<'a> {
    hashing: &'a Hashing,
    /// Its beginning.
    buffer: [u8; LONGEST],
    len: usize,
    /// All of it, if it is longer.
    long: Option<Long>,
}

/// The hash of a long text. The last bytes are not in it as long as they are no whole block.
struct Long {
    hashers: [Hasher; 2],
    block: [u8; BLOCK],
    len: usize,
}

impl fmt::Write for Written<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let bytes = text.as_bytes();
        if let Some(long) = &mut self.long {
            long.add(bytes);
        } else if let Some(place) = self.buffer.get_mut(self.len..self.len + bytes.len()) {
            place.copy_from_slice(bytes);
            self.len += bytes.len();
        } else {
            self.begin_long(bytes);
        }
        Ok(())
    }
}

impl Written<'_> {
    #[cold]
    fn begin_long(&mut self, bytes: &[u8]) {
        let hashers = self.hashing.long.each_ref().map(RandomState::build_hasher);
        let mut long = Long { hashers, block: [0; BLOCK], len: 0 };
        long.add(&self.buffer[..self.len]);
        long.add(bytes);
        self.long = Some(long);
        let place = &mut self.buffer[self.len..];
        let fitting = place.len().min(bytes.len());
        place[..fitting].copy_from_slice(&bytes[..fitting]);
        self.len += fitting;
    }

    fn finish(&mut self) -> &str {
        if let Some(long) = self.long.take() {
            let beginning = beginning(&self.buffer[..BEGINNING]).len();
            let [first, second] = long.finish();
            let mut rest = &mut self.buffer[beginning..];
            let before = rest.len();
            // It fits: the beginning leaves more room than three bytes and 32 digits.
            let _ = write!(rest, "…{first:016x}{second:016x}");
            let written = before - rest.len();
            self.len = beginning + written;
        }
        beginning(&self.buffer[..self.len])
    }
}

/// The text at the beginning of bytes that may end within a character.
fn beginning(bytes: &[u8]) -> &str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

impl Long {
    fn add(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let fitting = bytes.len().min(BLOCK - self.len);
            let (now, later) = bytes.split_at(fitting);
            self.block[self.len..self.len + fitting].copy_from_slice(now);
            self.len += fitting;
            bytes = later;
            if self.len == BLOCK {
                self.hash_block();
            }
        }
    }

    fn hash_block(&mut self) {
        for hasher in &mut self.hashers {
            hasher.write(&self.block[..self.len]);
        }
        self.len = 0;
    }

    fn finish(mut self) -> [u64; 2] {
        self.hash_block();
        self.hashers.map(|hasher| hasher.finish())
    }
}

#[cfg(all(test, not(resilient_loom)))]
mod tests {
    use super::*;

    fn kept(hashing: &Hashing, key: &(impl Key + ?Sized)) -> String {
        hashing.identify(key, |text, _| text.to_owned())
    }

    #[test]
    fn a_key_is_its_text_however_it_is_given() {
        let hashing = Hashing::new();
        let tenant = "a";
        assert_eq!(kept(&hashing, "a.example"), "a.example");
        assert_eq!(kept(&hashing, &7_u64), kept(&hashing, "7"));
        assert_eq!(kept(&hashing, &Some(7_u8)), "7");
        assert_eq!(kept(&hashing, &None::<&str>), "");
        assert_eq!(kept(&hashing, &format_args!("{tenant}/{}", 1)), "a/1");
        assert_eq!(kept(&hashing, &std::net::Ipv4Addr::LOCALHOST), "127.0.0.1");
    }

    #[test]
    fn a_long_key_is_short_and_told_apart_however_it_is_written() {
        let hashing = Hashing::new();
        let long = "é".repeat(500_000);
        let text = kept(&hashing, &long);
        assert!(text.len() <= LONGEST && text.starts_with("éé"), "{text}");
        let (half, rest) = long.split_at(100);
        assert_eq!(kept(&hashing, &format_args!("{half}{rest}")), text);
        assert_ne!(kept(&hashing, &format!("{long}x")), text);
        assert_ne!(kept(&hashing, &format!("{}e{}", half, &rest[2..])), text);
    }

    #[test]
    fn text_of_the_greatest_length_is_a_key_as_it_is() {
        let hashing = Hashing::new();
        let longest = "x".repeat(LONGEST);
        assert_eq!(kept(&hashing, &longest), longest);
        let (half, rest) = longest.split_at(100);
        assert_eq!(kept(&hashing, &format_args!("{half}{rest}")), longest);
        assert_ne!(kept(&hashing, &format!("{longest}x")), format!("{longest}x"));
    }
}
