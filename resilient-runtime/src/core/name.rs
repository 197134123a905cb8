//! Names of shared state, one word wide so that an error stays small.

use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The name of a function, or of state that functions share. It dereferences to `str`.
///
/// `Display` escapes control characters, line and paragraph separators, and marks of the writing direction, as in `\n`
/// and `\u{1b}`: a name from a configuration or a request can then neither forge nor colour a line of a log. Everything
/// else is written unchanged. [`as_str`](Self::as_str) gives the name itself.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::Name;
///
/// const USERS: Name = Name::new(&"users");
/// assert_eq!(USERS, "users");
/// assert!(USERS.starts_with("user"));
/// assert_eq!(Name::intern("users\nERROR").to_string(), r"users\nERROR");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(&'static &'static str);

impl Name {
    /// A name that is known at compile time.
    ///
    /// # Panics
    ///
    /// If the name is empty; in a `const` or `static` that is a compile error.
    #[track_caller]
    pub const fn new(name: &'static &'static str) -> Self {
        assert!(!name.is_empty(), "a name cannot be empty");
        Self(name)
    }

    /// A name that is made at run time, under a lock. Equal names share their memory, which is never freed.
    pub fn intern(name: &str) -> Self {
        let mut names = names();
        let names = names.get_or_insert_default();
        if let Some(known) = names.get(name) {
            return *known;
        }
        let text: &'static str = Box::leak(name.into());
        let new = Self(Box::leak(Box::new(text)));
        names.insert(new);
        new
    }

    /// Where it stands in memory: two constants of one name may have two.
    #[cfg(feature = "readings")]
    #[inline]
    pub(crate) fn address(self) -> usize {
        std::ptr::from_ref(self.0).addr()
    }

    /// Whether it was made at run time.
    #[cfg(feature = "readings")]
    pub(crate) fn is_interned(self) -> bool {
        let names = names();
        names.as_ref().and_then(|names| names.get(self.as_str())).is_some_and(|known| known.address() == self.address())
    }

    /// The name as text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

/// The names that were made at run time.
fn names() -> MutexGuard<'static, Option<HashSet<Name>>> {
    static NAMES: Mutex<Option<HashSet<Name>>> = Mutex::new(None);
    NAMES.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
    }
}

/// As [`Name::intern`].
impl From<&str> for Name {
    fn from(name: &str) -> Self {
        Self::intern(name)
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        self.0
    }
}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        *self.0 == other
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        self.0 == other
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&Escaped(self.0), f)
    }
}

/// Writes a name with the escapes that [`Name`] describes.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.contains(is_unsafe_to_print) { f.pad(&escaped(self.0)) } else { f.pad(self.0) }
    }
}

/// Whether a character ends a line, controls a terminal, or changes the order in which others are shown.
fn is_unsafe_to_print(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

fn escaped(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 8);
    for character in name.chars() {
        if is_unsafe_to_print(character) {
            text.extend(character.escape_debug());
        } else {
            text.push(character);
        }
    }
    text
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(name: &str) -> String {
        Name::intern(name).to_string()
    }

    #[test]
    fn usual_names_are_printed_as_they_are() {
        for name in
            ["payments", "app::client::user", "zahlungen: größe", "支払い", "नमस्ते", "a \"quoted\" 'name' \\ ` 🦀"]
        {
            assert_eq!(printed(name), name);
        }
    }

    #[test]
    fn a_name_cannot_end_the_line_or_control_the_terminal() {
        assert_eq!(printed("a\nERROR b\r\t"), r"a\nERROR b\r\t");
        assert_eq!(printed("\u{1b}[31mred\u{7f}\0"), r"\u{1b}[31mred\u{7f}\0");
        assert_eq!(printed("\u{9b}31m\u{85}"), r"\u{9b}31m\u{85}");
        assert_eq!(printed("a\u{2028}b\u{2029}c"), r"a\u{2028}b\u{2029}c");
    }

    #[test]
    fn a_name_cannot_turn_the_writing_direction() {
        let marks = ['\u{61c}', '\u{200e}', '\u{200f}'];
        for mark in marks.into_iter().chain('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
            assert_eq!(printed(&format!("a{mark}b")), format!("a\\u{{{:x}}}b", u32::from(mark)));
        }
    }

    #[test]
    fn width_and_alignment_count_what_is_printed() {
        assert_eq!(format!("{USERS:>7}|{USERS:-<7}|{USERS:.2}"), "  users|users--|us");
        assert_eq!(format!("{:>5}|", Name::intern("a\nb")), r" a\nb|");
    }

    #[test]
    fn the_name_itself_is_not_changed() {
        assert_eq!(Name::intern("a\nb").as_str(), "a\nb");
    }

    const USERS: Name = Name::new(&"users");
}
