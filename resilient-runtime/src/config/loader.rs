//! Where a configuration is read from, and the last one that was good.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::config::bounds::Bounds;
use crate::config::changes::changes;
use crate::config::effective::Effective;
use crate::config::entry::Entries;
use crate::config::error::{At, ConfigError, ConfigProblem};
use crate::config::in_force::in_force;
use crate::config::status::Status;
use crate::config::variables::{self, Variables};
use crate::config::{file, plan};
use crate::core::name::Name;
use crate::event::config_events::{ConfigApplied, ConfigChange, ConfigRejected};
use crate::event::event::Event;
use crate::event::kinds::Kinds;
use crate::event::listeners::{is_wanted, report};
use crate::registry::subjects::{Subject, subjects};

/// Reads the file and the variables of the environment, and applies them. From then on [`reload`] reads that file.
///
/// # Errors
///
/// All problems of the file and the variables. Then nothing changes, and [`reload`] reads the file that it read before.
pub fn load(path: impl AsRef<Path>) -> Result<(), ConfigError> {
    loader().load(path)
}

/// Applies a text in place of a file, with the variables of the environment.
///
/// # Errors
///
/// All problems of the text and the variables. Then nothing changes.
pub fn apply(text: &str) -> Result<(), ConfigError> {
    loader().apply(text)
}

/// Reads the file of the last [`load`] that was good again, or if there was none that which the variable
/// `RESILIENT_CONFIG` names, and the variables.
///
/// # Errors
///
/// All problems of the file and the variables, or that no file is known. Then nothing changes.
pub fn reload() -> Result<(), ConfigError> {
    loader().reload()
}

/// Finds out whether a file could be loaded, and changes nothing. Beside the problems of [`load`], a variable that
/// begins with `RESILIENT_` and changes nothing is one, so that a test finds it.
///
/// ```no_run
/// # use resilient_runtime as resilient;
/// resilient::config::check("resilient.toml").unwrap();
/// ```
///
/// # Errors
///
/// All problems.
pub fn check(path: impl AsRef<Path>) -> Result<(), ConfigError> {
    loader().check(path)
}

/// Every setting that is in force, with its origin, and the worst case of each function.
///
/// ```
/// # use resilient_runtime as resilient;
/// println!("{}", resilient::config::effective());
/// ```
pub fn effective() -> Effective {
    let subjects = subjects();
    let in_force = in_force();
    // It was good when it was applied.
    let planned = plan::outline(&subjects, &in_force.entries, &mut Vec::new());
    Effective::of(&planned)
}

/// Which configuration is in force, and what is wrong with the newest one if that was rejected.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::config;
///
/// config::apply("[circuit_breaker.nobody]\nfailure_threshold = 3").unwrap_err();
/// assert!(config::status().error().is_some());
///
/// config::apply("")?;
/// assert!(config::status().error().is_none());
/// # Ok::<(), config::ConfigError>(())
/// ```
pub fn status() -> Status {
    in_force().status.clone()
}

/// Loads configurations within narrower bounds.
///
/// ```
/// # use resilient_runtime as resilient;
/// use resilient::config::loader;
///
/// loader().bound("retry.max_attempts", "5").bound("timeout.duration", "10s").apply("")?;
/// # Ok::<(), resilient::config::ConfigError>(())
/// ```
#[must_use = "it loads once `load` or `apply` is called"]
pub fn loader() -> Loader {
    Loader { bounds: in_force().bounds.clone(), variables: None }
}

/// Loads configurations. From [`loader`].
#[derive(Clone, Debug)]
#[must_use = "it loads once `load` or `apply` is called"]
pub struct Loader {
    bounds: Bounds,
    /// Those of the process if none are given.
    variables: Option<Variables>,
}

impl Loader {
    /// A setting may be no greater than this, as `layer.setting`: a count, a number or a duration. Bounds stay for all
    /// configurations that are loaded later.
    pub fn bound(mut self, setting: &str, most: &str) -> Self {
        self.bounds.add(setting, most);
        self
    }

