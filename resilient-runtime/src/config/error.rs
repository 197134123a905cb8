//! What is wrong with a configuration: all of it at once, each at its place.

use std::fmt;
use std::ops::Range;

/// A configuration that was not applied. `Display` has all problems, each with the line of the file; `Debug` is the
/// same text, so that an `unwrap` in a test is readable.
///
/// ```
/// # use resilient_runtime as resilient;
/// let error = resilient::config::apply("[circuit_breaker.nobody]\nfailure_threshold = 0")
///     .unwrap_err();
/// assert_eq!(
///     (error.problems()[0].line(), error.problems()[0].column()),
///     (Some(1), Some(18))
/// );
/// assert!(error.to_string().contains("no circuit_breaker is called `nobody`"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError {
    pub(super) problems: Vec<ConfigProblem>,
}

impl ConfigError {
    /// All problems, in the order of their places; at least one.
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.problems
    }

    pub(super) fn one(problem: ConfigProblem) -> Self {
        Self { problems: vec![problem] }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.problems {
            write!(f, "{problem}\n\n")?;
        }
        let (count, problems) = (self.problems.len(), if self.problems.len() == 1 { "problem" } else { "problems" });
        write!(f, "{count} {problems}; nothing was changed")
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigError {}

/// One problem of a [`ConfigError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) at: At,
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// In a file, with its line.
    Text {
        file: String,
        line: usize,
        column: usize,
        text: String,
        /// The letters of that before the place.
        indent: usize,
        width: usize,
    },
    Variable(String),
    /// The file as a whole.
    File(String),
}

impl ConfigProblem {
    pub(super) const fn new(message: String, help: Option<String>, at: At) -> Self {
        Self { message, help, at }
    }

    /// What is wrong, without its place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// A way out, if one is known.
    pub fn help(&self) -> Option<&str> {
        self.help.as_deref()
    }

    /// The line in the file, from 1. `None` for a variable, and for a file that cannot be read.
    pub const fn line(&self) -> Option<usize> {
        match &self.at {
            At::Text { line, .. } => Some(*line),
            At::Variable(_) | At::File(_) => None,
        }
    }

    /// The column in that line, from 1, in characters.
    pub const fn column(&self) -> Option<usize> {
        match &self.at {
            At::Text { column, .. } => Some(*column),
            At::Variable(_) | At::File(_) => None,
        }
    }
}

impl ConfigProblem {
    /// The text of a warning.
    pub(super) fn as_warning(&self) -> String {
        self.to_string().replacen("error: ", "warning: ", 1)
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)?;
        match &self.at {
            At::Text { file, line, column, text, indent, width } => {
                let pad = " ".repeat(line.to_string().len());
                let (before, under) = (" ".repeat(*indent), "^".repeat(*width));
                write!(f, "\n{pad}--> {file}:{line}:{column}\n{pad} |\n{line} | {text}\n{pad} | {before}{under}")?;
            }
            At::Variable(name) => write!(f, "\n --> the environment variable {name}")?,
            At::File(file) => write!(f, "\n --> {file}")?,
        }
        match &self.help {
            Some(help) => write!(f, "\n  help: {help}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for At {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { file, line, .. } => write!(f, "{file}:{line}"),
            Self::Variable(name) => f.write_str(name),
            Self::File(file) => f.write_str(file),
        }
    }
}

/// A line with more bytes is not shown as a whole.
const LONG: usize = 200;

/// A text with the places where its lines begin.
#[derive(Debug)]
pub(super) struct Source<'t> {
    file: &'t str,
    text: &'t str,
    lines: Vec<usize>,
}

impl<'t> Source<'t> {
    pub(super) fn new(file: &'t str, text: &'t str) -> Self {
        let behind = text.match_indices('\n').map(|(newline, _)| newline + 1);
        Self { file, text, lines: [0].into_iter().chain(behind).collect() }
    }

    /// The place of a part of the text.
    pub(super) fn place(&self, span: &Range<usize>) -> At {
        let begin = floor(self.text, span.start);
        let line = self.lines.partition_point(|start| *start <= begin);
        let line_begin = self.lines[line - 1];
        let line_end = self.lines.get(line).map_or(self.text.len(), |next| next - 1);
        // Of a long line only what is around the place, because each of many values has its place.
        let (from, to) = match line_end - line_begin {
            0..=LONG => (line_begin, line_end),
            _ => (
                floor(self.text, begin.saturating_sub(LONG / 4)).max(line_begin),
                floor(self.text, (begin + LONG / 2).min(line_end)),
            ),
        };
        let end = floor(self.text, span.end).clamp(begin, to);
        let shown = |text: &str| text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
        At::Text {
            file: self.file.to_owned(),
            line,
            column: self.text[line_begin..begin].chars().count() + 1,
            text: shown(&self.text[from..to]),
            indent: self.text[from..begin].chars().count(),
            width: self.text[begin..end].chars().count().max(1),
        }
    }
}

/// The nearest boundary of a letter that is not behind `index`.
fn floor(text: &str, index: usize) -> usize {
    (0..=index.min(text.len())).rev().find(|index| text.is_char_boundary(*index)).unwrap_or(0)
}
