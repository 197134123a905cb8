//! The attributes: a line in the list, and a folder for each.

pub(crate) mod bulkhead;
pub(crate) mod circuit_breaker;
pub(crate) mod facts;
pub(crate) mod fallback;
pub(crate) mod kind;
pub(crate) mod refusal;
pub(crate) mod retry;
pub(crate) mod timeout;

use proc_macro2::Span;

use crate::describe::described::Describe;
use crate::diagnostics::Errors;
use crate::expand::context::Expand;
use crate::parse::args::{Args, FromArgs};
use crate::validate::rules::Rules;
use facts::HasFacts;
use kind::{Kind, for_each_layer};

/// An attribute with its settings: what each room of the crate asks of it.
pub(crate) trait Layer: HasFacts + Rules + Describe + Expand {}

impl<T: HasFacts + Rules + Describe + Expand> Layer for T {}

macro_rules! dispatch {
    ($($name:ident: $Kind:ident,)*) => {
        impl Kind {
            /// Reads the settings of an attribute of this kind.
            pub(crate) fn parse(self, args: Args, span: Span, errors: &mut Errors) -> Box<dyn Layer> {
                match self {
                    $(Self::$Kind => Box::new($name::model::$Kind::from_args(args, span, errors)),)*
                }
            }
        }
    };
}

for_each_layer!(dispatch);
