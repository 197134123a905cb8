//! One ui test: a rule, code that breaks it, what the compiler says, and a mend.

use std::fs;
use std::path::Path;

/// A file in `ui-tests/`. Its head says the rule and the mend:
///
/// ```text
/// //! A retry makes two attempts at least.
/// //!
/// //! mend: #[retry(max_attempts = 3)]
/// ```
///
/// A mend of several lines stands below the word, indented.
pub(crate) struct Case {
    name: String,
    pub(crate) rule: String,
    /// What the first error is about.
    sample: String,
    /// What the compiler says of it.
    pub(crate) says: String,
    pub(crate) mend: String,
    /// The parts of the file that are not wrong.
    sound: Vec<String>,
}

/// Code between blank lines.
struct Part {
    line: usize,
    code: String,
}

/// An error, and the line of the code it points at.
struct Said {
    line: usize,
    words: String,
}

impl Case {
    /// Those of one folder, in the order of their names.
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
        let stderr = fs::read_to_string(path.with_extension("stderr")).expect("what the compiler says");
        let said = said(&from_the_root(&stderr));
        let (rule, mend) = head(&source).unwrap_or_else(|| panic!("{name}: its head says no rule or no mend"));
        let first = said.iter().min_by_key(|said| said.line).unwrap_or_else(|| panic!("{name}: no error"));
        let mut sound = parts(&source);
        sound.retain(|part| !part.code.starts_with("fn main()"));
        let sample = sound.iter().position(|part| part.holds(first.line));
        let sample = sound.remove(sample.unwrap_or_else(|| panic!("{name}: no code on line {}", first.line)));
        sound.retain(|part| !said.iter().any(|said| part.holds(said.line)));
        let sound = sound.into_iter().map(|part| part.code).collect();
        Self { name, rule, sample: sample.code, says: first.words.clone(), mend, sound }
    }

    /// Whether the mend is one of the attributes, and the function stays as it is.
    pub(crate) fn mends_attributes(&self) -> bool {
        self.mend.lines().all(is_attribute)
    }

    /// The definitions that the sample names, and the sample.
    pub(crate) fn sample_in_context(&self) -> String {
        let words: Vec<&str> = words(&self.sample).collect();
        let context = self.sound.iter().filter(|part| defines(part).is_some_and(|name| words.contains(&name)));
        let parts: Vec<&str> = context.chain([&self.sample]).map(String::as_str).collect();
        parts.join("\n\n")
    }

    /// The sample, mended.
    fn mended(&self) -> String {
        if !self.mends_attributes() {
            return self.mend.clone();
        }
        let function: Vec<&str> = self.sample.lines().skip_while(|line| is_attribute(line)).collect();
        format!("{}\n{}", self.mend, function.join("\n"))
    }

    /// A module with the mended sample and all that was right before.
    pub(crate) fn mended_module(&self) -> String {
        format!("mod {} {{\n{}\n{}\n}}\n", self.name, self.sound.join("\n"), self.mended())
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

/// The name of the item.
fn defines(item: &str) -> Option<&str> {
    let mut words = words(item.lines().find(|line| !is_attribute(line))?);
    words.find(|word| ["struct", "enum", "type", "const", "fn"].contains(word))?;
    words.find(|word| *word != "fn")
}

/// The rule and the mend.
fn head(source: &str) -> Option<(String, String)> {
    let lines = source.lines().map_while(|line| line.strip_prefix("//!"));
    let head: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
    let at = head.iter().position(|line| line.starts_with("mend:"))?;
    let rule = head.first().filter(|_| at > 0)?.trim_end_matches('.').to_owned();
    let beside = head[at]["mend:".len()..].trim();
    let below = head[at + 1..].iter().map(|line| line.strip_prefix("    ").unwrap_or(line));
    let mend: Vec<&str> = Some(beside).filter(|it| !it.is_empty()).into_iter().chain(below).collect();
    (!mend.is_empty()).then(|| (rule, mend.join("\n")))
}

/// With paths from the root of the repository, where trybuild names a case by its path in the package.
fn from_the_root(stderr: &str) -> String {
    stderr.replace("--> ", "--> ui-tests/").replace("ui-tests/$WORKSPACE/", "")
}

/// Splits at blank lines outside of braces, head left out.
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

/// The errors among what the compiler says; of one with a code all of it, since its first line alone says little.
fn said(stderr: &str) -> Vec<Said> {
    stderr
        .split("\n\n")
        .filter(|words| words.starts_with("error"))
        .filter_map(|words| {
            let place = words.lines().find_map(|line| line.trim_start().strip_prefix("--> "))?;
            let line = place.split(':').nth(1)?.parse().ok()?;
            let length = if words.starts_with("error[") { usize::MAX } else { 1 };
            let words: Vec<&str> = words.trim_end().lines().take(length).collect();
            Some(Said { line, words: words.join("\n") })
        })
        .collect()
}
