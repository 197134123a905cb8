//! The function's arguments: how they are taken, given to each attempt, and given on.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{Attribute, FnArg, Pat, PatIdent, Receiver, ReceiverKind, Signature, Type};

use crate::model::{Answer, Declaration, Layer, Stack};

pub(crate) struct Arguments {
    receiver: Option<Receiver>,
    typed: Vec<Argument>,
}

struct Argument {
    /// What the user says of it, for its copies as well.
    attrs: Vec<Attribute>,
    ty: Type,
    /// As the user wrote it.
    pat: Pat,
    /// In place of a pattern from which the argument could not be given on.
    stand_in: Option<Ident>,
}

impl Arguments {
    pub(crate) fn of(sig: &Signature, stack: &Stack) -> Self {
        let given_on = stack.layers.iter().any(|layer| match layer {
            Layer::Fallback(fallback) => fallback.answers.iter().any(|answer| matches!(answer, Answer::Path(_))),
            _ => false,
        });
        let mut arguments = Self { receiver: None, typed: Vec::new() };
        for (index, input) in sig.inputs.iter().enumerate() {
            match input {
                FnArg::Receiver(receiver) => arguments.receiver = Some(receiver.clone()),
                FnArg::Typed(typed) => {
                    let needs_stand_in = given_on && !is_plain(&typed.pat);
                    arguments.typed.push(Argument {
                        attrs: typed.attrs.iter().filter(|attr| !attr.path().is_ident("doc")).cloned().collect(),
                        ty: (*typed.ty).clone(),
                        pat: (*typed.pat).clone(),
                        stand_in: needs_stand_in.then(|| format_ident!("argument_{index}", span = Span::mixed_site())),
                    });
                }
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
            // The compiler allows documentation only to attributes, which are to take it away.
            input.attrs.clone_from(&argument.attrs);
            if let Some(stand_in) = &argument.stand_in {
                *input.pat = ident_pattern(stand_in.clone());
            } else {
                without_mut(&mut input.pat);
            }
        }
        sig
    }

    /// The same of the declarations by which an async block takes over the arguments.
    pub(crate) fn declarations(&self, declarations: &[Declaration]) -> TokenStream {
        let taken = declarations.iter().map(|Declaration { input, pat, value, .. }| {
            let mut pat = pat.clone();
            without_mut(&mut pat);
            let stand_in = self.typed.get(*input).and_then(|argument| argument.stand_in.as_ref());
            let pat = stand_in.map_or_else(|| pat.to_token_stream(), ToTokens::to_token_stream);
            quote_spanned!(Span::mixed_site()=> let #pat = #value;)
        });
        taken.collect()
    }

    /// What comes first in the function: the patterns of the stand-ins.
    pub(crate) fn entry(&self) -> TokenStream {
        let entries = self.typed.iter().filter_map(|argument| {
            let stand_in = argument.stand_in.as_ref()?;
            if matches!(argument.pat, Pat::Wild(_)) {
                return None;
            }
            let mut pat = argument.pat.clone();
            without_mut(&mut pat);
            Some(quote_spanned!(Span::mixed_site()=> let #pat = ::core::clone::Clone::clone(&#stand_in);))
        });
        entries.collect()
    }

    /// What comes first in the body: an argument declared `mut` is the attempt's own.
    pub(crate) fn own_copies(&self, repeated: bool) -> TokenStream {
        let mut copies = TokenStream::new();
        for argument in &self.typed {
            for binding in bindings(&argument.pat).into_iter().filter(|binding| binding.mutability.is_some()) {
                let PatIdent { ident, mutability, .. } = &binding;
                let attrs = &argument.attrs;
                let value = match &argument.ty {
                    _ if !repeated => ident.to_token_stream(),
                    Type::Reference(reference) if reference.mutability.is_some() => {
                        quote_spanned!(Span::mixed_site()=> &mut *#ident)
                    }
                    _ => cloned(ident),
                };
                copies.extend(quote_spanned!(Span::mixed_site()=> #(#attrs)* let #mutability #ident = #value;));
            }
        }
        copies
    }

    /// Whether any argument is declared `mut`.
    pub(crate) fn are_copied(&self) -> bool {
        self.typed.iter().any(|argument| bindings(&argument.pat).iter().any(|binding| binding.mutability.is_some()))
    }

    /// Copies for a closure that takes them away, so that the arguments stay.
    pub(crate) fn copies(&self) -> TokenStream {
        let copies = self.typed.iter().flat_map(|Argument { attrs, pat, stand_in, .. }| {
            let named = bindings(pat).into_iter().map(|binding| binding.ident);
            named.chain(stand_in.clone()).map(move |ident| {
                let copy = cloned(&ident);
                quote_spanned!(Span::mixed_site()=> #(#attrs)* let #ident = #copy;)
            })
        });
        copies.collect()
    }

    /// As the arguments of another call; `keep` if they are needed again after it.
    pub(crate) fn given_on(&self, keep: bool) -> Vec<TokenStream> {
        let receiver = self.receiver.as_ref().map(|receiver| {
            let this = &receiver.self_token;
            if keep && matches!(receiver.kind, ReceiverKind::Value) { cloned(this) } else { this.to_token_stream() }
        });
        let typed = self.typed.iter().map(|argument| {
            let ident = argument.stand_in.as_ref().or_else(|| plain_ident(&argument.pat));
            let exclusive = matches!(&argument.ty, Type::Reference(reference) if reference.mutability.is_some());
            if keep && !exclusive { cloned(ident) } else { ident.to_token_stream() }
        });
        receiver.into_iter().chain(typed).collect()
    }
}

fn cloned(value: impl ToTokens) -> TokenStream {
    quote_spanned!(Span::mixed_site()=> ::core::clone::Clone::clone(&#value))
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

fn is_plain(pat: &Pat) -> bool {
    plain_ident(pat).is_some()
}

fn without_mut(pat: &mut Pat) {
    each_binding_mut(pat, &mut |binding| binding.mutability = None);
}

/// The names that a pattern binds, with how it does.
fn bindings(pat: &Pat) -> Vec<PatIdent> {
    let mut found = Vec::new();
    each_binding_mut(&mut pat.clone(), &mut |binding| found.push(binding.clone()));
    found
}

/// Patterns of arguments cannot fail, so not every kind can come up.
fn each_binding_mut(pat: &mut Pat, act: &mut impl FnMut(&mut PatIdent)) {
    match pat {
        Pat::Ident(binding) => {
            act(binding);
            if let Some((_, inner)) = &mut binding.subpat {
                each_binding_mut(inner, act);
            }
        }
        Pat::Tuple(tuple) => tuple.elems.iter_mut().for_each(|elem| each_binding_mut(elem, act)),
        Pat::TupleStruct(tuple) => tuple.elems.iter_mut().for_each(|elem| each_binding_mut(elem, act)),
        Pat::Slice(slice) => slice.elems.iter_mut().for_each(|elem| each_binding_mut(elem, act)),
        Pat::Struct(fields) => fields.fields.iter_mut().for_each(|field| each_binding_mut(&mut field.pat, act)),
        Pat::Reference(reference) => each_binding_mut(&mut reference.pat, act),
        Pat::Paren(inner) => each_binding_mut(&mut inner.pat, act),
        Pat::Type(typed) => each_binding_mut(&mut typed.pat, act),
        _ => {}
    }
}
