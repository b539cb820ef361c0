//! The layers of the configuration, flattened to `section.key`, each value with where it was set.

use std::collections::BTreeMap;
use std::fmt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::{ConfigProblem, DEFAULTS, Sources};

/// Keys whose values are never shown, and that a configuration file may not hold.
const SECRETS: &[&str] = &["database.url", "mail.smtp.password", "secrets.sealing_keys", "secrets.token_key"];

/// Keys that are absent when they are empty.
const OPTIONAL: &[&str] = &["city.texts_folder", "mail.smtp.username", "mail.smtp.password"];

const PREFIX: &str = "HUIYIN__";

/// Where a value was set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// `config/default.toml`.
    Default,
    /// The operator's file.
    File(PathBuf),
    /// This environment variable.
    Environment(String),
    /// A file that holds a secret alone.
    SecretFile(PathBuf),
    /// The program itself.
    Fixed,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Source::Default => f.write_str("default"),
            Source::File(path) | Source::SecretFile(path) => write!(f, "{}", path.display()),
            Source::Environment(name) => f.write_str(name),
            Source::Fixed => f.write_str("set by the program"),
        }
    }
}

/// One key's value and where it was set.
#[derive(Clone)]
pub struct Entry {
    value: Value,
    source: Source,
}

/// All layers, merged.
pub struct Layers {
    entries: BTreeMap<String, Entry>,
    problems: Vec<ConfigProblem>,
}

impl Layers {
    /// Merges the defaults and the sources, and keeps going whatever is wrong.
    pub fn read(sources: &Sources) -> Layers {
        let mut layers = Layers { entries: BTreeMap::new(), problems: Vec::new() };
        layers.add_defaults();
        for (key, value) in &sources.suggested {
            layers.set_text(key, value, Source::Fixed);
        }
        if let Some(file) = &sources.file {
            layers.add_file(file);
        }
        for (name, value) in &sources.environment {
            if let Some(path) = name.strip_prefix(PREFIX) {
                let key = path.to_ascii_lowercase().replace("__", ".");
                layers.set_text(&key, value, Source::Environment(name.clone()));
            }
        }
        for (key, value) in &sources.fixed {
            layers.set_text(key, value, Source::Fixed);
        }
        layers.read_secret_files();
        layers
    }

    /// What was wrong with the layers themselves.
    pub fn problems(&self) -> &[ConfigProblem] {
        &self.problems
    }

    /// Every key in alphabetical order, its value as text (secrets as `***`), and where it was set.
    pub fn shown(&self) -> impl Iterator<Item = (&str, String, &Source)> {
        self.entries.iter().map(|(key, entry)| (key.as_str(), shown(key, &entry.value), &entry.source))
    }

    /// The files of secrets that others than their owner can read.
    pub fn readable_secrets(&self) -> Vec<ConfigProblem> {
        let files = SECRETS.iter().filter_map(|secret| match self.source(secret) {
            Some(Source::SecretFile(path)) => Some((secret, path)),
            _ => None,
        });
        let readable = files.filter(|(_, path)| {
            std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
        });
        let told = readable.map(|(secret, path)| {
            let message = format!("others can read {}; take their rights away: chmod 600", path.display());
            ConfigProblem::new(format!("{secret}_file"), message)
        });
        told.collect()
    }

    /// Where a key was set.
    pub fn source(&self, key: &str) -> Option<&Source> {
        self.entries.get(key).map(|entry| &entry.source)
    }

    /// The merged values as types, or everything that has the wrong type.
    pub fn settings<T: DeserializeOwned>(&self) -> Result<T, Vec<ConfigProblem>> {
        let mut wrong = Vec::new();
        let mut table = self.table();
        // Every round puts a default in the place of one wrong value, so that the next can be found.
        for _ in 0..=self.entries.len() {
            let error = match serde_path_to_error::deserialize::<_, T>(table.clone()) {
                Ok(settings) if wrong.is_empty() => return Ok(settings),
                Ok(_) => return Err(wrong),
                Err(error) => error,
            };
            let key = leaf(&error.path().to_string(), &self.entries);
            wrong.push(self.wrong_value(&key, error.inner()));
            let Some(default) = defaults().get(&key).cloned() else { return Err(wrong) };
            insert(&mut table, &key, default);
        }
        Err(wrong)
    }

    fn wrong_value(&self, key: &str, error: &toml::de::Error) -> ConfigProblem {
        let source = self.source(key).map(|source| format!(" (from {source})")).unwrap_or_default();
        ConfigProblem::new(key, format!("{}{source}", error.message().trim()))
    }

    fn table(&self) -> Table {
        let mut table = Table::new();
        for (key, entry) in &self.entries {
            let is_absent = OPTIONAL.contains(&key.as_str()) && entry.value.as_str() == Some("");
            if !is_file_key(key) && !is_absent {
                insert(&mut table, key, entry.value.clone());
            }
        }
        table
    }

    fn add_defaults(&mut self) {
        for (key, value) in defaults() {
            self.entries.insert(key, Entry { value, source: Source::Default });
        }
    }

