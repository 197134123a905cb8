//! Rules about the function.

mod awaiting;
pub(crate) mod borrow;
mod constant;
mod result;
mod static_future;

use syn::{ReturnType, Signature, Type};

use super::rules::{Checked, Rules};
use crate::diagnostics::Errors;
use crate::facts::Facts;
use crate::model::Function;
use crate::parse::future;

pub(super) fn check(
    function: &Function,
    layers: &[&dyn Rules],
    checked: &[Checked],
    facts: &[Facts],
    errors: &mut Errors,
) {
    let sig = &function.sig;
    if let Some(constness) = sig.constness {
        errors.at(constness.span, "a `const fn` can neither wait nor count: remove `const`, or the attribute");
    }
    if let Some(variadic) = &sig.variadic {
        errors.over(
            variadic,
            "a variadic function's arguments cannot be passed on: put the attribute on a function that calls it",
        );
    }
    for layer in layers {
        layer.check_function(sig, errors);
    }
    constant::check(sig, facts, errors);
    if let Some(async_block) = &function.async_block {
        static_future::check(async_block, facts, errors);
    }
    if makes_a_future(sig, errors) {
        return;
    }
    let outliving = checked.iter().filter(|it| it.complete && it.facts.outlives_call());
    let outliving: Vec<&Facts> = outliving.map(|it| it.facts).collect();
    let runs_on_threads = outliving.iter().any(|facts| facts.runs_on_threads);
    if runs_on_threads || sig.asyncness.is_none() && !outliving.is_empty() {
        borrow::refuse(sig, &outliving, errors);
    }
    if runs_on_threads {
        awaiting::refuse(function, errors);
    }
    result::check(sig, checked, facts, errors);
}

/// In a function that returns a future and is not one async block, the attributes would act on the creation of the
/// future only.
fn makes_a_future(sig: &Signature, errors: &mut Errors) -> bool {
    let (ReturnType::Type(_, ty), Some(_)) = (&sig.output, future::output(sig)) else { return false };
    let block = if matches!(**ty, Type::ImplTrait(_)) { "async move { … }" } else { "Box::pin(async move { … })" };
    let message = format!(
        "an attempt would only be the making of this future, not what it does: write `async fn`, \
         or make the body one `{block}`",
    );
    errors.over(ty, message);
    true
}
