//! Where a configuration is read from, and the last one that was good.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use crate::config::bounds::Bounds;
use crate::config::effective::{Effective, EffectiveLayer};
use crate::config::entry::Entries;
use crate::config::error::{At, ConfigError, ConfigProblem};
use crate::config::plan::Planned;
use crate::config::variables::{self, Variables};
use crate::config::{file, plan};
use crate::core::sync::word::{LazyLock, Mutex, MutexGuard, PoisonError};
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

/// Every setting that is in force, with its origin.
///
/// ```
/// # use resilient_runtime as resilient;
/// println!("{}", resilient::config::effective());
/// ```
pub fn effective() -> Effective {
    let subjects = subjects();
    let state = state();
    // It was good when it was applied.
    let planned = plan::plan(&subjects, &state.entries, &state.bounds, &mut Vec::new());
    Effective { layers: planned.iter().map(EffectiveLayer::of).collect() }
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
    Loader { bounds: state().bounds.clone(), variables: None }
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
        let text = text_of(path)?;
        self.apply_of(&path.display().to_string(), &text, Some(path))
    }

    /// As [`apply`].
    ///
    /// # Errors
    ///
    /// As [`apply`].
    pub fn apply(self, text: &str) -> Result<(), ConfigError> {
        self.apply_of("configuration", text, None)
    }

    /// As [`reload`].
    ///
    /// # Errors
    ///
    /// As [`reload`].
    pub fn reload(self) -> Result<(), ConfigError> {
        let known = state().path.clone();
        match known.or_else(|| std::env::var_os(variables::FILE).map(PathBuf::from)) {
            Some(path) => self.load(path),
            None => {
                let message = format!("no file was loaded, and {} names none", variables::FILE);
                let at = At::Variable(variables::FILE.to_owned());
                Err(ConfigError::one(ConfigProblem::new(message, None, at)))
            }
        }
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

    fn apply_of(self, name: &str, text: &str, path: Option<&Path>) -> Result<(), ConfigError> {
        let subjects = subjects();
        let mut problems = Vec::new();
        let (entries, warnings) = self.read(name, text, &subjects, &mut problems);
        // Held until all is applied, so that of two configurations one is in force as a whole.
        let mut state = state();
        let planned = plan::plan(&subjects, &entries, &self.bounds, &mut problems);
        if !problems.is_empty() {
            return Err(ConfigError { problems });
        }
        state.put_into_force(&planned);
        state.entries = entries;
        state.bounds = self.bounds;
        if let Some(path) = path {
            state.path = Some(path.to_owned());
        }
        drop(state);
        for warning in warnings {
            // If that fails, the warning is lost.
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("resilient: warning: {warning}\n").as_bytes(),
            );
        }
        Ok(())
    }
}

/// The configuration in force.
#[derive(Debug, Default)]
struct State {
    path: Option<PathBuf>,
    entries: Entries,
    bounds: Bounds,
    /// The state that has settings of a configuration.
    configured: HashSet<String>,
}

impl State {
    fn put_into_force(&mut self, planned: &[Planned<'_>]) {
        for planned in planned {
            let name = plan::shown(planned.subject);
            let has_settings = self.configured.contains(&name);
            if planned.apply(has_settings) {
                self.configured.insert(name);
            } else {
                self.configured.remove(&name);
            }
        }
    }
}

fn state() -> MutexGuard<'static, State> {
    static STATE: LazyLock<Mutex<State>> = LazyLock::new(Mutex::default);
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The text of a file, of which no more is read than a configuration may have.
fn text_of(path: &Path) -> Result<String, ConfigError> {
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
