//! A value of a configuration, and what it is read as.

use std::time::Duration;

use resilient_rules::duration;
use resilient_rules::values::{self, WITHOUT_QUOTES};

/// Stands in a message for the name of the setting, which a value does not know.
pub(crate) const NAME: &str = "{setting}";

/// A value as it is given, in a file or by a variable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Given {
    Text(String),
    /// The digits, without separators.
    Integer(String),
    Number(f64),
    Flag(bool),
    List(Vec<Given>),
    /// The text of a variable, which may stand for any of these.
    Variable(String),
    /// What no setting is: a date, or a table.
    Other(&'static str),
}

fn negative() -> String {
    format!("{}: write it without the `-`", values::negative(NAME))
}

impl Given {
    /// A number of things.
    pub(crate) fn count(&self) -> Result<u32, String> {
        match self {
            Self::Integer(digits) => whole(digits),
            Self::Variable(text) => whole(text.trim()),
            Self::Text(_) => Err(format!("{}: write it without quotes", values::whole_number(NAME))),
            _ => Err(format!("{}, and this is {}", values::whole_number(NAME), self.kind())),
        }
    }

    pub(crate) fn number(&self) -> Result<f64, String> {
        match self {
            Self::Number(number) if number.is_sign_negative() => Err(negative()),
            Self::Number(number) => Ok(*number),
            Self::Integer(text) | Self::Variable(text) if text.trim().starts_with('-') => Err(negative()),
            Self::Integer(text) | Self::Variable(text) => {
                let wrong = |_| format!("{}, and this is `{}`", values::plain_number(NAME), text.escape_debug());
                text.trim().parse().map_err(wrong)
            }
            Self::Text(_) => Err(format!("{}: {WITHOUT_QUOTES}", values::plain_number(NAME))),
            _ => Err(format!("{}, and this is {}", values::plain_number(NAME), self.kind())),
        }
    }

    pub(crate) fn duration(&self) -> Result<Duration, String> {
        match self {
            Self::Text(text) | Self::Variable(text) => duration::read(text),
            Self::Integer(digits) => Err(duration::needs_unit(digits, "\"")),
            Self::Number(number) => Err(duration::needs_unit(&number.to_string(), "\"")),
            _ => Err(format!("`{NAME}` takes a duration, as in `\"2s\"`, and this is {}", self.kind())),
        }
    }

    pub(crate) fn word(&self) -> Result<&str, String> {
        match self {
            Self::Text(text) | Self::Variable(text) => Ok(text.trim()),
            _ => Err(format!("{} in quotes, and this is {}", values::word(NAME), self.kind())),
        }
    }

    /// Words: a list of them, or in a variable with commas between them.
    pub(crate) fn words(&self) -> Result<Vec<&str>, String> {
        match self {
            Self::List(words) => words.iter().map(Self::word).collect(),
            Self::Variable(text) => Ok(text.split(',').map(str::trim).filter(|word| !word.is_empty()).collect()),
            _ => Err(format!("`{NAME}` takes a list of words, as in `[\"timed_out\"]`, and this is {}", self.kind())),
        }
    }

    pub(crate) fn flag(&self) -> Result<bool, String> {
        match self {
            Self::Flag(flag) => Ok(*flag),
            Self::Variable(text) if text.trim() == "true" => Ok(true),
            Self::Variable(text) if text.trim() == "false" => Ok(false),
            Self::Text(_) => Err("`true` and `false` stand without quotes".to_owned()),
            _ => Err("expected `true` or `false`".to_owned()),
        }
    }

    /// Whether it is a number of things, or would be one if the text of a variable is.
    pub(crate) fn is_count(&self) -> bool {
        match self {
            Self::Integer(_) => true,
            Self::Variable(text) => text.trim().bytes().all(|byte| byte.is_ascii_digit()),
            _ => false,
        }
    }

    const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "a whole number",
            Self::Number(_) => "a number",
            Self::Flag(_) => "`true` or `false`",
            Self::List(_) => "a list",
            Self::Variable(_) => "other text",
            Self::Other(kind) => kind,
        }
    }
}

fn whole(digits: &str) -> Result<u32, String> {
    let shown = digits.escape_debug();
    if digits.starts_with('-') {
        return Err(format!("{}, and this is `{shown}`", values::negative(NAME)));
    }
    let is_whole = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse().map_err(|_| {
        let fact = if is_whole { values::too_large(NAME) } else { values::whole_number(NAME) };
        format!("{fact}, and this is `{shown}`")
    })
}

impl std::fmt::Display for Given {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) | Self::Integer(text) | Self::Variable(text) => write!(f, "{}", text.escape_debug()),
            Self::Number(number) => write!(f, "{number}"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::List(list) => {
                let texts: Vec<_> = list.iter().map(ToString::to_string).collect();
                f.write_str(&texts.join(", "))
            }
            Self::Other(kind) => f.write_str(kind),
        }
    }
}
