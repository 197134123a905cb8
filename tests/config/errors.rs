//! What is wrong with a configuration: a file for each mistake in `errors/`, with the expected text beside it.
//!
//! After a change of the texts: `UPDATE_CONFIG_ERRORS=1 cargo test -p resilient-tests --all-features --test config errors`,
//! and read what they have become. The head of a file has the rule and a fix, and if an attribute has the same mistake,
//! the ui test whose words are the same.

mod program;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use resilient::config::{ConfigError, loader};

use crate::Config;
use crate::shown::value_of;

struct Case {
    path: PathBuf,
    text: String,
}

impl Case {
    fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/errors");
        let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let mut files: Vec<_> = files.filter(|path| path.extension().is_some_and(|it| it == "toml")).collect();
        files.sort();
        files.into_iter().map(|path| Self { text: fs::read_to_string(&path).unwrap(), path }).collect()
    }

    fn name(&self) -> &str {
        self.path.file_stem().unwrap().to_str().unwrap()
    }

    fn head(&self, key: &str) -> Option<&str> {
        self.text.lines().find_map(|line| line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(": "))
    }

    /// The configuration that is right.
    fn fix(&self) -> String {
        let lines = self.text.lines().skip_while(|line| *line != "# fix:").skip(1);
        let lines = lines.map_while(|line| line.strip_prefix('#')).map(str::trim);
        lines.collect::<Vec<_>>().join("\n")
    }

    fn variables(&self) -> Vec<(&str, &str)> {
        self.head("with").and_then(|with| with.split_once('=')).into_iter().collect()
    }

    /// Read as a file of its name, so that the name is in the texts.
    fn error(&self, config: &Config) -> ConfigError {
        let error = config.with(&self.text, &self.variables());
        error.expect_err(self.name())
    }
}

#[test]
fn each_mistake_has_its_text() {
    let (config, updates) = (Config::alone(), std::env::var_os("UPDATE_CONFIG_ERRORS").is_some());
    let mut wrong = Vec::new();
    for case in Case::all() {
        let (error, path) = (case.error(&config), case.path.with_extension("stderr"));
        let text = format!("{error}\n");
        if updates {
            fs::write(&path, &text).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            wrong.push(format!("{}:\n{text}", case.name()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_problem_has_a_place_in_its_file_and_each_fix_is_right() {
    let config = Config::alone();
    for case in Case::all() {
        for problem in case.error(&config).problems() {
            let place = problem.line().zip(problem.column());
            let is_in_file = |(line, column): (usize, usize)| {
                let text = case.text.lines().nth(line - 1);
                text.is_some_and(|text| column >= 1 && column <= text.chars().count() + 1)
            };
            assert!(place.map_or(!case.variables().is_empty(), is_in_file), "{}: {problem}", case.name());
        }
        let fixed = config.apply(&case.fix());
        assert!(fixed.is_ok(), "{}: {}\n{}", case.name(), case.fix(), fixed.unwrap_err());
    }
}

#[test]
fn all_mistakes_are_reported_at_once_and_nothing_is_changed() {
    let config = Config::of("[circuit_breaker.\"errors: users\"]\nfailure_threshold = 7");
    let breaker = resilient::registry().circuit_breaker("errors: users").unwrap();
    let before = breaker.policy();
    let text =
        "[circuit_breaker.\"errors: users\"]\nfailure_threshold = 8\n\n[all.retry]\nmax_attempts = 0\nbase_delay = 3\n";
    let error = config.apply(text).unwrap_err();
    let places: Vec<_> = error.problems().iter().map(|it| (it.line().unwrap(), it.column().unwrap())).collect();
    assert_eq!(places, [(5, 16), (6, 14)]);
    assert!(error.to_string().ends_with("2 problems; nothing was changed"));
    assert!(error.to_string().contains("5 | max_attempts = 0\n  |                ^"), "{error}");
    assert_eq!(breaker.policy(), before);
}

/// What a call takes at least, and the time that it has, are of two layers.
#[test]
fn a_value_for_many_leaves_those_that_cannot_have_it_beside_their_other_layers() {
    let config = Config::alone();
    let limit = |function: &str| value_of(&format!("config::errors::program::{function}"), "timeout", "duration");
    config.apply("[all.timeout]\nduration = \"2s\"").unwrap();
    assert_eq!([limit("user_2"), limit("hedged_in_time"), limit("listed_in_time")], ["2s", "2s", "10s"]);
    config.apply("[all.timeout]\nduration = \"1s\"").unwrap();
    assert_eq!([limit("user_2"), limit("hedged_in_time"), limit("listed_in_time")], ["1s", "5s", "10s"]);
    // What is given for one layer is meant for it, and the value for many gives way.
    let own = "[all.timeout]\nduration = \"2s\"\n[function.\"config::errors::program::hedged_in_time\".hedge]\n";
    config.apply(&format!("{own}delay = \"3s\"")).unwrap();
    assert_eq!([limit("user_2"), limit("hedged_in_time")], ["2s", "5s"]);
    let error = config.apply(&format!("{own}delay = \"5s\"")).unwrap_err();
    assert!(error.to_string().contains("the `timeout` of 5s ends before this delay (5s)"), "{error}");
}

#[test]
fn a_layer_that_is_switched_off_contradicts_nothing() {
    let config = Config::alone();
    let function = "function.\"config::errors::program::hedged_in_time\"";
    let own = format!("[{function}.timeout]\nduration = \"1s\"\n");
    config.apply(&own).unwrap_err();
    config.apply(&format!("{own}[{function}.hedge]\nenabled = false")).unwrap();
}

#[test]
fn a_program_narrows_what_a_configuration_may_say() {
    let config = Config::alone();
    let text = "[all.retry]\nmax_attempts = 6";
    let narrow = || loader().variables([]).bound("retry.max_attempts", "5");
    let error = narrow().apply(text).unwrap_err();
    assert!(error.to_string().contains("the program's bound of `retry.max_attempts` is 5"), "{error}");
    config.apply(text).unwrap();
    let wrong = loader().variables([]).bound("retry.max_atempts", "5").apply("");
    assert!(wrong.unwrap_err().to_string().contains("is no bound"));
}

#[test]
fn a_text_has_an_end() {
    let config = Config::alone();
    let function = "[function.\"config::errors::program::user\".retry]\nmax_attempts = 4\n";
    let of_bytes = |bytes: usize| format!("{function}#{}", "x".repeat(bytes - function.len() - 1));
    config.apply(&of_bytes(1 << 20)).unwrap();
    let error = config.apply(&of_bytes((1 << 20) + 1)).unwrap_err();
    assert!(error.to_string().contains("at most 1048576 bytes, and this has 1048577"), "{error}");
    let of_values = |values: u32| {
        let tables = (0..values).map(|name| format!("[circuit_breaker.x{name}]\nenabled = true\n"));
        tables.collect::<Vec<_>>().concat()
    };
    let said = |values| config.apply(&of_values(values)).unwrap_err().to_string();
    assert!(!said(10_000).contains("at most 10000 values"));
    assert!(said(10_001).contains("at most 10000 values"));
}
