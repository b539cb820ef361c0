//! What a setting must be beyond its type. What no server for citizens should run with is in [`super::safety`].

use std::str::FromStr;

use secrecy::ExposeSecret;
use tracing_subscriber::EnvFilter;

use super::Settings;
use super::hosts::{host, is_this_machine};
use super::safety::NAMES;
use crate::platform::config::{ConfigProblem, outside};
use crate::platform::crypto::SealingKeys;
use crate::platform::http::cors::is_origin;
use crate::platform::mail::{MailTransport, SmtpSecurity};
use crate::rules::calendar::{Calendar, CalendarError};
use crate::rules::sla::whole_days_warning;
use crate::rules::time_limits::{TimeLimits, TimeLimitsError};

/// Passwords that everybody tries first.
const KNOWN_PASSWORDS: &[&str] = &[
    "changeme",
    "change-me",
    "password",
    "postgres",
    "secret",
    "admin",
    "huiyin",
    "123456",
    "12345678",
    "test",
];
const LEAST_PASSWORD_CHARS: usize = 12;

impl Settings {
    /// Everything that is out of range, malformed, missing or weak.
    pub fn validate(&self) -> Vec<ConfigProblem> {
        let mut problems = self.ranges();
        problems.extend(self.server_problems());
        problems.extend(self.city_problems());
        problems.extend(self.database_problems());
        problems.extend(self.mail_problems());
        problems.extend(self.key_problems());
        problems.extend(self.logging_problems());
        problems.extend(self.escalation.problems());
        problems.extend(self.quotas.problems());
        problems.extend(self.publication_problems());
        problems.extend(self.inspection_problems());
        let auth = self.auth.validate();
        problems
            .extend(auth.into_iter().map(|p| ConfigProblem::new(p.key, format!("must be {}", p.allowed))));
        problems
    }

    /// What works and is hardly meant. Only rules that are built in can be looked at here; those that were imported are
    /// when the server starts.
    pub fn doubts(&self) -> Vec<ConfigProblem> {
        let calendar = Calendar::embedded(&self.city.calendar).ok();
        let limits = TimeLimits::embedded(&self.city.time_limits).ok();
        let warning =
            calendar.zip(limits).and_then(|(calendar, limits)| whole_days_warning(&calendar, &limits));
        warning.into_iter().map(|warning| ConfigProblem::new("city.calendar", warning.en)).collect()
    }

    fn ranges(&self) -> Vec<ConfigProblem> {
        let ranges = [
            ("server.shutdown_grace_seconds", self.server.shutdown_grace_seconds, 0, 300),
            ("server.workers", self.server.workers as u64, 0, 256),
            ("database.max_connections", self.database.max_connections as u64, 2, 500),
            ("database.acquire_timeout_ms", self.database.acquire_timeout_ms, 50, 60_000),
            ("database.statement_timeout_ms", self.database.statement_timeout_ms, 100, 600_000),
            ("database.lock_timeout_ms", self.database.lock_timeout_ms, 50, 60_000),
            ("mail.most_per_hour_and_address", self.mail.most_per_hour_and_address.into(), 0, 10_000),
            ("mail.smtp.timeout_seconds", self.mail.smtp.timeout_seconds, 1, 300),
            ("mail.smtp.max_connections", self.mail.smtp.max_connections.into(), 1, 100),
            ("jobs.outbox_interval_seconds", self.jobs.outbox_interval_seconds, 1, 3600),
            ("jobs.sweep_interval_seconds", self.jobs.sweep_interval_seconds, 1, 3600),
            ("jobs.sweepers", self.jobs.sweepers.into(), 1, 8),
            ("jobs.keep_delivered_days", self.jobs.keep_delivered_days.into(), 1, 365),
        ];
        outside(ranges)
    }

