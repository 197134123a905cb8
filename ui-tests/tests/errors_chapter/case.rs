//! One ui test: a rule, code that breaks it, the compile error, and a fix.

use std::fs;
use std::path::Path;

/// A file in `ui-tests/`. Its head has the rule and the fix:
///
/// ```text
/// //! `max_attempts` is at least 2.
/// //!
/// //! fix: #[retry(max_attempts = 3)]
/// ```
///
/// A fix of several lines is below the word `fix:`, indented.
pub(crate) struct Case {
    name: String,
    pub(crate) rule: String,
    /// The code that the first error points at.
    sample: String,
    /// The compile error of the sample.
    pub(crate) error: String,
    pub(crate) fix: String,
    /// The parts of the file without an error.
    correct: Vec<String>,
}

/// Code between blank lines.
struct Part {
    line: usize,
    code: String,
}

/// A compile error, and the line of the code that it points at.
struct CompileError {
    line: usize,
    text: String,
}

impl Case {
    /// The tests of one folder, in the order of their names.
    pub(crate) fn all(folder: &str) -> Vec<Self> {
        let folder = crate::ui_tests().join(folder);
        let files = fs::read_dir(folder).expect("a folder of ui tests").map(|entry| entry.expect("a file").path());
        let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "rs")).collect();
        files.sort();
        files.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let source = fs::read_to_string(path).expect("the code");
        let stderr = fs::read_to_string(path.with_extension("stderr")).expect("the compile errors");
        let errors = compile_errors(&with_paths_from_root(&stderr));
        let (rule, fix) = head(&source).unwrap_or_else(|| panic!("{name}: its head has no rule or no fix"));
        let first = errors.iter().min_by_key(|error| error.line).unwrap_or_else(|| panic!("{name}: no error"));
        let mut correct = parts(&source);
        correct.retain(|part| !part.code.starts_with("fn main()"));
        let sample = correct.iter().position(|part| part.holds(first.line));
        let sample = correct.remove(sample.unwrap_or_else(|| panic!("{name}: no code on line {}", first.line)));
        correct.retain(|part| !errors.iter().any(|error| part.holds(error.line)));
        let correct = correct.into_iter().map(|part| part.code).collect();
        Self { name, rule, sample: sample.code, error: first.text.clone(), fix, correct }
    }

    /// Whether the fix consists of attributes, and the function stays as it is.
    pub(crate) fn fixes_attributes(&self) -> bool {
        self.fix.lines().all(is_attribute)
    }

    /// The definitions that the sample names, and the sample.
    pub(crate) fn sample_in_context(&self) -> String {
        let words: Vec<&str> = words(&self.sample).collect();
        let context = self.correct.iter().filter(|part| defines(part).is_some_and(|name| words.contains(&name)));
        let parts: Vec<&str> = context.chain([&self.sample]).map(String::as_str).collect();
        parts.join("\n\n")
    }

    /// The sample with the fix.
    fn fixed(&self) -> String {
        if !self.fixes_attributes() {
            return self.fix.clone();
        }
        let function: Vec<&str> = self.sample.lines().skip_while(|line| is_attribute(line)).collect();
        format!("{}\n{}", self.fix, function.join("\n"))
    }

    /// A module with the fixed sample and the parts without an error.
    pub(crate) fn fixed_module(&self) -> String {
        format!("mod {} {{\n{}\n{}\n}}\n", self.name, self.correct.join("\n"), self.fixed())
    }
}

impl Part {
    fn holds(&self, line: usize) -> bool {
        (self.line..self.line + self.code.lines().count()).contains(&line)
    }
}

fn is_attribute(line: &str) -> bool {
    line.starts_with("#[")
}

fn words(code: &str) -> impl Iterator<Item = &str> {
    code.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty())
}

/// The name that an item defines.
fn defines(item: &str) -> Option<&str> {
    let mut words = words(item.lines().find(|line| !is_attribute(line))?);
    words.find(|word| ["struct", "enum", "type", "const", "static", "fn"].contains(word))?;
    words.find(|word| *word != "fn")
}

/// The rule and the fix.
fn head(source: &str) -> Option<(String, String)> {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let head: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let at = head.iter().position(|line| line.starts_with("fix:"))?;
    let rule = head.first().filter(|_| at > 0)?.trim_end_matches('.').to_owned();
    let beside = head[at]["fix:".len()..].trim();
    let below = head[at + 1..].iter().map(|line| line.strip_prefix("    ").unwrap_or(line));
    let fix: Vec<&str> = Some(beside).filter(|it| !it.is_empty()).into_iter().chain(below).collect();
    (!fix.is_empty()).then(|| (rule, fix.join("\n")))
}

/// The errors with paths from the root of the repository, where trybuild has those from the root of the package.
fn with_paths_from_root(stderr: &str) -> String {
    stderr.replace("--> ", "--> ui-tests/").replace("ui-tests/$WORKSPACE/", "")
}

/// Splits at blank lines outside of braces, without the head.
fn parts(source: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut depth = 0_usize;
    let mut begins = true;
    for (index, line) in source.lines().enumerate().filter(|(_, line)| !line.starts_with("//!")) {
        if line.is_empty() && depth == 0 {
            begins = true;
            continue;
        }
        match parts.last_mut().filter(|_| !begins) {
            Some(part) => part.code.extend(["\n", line]),
            None => parts.push(Part { line: index + 1, code: line.to_owned() }),
        }
        begins = false;
        depth = depth + line.matches('{').count() - line.matches('}').count();
    }
    parts
}

/// The errors in the compiler's output. Those with a code are kept whole, because their first line alone says little.
fn compile_errors(stderr: &str) -> Vec<CompileError> {
    stderr
        .split("\n\n")
        .filter(|text| text.starts_with("error"))
        .filter_map(|text| {
            let place = text.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
            let line = place.split(':').nth(1)?.parse().ok()?;
            let length = if text.starts_with("error[") { usize::MAX } else { 1 };
            let lines: Vec<&str> = text.trim_end().lines().take(length).collect();
            Some(CompileError { line, text: lines.join("\n") })
        })
        .collect()
}
