//! Arguments that attempts borrow although their type may not be `Sync`.
//!
//! An async block that borrows a value holds a `&T`, which is `Send` only if `T` is `Sync`; one that borrows it
//! exclusively holds a `&mut T`, for which `Send` is enough. A value whose type may not be `Sync` is borrowed
//! exclusively, so that the future stays `Send`. That needs a `mut` binding, which hides the error about a body that
//! changes the argument without declaring it `mut`, so it is done only where it is needed.

use proc_macro2::Ident;
use quote::ToTokens;
use syn::{Signature, Type};

use crate::tokens::words;

/// Types of the standard library that give access to their inside by a shared reference, on one thread.
const NOT_SYNC: [&str; 6] = ["Cell", "RefCell", "OnceCell", "LazyCell", "UnsafeCell", "Receiver"];

/// Whether a by-value argument of this type may be `Send` without being `Sync`, as far as its tokens show.
pub(crate) fn may_not_be_sync(ty: &Type, sig: &Signature) -> bool {
    if matches!(ty, Type::Reference(_) | Type::Ptr(_)) {
        return false;
    }
    let words = words(ty.to_token_stream());
    let is_opaque = words.iter().any(|word| word == "dyn" || word == "impl");
    let parameter = sig.generics.type_params().find(|parameter| words.contains(&parameter.ident));
    words.iter().any(|word| NOT_SYNC.iter().any(|known| word == known))
        || is_opaque && !words.iter().any(|word| word == "Sync")
        || parameter.is_some_and(|parameter| !is_bound_to_sync(&parameter.ident, sig))
}

/// Whether the parameters or the `where` clause have a bound `T: … Sync …`.
fn is_bound_to_sync(parameter: &Ident, sig: &Signature) -> bool {
    let bounds = sig.generics.type_params().filter(|it| it.ident == *parameter).map(ToTokens::to_token_stream);
    let clauses = sig.generics.where_clause.iter().flat_map(|clause| &clause.predicates).map(ToTokens::to_token_stream);
    bounds
        .chain(clauses)
        .map(words)
        .any(|words| words.first().is_some_and(|first| first == parameter) && words.iter().any(|word| word == "Sync"))
}
