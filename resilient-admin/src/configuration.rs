//! The configuration in force as JSON.

use std::path::Path;

use resilient_runtime::config::{self, ConfigProblem, EffectiveSetting, Status};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct Configuration {
    status: StatusSeen,
    layers: Vec<LayerInForce>,
}

/// Which file is in force, and what is wrong with a newer one.
#[derive(Serialize)]
struct StatusSeen {
    file: Option<String>,
    watched: bool,
    applied: u64,
    rejected: u64,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct LayerInForce {
    layer: String,
    enabled: bool,
    settings: Vec<SettingInForce>,
}

#[derive(Serialize)]
struct SettingInForce {
    name: &'static str,
    value: String,
    origin: Option<String>,
}

impl Configuration {
    pub(crate) fn now() -> Self {
        let setting = |setting: &EffectiveSetting| SettingInForce {
            name: setting.name(),
            value: setting.value().to_owned(),
            origin: setting.origin().map(str::to_owned),
        };
        let effective = config::effective();
        let layers = effective.layers().iter().map(|layer| LayerInForce {
            layer: layer.name().to_owned(),
            enabled: layer.is_enabled(),
            settings: layer.settings().iter().map(setting).collect(),
        });
        Self { status: StatusSeen::of(&config::status()), layers: layers.collect() }
    }
}

impl StatusSeen {
    fn of(status: &Status) -> Self {
        let problems = status.error().map(|error| error.problems().iter().map(ConfigProblem::to_string).collect());
        Self {
            file: status.file().map(Path::display).map(|file| file.to_string()),
            watched: status.is_watched(),
            applied: status.applied(),
            rejected: status.rejected(),
            problems: problems.unwrap_or_default(),
        }
    }
}
