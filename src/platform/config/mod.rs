//! Configuration: the defaults, one operator's file, the environment. Every key is known, every value can be traced to
//! where it was set, and everything that is wrong is told at once.

mod check;
mod escalation;
mod layers;
mod settings;

use std::fmt;
use std::path::PathBuf;

pub use escalation::{Delivery, EscalationSettings};
pub use layers::{Entry, Layers, Source};
pub use settings::{
    CitySettings, DataSettings, DatabaseSettings, InspectionSettings, JobSettings, LimitSettings, LogFormat,
    LoggingSettings, OperationsSettings, SearchSettings, SecretSettings, ServerSettings, Settings,
};

/// The defaults, with a comment for every key.
pub const DEFAULTS: &str = include_str!("../../../config/default.toml");

/// Something wrong with one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigProblem {
    /// The key as the file writes it, `section.key`; empty when no single key is at fault.
    pub key: String,
    /// What is wrong and what would be right. Never tells a secret.
    pub message: String,
}

impl ConfigProblem {
    /// Something wrong with `key`.
    pub fn new(key: impl Into<String>, message: impl Into<String>) -> ConfigProblem {
        ConfigProblem { key: key.into(), message: message.into() }
    }
}

impl fmt::Display for ConfigProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() {
            return f.write_str(&self.message);
        }
        write!(f, "{}: {}", self.key, self.message)
    }
}

/// Everything that keeps the configuration from being used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// At least one.
    pub problems: Vec<ConfigProblem>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration cannot be used:")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

/// Where settings come from besides the defaults, the later the stronger.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The operator's file.
    pub file: Option<PathBuf>,
    /// Environment variables; those that do not begin with `HUIYIN__` are passed over.
    pub environment: Vec<(String, String)>,
    /// `section.key` and value, set by the program itself, such as by the demo.
    pub fixed: Vec<(String, String)>,
}

impl Sources {
    /// The file that is named, or that `HUIYIN_CONFIG` names, and this process's environment.
    pub fn of_process(file: Option<PathBuf>) -> Sources {
        let file = file.or_else(|| std::env::var_os("HUIYIN_CONFIG").map(PathBuf::from));
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Sources { file, environment, fixed: Vec::new() }
    }

    /// Sets one key by the program itself.
    pub fn fix(mut self, key: &str, value: impl Into<String>) -> Sources {
        self.fixed.push((key.to_owned(), value.into()));
        self
    }
}

impl Settings {
    /// Reads the settings and checks their ranges. Settings that are merely unsafe are told by
    /// [`Settings::unsafe_choices`].
    pub fn load(sources: &Sources) -> Result<Settings, ConfigError> {
        let layers = Layers::read(sources);
        let mut problems = layers.problems().to_vec();
        match layers.settings() {
            Ok(settings) => {
                problems.extend(settings.validate());
                if problems.is_empty() { Ok(settings) } else { Err(ConfigError { problems }) }
            }
            Err(wrong) => {
                problems.extend(wrong);
                Err(ConfigError { problems })
            }
        }
    }
}
