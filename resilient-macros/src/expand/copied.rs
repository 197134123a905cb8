//! Why an argument is copied or moves to another thread: a trait for each reason, whose error says it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};

/// What moves a sync body to another thread.
#[derive(Clone, Copy)]
pub(crate) enum Mover {
    Timeout,
    Hedge,
    Bulkhead,
}

impl Mover {
    pub(super) const fn of_argument(self) -> Reason {
        match self {
            Self::Timeout => Reason::Thread,
            Self::Hedge => Reason::Hedge,
            Self::Bulkhead => Reason::Bulkhead,
        }
    }

    pub(super) const fn of_self(self) -> Reason {
        match self {
            Self::Timeout => Reason::SelfForThread,
            Self::Hedge => Reason::SelfForHedge,
            Self::Bulkhead => Reason::SelfForBulkhead,
        }
    }

    /// The trait that an argument has to have.
    pub(super) const fn crosses(self) -> &'static str {
        match self {
            Self::Timeout => "Crosses",
            Self::Hedge => "CrossesForAttempt",
            Self::Bulkhead => "CrossesToBulkhead",
        }
    }
}

/// Why something is copied.
#[derive(Clone, Copy)]
pub(super) enum Reason {
    Attempt,
    Body,
    Rewritten,
    SelfRewritten,
    Thread,
    SelfForThread,
    Hedge,
    SelfForHedge,
    Bulkhead,
    SelfForBulkhead,
    Fallback,
}

/// A copy of a value. The trait is named after the reason, so that the error about what cannot be copied says it.
pub(super) fn copied(reason: Reason, value: impl ToTokens, at: Span) -> TokenStream {
    let copied = match reason {
        Reason::Attempt => "CopiedForAttempt",
        Reason::Body => "CopiedForBody",
        Reason::Rewritten => "CopiedForRewritten",
        Reason::SelfRewritten => "SelfCopiedForRewritten",
        Reason::Thread => "CopiedForThread",
        Reason::SelfForThread => "SelfCopiedForThread",
        Reason::Hedge => "CopiedForHedge",
        Reason::SelfForHedge => "SelfCopiedForHedge",
        Reason::Bulkhead => "CopiedForBulkhead",
        Reason::SelfForBulkhead => "SelfCopiedForBulkhead",
        Reason::Fallback => "CopiedForFallback",
    };
    let copied = Ident::new(copied, at);
    quote_spanned!(at=> __resilient_pipeline::#copied::copied(&#value))
}