    /// These variables in place of those of the process, which tests cannot change while other threads run.
    pub fn variables<'v>(mut self, variables: impl IntoIterator<Item = (&'v str, &'v str)>) -> Self {
        let owned = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.variables = Some(Variables::of(owned));
        self
    }

    /// As [`load`].
    ///
    /// # Errors
    ///
    /// As [`load`].
    pub fn load(self, path: impl AsRef<Path>) -> Result<(), ConfigError> {
        let path = path.as_ref();
        self.apply_read(path, text_of(path))
    }

    /// As [`apply`].
    ///
    /// # Errors
    ///
    /// As [`apply`].
    pub fn apply(self, text: &str) -> Result<(), ConfigError> {
        reported("configuration", self.apply_of("configuration", text, None))
    }

    /// As [`reload`].
    ///
    /// # Errors
    ///
    /// As [`reload`].
    pub fn reload(self) -> Result<(), ConfigError> {
        self.load(path_to_reload()?)
    }

    /// The same variables, and the bounds that hold now.
    #[cfg(feature = "watch")]
    pub(super) fn again(&self) -> Self {
        Self { variables: self.variables.clone(), ..loader() }
    }

    /// The text in force, if it is of this file and within these bounds.
    #[cfg(feature = "watch")]
    pub(super) fn text_in_force(&self, path: &Path) -> Option<String> {
        let in_force = in_force();
        let (of, text) = in_force.read.as_ref().filter(|_| in_force.bounds == self.bounds)?;
        (std::path::absolute(of).ok()? == path).then(|| text.clone())
    }

    /// As [`check`].
    ///
    /// # Errors
    ///
    /// As [`check`].
    pub fn check(self, path: impl AsRef<Path>) -> Result<(), ConfigError> {
        let path = path.as_ref();
        let (text, subjects) = (text_of(path)?, subjects());
        let mut problems = Vec::new();
        let (entries, warnings) = self.read(&path.display().to_string(), &text, &subjects, &mut problems);
        problems.extend(warnings);
        plan::plan(&subjects, &entries, &self.bounds, &mut problems);
        if problems.is_empty() { Ok(()) } else { Err(ConfigError { problems }) }
    }

    /// Applies what was read of a file.
    pub(super) fn apply_read(self, path: &Path, read: Result<String, ConfigError>) -> Result<(), ConfigError> {
        let name = path.display().to_string();
        reported(&name, read.and_then(|text| self.apply_of(&name, &text, Some(path))))
    }

    fn read(
        &self,
        name: &str,
        text: &str,
        subjects: &[Subject],
        problems: &mut Vec<ConfigProblem>,
    ) -> (Entries, Vec<ConfigProblem>) {
        for message in self.bounds.wrong() {
            problems.push(ConfigProblem::new(message, None, At::File(name.to_owned())));
        }
        let mut entries = file::read(name, text, problems);
        let variables = self.variables.clone().unwrap_or_else(Variables::of_process);
        let warnings = variables.read(subjects, &mut entries, problems);
        (entries, warnings)
    }

    /// What it changed is listed if somebody listens.
    fn apply_of(self, name: &str, text: &str, path: Option<&Path>) -> Result<Vec<ConfigChange>, ConfigError> {
        let subjects = subjects();
        let mut problems = Vec::new();
        let (entries, warnings) = self.read(name, text, &subjects, &mut problems);
        let mut in_force = in_force();
        let planned = plan::plan(&subjects, &entries, &self.bounds, &mut problems);
        if !problems.is_empty() {
            return Err(ConfigError { problems });
        }
        let listed = if is_wanted(Kinds::CONFIG) {
            changes(&plan::outline(&subjects, &in_force.entries, &mut Vec::new()), &planned)
        } else {
            Vec::new()
        };
        in_force.put(&planned);
        in_force.entries = entries;
        in_force.bounds = self.bounds;
        in_force.read = path.map(|path| (path.to_owned(), text.to_owned()));
        in_force.status.has_applied(path);
        drop(in_force);
        for warning in warnings {
            // If that fails, the warning is lost.
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("resilient: {}\n", warning.as_warning()).as_bytes(),
            );
        }
        Ok(listed)
    }
}

/// Those who listen are notified of what became of a configuration, and [`status`] has it. No lock is held.
fn reported(source: &str, result: Result<Vec<ConfigChange>, ConfigError>) -> Result<(), ConfigError> {
    match result {
        Ok(changes) => {
            report(Kinds::CONFIG, || {
                let (source, count) = (Name::intern(source), changes.len());
                Event::ConfigApplied(ConfigApplied { source, count, changes: &changes })
            });
            Ok(())
        }
        Err(error) => {
            in_force().status.has_rejected(&error);
            report(Kinds::CONFIG, || {
                let (source, problems) = (Name::intern(source), error.problems().len());
                Event::ConfigRejected(ConfigRejected { source, problems, error: Some(&error) })
            });
            Err(error)
        }
    }
}

/// The file of the last `load` that was good, or the one that the variable names.
pub(super) fn path_to_reload() -> Result<PathBuf, ConfigError> {
    let known = in_force().status.file.clone();
    known.or_else(|| std::env::var_os(variables::FILE).map(PathBuf::from)).ok_or_else(|| {
        let message = format!("no file was loaded, and {} names none", variables::FILE);
        let at = At::Variable(variables::FILE.to_owned());
        ConfigError::one(ConfigProblem::new(message, None, at))
    })
}

/// The text of a file, of which no more is read than a configuration may have.
pub(super) fn text_of(path: &Path) -> Result<String, ConfigError> {
    let problem = |message: String| {
        let at = At::File(path.display().to_string());
        ConfigError::one(ConfigProblem::new(message, None, at))
    };
    let file = std::fs::File::open(path).map_err(|error| problem(format!("the file cannot be read: {error}")))?;
    let mut bytes = Vec::new();
    let most = file::MOST_BYTES as u64 + 1;
    file.take(most).read_to_end(&mut bytes).map_err(|error| problem(format!("the file cannot be read: {error}")))?;
    String::from_utf8(bytes).map_err(|_| problem("the file is not UTF-8".to_owned()))
}
