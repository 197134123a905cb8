//! Reads `#[retry]`.

use proc_macro2::Span;
use syn::{Expr, Lit};

use super::model::Retry;
use crate::diagnostics::Errors;
use crate::parse::args::{Args, FromArgs};
use crate::parse::expr_shape::peel;
use crate::parse::setting::Settings;

impl FromArgs for Retry {
    type Settings = Self;

    fn from_args(args: Args, span: Span, errors: &mut Errors) -> Self {
        let known = args.known::<Self>(positional_hint, errors);
        let retry = Self::read(span, known, errors);
        retry.filters().check(errors);
        retry
    }
}

fn positional_hint(value: &Expr) -> &'static str {
    match peel(value) {
        Expr::Lit(literal) if matches!(&literal.lit, Lit::Int(number) if number.suffix().is_empty()) => "max_attempts",
        Expr::Lit(_) => "base_delay",
        _ => "policy",
    }
}
