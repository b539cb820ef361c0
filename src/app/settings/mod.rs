//! The settings of an instance: the platform's sections, those of the features, and the two that only an instance as a
//! whole has. `config/default.toml` explains each key.

mod check;
mod city;
mod hosts;
mod safety;

use std::path::{Path, PathBuf};

use chrono_tz::Tz;
use serde::Deserialize;

use crate::features::escalation::EscalationSettings;
use crate::features::inspection::InspectionSettings;
use crate::features::publication::PublicationSettings;
use crate::features::tickets::QuotaSettings;
use crate::platform::auth::settings::{AuthSettings, Secrets};
use crate::platform::config::{
    ConfigError, DataSettings, DatabaseSettings, Layers, LimitSettings, LoggingSettings, OperationsSettings,
    SearchSettings, SecretSettings, ServerSettings, Sources,
};
use crate::platform::locale::Locale;
use crate::platform::mail::MailSettings;
use crate::rules::reference::Prefix;

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
    /// How much a citizen may write.
    pub quotas: QuotaSettings,
    /// Background work.
    pub jobs: JobSettings,
    /// Alarms and who hears of them.
    pub escalation: EscalationSettings,
    /// What is shown to the public.
    pub publication: PublicationSettings,
    /// What inspections punish.
    pub inspection: InspectionSettings,
    /// Logs.
    pub logging: LoggingSettings,
    /// The data folder.
    pub data: DataSettings,
}

/// The section `city`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CitySettings {
    /// Short name in codes and folders.
    pub code: String,
    /// Name shown to citizens.
    pub name: String,
    /// The same in Traditional Chinese; empty: converted.
    pub name_zh_hant: String,
    /// The same in English; empty: the Chinese one.
    pub name_en: String,
    /// Where citizens follow their letters; empty: nowhere yet.
    pub portal_url: String,
    /// Path of a letter's page there.
    pub portal_ticket_path: String,
    /// Where staff work; empty: nowhere yet.
    pub desk_url: String,
    /// Path of a ticket's page there.
    pub desk_ticket_path: String,
    /// A folder with the city's own words. `None`: only the built-in ones.
    pub texts_folder: Option<PathBuf>,
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

impl Settings {
    /// Reads the settings and checks their ranges. Settings that are merely unsafe are told by
    /// [`Settings::unsafe_choices`].
    pub fn load(sources: &Sources) -> Result<Settings, ConfigError> {
        let layers = Layers::read(sources);
        let mut problems = layers.problems().to_vec();
        match layers.settings::<Settings>() {
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

    /// The keys. [`Settings::load`] has refused those that do not parse.
    pub fn secrets(&self) -> Result<Secrets, String> {
        self.secrets.parse()
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
