//! What a script of a test can put in the place of a body: `testing` of the runtime, whose features a macro does not see.
//! So the code is the same with and without it, and calls what is nothing without it.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote_spanned};
use syn::{Signature, Type};

use super::context::Context;

/// The begin of a body, which may return what a script has. Only if the result type shows that it can come from
/// elsewhere.
pub(crate) fn begin(context: &Context<'_>) -> TokenStream {
    let (path, returns) = (context.path(), &context.returns);
    match names(returns, context.sig) {
        Some(names) => {
            quote_spanned!(Span::mixed_site()=> __resilient_pipeline::scripted! { #path, #returns, #(#names)* })
        }
        None => quote_spanned!(Span::mixed_site()=> __resilient_pipeline::scripted! { #path }),
    }
}

/// Whether a refusal may stand in the place of the body: the layers up to the first that refuses look at any.
pub(crate) fn may_be_refused(context: &Context<'_>) -> bool {
    let decisive = context.layers.iter().rev().find(|layer| layer.answers.is_some() || layer.made_refusal().is_some());
    decisive.is_some_and(|layer| layer.answers.is_none())
}

/// The names in a type that may be type parameters of an `impl` around the function. `None` if the type borrows, or
/// depends on a parameter of the function, as far as its tokens show.
fn names(ty: &Type, sig: &Signature) -> Option<Vec<Ident>> {
    let parameters = sig.generics.type_params().map(|parameter| parameter.ident.to_string()).collect();
    let mut names = Names { parameters, found: Vec::new() };
    names.collect(ty.to_token_stream())?;
    Some(names.found)
}

struct Names {
    parameters: HashSet<String>,
    found: Vec<Ident>,
}

impl Names {
    fn collect(&mut self, tokens: TokenStream) -> Option<()> {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for (index, token) in tokens.iter().enumerate() {
            match token {
                TokenTree::Group(group) => self.collect(group.stream())?,
                TokenTree::Punct(punct) if ['&', '\'', '!', '*'].contains(&punct.as_char()) => return None,
                TokenTree::Ident(ident) => {
                    let before = index.checked_sub(1).and_then(|before| tokens.get(before)).map(ToString::to_string);
                    let after = tokens.get(index + 1).map(ToString::to_string);
                    self.add(ident, before.as_deref(), after.as_deref())?;
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
        Some(())
    }

    fn add(&mut self, ident: &Ident, before: Option<&str>, after: Option<&str>) -> Option<()> {
        let name = ident.to_string();
        let is_capitals = name.chars().all(|letter| !letter.is_lowercase());
        if self.parameters.contains(&name) || is_capitals || ["Self", "as", "fn", "impl"].contains(&&*name) {
            return None;
        }
        let is_type = name.starts_with(char::is_uppercase);
        match (before, after) {
            // A parameter's own type.
            (before, Some(":")) if is_type && before != Some(":") => return None,
            // Of a path or a bound, or with arguments: no parameter.
            (Some(":" | "dyn" | "+"), _) | (_, Some("<")) => {}
            // No parameter is called `String`, which is in no module.
            _ if is_type && name != "String" && !self.found.contains(ident) => self.found.push(ident.clone()),
            _ => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(result: &str) -> Option<Vec<String>> {
        let sig = syn::parse_str::<Signature>(&format!("fn f<Row>() -> {result}")).expect("a signature");
        let syn::ReturnType::Type(_, ty) = &sig.output else { panic!("it has a result") };
        names(ty, &sig).map(|names| names.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn names_that_may_be_parameters_are_found() {
        for (ty, expected) in [
            ("Result<User, ApiError>", vec!["User", "ApiError"]),
            ("io::Result<Vec<u8>>", vec![]),
            ("()", vec![]),
            ("Result<Page<User>, Box<dyn Error + Send>>", vec!["User"]),
            ("Result<(String, User), std::io::Error>", vec!["User"]),
        ] {
            assert_eq!(found(ty).expect(ty), expected, "{ty}");
        }
    }

    #[test]
    fn one_that_may_borrow_or_has_a_parameter_cannot_come_from_a_script() {
        for ty in ["Result<&str, Error>", "Result<Guard<'a>, Error>", "Result<T, Error>", "Result<Vec<Row>, Error>"] {
            assert_eq!(found(ty), None, "{ty}");
        }
        for ty in ["Result<Self, Error>", "Result<_, Error>", "Result<fn(u8), Error>", "a!(u8)", "Inner::Response"] {
            assert_eq!(found(ty), None, "{ty}");
        }
        assert_eq!(found("<Inner as Service>::Future"), None);
    }
}
