//! Names of shared state, one word wide so that an error stays small.

use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

/// The name of a breaker, a bulkhead or a function; it reads like a `&'static str`.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::Name;
///
/// const USERS: Name = Name::new(&"users");
/// assert_eq!(USERS, "users");
/// assert!(USERS.starts_with("user"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(&'static &'static str);

impl Name {
    /// A name known when compiled.
    ///
    /// # Panics
    ///
    /// If the name is empty; in a `const` or `static` that is a compile error.
    #[track_caller]
    pub const fn new(name: &'static &'static str) -> Self {
        assert!(!name.is_empty(), "a name cannot be empty");
        Self(name)
    }

    /// A name made while running. Equal names share their memory, which is never freed.
    pub fn intern(name: &str) -> Self {
        static NAMES: Mutex<Option<HashSet<Name>>> = Mutex::new(None);
        let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
        let names = names.get_or_insert_default();
        if let Some(known) = names.get(name) {
            return *known;
        }
        let text: &'static str = Box::leak(name.into());
        let new = Self(Box::leak(Box::new(text)));
        names.insert(new);
        new
    }

    /// The name as text.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        self.0
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
        f.pad(self.0)
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.0, f)
    }
}
