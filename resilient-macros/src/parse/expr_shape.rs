//! The shape of an expression without the parentheses around it.

use proc_macro2::Ident;
use syn::{Expr, ExprUnary, Lit, UnOp};

/// The expression inside parentheses and the invisible groups that `macro_rules!` leaves.
pub(crate) fn peel(expr: &Expr) -> &Expr {
    match expr {
        Expr::Group(group) => peel(&group.expr),
        Expr::Paren(paren) => peel(&paren.expr),
        other => other,
    }
}

/// Whether this is `-5` or the like.
pub(crate) fn negated_number(expr: &Expr) -> bool {
    match peel(expr) {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => {
            matches!(peel(expr), Expr::Lit(literal) if matches!(literal.lit, Lit::Int(_) | Lit::Float(_)))
        }
        _ => false,
    }
}

/// The identifier, if the expression is nothing else.
pub(crate) fn word(expr: &Expr) -> Option<&Ident> {
    match peel(expr) {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident(),
        _ => None,
    }
}
