//! A function that is not `async` but returns the future of one async block: by hand, or as `#[async_trait]` writes it.
//!
//! An attempt is a run of that block, not its making, so the block is what the pipeline acts on.
//!
//! ```ignore
//! fn user<'life0, 'async_trait>(&'life0 self, id: u64) -> Pin<Box<dyn Future<Output = R> + Send + 'async_trait>> {
//!     Box::pin(async move {
//!         if let Some(__ret) = None::<R> { return __ret; }   // lead
//!         let __self = self;                                 // declarations: taken over once, borrowed by attempts
//!         let id = id;
//!         let __ret: R = { BODY };
//!         __ret                                              // trail
//!     })
//! }
//! ```

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parser;
use syn::{
    AssocType, Block, Expr, FnArg, GenericArgument, Local, Pat, PatType, Path, PathArguments, Receiver, ReceiverKind,
    ReturnType, Signature, Stmt, Type, TypeParamBound, parse_quote, parse2,
};

use super::traced;
use crate::model::{AsyncBlock, Braces, Declaration};

/// The block seen as the body of an `async fn`.
pub(crate) struct BlockAsFunction {
    pub(crate) sig: Signature,
    pub(crate) body: TokenStream,
    pub(crate) braces: Braces,
    pub(crate) async_block: AsyncBlock,
}

/// What the function's future gives, if it says that it returns one.
pub(crate) fn output(sig: &Signature) -> Option<Type> {
    match &sig.output {
        ReturnType::Type(_, ty) if sig.asyncness.is_none() => future_output(ty),
        _ => None,
    }
}

/// The one async block of a function that returns its future.
pub(crate) fn block_as_function(sig: &Signature, body_tokens: &TokenStream) -> Option<BlockAsFunction> {
    let output = output(sig)?;
    let (opening, block) = async_block(body_tokens)?;
    let around = AsyncBlock {
        sig: sig.clone(),
        whole: body_tokens.clone(),
        opening,
        lead: TokenStream::new(),
        declarations: Vec::new(),
        binding: TokenStream::new(),
        trail: TokenStream::new(),
    };
    let sig = Signature { asyncness: Some(parse_quote!(async)), output: parse_quote!(-> #output), ..sig.clone() };
    let stream = block.stream();
    let traced = traced::block_in(&stream);
    let of_async_trait = Spelled::read(traced.as_ref().unwrap_or(&block), &around.sig);
    let Some(Spelled { lead, declarations, inputs, output, binding, body, trail }) = of_async_trait else {
        return Some(BlockAsFunction { sig, body: stream, braces: braces(&block), async_block: around });
    };
    let inputs = inputs.into_iter().collect();
    Some(BlockAsFunction {
        sig: Signature { inputs, output: parse_quote!(-> #output), ..sig },
        braces: braces(&body),
        body: match traced {
            Some(_) => traced_attempt(&stream, [&lead, &binding, &body.to_token_stream(), &trail], &declarations),
            None => body.stream(),
        },
        async_block: AsyncBlock { lead, declarations, binding, trail, ..around },
    })
}

/// What an attempt runs if `#[instrument]` stands between the block and `#[async_trait]`'s statements: all but the
/// declarations, which have to stay outside.
fn traced_attempt(traced: &TokenStream, within: [&TokenStream; 4], declarations: &[Declaration]) -> TokenStream {
    let within = within.into_iter().cloned().collect();
    let [before, within, after] = traced::split(traced, within);
    let before = match declarations.iter().find(|it| it.takes_self).map(|it| &it.pat) {
        Some(Pat::Ident(pat)) => rename_self_in_span(&pat.ident, before),
        _ => before,
    };
    [before, within, after].into_iter().collect()
}

fn braces(block: &Group) -> Braces {
    Braces { open: block.span_open(), both: block.span() }
}

/// `R` of the `Future<Output = R>` in an `impl Future…` or a `Pin<Box<dyn Future…>>`, and of a `BoxFuture<'_, R>`.
fn future_output(ty: &Type) -> Option<Type> {
    let bounds = match ty {
        Type::ImplTrait(opaque) => &opaque.bounds,
        Type::TraitObject(object) => &object.bounds,
        Type::Paren(inner) => return future_output(&inner.elem),
        Type::Group(inner) => return future_output(&inner.elem),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let mut types = generic_arguments(&last.arguments).filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            });
            return match last.ident.to_string().as_str() {
                "Pin" | "Box" => types.find_map(future_output),
                // The aliases that the crate `futures` made common.
                "BoxFuture" | "LocalBoxFuture" => types.next().cloned(),
                _ => None,
            };
        }
        _ => return None,
    };
    bounds.iter().find_map(|bound| match bound {
        TypeParamBound::Trait(bound) => associated_output(&bound.path),
        _ => None,
    })
}

fn associated_output(path: &Path) -> Option<Type> {
    let last = path.segments.last().filter(|last| last.ident == "Future")?;
    generic_arguments(&last.arguments).find_map(|argument| match argument {
        GenericArgument::AssocType(AssocType { ident, ty, .. }) if ident == "Output" => Some(ty.clone()),
        _ => None,
    })
}

fn generic_arguments(arguments: &PathArguments) -> impl Iterator<Item = &GenericArgument> {
    match arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments.args.iter()),
        _ => None,
    }
    .into_iter()
    .flatten()
}

