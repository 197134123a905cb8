//! On a thread of a bulkhead the body is sync code, which cannot await.

use crate::diagnostics::Errors;
use crate::model::Function;
use crate::tokens::awaits;

/// Reports each `.await` of the body itself; those in async blocks, closures and functions inside of it are theirs.
pub(super) fn refuse(function: &Function, errors: &mut Errors) {
    if function.sig.asyncness.is_none() {
        return;
    }
    for place in awaits(function.body.clone()) {
        let message = "with `threads` the body is sync code on a thread, and cannot await: await in a function that \
                       calls this one, or remove `threads`";
        errors.at(place, message);
    }
}
