//! The function's arguments: how they are bound, copied for each attempt, and passed on to fallbacks.

use std::collections::HashSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Pat, PatIdent, Receiver, ReceiverKind, Signature, Token, Type};

use super::copied::{Mover, Reason, copied};
use super::exclusive_borrow::may_not_be_sync;
use super::spans::at;
use crate::facts::needs::{Needs, words_of};
use crate::facts::{Facts, Runs};
use crate::model::{Declaration, Function};
use crate::pattern::{bindings, without_mut};

pub(crate) struct Arguments {
    receiver: Option<Receiver>,
    typed: Vec<Argument>,
    /// The function's own type parameters.
    parameters: Vec<Ident>,
    /// Whether the body may run more than once.
    is_retried: bool,
    /// Those that the body moves because an attribute above has rewritten it.
    taken: HashSet<String>,
}

struct Argument {
    /// The user's attributes, which its copies need, too.
    attrs: Vec<Attribute>,
    ty: Type,
    /// As the user wrote it.
    pat: Pat,
    /// Replaces a pattern from which the argument could not be passed on.
    stand_in: Option<Ident>,
    /// If the type may not be `Sync`, and an async body borrows arguments.
    sharing: Option<Sharing>,
}

impl Arguments {
    pub(crate) fn of(function: &Function, layers: &[Facts], needs: &Needs) -> Self {
        let Function { sig, taken, .. } = function;
        let given_on = layers.iter().any(|layer| layer.forwards_arguments);
        let parameters = sig.generics.type_params().map(|parameter| parameter.ident.clone()).collect();
        let is_retried = layers.iter().any(|layer| layer.runs != Runs::Once);
        let (typed, taken) = (Vec::new(), taken.clone());
        let mut arguments = Self { receiver: None, typed, parameters, is_retried, taken };
        for (index, input) in sig.inputs.iter().enumerate() {
            match input {
                FnArg::Receiver(receiver) => arguments.receiver = Some(receiver.clone()),
                FnArg::Typed(typed) => {
                    let needs_stand_in = given_on && plain_ident(&typed.pat).is_none();
                    arguments.typed.push(Argument {
                        sharing: None,
                        attrs: typed.attrs.iter().filter(|attr| !attr.path().is_ident("doc")).cloned().collect(),
                        ty: (*typed.ty).clone(),
                        pat: (*typed.pat).clone(),
                        stand_in: needs_stand_in
                            .then(|| format_ident!("__resilient_argument_{index}", span = Span::mixed_site())),
                    });
                }
            }
        }
        // Attempts that run at once all borrow what they share.
        let races = layers.iter().any(Facts::races);
        let runs_on_threads = layers.iter().any(|layer| layer.runs_on_threads);
        if sig.asyncness.is_some() && arguments.are_needed(needs) && !races && !runs_on_threads {
            let beside_body = Needs::join(layers.iter().map(|layer| layer.holds.clone()));
            for argument in arguments.typed.iter_mut().filter(|it| arguments.taken.is_empty() || it.is_shared()) {
                argument.sharing = Sharing::of(argument, sig, needs, &beside_body);
            }
        }
        arguments
    }

    /// The signature with stand-ins, and without a `mut` that is taken up again in each attempt.
    pub(crate) fn signature(&self, sig: &Signature) -> Signature {
        let mut sig = sig.clone();
        let typed = sig.inputs.iter_mut().filter_map(|input| match input {
            FnArg::Typed(typed) => Some(typed),
            FnArg::Receiver(_) => None,
        });
        for (input, argument) in typed.zip(&self.typed) {
            // Without documentation, which the compiler allows on arguments only if an attribute removes it.
            input.attrs.clone_from(&argument.attrs);
            if let Some(stand_in) = &argument.stand_in {
                *input.pat = ident_pattern(stand_in.clone());
            } else {
                argument.bind_anew(&mut input.pat);
            }
        }
        sig
    }