    fn add_file(&mut self, path: &Path) {
        let table = std::fs::read_to_string(path)
            .map_err(|error| format!("cannot be read: {error}"))
            .and_then(|text| text.parse::<Table>().map_err(|error| format!("is not TOML: {error}")));
        match table {
            Ok(table) => {
                for (key, value) in flattened(&table) {
                    self.set_from_file(&key, value, path);
                }
            }
            Err(reason) => {
                self.problems.push(ConfigProblem::new("", format!("{} {reason}", path.display())));
            }
        }
    }

    fn set_from_file(&mut self, key: &str, value: Value, path: &Path) {
        if SECRETS.contains(&key) {
            let variable = format!("{PREFIX}{}", key.replace('.', "__").to_ascii_uppercase());
            self.problems.push(ConfigProblem::new(
                key,
                format!(
                    "secrets do not belong in {}; set {variable}, or name a file with {key}_file",
                    path.display()
                ),
            ));
            return;
        }
        self.set(key, value, Source::File(path.to_owned()));
    }

    /// Sets a key to a text, which becomes what the default is: a number, a truth value, a list or a text.
    fn set_text(&mut self, key: &str, text: &str, source: Source) {
        let value = match self.entries.get(key).map(|entry| &entry.value) {
            Some(Value::Integer(_)) => text.trim().parse().map(Value::Integer).ok(),
            Some(Value::Boolean(_)) => text.trim().parse().map(Value::Boolean).ok(),
            Some(Value::Array(_)) => Some(listed(text)),
            _ => None,
        };
        self.set(key, value.unwrap_or_else(|| Value::String(text.to_owned())), source);
    }

    fn set(&mut self, key: &str, value: Value, source: Source) {
        if self.entries.contains_key(key) {
            self.entries.insert(key.to_owned(), Entry { value, source });
            return;
        }
        let nearest = self.nearest(key).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        self.problems.push(ConfigProblem::new(key, format!("there is no such key (from {source}){nearest}")));
    }

    fn nearest(&self, key: &str) -> Option<&str> {
        let likeness = |known: &str| strsim::jaro_winkler(known, key);
        let best = self.entries.keys().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
        (likeness(best) > 0.8).then_some(best)
    }

    /// Puts the content of every `…_file` in the place of the secret it names, unless that is set itself.
    fn read_secret_files(&mut self) {
        for secret in SECRETS {
            let file = self.entries.get(&format!("{secret}_file")).and_then(|entry| entry.value.as_str());
            let Some(path) = file.filter(|path| !path.is_empty()).map(PathBuf::from) else { continue };
            let is_set =
                self.entries.get(*secret).and_then(|e| e.value.as_str()).is_some_and(|v| !v.is_empty());
            if is_set {
                self.problems.push(ConfigProblem::new(
                    *secret,
                    format!("is set itself and by {secret}_file; choose one"),
                ));
                continue;
            }
            match std::fs::read_to_string(&path) {
                Ok(text) => {
                    let value = Value::String(text.trim().to_owned());
                    self.entries
                        .insert((*secret).to_owned(), Entry { value, source: Source::SecretFile(path) });
                }
                Err(error) => self.problems.push(ConfigProblem::new(
                    format!("{secret}_file"),
                    format!("{} cannot be read: {error}", path.display()),
                )),
            }
        }
    }
}

fn is_file_key(key: &str) -> bool {
    key.strip_suffix("_file").is_some_and(|secret| SECRETS.contains(&secret))
}

fn shown(key: &str, value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        _ if SECRETS.contains(&key) => "***".to_owned(),
        _ => value.to_string(),
    }
}

fn listed(text: &str) -> Value {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    Value::Array(items.map(|item| Value::String(item.to_owned())).collect())
}

fn defaults() -> BTreeMap<String, Value> {
    flattened(&DEFAULTS.parse().unwrap_or_default()).into_iter().collect()
}

fn flattened(table: &Table) -> Vec<(String, Value)> {
    let mut flat = Vec::new();
    for (key, value) in table {
        match value {
            Value::Table(inner) => {
                flat.extend(
                    flattened(inner).into_iter().map(|(rest, value)| (format!("{key}.{rest}"), value)),
                );
            }
            _ => flat.push((key.clone(), value.clone())),
        }
    }
    flat
}

fn insert(table: &mut Table, key: &str, value: Value) {
    match key.split_once('.') {
        None => {
            table.insert(key.to_owned(), value);
        }
        Some((section, rest)) => {
            let inner = table.entry(section.to_owned()).or_insert_with(|| Value::Table(Table::new()));
            if let Value::Table(inner) = inner {
                insert(inner, rest, value);
            }
        }
    }
}

/// The key that a path such as `server.trusted_proxies[0]` lies in.
fn leaf(path: &str, entries: &BTreeMap<String, Entry>) -> String {
    let mut key = path.split('[').next().unwrap_or_default();
    while !entries.contains_key(key) {
        match key.rsplit_once('.') {
            Some((outer, _)) => key = outer,
            None => break,
        }
    }
    key.to_owned()
}
