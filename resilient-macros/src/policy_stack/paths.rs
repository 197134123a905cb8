//! Paths in a stack, which mean the same wherever it is applied: `crate::` becomes `$crate::`, and what would be looked up
//! in the module of the function is refused.

use proc_macro2::{Group, Ident, Punct, Spacing, TokenStream, TokenTree};

use crate::diagnostics::Errors;

/// Names that the compiler knows in each module.
const PRELUDE: [&str; 4] = ["None", "Some", "Ok", "Err"];

const PRIMITIVE: [&str; 17] = [
    "bool", "char", "str", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
    "usize",
];

/// The standard library's macros that give a value.
const MACROS: [&str; 12] = [
    "format",
    "vec",
    "matches",
    "concat",
    "stringify",
    "env",
    "option_env",
    "include_str",
    "line",
    "file",
    "todo",
    "unreachable",
];

/// Words before a path, or before a `!` that negates.
const KEYWORDS: [&str; 14] =
    ["as", "break", "dyn", "else", "if", "impl", "in", "match", "move", "mut", "ref", "return", "where", "while"];

/// The settings of an attribute as they stand in the stack's macro.
pub(super) fn absolute(tokens: TokenStream, errors: &mut Errors) -> TokenStream {
    let trees: Vec<TokenTree> = tokens.into_iter().collect();
    let mut written = Vec::with_capacity(trees.len());
    for (index, tree) in trees.iter().enumerate() {
        match tree {
            TokenTree::Group(group) => {
                let mut changed = Group::new(group.delimiter(), absolute(group.stream(), errors));
                changed.set_span(group.span());
                written.push(changed.into());
            }
            TokenTree::Ident(word) => {
                let path = Path { word, before: &trees[..index], after: &trees[index + 1..] };
                match path.kind() {
                    Kind::Same => {}
                    Kind::OfThisCrate => {
                        let mut dollar = Punct::new('$', Spacing::Alone);
                        dollar.set_span(word.span());
                        written.push(dollar.into());
                    }
                    Kind::Relative => {
                        let message = format!(
                            "a stack means the same in every module, so `{}` is written in full: from `crate::…` on if \
                             this crate has it, or from `::name_of_a_crate::…` on",
                            path.text(),
                        );
                        errors.at(word.span(), message);
                    }
                }
                written.push(tree.clone());
            }
            TokenTree::Punct(punct) if punct.as_char() == '$' => {
                errors.at(punct.span(), "a stack cannot have a `$`: write a function, and its path");
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => written.push(tree.clone()),
        }
    }
    written.into_iter().collect()
}

/// What a word stands for.
enum Kind {
    /// The same in each module: an argument, a field, a setting, or what stands behind a `::`.
    Same,
    /// `crate::…`
    OfThisCrate,
    /// What each module has its own of.
    Relative,
}

/// A word, and what stands around it.
struct Path<'a> {
    word: &'a Ident,
    before: &'a [TokenTree],
    after: &'a [TokenTree],
}

impl Path<'_> {
    fn kind(&self) -> Kind {
        let word = self.word.to_string();
        let word = word.as_str();
        let is_path = is_colons(self.after);
        let is_known = ["Self", "$crate"].contains(&word) || KEYWORDS.contains(&word);
        let relative = if is_known || self.is_member() || self.is_continued() {
            false
        } else if word == "crate" {
            return if is_path { Kind::OfThisCrate } else { Kind::Same };
        } else if is_path {
            !PRIMITIVE.contains(&word)
        } else if self.is_macro() {
            !MACROS.contains(&word)
        } else {
            word.starts_with(char::is_uppercase) && !PRELUDE.contains(&word)
        };
        if relative { Kind::Relative } else { Kind::Same }
    }

    /// A field or a method, and not the end of a range; or a lifetime.
    fn is_member(&self) -> bool {
        match self.before {
            [.., last] if is_punct(last, '\'') => true,
            [.., one, last] if is_punct(last, '.') => !is_punct(one, '.'),
            [last] => is_punct(last, '.'),
            _ => false,
        }
    }

    /// Behind a `::`.
    fn is_continued(&self) -> bool {
        self.before.len() > 1 && is_colons(&self.before[self.before.len() - 2..])
    }

    fn is_macro(&self) -> bool {
        matches!(self.after, [not, TokenTree::Group(_), ..] if is_punct(not, '!'))
    }

    /// The whole path.
    fn text(&self) -> String {
        let mut text = self.word.to_string();
        let mut rest = self.after;
        while let [_, _, TokenTree::Ident(next), ..] = rest {
            if !is_colons(rest) {
                break;
            }
            text += "::";
            text += &next.to_string();
            rest = &rest[3..];
        }
        text + if self.is_macro() { "!" } else { "" }
    }
}

fn is_colons(trees: &[TokenTree]) -> bool {
    matches!(trees, [TokenTree::Punct(one), other, ..]
        if one.as_char() == ':' && one.spacing() == Spacing::Joint && is_punct(other, ':'))
}

fn is_punct(tree: &TokenTree, char: char) -> bool {
    matches!(tree, TokenTree::Punct(punct) if punct.as_char() == char)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(source: &str) -> (String, Vec<String>) {
        let mut errors = Errors::default();
        let tokens = absolute(source.parse().expect("tokens"), &mut errors);
        (tokens.to_string(), errors.messages())
    }

    #[test]
    fn what_means_the_same_everywhere_stays() {
        for source in [
            "max_attempts = 3, backoff = linear, jitter = none",
            "retry_on(::std::io::Error { .. } | _ if !busy && x.is_bad())",
            "self.limits.get::<u8>(n)?, limit, 0..limit, u64::MAX",
            "<Self as ::some::Limits>::LIMIT * Self::FACTOR",
            "|error| Ok(guest(id, error)), value = Some(format!(\"{id}\")), None",
            "if !(a) { 'outer: loop { break 'outer } }",
            "crate = ::other::resilient",
        ] {
            let same = source.parse::<TokenStream>().expect("tokens").to_string();
            assert_eq!(written(source), (same, Vec::new()));
        }
    }

    #[test]
    fn a_path_of_this_crate_is_one_in_every_crate() {
        let (text, errors) = written("crate::USERS, retry_on(crate::Error::Io(_) | crate::Error::Full)");
        assert_eq!(errors, Vec::<String>::new());
        let expected = "$ crate :: USERS , retry_on ($ crate :: Error :: Io (_) | $ crate :: Error :: Full)";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_a_module_has_its_own_of_is_refused() {
        for (source, named) in [
            ("LIMIT", "LIMIT"),
            ("policy = limits::API", "limits::API"),
            ("Duration::from_secs(5)", "Duration::from_secs"),
            ("super::LIMIT + 1s", "super::LIMIT"),
            ("retry_on(self::Error)", "self::Error"),
            ("|e: &Error| e.x", "Error"),
            ("name!(3)", "name!"),
            ("x.f::<T>()", "T"),
            ("crate = my_name::resilient", "my_name::resilient"),
        ] {
            let (_, errors) = written(source);
            assert_eq!(errors.len(), 1, "{source}: {errors:?}");
            assert!(errors[0].contains(&format!("so `{named}` is written in full")), "{source}: {errors:?}");
        }
    }

    #[test]
    fn a_dollar_is_refused() {
        assert_eq!(written("$x").1.len(), 1);
    }
}
