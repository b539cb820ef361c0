//! Configuration: the defaults, one operator's file, the environment. Every key is known, every value can be traced to
//! where it was set, and everything that is wrong is told at once. Which sections there are is not known here.

mod layers;
mod sections;

use std::fmt;
use std::path::PathBuf;

pub use layers::{Entry, Layers, Source};
pub use sections::{
    DataSettings, DatabaseSettings, LimitSettings, LogFormat, LoggingSettings, OperationsSettings,
    SearchSettings, SecretSettings, ServerSettings,
};

/// The defaults, with a comment for every key.
pub const DEFAULTS: &str = include_str!("../../../config/default.toml");

/// A key, what it is set to, and the least and the most that it may be.
pub type Range = (&'static str, u64, u64, u64);

/// What lies outside its range.
pub fn outside(ranges: impl IntoIterator<Item = Range>) -> Vec<ConfigProblem> {
    let outside = ranges.into_iter().filter(|(_, value, least, most)| !(least..=most).contains(&value));
    let problem = |(key, value, least, most): Range| {
        ConfigProblem::new(key, format!("must be {least} to {most}, not {value}"))
    };
    outside.map(problem).collect()
}

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
    /// The same, for what the file and the environment may set otherwise.
    pub suggested: Vec<(String, String)>,
}

impl Sources {
    /// The file that is named, or that `HUIYIN_CONFIG` names, and this process's environment.
    pub fn of_process(file: Option<PathBuf>) -> Sources {
        let file = file.or_else(|| std::env::var_os("HUIYIN_CONFIG").map(PathBuf::from));
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Sources { file, environment, ..Sources::default() }
    }

    /// Sets one key by the program itself, unless the file or the environment does.
    pub fn suggest(mut self, key: &str, value: impl Into<String>) -> Sources {
        self.suggested.push((key.to_owned(), value.into()));
        self
    }

    /// Sets one key by the program itself.
    pub fn fix(mut self, key: &str, value: impl Into<String>) -> Sources {
        self.fixed.push((key.to_owned(), value.into()));
        self
    }
}
