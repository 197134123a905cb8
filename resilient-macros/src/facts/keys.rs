//! State of which there is one for each key.

use std::time::Duration;

use syn::Expr;

use crate::model::{Setting, Value};

/// The settings of state per key, of a layer that can have it.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a> {
    pub(crate) key: Option<&'a Setting<Expr>>,
    /// `max_keys`.
    pub(crate) most: Option<&'a Setting<Value<u32>>>,
    pub(crate) idle: Option<&'a Setting<Value<Duration>>>,
    /// The type of the policy of each key.
    pub(crate) policy: &'static str,
    /// The type of the state of all keys.
    pub(crate) state_type: &'static str,
}

impl Keys<'_> {
    /// Whether a part of the policy of all keys was given.
    pub(crate) const fn are_given(&self) -> bool {
        self.most.is_some() || self.idle.is_some()
    }

    /// The handle or the value whose state stays borrowed while the body runs. That of a key is found before.
    pub(crate) fn held_by_body<'a>(&self, held: Option<&'a Expr>) -> Option<&'a Expr> {
        held.filter(|_| self.key.is_none())
    }
}
