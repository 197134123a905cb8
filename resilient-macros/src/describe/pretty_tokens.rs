//! Tokens as text: they do not record the spaces between them, so these are put where rustfmt would.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};
use quote::ToTokens;

/// In one line, spaced as rustfmt would.
pub(crate) fn code(tokens: &impl ToTokens) -> String {
    let mut line = Line::default();
    line.stream(tokens.to_token_stream());
    line.text.replace(['\n', '\r', '\t'], " ")
}

const KEYWORDS: [&str; 15] =
    ["as", "async", "break", "dyn", "else", "for", "if", "impl", "in", "let", "match", "move", "mut", "ref", "return"];

/// Longer ones first.
const LONG_OPERATORS: [&str; 22] = [
    "..=", "...", "<<=", ">>=", "..", "::", "->", "=>", "==", "!=", "<=", ">=", "&&", "||", "<<", ">>", "+=", "-=",
    "*=", "/=", "&=", "|=",
];

/// What was written last, as far as the next token cares.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    /// Nothing, or an operator or a keyword that a value follows.
    #[default]
    Start,
    /// What an operator may follow: a name, a literal, a group.
    Value,
}

#[derive(Default)]
struct Line {
    text: String,
    last: Last,
    /// The next token stands right behind this one.
    tight: bool,
    /// Between the bars of a closure.
    bars: bool,
    /// Angle brackets that are open.
    angles: usize,
}

impl Line {
    fn stream(&mut self, tokens: TokenStream) {
        let mut puncts = String::new();
        for tree in tokens {
            if let TokenTree::Punct(punct) = &tree {
                puncts.push(punct.as_char());
                if punct.spacing() == Spacing::Joint {
                    continue;
                }
            }
            self.operators(&std::mem::take(&mut puncts));
            match tree {
                TokenTree::Punct(_) => {}
                TokenTree::Ident(word) => self.word(&word.to_string()),
                TokenTree::Literal(literal) => self.put(true, &literal.to_string(), Last::Value, false),
                TokenTree::Group(group) => self.group(&group),
            }
        }
        self.operators(&puncts);
    }

    /// Puncts that stood together may be several operators, as in `>::` and `|&`.
    fn operators(&mut self, mut puncts: &str) {
        while !puncts.is_empty() {
            let long = LONG_OPERATORS.iter().find(|operator| puncts.starts_with(**operator));
            let (operator, rest) = puncts.split_at(long.map_or(1, |operator| operator.len()));
            self.operator(operator);
            puncts = rest;
        }
    }

    /// Writes `text` after a space if it takes one; `tight` if what follows must not.
    fn put(&mut self, spaced: bool, text: &str, last: Last, tight: bool) {
        if spaced && !self.tight && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.text.push_str(text);
        self.last = last;
        self.tight = tight;
    }

    fn word(&mut self, word: &str) {
        let word = match word {
            // `#[async_trait]` renames it.
            "__self" => "self",
            // In a stack for many functions.
            "$crate" => "crate",
            word => word,
        };
        let last = if KEYWORDS.contains(&word) { Last::Start } else { Last::Value };
        self.put(true, word, last, false);
    }

    fn group(&mut self, group: &Group) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::Brace => return self.braces(group),
            Delimiter::None => return self.stream(group.stream()),
        };
        // Calls and indices stand at what they belong to.
        self.put(self.last == Last::Start, open, Last::Start, true);
        self.inside(group.stream());
        self.put(false, close, Last::Value, false);
    }

    fn braces(&mut self, group: &Group) {
        let empty = group.stream().is_empty();
        self.put(true, "{", Last::Start, empty);
        self.inside(group.stream());
        self.put(!empty, "}", Last::Value, false);
    }

    fn inside(&mut self, tokens: TokenStream) {
        let outside = (self.bars, self.angles);
        (self.bars, self.angles) = (false, 0);
        self.stream(tokens);
        (self.bars, self.angles) = outside;
        self.tight = false;
    }

    fn operator(&mut self, operator: &str) {
        let starts = self.last == Last::Start;
        match operator {
            "," | ";" | ":" => self.put(false, operator, Last::Start, false),
            "?" => self.put(false, operator, Last::Value, false),
            "." | "::" | ".." | "..=" | "!" => self.put(starts, operator, Last::Start, true),
            "'" | "#" => self.put(true, operator, Last::Start, true),
            "|" if self.bars => {
                self.bars = false;
                self.put(false, operator, Last::Start, false);
            }
            "|" if starts => {
                self.bars = true;
                self.put(true, operator, Last::Start, true);
            }
            "<" if starts || self.takes_generics() => {
                self.angles += 1;
                self.put(starts, operator, Last::Start, true);
            }
            ">" | ">>" if self.angles >= operator.len() => {
                self.angles -= operator.len();
                self.put(false, operator, Last::Value, false);
            }
            "&" | "&&" | "*" | "-" => self.put(true, operator, Last::Start, starts),
            _ => self.put(true, operator, Last::Start, false),
        }
    }

    /// Whether the name of a type was written last, so that a `<` is no comparison.
    fn takes_generics(&self) -> bool {
        let name: String = self.text.chars().rev().take_while(|char| char.is_alphanumeric() || *char == '_').collect();
        name.chars().next_back().is_some_and(char::is_uppercase) && name.chars().any(char::is_lowercase)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What it makes of source whose spaces are gone.
    fn respaced(source: &str) -> String {
        code(&source.parse::<TokenStream>().expect("tokens"))
    }

    #[test]
    fn code_reads_as_it_was_written() {
        for source in [
            "self.limit",
            "LIMIT * 2 + self.limits[0].unwrap_or(-x)",
            "std::time::Duration::from_secs(5)",
            "ApiError::Io(_) | ApiError::Status(500..=599)",
            "Error::TimedOut { .. } | Error::Full { limit: 1..=3, .. } if id > 1 && !done",
            "|error| Ok(guest(id, &error))",
            "|_: &Error| async move { Ok(vec![1, 2]) }",
            "move |value: &Vec<Option<u8>>| value.len() < LIMIT || value.is_empty()",
            "<Self as Limits>::LIMIT",
            "Vec::<u8>::new()",
            "|| x?.y",
            "|x| -> u8 { x }",
            "|&x, mut y| x != -y",
            "&'static str",
            "\"a | b\"",
        ] {
            assert_eq!(respaced(source), source);
        }
    }

    #[test]
    fn it_takes_one_line() {
        assert_eq!(respaced("|e| {\n    log(e);\n    \"a\nb\"\n}"), "|e| { log(e); \"a b\" }");
        assert_eq!(respaced("{}"), "{}");
        assert_eq!(respaced("__self.limit"), "self.limit");
    }
}
