//! Reads `#[circuit_breaker]`.

use proc_macro2::Span;
use syn::{Expr, Lit};

use super::model::CircuitBreaker;
use crate::diagnostics::Errors;
use crate::parse::args::{Args, FromArgs};
use crate::parse::expr_shape::peel;
use crate::parse::setting::Settings;

impl FromArgs for CircuitBreaker {
    type Settings = Self;

    fn from_args(args: Args, span: Span, errors: &mut Errors) -> Self {
        let (before, on_static) = (args.errors_before, args.on_static);
        let (known, held) = args.known_and_held::<Self>(positional_hint, errors);
        // After an error the name may be what was written wrongly. A static is called by its identifier.
        if !known.has("name") && held.is_none() && !on_static && errors.len() == before {
            let message = "`circuit_breaker` needs a name, by which functions share it: \
                           write `#[circuit_breaker(name = \"payments\")]`";
            errors.at(span, message);
        }
        let breaker = Self { held, ..Self::read(span, known, errors) };
        breaker.filters().check(errors);
        breaker
    }
}

fn positional_hint(value: &Expr) -> &'static str {
    match peel(value) {
        Expr::Lit(literal) if matches!(literal.lit, Lit::Int(_)) => "failure_threshold",
        _ => "name",
    }
}