/// The block of `async move { … }` or `Box::pin(async move { … })`, and what stands before it at each level.
fn async_block(body: &TokenStream) -> Option<(Vec<TokenStream>, Group)> {
    let mut trees: Vec<TokenTree> = body.clone().into_iter().collect();
    let TokenTree::Group(group) = trees.pop()? else { return None };
    let before: TokenStream = trees.iter().cloned().collect();
    let words: Vec<String> = trees.iter().map(ToString::to_string).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match (group.delimiter(), words.as_slice()) {
        (Delimiter::Brace, ["async"] | ["async", "move"]) => Some((vec![before], group)),
        (Delimiter::Parenthesis, [.., "Box", ":", ":", "pin"]) => {
            let (mut opening, block) = async_block(&group.stream())?;
            opening.insert(0, before);
            (opening.len() == 2).then_some((opening, block))
        }
        _ => None,
    }
}

/// A block as `#[async_trait]` spells it.
struct Spelled {
    lead: TokenStream,
    declarations: Vec<Declaration>,
    inputs: Vec<FnArg>,
    output: Type,
    binding: TokenStream,
    body: Group,
    trail: TokenStream,
}

impl Spelled {
    fn read(block: &Group, sig: &Signature) -> Option<Self> {
        let trees: Vec<TokenTree> = block.stream().into_iter().collect();
        let result = trees.windows(2).position(|pair| is_word(&pair[0], "let") && names_the_result(&pair[1]))?;
        let equals = result + trees[result..].iter().position(|tree| is_punct(tree, '='))?;
        let TokenTree::Group(body) = trees.get(equals + 1)? else { return None };
        let before: TokenStream = trees[..result].iter().cloned().collect();
        let output: TokenStream = trees[result + 3..equals].iter().cloned().collect();
        let (lead, locals) = lead_and_locals(before)?;
        let (inputs, declarations) = retaken(locals, sig)?;
        Some(Self {
            lead,
            declarations,
            inputs,
            output: parse2(output).ok()?,
            binding: trees[result..=equals].iter().cloned().collect(),
            body: body.clone(),
            trail: trees[equals + 2..].iter().cloned().collect(),
        })
    }
}

/// The inputs with the patterns that the block rebinds them to. `#[async_trait]` does not rebind a reference.
fn retaken(locals: Vec<Local>, sig: &Signature) -> Option<(Vec<FnArg>, Vec<Declaration>)> {
    let mut locals = locals.into_iter();
    let (mut inputs, mut declarations) = (Vec::new(), Vec::new());
    for (index, input) in sig.inputs.iter().enumerate() {
        if matches!(input, FnArg::Typed(typed) if matches!(*typed.ty, Type::Reference(_))) {
            inputs.push(input.clone());
            continue;
        }
        let local = locals.next()?;
        inputs.push(under(&local.pat, input));
        let value = local.init?.expr;
        let takes_self = matches!(&*value, Expr::Path(path) if path.path.is_ident("self"));
        declarations.push(Declaration { input: index, pat: local.pat, value: value.into_token_stream(), takes_self });
    }
    locals.next().is_none().then_some((inputs, declarations))
}

