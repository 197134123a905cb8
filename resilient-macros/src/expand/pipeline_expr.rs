//! The code of a pipeline, which grows from the innermost layer to the outermost.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;

pub(crate) struct PipelineExpr {
    code: Code,
    carried: Carried,
    /// The layers whose refusals this code can give, the innermost first.
    refusing: Vec<usize>,
}

enum Code {
    /// An expression that gives the outcome.
    Value(TokenStream),
    /// An expression that gives a future of the outcome.
    Future(TokenStream),
}

/// What the code gives.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Carried {
    /// What the user's function returns.
    Answer,
    /// `Result<T, Failure<E, R>>`.
    Outcome,
}

impl PipelineExpr {
    /// An expression that gives what the user's function returns.
    pub(crate) fn answer(tokens: TokenStream) -> Self {
        Self { code: Code::Value(tokens), carried: Carried::Answer, refusing: Vec::new() }
    }

    /// A body: an expression that gives an outcome, in which nothing can have refused.
    pub(crate) fn body_value(tokens: TokenStream) -> Self {
        Self { code: Code::Value(tokens), carried: Carried::Outcome, refusing: Vec::new() }
    }

    /// A body: a future of an outcome, in which nothing can have refused.
    pub(crate) fn body_future(tokens: TokenStream) -> Self {
        Self { code: Code::Future(tokens), carried: Carried::Outcome, refusing: Vec::new() }
    }

    /// The same refusals in other code.
    pub(crate) fn with_value(self, tokens: TokenStream) -> Self {
        Self { code: Code::Value(tokens), ..self }
    }

    /// The same refusals in other code.
    pub(crate) fn with_future(self, tokens: TokenStream) -> Self {
        Self { code: Code::Future(tokens), ..self }
    }

    /// The same with the refusals of the layer at `index`.
    pub(crate) fn refused_by(mut self, index: usize) -> Self {
        self.refusing.push(index);
        self
    }

    /// The same, of whose refusals only these are looked at.
    pub(crate) fn of_refusing(mut self, is_looked_at: impl Fn(usize) -> bool) -> Self {
        self.refusing.retain(|index| is_looked_at(*index));
        self
    }

    pub(crate) fn refusing(&self) -> &[usize] {
        &self.refusing
    }

    pub(crate) fn is_answer(&self) -> bool {
        self.carried == Carried::Answer
    }

    /// As an expression that gives it, awaited where necessary.
    pub(crate) fn value(&self) -> TokenStream {
        match &self.code {
            Code::Value(tokens) => tokens.clone(),
            Code::Future(tokens) => quote_spanned!(Span::mixed_site()=> #tokens.await),
        }
    }

    /// As an expression that gives a future of it.
    pub(crate) fn future(&self) -> TokenStream {
        match &self.code {
            Code::Value(tokens) => quote_spanned!(Span::mixed_site()=> async { #tokens }),
            Code::Future(tokens) => tokens.clone(),
        }
    }

    /// As an outcome that the next layer can look at.
    pub(crate) fn lifted(self) -> Self {
        if self.carried == Carried::Outcome {
            return self;
        }
        let answer = self.value();
        Self::body_value(quote_spanned! {Span::mixed_site()=>
            {
                let __resilient_answer = #answer;
                __resilient_pipeline::Returns::of(&__resilient_answer).__resilient_lift(__resilient_answer)
            }
        })
    }
}
