//! Reads `#[bulkhead]`.

use proc_macro2::Span;
use syn::{Expr, Lit};

use super::model::Bulkhead;
use crate::diagnostics::Errors;
use crate::parse::args::{Args, FromArgs};
use crate::parse::expr_shape::peel;
use crate::parse::setting::Settings;

impl FromArgs for Bulkhead {
    type Settings = Self;

    fn from_args(args: Args, span: Span, errors: &mut Errors) -> Self {
        let (known, held) = args.known_and_held::<Self>(positional_hint, errors);
        let bulkhead = Self { held, ..Self::read(span, known, errors) };
        bulkhead.filters().check(errors);
        bulkhead
    }
}

fn positional_hint(value: &Expr) -> &'static str {
    match peel(value) {
        Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)) => "name",
        _ => "max_concurrent",
    }
}
