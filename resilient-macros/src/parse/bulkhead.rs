//! The settings of `#[bulkhead]`.

use std::time::Duration;

use proc_macro2::Span;
use syn::{Expr, Lit};

use super::args::Args;
use super::setting::settings;
use super::value::{Callable, peel};
use crate::diagnostics::Errors;
use crate::model::{Bulkhead, Name, Value};

settings!(BulkheadSettings {
    name: Name,
    policy: Expr,
    max_concurrent: Value<u32>,
    max_wait: Value<Duration>,
    max_queue: Value<u32>,
    map_err: Callable,
});

pub(super) fn parse(args: Args, span: Span, errors: &mut Errors) -> Bulkhead {
    let settings: BulkheadSettings = args.settings(positional_hint, errors);
    Bulkhead {
        span,
        name: errors.take(settings.name),
        policy: errors.take(settings.policy),
        max_concurrent: errors.take(settings.max_concurrent),
        max_wait: errors.take(settings.max_wait),
        max_queue: errors.take(settings.max_queue),
        map_err: errors.take(settings.map_err).map(|it| it.map(|Callable(expr)| expr)),
    }
}

fn positional_hint(value: &Expr) -> &'static str {
    match peel(value) {
        Expr::Lit(literal) if matches!(literal.lit, Lit::Str(_)) => "name",
        _ => "max_concurrent",
    }
}
