//! The names that the pattern of an argument binds.

use proc_macro2::Ident;
use syn::{FnArg, Pat, PatIdent, Signature};

/// The names that the arguments of a function have, but for `self`.
pub(crate) fn argument_names(sig: &Signature) -> Vec<Ident> {
    let typed = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(&typed.pat),
        FnArg::Receiver(_) => None,
    });
    typed.flat_map(|pat| bindings(pat)).map(|binding| binding.ident).collect()
}

/// The names, with how each is bound.
pub(crate) fn bindings(pat: &Pat) -> Vec<PatIdent> {
    let mut found = Vec::new();
    each_binding(&mut pat.clone(), &mut |binding| found.push(binding.clone()));
    found
}

/// Takes the `mut` off all names.
pub(crate) fn without_mut(pat: &mut Pat) {
    each_binding(pat, &mut |binding| binding.mutability = None);
}

/// Only patterns that cannot fail: those of arguments are.
fn each_binding(pat: &mut Pat, act: &mut impl FnMut(&mut PatIdent)) {
    match pat {
        Pat::Ident(binding) => {
            act(binding);
            if let Some((_, inner)) = &mut binding.subpat {
                each_binding(inner, act);
            }
        }
        Pat::Or(or) => or.cases.iter_mut().for_each(|case| each_binding(case, act)),
        Pat::Paren(inner) => each_binding(&mut inner.pat, act),
        Pat::Reference(reference) => each_binding(&mut reference.pat, act),
        Pat::Slice(slice) => slice.elems.iter_mut().for_each(|elem| each_binding(elem, act)),
        Pat::Struct(fields) => fields.fields.iter_mut().for_each(|field| each_binding(&mut field.pat, act)),
        Pat::Tuple(tuple) => tuple.elems.iter_mut().for_each(|elem| each_binding(elem, act)),
        Pat::TupleStruct(tuple) => tuple.elems.iter_mut().for_each(|elem| each_binding(elem, act)),
        Pat::Type(typed) => each_binding(&mut typed.pat, act),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse::Parser;

    fn names(pattern: &str) -> Vec<String> {
        let pat = Pat::parse_multi.parse_str(pattern).expect("a pattern");
        bindings(&pat).iter().map(|binding| binding.ident.to_string()).collect()
    }

    #[test]
    fn names_are_found_at_any_depth() {
        assert_eq!(names("mut a"), ["a"]);
        assert_eq!(names("a @ (ref b, [c, .., d])"), ["a", "b", "c", "d"]);
        assert_eq!(names("S { e, f: T(&g) }"), ["e", "g"]);
        assert_eq!(names("Left(h) | Right(h)"), ["h", "h"]);
        assert!(names("(_, ..)").is_empty());
    }

    #[test]
    fn mut_is_taken_off_and_nothing_else() {
        let mut pat = Pat::parse_single.parse_str("(mut a, ref b)").expect("a pattern");
        without_mut(&mut pat);
        assert!(bindings(&pat).iter().all(|binding| binding.mutability.is_none()));
        assert!(bindings(&pat)[1].by_ref.is_some());
    }
}