fn is_word(tree: &TokenTree, word: &str) -> bool {
    matches!(tree, TokenTree::Ident(ident) if ident == word)
}

fn is_punct(tree: &TokenTree, punct: char) -> bool {
    matches!(tree, TokenTree::Punct(it) if it.as_char() == punct)
}

/// `__ret`, or `_` where the result is `()`.
fn names_the_result(tree: &TokenTree) -> bool {
    is_word(tree, "__ret") || is_word(tree, "_")
}

/// The first statement if it is the `if let` that fixes the type, and the declarations after it.
fn lead_and_locals(before: TokenStream) -> Option<(TokenStream, Vec<Local>)> {
    let mut lead = TokenStream::new();
    let mut locals = Vec::new();
    for stmt in Block::parse_within.parse2(before).ok()? {
        match stmt {
            Stmt::Local(local) => locals.push(local),
            other if locals.is_empty() => lead.extend(other.into_token_stream()),
            _ => return None,
        }
    }
    Some((lead, locals))
}

/// An input under another pattern.
fn under(pat: &Pat, input: &FnArg) -> FnArg {
    let ty = match input {
        FnArg::Typed(typed) => (*typed.ty).clone(),
        FnArg::Receiver(receiver) => receiver_type(receiver),
    };
    FnArg::Typed(PatType {
        attrs: Vec::new(),
        pat: Box::new(pat.clone()),
        colon_token: syn::token::Colon::default(),
        ty: Box::new(ty),
    })
}

fn receiver_type(receiver: &Receiver) -> Type {
    match &receiver.kind {
        ReceiverKind::Reference(and, lifetime, mutability) => parse_quote!(#and #lifetime #mutability Self),
        ReceiverKind::Typed(_, ty) => (**ty).clone(),
        _ => parse_quote!(Self),
    }
}

/// `self` under the name that the block gives it, in what the user wrote in an attribute.
pub(crate) fn rename_self(async_block: Option<&AsyncBlock>, tokens: TokenStream) -> TokenStream {
    let renamed = async_block.and_then(|async_block| async_block.declarations.iter().find(|it| it.takes_self));
    match renamed.map(|declaration| &declaration.pat) {
        Some(Pat::Ident(pat)) => replace_self(&pat.ident, tokens),
        _ => tokens,
    }
}

/// What makes a span, with `self` under another name; the field of the span that is called so stays.
fn rename_self_in_span(name: &Ident, tokens: TokenStream) -> TokenStream {
    let trees: Vec<TokenTree> = replace_self(name, tokens).into_iter().collect();
    let is_field = |index: usize| {
        let begins = index == 0 || is_punct(&trees[index - 1], ',');
        begins && is_word(&trees[index], "__self") && trees.get(index + 1).is_some_and(|next| is_punct(next, '='))
    };
    let renamed = trees.iter().enumerate().map(|(index, tree)| match tree {
        TokenTree::Ident(field) if is_field(index) => Ident::new("self", field.span()).into(),
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), rename_self_in_span(name, group.stream()));
            inner.set_span(group.span());
            inner.into()
        }
        other => other.clone(),
    });
    renamed.collect()
}

fn replace_self(name: &Ident, tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|tree| match tree {
            TokenTree::Ident(ident) if ident == "self" => {
                Ident::new(&name.to_string(), name.span().located_at(ident.span())).into()
            }
            TokenTree::Group(group) => {
                let mut renamed = Group::new(group.delimiter(), replace_self(name, group.stream()));
                renamed.set_span(group.span());
                renamed.into()
            }
            other => other,
        })
        .collect()
}
