//! The items of an `impl`. Of a method all is read but its body.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, TokenStreamExt};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Result, Signature, Visibility};

use super::holder::Holder;

pub(super) enum ImplItem {
    Method(Box<Method>),
    /// A constant, a type, or the call of a macro.
    Other(TokenStream),
}

pub(super) struct Method {
    pub(super) attrs: Vec<Attribute>,
    vis: Visibility,
    pub(super) sig: Signature,
    /// Its braces, or a `;`.
    body: TokenTree,
}

impl ImplItem {
    pub(super) fn all(within: TokenStream) -> Result<Vec<Self>> {
        let trees: Vec<TokenTree> = within.into_iter().flat_map(ungrouped).collect();
        let mut rest = trees.as_slice();
        let mut items = Vec::new();
        while !rest.is_empty() {
            let is_method = matches!(Holder::of(rest.iter().cloned()), Holder::Function(_));
            let is_end = |index: &usize| if is_method { ends_method(rest, *index) } else { ends_other(rest, *index) };
            let end = (0..rest.len()).find(is_end).unwrap_or(rest.len() - 1);
            let (item, after) = rest.split_at(end + 1);
            items.push(if is_method { Self::Method(Box::new(Method::parse(item)?)) } else { Self::other(item) });
            rest = after;
        }
        Ok(items)
    }

    fn other(item: &[TokenTree]) -> Self {
        Self::Other(item.iter().cloned().collect())
    }

    pub(super) fn method(&self) -> Option<&Method> {
        match self {
            Self::Method(method) => Some(method),
            Self::Other(_) => None,
        }
    }
}

/// What is in an invisible group, if that is an item which a macro was given.
fn ungrouped(tree: TokenTree) -> Vec<TokenTree> {
    let TokenTree::Group(group) = &tree else { return vec![tree] };
    let within: Vec<TokenTree> = group.stream().into_iter().collect();
    let is_item = within.last().is_some_and(|last| is_punct(last, ';') || is_braces(last));
    if group.delimiter() == Delimiter::None && is_item { within } else { vec![tree] }
}

/// Whether this is a method's body, and no braces around a constant in angle brackets; or the `;` in its place.
fn ends_method(trees: &[TokenTree], index: usize) -> bool {
    let in_angles = || matches!(trees.get(index + 1), Some(next) if is_punct(next, '>') || is_punct(next, ','));
    is_punct(&trees[index], ';') || is_braces(&trees[index]) && !in_angles()
}

/// Whether this is the `;` of an item, or the braces of a macro.
fn ends_other(trees: &[TokenTree], index: usize) -> bool {
    let of_macro = || index > 0 && is_punct(&trees[index - 1], '!');
    is_punct(&trees[index], ';') || is_braces(&trees[index]) && of_macro()
}

fn is_braces(tree: &TokenTree) -> bool {
    matches!(tree, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace)
}

fn is_punct(tree: &TokenTree, char: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == char)
}

impl Method {
    fn parse(item: &[TokenTree]) -> Result<Self> {
        let (head, body) = item.split_at(item.len().saturating_sub(1));
        let read = |input: ParseStream| Ok((input.call(Attribute::parse_outer)?, input.parse()?, input.parse()?));
        let (attrs, vis, sig) = read.parse2(head.iter().cloned().collect())?;
        Ok(Self { attrs, vis, sig, body: body[0].clone() })
    }

    /// The method with an attribute above the others. Where a `cfg` may take the method away, that is asked first.
    pub(super) fn under(self, attribute: TokenStream, tokens: &mut TokenStream) {
        let first = self.attrs.iter().rposition(|attr| attr.path().is_ident("cfg")).map_or(0, |place| place + 1);
        tokens.append_all(&self.attrs[..first]);
        tokens.extend(attribute);
        tokens.append_all(&self.attrs[first..]);
        self.vis.to_tokens(tokens);
        self.sig.to_tokens(tokens);
        tokens.append(self.body);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_ends_where_its_body_does() {
        let source = "
            const A: [fn(u8) -> u8; 1] = { [id] };
            pub(crate) fn first(&self) -> Set<{ N }, Other<{ N }>> where Self: Sized, { if x { y }; z }
            type T = fn();
            #[must_use] async fn second<const M: usize>(self: Box<Self>) -> Set<{ M }> { async {} }
            call! { fn third() {} }
            fn declared(&self);
            path::call!(fn fourth() {});
            unsafe extern \"C\" fn last() {}
        ";
        let items = ImplItem::all(source.parse().expect("tokens")).expect("items");
        let names = items.iter().map(|item| item.method().map_or(String::new(), |method| method.sig.ident.to_string()));
        assert_eq!(names.collect::<Vec<_>>(), ["", "first", "", "second", "", "declared", "", "last"]);
        let mut again = TokenStream::new();
        for item in items {
            match item {
                ImplItem::Method(method) => method.under(TokenStream::new(), &mut again),
                ImplItem::Other(tokens) => again.extend(tokens),
            }
        }
        let letters = |text: &str| text.replace(char::is_whitespace, "");
        assert_eq!(letters(&again.to_string()), letters(source));
    }
}
