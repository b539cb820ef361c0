//! The settings as types. `config/default.toml` explains each of them.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono_tz::Tz;
use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::escalation::EscalationSettings;
use crate::platform::auth::settings::{AuthSettings, Secrets};
use crate::platform::db::PoolSettings;
use crate::platform::locale::Locale;
use crate::platform::mail::MailSettings;
use crate::rules::inspection::Thresholds;
use crate::rules::reference::Prefix;
use crate::text_enum;

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The API.
    pub server: ServerSettings,
    /// The operations port.
    pub operations: OperationsSettings,
    /// PostgreSQL.
    pub database: DatabaseSettings,
    /// The city this instance serves.
    pub city: CitySettings,
    /// Mail.
    pub mail: MailSettings,
    /// The search index.
    pub search: SearchSettings,
    /// Sessions, tokens, password hashes.
    pub auth: AuthSettings,
    /// Keys.
    pub secrets: SecretSettings,
    /// Rate limits.
    pub limits: LimitSettings,
    /// Background work.
    pub jobs: JobSettings,
    /// Alarms and who hears of them.
    pub escalation: EscalationSettings,
    /// What inspections punish.
    pub inspection: InspectionSettings,
    /// Logs.
    pub logging: LoggingSettings,
    /// The data folder.
    pub data: DataSettings,
}

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
    /// Seconds given to what is under way when stopping.
    pub shutdown_grace_seconds: u64,
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

/// The section `city`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CitySettings {
    /// Short name in codes and folders.
    pub code: String,
    /// Name shown to citizens.
    pub name: String,
    /// Zone in which days begin and end.
    pub zone: Tz,
    /// Letters before every reference.
    pub reference_prefix: Prefix,
    /// Calendar of working days, by code.
    pub calendar: String,
    /// Promised time limits, by code.
    pub time_limits: String,
    /// Language of mails when nobody chose one.
    pub locale: Locale,
}

/// The section `search`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchSettings {
    /// Folder of the index; empty = in the data folder.
    pub folder: PathBuf,
}

/// The section `secrets`, as text. [`Settings::secrets`] parses it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretSettings {
    /// `ID:BASE64,ID:BASE64`.
    pub sealing_keys: SecretString,
    /// 32 bytes in base64.
    pub token_key: SecretString,
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
    /// Signing in.
    pub logins_per_minute: u32,
}

/// The section `jobs`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobSettings {
    /// Whether this instance does background work.
    pub enabled: bool,
    /// Seconds between looks at the outbox.
    pub outbox_interval_seconds: u64,
    /// Seconds between sweeps for due alarms.
    pub sweep_interval_seconds: u64,
    /// Batches that a sweep fires side by side.
    pub sweepers: u8,
    /// Days that delivered messages are kept.
    pub keep_delivered_days: u32,
}

/// The section `inspection`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InspectionSettings {
    /// The city's own thresholds, over those built in; empty = it has none.
    pub thresholds_file: PathBuf,
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

impl Settings {
    /// The keys. [`Settings::load`] has refused those that do not parse.
    pub fn secrets(&self) -> Result<Secrets, String> {
        let text = |secret: &SecretString| toml::Value::String(secret.expose_secret().to_owned());
        let mut table = toml::Table::new();
        table.insert("sealing_keys".to_owned(), text(&self.secrets.sealing_keys));
        table.insert("token_key".to_owned(), text(&self.secrets.token_key));
        Secrets::deserialize(table).map_err(|error| error.message().to_owned())
    }

    /// The thresholds of the inspection sentinel, or what is wrong with the city's own file. [`Settings::load`] has refused
    /// one that cannot be used.
    pub fn thresholds(&self) -> Result<Thresholds, String> {
        let file = &self.inspection.thresholds_file;
        if file.as_os_str().is_empty() {
            return Thresholds::embedded().map_err(|error| error.to_string());
        }
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", file.display());
        let text = std::fs::read_to_string(file).map_err(|error| wrong(&error))?;
        Thresholds::of_city(&text).map_err(|error| wrong(&error))
    }

    /// The mail settings with their folder made definite.
    pub fn mail(&self) -> MailSettings {
        MailSettings { folder: self.within_data(&self.mail.folder, "mail"), ..self.mail.clone() }
    }

    /// Where the search index lies.
    pub fn search_folder(&self) -> PathBuf {
        self.within_data(&self.search.folder, "search")
    }

    fn within_data(&self, folder: &Path, default: &str) -> PathBuf {
        if folder.as_os_str().is_empty() { self.data.folder.join(default) } else { folder.to_owned() }
    }
}
