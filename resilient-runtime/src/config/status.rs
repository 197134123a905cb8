//! How the last configuration fared.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::config::error::ConfigError;
use crate::core::name::Escaped;

/// Which configuration is in force, and what is wrong with a later one that was rejected. From
/// [`status`](super::status).
#[derive(Clone, Debug, Default)]
pub struct Status {
    pub(super) file: Option<PathBuf>,
    pub(super) applications: u64,
    pub(super) rejections: u64,
    pub(super) error: Option<ConfigError>,
    pub(super) watchers: usize,
}

impl Status {
    pub(super) fn has_applied(&mut self, file: Option<&Path>) {
        self.applications += 1;
        self.error = None;
        self.file = file.map(Path::to_owned).or_else(|| self.file.take());
    }

    pub(super) fn has_rejected(&mut self, error: &ConfigError) {
        self.rejections += 1;
        self.error = Some(error.clone());
    }

    /// The file that was loaded last without a problem.
    pub fn file(&self) -> Option<&Path> {
        self.file.as_deref()
    }

    /// How many configurations were applied since the program began.
    pub const fn applied(&self) -> u64 {
        self.applications
    }

    /// How many had problems, so that nothing changed.
    pub const fn rejected(&self) -> u64 {
        self.rejections
    }

    /// What is wrong with the newest configuration. `None` if that is in force, and if there was none.
    pub const fn error(&self) -> Option<&ConfigError> {
        self.error.as_ref()
    }

    /// Whether a file is watched.
    pub const fn is_watched(&self) -> bool {
        self.watchers > 0
    }
}

/// `resilient.toml is in force, watched: 3 applied, 0 rejected`, and what is wrong on lines of its own.
impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, applications, rejections, error, watchers } = self;
        match file {
            Some(file) => write!(f, "{} is in force", Escaped(&file.to_string_lossy()))?,
            None => f.write_str("no file is in force")?,
        }
        let watched = if *watchers > 0 { ", watched" } else { "" };
        write!(f, "{watched}: {applications} applied, {rejections} rejected")?;
        error.as_ref().map_or(Ok(()), |error| write!(f, "\n{error}"))
    }
}