    fn server_problems(&self) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        let url = &self.server.public_url;
        let is_web = url.starts_with("http://") || url.starts_with("https://");
        if !is_web || host(url).is_empty() || url.ends_with('/') {
            let message =
                "must be an address such as https://letters.example.gov.cn, without a trailing slash";
            problems.push(ConfigProblem::new("server.public_url", message));
        }
        for origin in self.server.allowed_origins.iter().filter(|origin| !is_origin(origin)) {
            let message =
                format!("{origin} is no origin such as https://letters.example.gov.cn, without a path");
            problems.push(ConfigProblem::new("server.allowed_origins", message));
        }
        for name in self.server.allow_unsafe.iter().filter(|name| !NAMES.contains(&name.as_str())) {
            let message = format!("{name} is none of {}", NAMES.join(", "));
            problems.push(ConfigProblem::new("server.allow_unsafe", message));
        }
        if self.server.listen == self.operations.listen && self.server.listen.port() != 0 {
            problems.push(ConfigProblem::new("operations.listen", "must differ from server.listen"));
        }
        problems
    }

    fn city_problems(&self) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        let is_code =
            |text: &str| text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if self.city.code.is_empty() || !is_code(&self.city.code) {
            let message = "must be lower-case letters, digits and dashes";
            problems.push(ConfigProblem::new("city.code", message));
        }
        match Calendar::embedded(&self.city.calendar) {
            Ok(calendar) if calendar.zone() == self.city.zone => {}
            Ok(calendar) => {
                let message = format!("the calendar counts days in {}; use that", calendar.zone());
                problems.push(ConfigProblem::new("city.zone", message));
            }
            // One that is not built in may have been imported; the start asks the database.
            Err(CalendarError::Unknown(code)) if is_rules_code(&code) => {}
            Err(error) => problems.push(ConfigProblem::new("city.calendar", error.to_string())),
        }
        match TimeLimits::embedded(&self.city.time_limits) {
            Ok(_) => {}
            Err(TimeLimitsError::Unknown(code)) if is_rules_code(&code) => {}
            Err(error) => problems.push(ConfigProblem::new("city.time_limits", error.to_string())),
        }
        problems.extend(self.city.page_and_text_problems());
        problems
    }

    fn database_problems(&self) -> Option<ConfigProblem> {
        let problem = |message: &str| Some(ConfigProblem::new("database.url", message));
        let url = self.database.url.expose_secret();
        if url.is_empty() {
            return problem("is missing; set HUIYIN__DATABASE__URL or database.url_file");
        }
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return problem("must begin with postgres://");
        }
        let user_and_password = url.split_once("://").and_then(|(_, rest)| rest.split_once('@'));
        let password =
            user_and_password.and_then(|(user, _)| user.split_once(':')).map(|(_, password)| password);
        if password.is_some_and(is_weak) { problem("holds a weak password") } else { None }
    }

    fn mail_problems(&self) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        if self.mail.from.parse::<lettre::message::Mailbox>().is_err() {
            problems
                .push(ConfigProblem::new("mail.from", "must be written like 回音 <no-reply@example.gov.cn>"));
        }
        if self.mail.transport == MailTransport::Folder {
            return problems;
        }
        let smtp = &self.mail.smtp;
        if smtp.host.is_empty() {
            problems.push(ConfigProblem::new("mail.smtp.host", "is missing, which the transport smtp needs"));
        }
        if smtp.security == SmtpSecurity::None && !is_this_machine(&smtp.host) {
            let message = "none is only for a relay on this machine; use starttls or tls";
            problems.push(ConfigProblem::new("mail.smtp.security", message));
        }
        let password = smtp.password.as_ref().map(|password| password.expose_secret());
        if smtp.username.is_some() && password.is_none_or(is_weak) {
            problems.push(ConfigProblem::new("mail.smtp.password", "is missing or weak"));
        }
        problems
    }

    fn key_problems(&self) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        if let Err(error) = SealingKeys::from_str(self.secrets.sealing_keys.expose_secret()) {
            problems.push(ConfigProblem::new("secrets.sealing_keys", error.to_string()));
            return problems;
        }
        if let Err(message) = self.secrets() {
            problems.push(ConfigProblem::new("secrets.token_key", message));
        }
        problems
    }

    fn publication_problems(&self) -> Vec<ConfigProblem> {
        let wrong = |number| {
            ConfigProblem::new(
                "publication.official_numbers",
                format!("{number:?} is not a telephone number"),
            )
        };
        self.publication.malformed_numbers().into_iter().map(wrong).collect()
    }

    fn inspection_problems(&self) -> Option<ConfigProblem> {
        let message = self.inspection.thresholds().err()?;
        Some(ConfigProblem::new("inspection.thresholds_file", message))
    }

    fn logging_problems(&self) -> Option<ConfigProblem> {
        let error = EnvFilter::try_new(&self.logging.level).err()?;
        Some(ConfigProblem::new("logging.level", format!("cannot be read: {error}")))
    }
}

/// Whether a calendar or a set of time limits can be called so.
fn is_rules_code(code: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    code.len() <= 64 && code.split('-').all(is_part)
}

