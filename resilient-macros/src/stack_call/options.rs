//! What stands behind the stack's name: settings that differ, and which methods of an `impl` are meant.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use resilient_rules::words::suggestion;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Error, LitInt, Path, Result, Token, parenthesized, token};

use crate::absorb::written::{Written, named};
use crate::diagnostics::Errors;
use crate::layers::Kind;
use crate::parse::args::given_twice;
use crate::parse::function_name::{self, FunctionName};

/// The words that say which methods are meant.
const WORDS: [&str; 3] = ["except", "only", "all"];

#[derive(Default)]
pub(crate) struct Options {
    /// `crate = …`, which every attribute takes.
    pub(crate) krate: Option<Path>,
    /// `function = "…"`, which every attribute on a function takes.
    pub(crate) function: Option<FunctionName>,
    pub(crate) overrides: Vec<Override>,
    pub(crate) selection: Selection,
}

/// Settings of one of the stack's layers that differ.
pub(crate) struct Override {
    pub(crate) layer: Written,
    /// Which of several layers of this kind, counted from 1.
    pub(crate) place: Option<Place>,
}

pub(crate) struct Place {
    pub(crate) number: usize,
    pub(crate) span: Span,
}

/// Which methods of an `impl` are meant.
#[derive(Default)]
pub(crate) struct Selection {
    pub(crate) only: Option<Vec<Ident>>,
    pub(crate) except: Vec<Ident>,
    /// Sync methods as well.
    pub(crate) all: bool,
    /// The words that were written.
    words: Vec<Ident>,
}

impl Options {
    /// Reads all options, also those after a wrong one.
    pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        let before = errors.len();
        let read = |input: ParseStream| {
            while !input.is_empty() {
                if let Err(error) = options.one(input) {
                    errors.push(error);
                    while !input.is_empty() && !input.peek(Token![,]) {
                        input.parse::<TokenTree>()?;
                    }
                }
                input.parse::<Option<Token![,]>>()?;
            }
            Ok(())
        };
        let rest = read.parse2(tokens);
        // syn reports an error inside a group once more at the end.
        if let (Err(error), true) = (rest, errors.len() == before) {
            errors.push(error);
        }
        options.check(errors);
        options
    }

    fn one(&mut self, input: ParseStream) -> Result<()> {
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            input.parse::<Token![crate]>()?;
            input.parse::<Token![=]>()?;
            self.krate = Some(Path::parse_mod_style(input)?);
        } else if function_name::follows(input) {
            self.set_function(FunctionName::parse(input)?)?;
        } else {
            let word: Ident = input.parse()?;
            match (WORDS.iter().find(|known| word == **known), named(&word)) {
                (Some(_), _) => self.selection.one(&word, input)?,
                (None, Some(kind)) => self.overrides.push(Override::parse(kind, &word, input)?),
                (None, None) => return Err(unknown(&word)),
            }
        }
        if input.is_empty() || input.peek(Token![,]) { Ok(()) } else { Err(input.error("expected a `,` before this")) }
    }

    fn set_function(&mut self, name: FunctionName) -> Result<()> {
        match self.function {
            Some(_) => Err(Error::new(name.key, given_twice(function_name::KEY))),
            None => {
                self.function = Some(name);
                Ok(())
            }
        }
    }

    fn check(&self, errors: &mut Errors) {
        let Selection { only, words, .. } = &self.selection;
        let Some(other) = words.iter().find(|word| *word != "only").filter(|_| only.is_some()) else { return };
        errors.at(other.span(), format!("`only(…)` names the methods, so `{other}` changes nothing: remove it"));
    }

    /// Refuses what makes sense at a function only.
    pub(crate) fn for_impl(&self, errors: &mut Errors) {
        if let Some(name) = &self.function {
            let message =
                "`function` names one function: write it at an attribute of the method, or at an `apply` of its own";
            errors.at(name.key, message);
        }
    }

    /// Refuses what makes sense at an `impl` only.
    pub(crate) fn for_function(&self, errors: &mut Errors) {
        for word in &self.selection.words {
            errors.at(word.span(), format!("`{word}` chooses among the methods of an `impl`: remove it here"));
        }
    }
}

fn unknown(word: &Ident) -> Error {
    let text = word.to_string();
    if text == function_name::KEY {
        return Error::new(word.span(), function_name::NO_TEXT);
    }
    let known: Vec<&str> = WORDS.iter().copied().chain(Kind::names_on_functions()).collect();
    Error::new(word.span(), format!("unknown option `{text}` of `apply`: {}", suggestion(&text, &known)))
}

impl Override {
    fn parse(kind: Kind, name: &Ident, input: ParseStream) -> Result<Self> {
        let mut place = None;
        if input.parse::<Option<Token![.]>>()?.is_some() {
            let number: LitInt = input.parse()?;
            place = Some(Place { number: number.base10_parse()?, span: number.span() });
        }
        if !input.peek(token::Paren) {
            let message = format!("what differs stands in parentheses: write `{name}(…)`");
            return Err(Error::new(name.span(), message));
        }
        let args;
        parenthesized!(args in input);
        Ok(Self { layer: Written::new(kind, name.span(), args.parse()?), place })
    }
}

impl Selection {
    fn one(&mut self, word: &Ident, input: ParseStream) -> Result<()> {
        if self.words.contains(word) {
            return Err(Error::new(word.span(), given_twice(&word.to_string())));
        }
        self.words.push(word.clone());
        if *word == "all" {
            self.all = true;
        } else if input.peek(token::Paren) {
            let names;
            parenthesized!(names in input);
            let names = Punctuated::<Ident, Token![,]>::parse_terminated(&names)?.into_iter().collect();
            if *word == "only" { self.only = Some(names) } else { self.except = names }
        } else {
            return Err(Error::new(word.span(), format!("`{word}` names methods: write `{word}(name, …)`")));
        }
        Ok(())
    }
}
