//! Expressions of counts whose type the compiler learns only from their use.

use syn::{BinOp, Block, Expr, ExprPath, Lit, Stmt};

/// Whether its type depends on its use: it consists of whole numbers without a suffix, or of a conversion into the
/// expected type. Such a count is a `u32`.
pub(crate) fn takes_any_type(expr: &Expr) -> bool {
    match expr {
        Expr::Lit(literal) => matches!(&literal.lit, Lit::Int(number) if number.suffix().is_empty()),
        Expr::Paren(inner) => takes_any_type(&inner.expr),
        Expr::Group(inner) => takes_any_type(&inner.expr),
        Expr::Unary(inner) => takes_any_type(&inner.expr),
        Expr::Binary(binary) => {
            let is_shift = matches!(binary.op, BinOp::Shl(_) | BinOp::Shr(_));
            takes_any_type(&binary.left) && (is_shift || takes_any_type(&binary.right))
        }
        Expr::If(branches) => {
            let otherwise = branches.else_branch.as_ref();
            block_takes_any_type(&branches.then_branch) && otherwise.is_some_and(|(_, it)| takes_any_type(it))
        }
        Expr::Match(arms) => arms.arms.iter().all(|arm| takes_any_type(&arm.body)),
        Expr::Block(block) => block_takes_any_type(&block.block),
        Expr::Const(block) => block_takes_any_type(&block.block),
        // A macro may give such a number.
        Expr::Macro(_) => true,
        Expr::MethodCall(call) => {
            call.turbofish.is_none()
                && (["into", "try_into", "parse"].iter().any(|name| call.method == name)
                    || takes_any_type(&call.receiver))
        }
        Expr::Try(inner) => takes_any_type(&inner.expr),
        Expr::Call(call) => is_default(&call.func),
        _ => false,
    }
}

fn block_takes_any_type(block: &Block) -> bool {
    matches!(block.stmts.last(), Some(Stmt::Expr(last, None)) if takes_any_type(last))
}

/// `Default::default`.
fn is_default(function: &Expr) -> bool {
    let Expr::Path(ExprPath { qself: None, path, .. }) = function else { return false };
    let names: Vec<String> = path.segments.iter().rev().take(2).map(|segment| segment.ident.to_string()).collect();
    names == ["default", "Default"]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn takes(source: &str) -> bool {
        takes_any_type(&syn::parse_str(source).expect("an expression"))
    }

    #[test]
    fn numbers_without_a_type_and_conversions_take_any() {
        for source in [
            "2 + 1",
            "(1 << SHIFT) - 1",
            "if fast { 2 } else { 3 }",
            "match mode { Mode::Fast => 2, _ => { 3 } }",
            "const { 3 }",
            "limit.into()",
            "limit.try_into().unwrap_or(3)",
            "text.parse().unwrap_or_default()",
            "Default::default()",
            "number!()",
        ] {
            assert!(takes(source), "{source}");
        }
    }

    #[test]
    fn what_has_a_type_keeps_it() {
        for source in [
            "LIMIT",
            "LIMIT + 1",
            "1 + LIMIT",
            "3_usize",
            "self.limit",
            "limit()",
            "text.parse::<u8>().unwrap()",
            "2.5",
        ] {
            assert!(!takes(source), "{source}");
        }
    }
}