    /// The same for the declarations by which an async block takes the arguments.
    pub(crate) fn declarations(&self, declarations: &[Declaration]) -> TokenStream {
        let taken = declarations.iter().map(|Declaration { input, pat, value, .. }| {
            let mut pat = pat.clone();
            let argument = self.typed.get(*input);
            if let Some(argument) = argument {
                argument.bind_anew(&mut pat);
            }
            let stand_in = argument.and_then(|argument| argument.stand_in.as_ref());
            let pat = stand_in.map_or_else(|| pat.to_token_stream(), ToTokens::to_token_stream);
            quote_spanned!(Span::mixed_site()=> let #pat = #value;)
        });
        taken.collect()
    }

    /// The first statements of the function: the patterns of the stand-ins.
    pub(crate) fn entry(&self) -> TokenStream {
        let entries = self.typed.iter().filter_map(|argument| {
            let stand_in = argument.stand_in.as_ref()?;
            if matches!(argument.pat, Pat::Wild(_)) {
                return None;
            }
            let mut pat = argument.pat.clone();
            without_mut(&mut pat);
            let attrs = &argument.attrs;
            let copy = self.copy(Reason::Fallback, argument, stand_in, argument.pat.span());
            Some(quote_spanned!(Span::mixed_site()=> #(#attrs)* let #pat = #copy;))
        });
        entries.collect()
    }

    /// The statements before the body, and first in it: each attempt has its own copy of an argument declared `mut`.
    /// The copy is made before the body, so that the body does not borrow the original.
    pub(crate) fn own_copies(&self, needs: &Needs) -> (TokenStream, TokenStream) {
        let reason = if self.is_retried { Reason::Attempt } else { Reason::Body };
        let (mut before, mut within) = (self.taken_receiver(needs), TokenStream::new());
        for argument in &self.typed {
            if let (Some(sharing), Some(ident)) = (argument.sharing, plain_ident(&argument.pat)) {
                within.extend(match sharing {
                    Sharing::Exclusive => quote_spanned!(Span::mixed_site()=> let _ = &mut #ident;),
                    Sharing::Owned => quote_spanned!(Span::mixed_site()=> let #ident = #ident;),
                });
            }
            let is_taken = |binding: &PatIdent| needs.has(&binding.ident) && self.is_taken(argument, binding);
            let is_owned = |binding: &PatIdent| binding.mutability.is_some() || is_taken(binding);
            for binding in bindings(&argument.pat).into_iter().filter(is_owned) {
                let reason = if is_taken(&binding) { Reason::Rewritten } else { reason };
                let PatIdent { ident, mutability, .. } = &binding;
                let attrs = &argument.attrs;
                let value = if !needs.has(ident) {
                    ident.to_token_stream()
                } else if argument.is_exclusive() {
                    quote_spanned!(Span::mixed_site()=> &mut *#ident)
                } else {
                    let copy = self.copy(reason, argument, ident, ident.span());
                    before.extend(
                        quote_spanned!(Span::mixed_site()=> #(#attrs)* let #ident = __resilient_pipeline::Own(#copy);),
                    );
                    quote_spanned!(Span::mixed_site()=> __resilient_pipeline::Own::own(#ident))
                };
                within.extend(quote_spanned!(Span::mixed_site()=> #(#attrs)* let #mutability #ident = #value;));
            }
        }
        (before, within)
    }

    /// Checks that `self`, which the body moves, is `Copy`.
    fn taken_receiver(&self, needs: &Needs) -> TokenStream {
        let is_taken = |receiver: &&Receiver| {
            let name = self_ident(receiver);
            needs.has(&name) && self.taken.contains("self") && !is_shared_reference(receiver)
        };
        let asked = self.receiver.iter().filter(is_taken).map(|receiver| {
            let copy = copied(Reason::SelfRewritten, receiver.self_token, at(receiver.self_token.span));
            quote_spanned!(Span::mixed_site()=> let _ = #copy;)
        });
        asked.collect()
    }

    /// Whether the body takes all of an argument because an attribute above has rewritten it.
    pub(crate) fn takes(&self, name: &Ident) -> bool {
        self.taken.contains(&name.unraw().to_string())
    }

    fn is_taken(&self, argument: &Argument, binding: &PatIdent) -> bool {
        !argument.is_shared() && self.takes(&binding.ident)
    }

    /// Whether any argument is needed that a `move` body would move. A shared reference is copied.
    pub(crate) fn are_needed(&self, needs: &Needs) -> bool {
        let receiver = self.receiver.iter().filter(|it| !is_shared_reference(it)).any(|it| needs.has(&self_ident(it)));
        let typed = self.typed.iter().filter(|argument| !argument.is_shared());
        receiver || typed.flat_map(|argument| bindings(&argument.pat)).any(|binding| needs.has(&binding.ident))
    }

    /// Whether any argument is declared `mut`, or moved by a rewritten body.
    pub(crate) fn are_copied(&self) -> bool {
        !self.taken.is_empty()
            || self
                .typed
                .iter()
                .any(|argument| bindings(&argument.pat).iter().any(|binding| binding.mutability.is_some()))
    }

    /// Copies of the arguments that are needed later, for a closure that moves them. `self` cannot be rebound, so it
    /// must be `Copy` if it is needed again.
    pub(crate) fn copies(&self, needs: &Needs, mover: Mover) -> TokenStream {
        let receiver = self.receiver.iter().filter(|it| needs.has(&self_ident(it))).map(|receiver| {
            let copy = copied(mover.of_self(), receiver.self_token, at(receiver.self_token.span));
            quote_spanned!(Span::mixed_site()=> let _ = #copy;)
        });
        let copies = self.typed.iter().flat_map(|argument| {
            let Argument { attrs, pat, stand_in, .. } = argument;
            let named = bindings(pat).into_iter().map(|binding| binding.ident);
            named.chain(stand_in.clone()).filter(|ident| needs.has(ident)).map(move |ident| {
                let copy = self.copy(mover.of_argument(), argument, &ident, pat.span());
                quote_spanned!(Span::mixed_site()=> #(#attrs)* let #ident = #copy;)
            })
        });
        receiver.chain(copies).collect()
    }

    /// Checks that these arguments can move to another thread; errors point at `at`.
    pub(crate) fn crossing(&self, needs: &Needs, at: Span, mover: Mover) -> TokenStream {
        let crosses = Ident::new(mover.crosses(), at);
        let ask = |attrs: &[Attribute], value: TokenStream| quote_spanned!(at=> #(#attrs)* { let __resilient_argument = &#value; __resilient_pipeline::#crosses::crosses(__resilient_argument); });
        let receiver = self.receiver.iter().filter(|it| needs.has(&self_ident(it)));
        let receiver = receiver.map(|receiver| ask(&[], receiver.self_token.to_token_stream()));
        let typed = self.typed.iter().filter(|argument| !self.is_parameter(&argument.ty)).flat_map(|argument| {
            let named = bindings(&argument.pat).into_iter().map(|binding| binding.ident);
            let needed = named.filter(|ident| needs.has(ident));
            needed.map(move |ident| ask(&argument.attrs, ident.into_token_stream()))
        });
        receiver.chain(typed).collect()
    }

    /// Whether a type is one of the function's own parameters.
    pub(crate) fn is_parameter(&self, ty: &Type) -> bool {
        matches!(ty, Type::Path(ty) if self.parameters.iter().any(|parameter| ty.path.is_ident(parameter)))
    }

    /// Whether a type names one of the function's own parameters, at any depth.
    pub(crate) fn names_parameter(&self, ty: &Type) -> bool {
        let words = words_of(ty);
        self.parameters.iter().any(|parameter| words.contains(&parameter.unraw().to_string()))
    }

    /// The copies before a call at `place` and its arguments; those that are needed afterwards are copied. Errors about
    /// an argument of a wrong type, or one that has been moved, point at that place.
    pub(crate) fn given_on(&self, needs: &Needs, place: Span) -> (TokenStream, Vec<TokenStream>) {
        let mut copies = TokenStream::new();
        let receiver = self.receiver.iter().map(|it| given_receiver(it, needs.has(&self_ident(it)), place));
        let mut arguments: Vec<TokenStream> = receiver.collect();
        for argument in &self.typed {
            let Some(ident) = argument.stand_in.as_ref().or_else(|| plain_ident(&argument.pat)) else { continue };
            let mut given = ident.clone();
            given.set_span(ident.span().located_at(place));
            let attrs = &argument.attrs;
            if needs.has(ident) && !argument.is_exclusive() {
                let copy = self.copy(Reason::Fallback, argument, ident, argument.pat.span());
                copies.extend(quote_spanned!(Span::mixed_site()=> #(#attrs)* let #given = #copy;));
            }
            let present = attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
            arguments.push(quote_spanned!(Span::mixed_site()=> #(#present)* #given));
        }
        (copies, arguments)
    }

    /// A copy of a part of an argument; if it cannot be copied, the error points at `place`. For a type parameter the
    /// compiler's own error is better, because it names the missing bound.
    fn copy(&self, reason: Reason, argument: &Argument, ident: &Ident, place: Span) -> TokenStream {
        let at = at(place);
        if self.is_parameter(&argument.ty) {
            quote_spanned!(at=> ::core::clone::Clone::clone(&#ident))
        } else {
            copied(reason, ident, at)
        }
    }
}

impl Argument {
    /// Changes its pattern in the signature: a `mut` belongs to each attempt's copy.
    fn bind_anew(&self, pat: &mut Pat) {
        without_mut(pat);
        if let (Some(Sharing::Exclusive), Pat::Ident(binding)) = (self.sharing, pat) {
            // At the name, so that the compiler's messages use it.
            binding.mutability = Some(Token![mut](binding.ident.span()));
        }
    }

    /// Moving it leaves it usable.
    fn is_shared(&self) -> bool {
        matches!(&self.ty, Type::Reference(reference) if reference.mutability.is_none())
            && plain_ident(&self.pat).is_some()
    }

    /// It can be borrowed again, but not copied.
    fn is_exclusive(&self) -> bool {
        matches!(&self.ty, Type::Reference(reference) if reference.mutability.is_some())
    }
}

/// How an async body that borrows arguments holds one whose type may not be `Sync`, so that its future stays `Send`.
#[derive(Clone, Copy)]
enum Sharing {
    /// By an exclusive reference.
    Exclusive,
    /// By value.
    Owned,
}

impl Sharing {
    fn of(argument: &Argument, sig: &Signature, needs: &Needs, beside_body: &Needs) -> Option<Self> {
        let ident = plain_ident(&argument.pat).filter(|_| bindings(&argument.pat)[0].mutability.is_none())?;
        if beside_body.has(ident) || !may_not_be_sync(&argument.ty, sig) {
            return None;
        }
        Some(if needs.has(ident) { Self::Exclusive } else { Self::Owned })
    }
}

fn given_receiver(receiver: &Receiver, keep: bool, place: Span) -> TokenStream {
    let this = Token![self](receiver.self_token.span.located_at(place));
    if keep && matches!(receiver.kind, ReceiverKind::Value) {
        copied(Reason::Fallback, this, at(receiver.self_token.span))
    } else {
        this.to_token_stream()
    }
}

fn self_ident(receiver: &Receiver) -> Ident {
    Ident::new("self", receiver.self_token.span)
}

fn is_shared_reference(receiver: &Receiver) -> bool {
    matches!(receiver.kind, ReceiverKind::Reference(.., None))
}

fn ident_pattern(ident: Ident) -> Pat {
    Pat::Ident(PatIdent { attrs: Vec::new(), by_ref: None, mutability: None, ident, subpat: None })
}

fn plain_ident(pat: &Pat) -> Option<&Ident> {
    match pat {
        Pat::Ident(pat) if pat.subpat.is_none() && pat.by_ref.is_none() => Some(&pat.ident),
        _ => None,
    }
}
