//! How identity is configured: lifetimes, limits, the cost of a password hash, and the two secrets.

use chrono::TimeDelta;
use serde::Deserialize;

use crate::platform::auth::failed_tries::DelayPolicy;
use crate::platform::auth::token::{MOST_ACCESS_TOKEN_SECONDS, SigningKey};
use crate::platform::crypto::SealingKeys;

/// The least memory a password hash takes, in KiB, and the fewest passes over it (OWASP's floor for argon2id).
pub const LEAST_HASH_MEMORY_KIB: u32 = 19_456;
/// The fewest passes.
pub const LEAST_HASH_PASSES: u32 = 2;

/// The section `auth`.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthSettings {
    /// Who issues the tokens (`iss`): the site's own name.
    pub issuer: String,
    /// Life of an access token, in seconds, 60 to 900.
    pub access_token_seconds: u32,
    /// Hours after which an unused refresh token is void, 1 to 720.
    pub refresh_idle_hours: u32,
    /// Hours after which a session ends whatever happens, 1 to 2160.
    pub session_hours: u32,
    /// Hours for which a one-time code that sets a password is good, 1 to 72.
    pub activation_code_hours: u32,
    /// Wrong passwords or access codes in a row, from one address or known device, before the next is delayed, 3 to 20.
    pub failures_before_delay: u16,
    /// The first delay, in seconds, doubled with every further failure, 1 to 3600.
    pub first_delay_seconds: u32,
    /// The longest delay, in seconds, 1 to 86400.
    pub longest_delay_seconds: u32,
    /// Sign-ins tried a minute with one user name from devices that are not known, before any password is hashed, 1 to
    /// 10000.
    pub logins_per_minute_per_username: u32,
    /// Days for which a device is known after a sign-in, 1 to 400.
    pub known_device_days: u32,
    /// The cost of a password hash.
    pub password: PasswordSettings,
}

/// The section `auth.password`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PasswordSettings {
    /// Memory of one hash, in KiB, 19456 to 1048576.
    pub hash_memory_kib: u32,
    /// Passes over that memory, 2 to 10.
    pub hash_passes: u32,
    /// Hashes computed at once in each of the two lanes (known devices, all others), 1 to 64. Memory times twice this is what
    /// signing in can take.
    pub concurrent_hashes: u16,
    /// Hashes that may wait for their turn, 1 to 1000; beyond it the caller is told to come back.
    pub waiting_hashes: u16,
}

impl Default for AuthSettings {
    fn default() -> AuthSettings {
        AuthSettings {
            issuer: "huiyin".to_owned(),
            access_token_seconds: MOST_ACCESS_TOKEN_SECONDS,
            refresh_idle_hours: 12,
            session_hours: 168,
            activation_code_hours: 24,
            failures_before_delay: 5,
            first_delay_seconds: 30,
            longest_delay_seconds: 60,
            logins_per_minute_per_username: 10,
            known_device_days: 180,
            password: PasswordSettings::default(),
        }
    }
}

impl Default for PasswordSettings {
    fn default() -> PasswordSettings {
        PasswordSettings { hash_memory_kib: 32_768, hash_passes: 3, concurrent_hashes: 2, waiting_hashes: 32 }
    }
}

/// A setting outside its range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key} must be {allowed}")]
pub struct SettingProblem {
    /// The key as the configuration file writes it.
    pub key: &'static str,
    /// What is allowed.
    pub allowed: String,
}

impl AuthSettings {
    /// Everything that is out of range; empty when all is well.
    pub fn validate(&self) -> Vec<SettingProblem> {
        let ranges = [
            ("auth.access_token_seconds", self.access_token_seconds, 60, MOST_ACCESS_TOKEN_SECONDS),
            ("auth.refresh_idle_hours", self.refresh_idle_hours, 1, 720),
            ("auth.session_hours", self.session_hours, 1, 2160),
            ("auth.activation_code_hours", self.activation_code_hours, 1, 72),
            ("auth.failures_before_delay", self.failures_before_delay.into(), 3, 20),
            ("auth.first_delay_seconds", self.first_delay_seconds, 1, 3600),
            ("auth.longest_delay_seconds", self.longest_delay_seconds, 1, 86_400),
            ("auth.logins_per_minute_per_username", self.logins_per_minute_per_username, 1, 10_000),
            ("auth.known_device_days", self.known_device_days, 1, 400),
        ];
        let issuer = (self.issuer.is_empty() || self.issuer.len() > 200)
            .then(|| SettingProblem { key: "auth.issuer", allowed: "1 to 200 characters".to_owned() });
        ranges.into_iter().chain(self.password.ranges()).filter_map(out_of_range).chain(issuer).collect()
    }
}

impl AuthSettings {
    /// How long one waits after wrong passwords or codes in a row.
    pub fn delays(&self) -> DelayPolicy {
        DelayPolicy {
            failures_before_delay: self.failures_before_delay,
            first_delay: TimeDelta::seconds(self.first_delay_seconds.into()),
            longest_delay: TimeDelta::seconds(self.longest_delay_seconds.into()),
        }
    }
}

impl PasswordSettings {
    fn ranges(&self) -> [(&'static str, u32, u32, u32); 4] {
        [
            ("auth.password.hash_memory_kib", self.hash_memory_kib, LEAST_HASH_MEMORY_KIB, 1_048_576),
            ("auth.password.hash_passes", self.hash_passes, LEAST_HASH_PASSES, 10),
            ("auth.password.concurrent_hashes", self.concurrent_hashes.into(), 1, 64),
            ("auth.password.waiting_hashes", self.waiting_hashes.into(), 1, 1000),
        ]
    }
}

fn out_of_range((key, value, least, most): (&'static str, u32, u32, u32)) -> Option<SettingProblem> {
    let fits = (least..=most).contains(&value);
    (!fits).then(|| SettingProblem { key, allowed: format!("{least} to {most}, not {value}") })
}

/// The section `secrets`, read from the environment or from files only. Reading it refuses weak keys.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    /// `ID:BASE64,ID:BASE64`: 32 random bytes each; the highest id seals, the others still open.
    pub sealing_keys: SealingKeys,
    /// 32 random bytes in base64 that sign access tokens. Changing it signs everybody out.
    pub token_key: SigningKey,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_in_range_and_a_cheap_hash_is_not() {
        let mut settings = AuthSettings::default();
        assert_eq!(settings.validate(), []);
        settings.password.hash_memory_kib = 1024;
        settings.access_token_seconds = 901;
        let keys: Vec<_> = settings.validate().into_iter().map(|problem| problem.key).collect();
        assert_eq!(keys, ["auth.access_token_seconds", "auth.password.hash_memory_kib"]);
    }

    #[test]
    fn unknown_settings_and_weak_secrets_are_refused() {
        assert!(toml::from_str::<AuthSettings>("isuer = 'a'").is_err());
        let weak = "sealing_keys = '1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='\ntoken_key = 'AAAA'";
        let error = toml::from_str::<Secrets>(weak).unwrap_err().to_string();
        assert!(error.contains("random bytes") && !error.contains("1:AAAA:"), "{error}");
    }
}
