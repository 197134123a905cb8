//! An attribute as another crate may have one: `fn f(…) { BODY }` becomes `fn f(…) { (move || { BODY })() }`.

use proc_macro::{Delimiter, Group, Ident, Punct, Spacing, Span, TokenStream, TokenTree};

/// Moves the body into a `move` closure that is called at once.
#[proc_macro_attribute]
pub fn moving(_: TokenStream, item: TokenStream) -> TokenStream {
    let mut function: Vec<TokenTree> = item.into_iter().collect();
    let body = function.pop();
    let closure = [
        TokenTree::from(Ident::new("move", Span::call_site())),
        Punct::new('|', Spacing::Joint).into(),
        Punct::new('|', Spacing::Alone).into(),
    ];
    let closure = Group::new(Delimiter::Parenthesis, closure.into_iter().chain(body).collect());
    let call = Group::new(Delimiter::Parenthesis, TokenStream::new());
    let called = [TokenTree::from(closure), call.into()].into_iter().collect();
    function.push(Group::new(Delimiter::Brace, called).into());
    function.into_iter().collect()
}
