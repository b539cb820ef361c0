//! The sections that the platform itself is set by, as types. `config/default.toml` explains each key.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::platform::auth::settings::Secrets;
use crate::platform::db::PoolSettings;
use crate::text_enum;

/// The section `server`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerSettings {
    /// Address and port of the API.
    pub listen: SocketAddr,
    /// Where callers reach the API, without a trailing slash.
    pub public_url: String,
    /// Threads; 0 = one for every processor.
    pub workers: usize,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins whose pages may call the API from a browser.
    pub allowed_origins: Vec<String>,
    /// Seconds given to what is under way when stopping.
    pub shutdown_grace_seconds: u64,
    /// Unsafe settings that are meant, by name.
    pub allow_unsafe: Vec<String>,
}

impl ServerSettings {
    /// Time given to what is under way when stopping.
    pub const fn shutdown_grace(&self) -> Duration {
        Duration::from_secs(self.shutdown_grace_seconds)
    }
}

/// The section `operations`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationsSettings {
    /// Address and port of the operations endpoints.
    pub listen: SocketAddr,
}

/// The section `database`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseSettings {
    /// A `postgres://` address.
    pub url: SecretString,
    /// Connections held at most.
    pub max_connections: usize,
    /// Milliseconds a request waits for a connection.
    pub acquire_timeout_ms: u64,
    /// Milliseconds a statement may run.
    pub statement_timeout_ms: u64,
    /// Milliseconds a statement waits for a lock.
    pub lock_timeout_ms: u64,
}

impl DatabaseSettings {
    /// For [`crate::platform::db::Db::new`].
    pub fn pool(&self) -> PoolSettings {
        PoolSettings {
            url: self.url.expose_secret().to_owned(),
            max_connections: self.max_connections,
            acquire_timeout: Duration::from_millis(self.acquire_timeout_ms),
            statement_timeout: Duration::from_millis(self.statement_timeout_ms),
            lock_timeout: Duration::from_millis(self.lock_timeout_ms),
        }
    }
}

/// The section `search`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchSettings {
    /// Folder of the index; empty = in the data folder.
    pub folder: PathBuf,
}

/// The section `secrets`, as text.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretSettings {
    /// `ID:BASE64,ID:BASE64`.
    pub sealing_keys: SecretString,
    /// 32 bytes in base64.
    pub token_key: SecretString,
    /// Whether another `token_key` than before is meant.
    pub accept_new_token_key: bool,
}

impl SecretSettings {
    /// The keys, or what is wrong with them.
    pub fn parse(&self) -> Result<Secrets, String> {
        let text = |secret: &SecretString| toml::Value::String(secret.expose_secret().to_owned());
        let mut table = toml::Table::new();
        table.insert("sealing_keys".to_owned(), text(&self.sealing_keys));
        table.insert("token_key".to_owned(), text(&self.token_key));
        Secrets::deserialize(table).map_err(|error| error.message().to_owned())
    }
}

/// The section `limits`: requests a minute from one client address, 0 = no limit.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitSettings {
    /// Submitting tickets.
    pub submissions_per_minute: u32,
    /// Exchanging a reference and an access code.
    pub lookups_per_minute: u32,
    /// Searching.
    pub searches_per_minute: u32,
    /// Signing in from devices that are not known.
    pub logins_per_minute: u32,
    /// Exchanging refresh tokens.
    pub refreshes_per_minute: u32,
    /// Setting a password with a one-time code.
    pub activations_per_minute: u32,
    /// What citizens write about their own tickets.
    pub citizen_commands_per_minute: u32,
    /// Asking for a new access code by mail.
    pub reissues_per_minute: u32,
}

impl LimitSettings {
    /// All of them.
    pub const fn all(&self) -> [u32; 8] {
        [
            self.submissions_per_minute,
            self.lookups_per_minute,
            self.searches_per_minute,
            self.logins_per_minute,
            self.refreshes_per_minute,
            self.activations_per_minute,
            self.citizen_commands_per_minute,
            self.reissues_per_minute,
        ]
    }
}

text_enum! {
    /// The form of a log line.
    pub enum LogFormat {
        /// One JSON object a line.
        Json = "json",
        /// For people.
        Text = "text",
    }
}

/// The section `logging`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoggingSettings {
    /// The form of a line.
    pub format: LogFormat,
    /// What is logged, such as `info` or `info,huiyin=debug`.
    pub level: String,
}

/// The section `data`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSettings {
    /// The folder for what is not in the database.
    pub folder: PathBuf,
}