/// Short, one character over and over, or what everybody tries first.
fn is_weak(password: &str) -> bool {
    let mut chars = password.chars();
    let first = chars.next();
    let lower = password.to_ascii_lowercase();
    password.chars().count() < LEAST_PASSWORD_CHARS
        || chars.all(|c| Some(c) == first)
        || KNOWN_PASSWORDS.iter().any(|known| lower == *known)
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::Settings;
    use crate::platform::config::{ConfigProblem, Sources};
    use crate::platform::crypto::generate_key;

    fn sources() -> Sources {
        Sources::default()
            .fix("database.url", "postgres://huiyin@localhost/huiyin")
            .fix("secrets.sealing_keys", format!("1:{}", *generate_key()))
            .fix("secrets.token_key", generate_key().as_str())
    }

    fn problems(sources: &Sources) -> Vec<ConfigProblem> {
        Settings::load(sources).err().map(|error| error.problems).unwrap_or_default()
    }

    pub(in super::super) fn keys(sources: &Sources) -> Vec<String> {
        problems(sources).into_iter().map(|problem| problem.key).collect()
    }

    fn with_file(content: &str) -> (tempfile::TempDir, Sources) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("huiyin.toml");
        std::fs::write(&file, content).unwrap();
        (folder, Sources { file: Some(file), ..sources() })
    }

    #[test]
    fn the_defaults_and_three_secrets_are_enough() {
        let settings = Settings::load(&sources()).unwrap();
        assert_eq!(settings.server.listen.port(), 8080);
        assert!(settings.unsafe_choices().is_empty() && settings.doubts().is_empty());
        assert!(settings.secrets().is_ok());
    }

    #[test]
    fn without_secrets_each_is_asked_for() {
        assert_eq!(keys(&Sources::default()), ["database.url", "secrets.sealing_keys"]);
    }

    #[test]
    fn the_environment_wins_over_the_file_and_the_file_over_the_default() {
        let (_folder, mut sources) = with_file("[database]\nmax_connections = 3\nlock_timeout_ms = 100");
        sources.environment = vec![
            ("HUIYIN__DATABASE__MAX_CONNECTIONS".into(), "7".into()),
            ("HUIYIN__SERVER__TRUSTED_PROXIES".into(), "10.0.0.0/8, ::1/128".into()),
            ("PATH".into(), "/bin".into()),
        ];
        let settings = Settings::load(&sources).unwrap();
        assert_eq!(settings.database.max_connections, 7);
        assert_eq!(settings.database.lock_timeout_ms, 100);
        assert_eq!(settings.server.trusted_proxies.len(), 2);
    }

    #[test]
    fn an_unknown_key_is_told_with_its_file_and_the_nearest_known_one() {
        let (_folder, sources) = with_file("[server]\nlisen = '127.0.0.1:1'");
        let problem = problems(&sources).remove(0);
        assert_eq!(problem.key, "server.lisen");
        assert!(problem.message.contains("huiyin.toml"), "{problem}");
        assert!(problem.message.contains("did you mean server.listen?"), "{problem}");
    }

    #[test]
    fn all_wrong_values_are_told_at_once() {
        let (_folder, sources) = with_file(
            "[server]\nworkers = 'many'\nlisten = 'here'\ntrusted_proxies = ['x']\n[mail]\ntransport = 'pigeon'",
        );
        let mut keys = keys(&sources);
        keys.sort();
        assert_eq!(keys, ["mail.transport", "server.listen", "server.trusted_proxies", "server.workers"]);
        let sources = sources_with(&[("jobs.sweep_interval_seconds", "0"), ("auth.session_hours", "0")]);
        assert_eq!(self::keys(&sources), ["jobs.sweep_interval_seconds", "auth.session_hours"]);
    }

    pub(in super::super) fn sources_with(values: &[(&str, &str)]) -> Sources {
        values.iter().fold(sources(), |sources, (key, value)| sources.fix(key, *value))
    }

    #[test]
    fn a_secret_in_the_file_is_refused_and_one_in_a_file_of_its_own_is_read() {
        let (_folder, sources) = with_file("[secrets]\ntoken_key = 'x'");
        assert!(problems(&sources)[0].message.contains("HUIYIN__SECRETS__TOKEN_KEY"));

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("url");
        std::fs::write(&path, "postgres://huiyin@db/huiyin\n").unwrap();
        let mut sources = self::sources();
        sources.fixed.retain(|(key, _)| key != "database.url");
        let sources = sources.fix("database.url_file", path.to_str().unwrap());
        assert!(Settings::load(&sources).is_ok());
    }

    #[test]
    fn a_citys_inspection_thresholds_are_read_and_refused_with_file_and_reason() {
        let (folder, sources) = with_file("[inspection]\nthresholds_file = ''");
        assert!(Settings::load(&sources).unwrap().inspection.thresholds().is_ok(), "none of its own");
        let path = folder.path().join("thresholds.toml");
        let sources = sources_with(&[("inspection.thresholds_file", path.to_str().unwrap())]);
        let told = |sources| problems(sources).remove(0).to_string();
        assert!(told(&sources).starts_with("inspection.thresholds_file: "), "no such file");
        let built_in = include_str!("../../../config/inspection.toml");
        std::fs::write(&path, built_in.replace("limit = 3\n", "limit = 0\n")).unwrap();
        assert!(told(&sources).ends_with("thresholds.toml: oldest_unanswered: limit must be 1 to 10000"));
        std::fs::write(&path, built_in.replace("limit = 3\n", "limit = 2\n")).unwrap();
        assert_eq!(Settings::load(&sources).unwrap().inspection.thresholds().unwrap().checks[0].limit, 2);
    }

    #[test]
    fn weak_passwords_are_refused_and_never_shown() {
        for url in
            ["postgres://h:changeme@db/h", "postgres://h:aaaaaaaaaaaaaa@db/h", "postgres://h:short@db/h"]
        {
            let problems = problems(&sources_with(&[("database.url", url)]));
            assert_eq!(problems[0].to_string(), "database.url: holds a weak password");
        }
    }
}
