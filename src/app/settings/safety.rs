//! What works and yet must not be: `serve` refuses it unless the setting is named in `server.allow_unsafe`.

use std::net::IpAddr;

use ipnet::IpNet;

use super::Settings;
use super::hosts::{host, is_this_machine};
use crate::platform::config::{ConfigProblem, Layers, Sources};
use crate::platform::mail::MailTransport;

/// What can be allowed by name.
pub const NAMES: &[&str] = &[
    "server.public_url",
    "server.trusted_proxies",
    "city.portal_url",
    "city.desk_url",
    "operations.listen",
    "database.url",
    "logging.level",
    "limits",
    "mail.transport",
    "secret_files",
];

impl Settings {
    /// Everything that is unsafe and not allowed by name.
    pub fn unsafe_choices(&self) -> Vec<ConfigProblem> {
        let choices = [
            self.proxies_that_are_everybody(),
            self.talkative_logs(),
            self.open_operations(),
            self.no_limits(),
            self.mail_that_does_not_leave(),
        ];
        let choices = self.addresses().into_iter().chain(choices.into_iter().flatten());
        choices.filter(|choice| !self.allows_unsafe(&choice.key)).collect()
    }

    /// The files of secrets that others than their owner can read, unless that is allowed by name.
    pub fn readable_secrets(&self, sources: &Sources) -> Vec<ConfigProblem> {
        if self.allows_unsafe("secret_files") { Vec::new() } else { Layers::read(sources).readable_secrets() }
    }

    /// Whether a choice of this name is meant.
    pub fn allows_unsafe(&self, name: &str) -> bool {
        self.server.allow_unsafe.iter().any(|allowed| allowed == name)
    }

    fn is_for_others(&self) -> bool {
        !is_this_machine(&host(&self.server.public_url))
    }

    /// What is wrong with the addresses that people are sent to.
    fn addresses(&self) -> Vec<ConfigProblem> {
        let urls = [
            ("server.public_url", &self.server.public_url),
            ("city.portal_url", &self.city.portal_url),
            ("city.desk_url", &self.city.desk_url),
        ];
        let is_open = !self.server.listen.ip().is_loopback();
        let told = urls.into_iter().filter(|(_, url)| !url.is_empty()).filter_map(|(key, url)| {
            let is_this_machine = is_this_machine(&host(url));
            if url.starts_with("http://") && !is_this_machine {
                return Some(ConfigProblem::new(key, "letters would travel in the clear; use https"));
            }
            let message = "the server listens to others, and this address leads them to their own machine; set the one \
                under which they reach it";
            (is_open && is_this_machine).then(|| ConfigProblem::new(key, message))
        });
        told.collect()
    }

    fn proxies_that_are_everybody(&self) -> Option<ConfigProblem> {
        let wide = self.server.trusted_proxies.iter().find(|network| is_everybody(network))?;
        let message = format!(
            "{wide} is half the world: whoever calls could choose the address they are counted by; name the proxies"
        );
        Some(ConfigProblem::new("server.trusted_proxies", message))
    }

    fn talkative_logs(&self) -> Option<ConfigProblem> {
        let level = self.logging.level.to_ascii_lowercase();
        let is_talkative = ["debug", "trace"].iter().any(|word| level.contains(word));
        let message = "debug logs may tell what people wrote; use info";
        is_talkative.then(|| ConfigProblem::new("logging.level", message))
    }

    fn open_operations(&self) -> Option<ConfigProblem> {
        let address = self.operations.listen.ip();
        let message =
            "the operations port would be open to everybody; listen on a loopback or private address";
        let is_open = !address.is_loopback() && !is_private(address);
        is_open.then(|| ConfigProblem::new("operations.listen", message))
    }

    fn no_limits(&self) -> Option<ConfigProblem> {
        let has_none = self.limits.all().iter().all(|limit| *limit == 0);
        let message = "no request is limited, so that anybody could guess and flood at will";
        has_none.then(|| ConfigProblem::new("limits", message))
    }

    fn mail_that_does_not_leave(&self) -> Option<ConfigProblem> {
        let is_kept = self.mail.transport == MailTransport::Folder && self.is_for_others();
        let message = "citizens would get no mail, for it is written into a folder; use smtp";
        is_kept.then(|| ConfigProblem::new("mail.transport", message))
    }
}

/// Wider than any network somebody's own proxies stand in.
fn is_everybody(network: &IpNet) -> bool {
    match network {
        IpNet::V4(network) => network.prefix_len() < 8,
        IpNet::V6(network) => network.prefix_len() < 7,
    }
}

fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_private() || v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unique_local() || v6.is_unicast_link_local(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::platform::crypto::generate_key;

    fn sources(values: &[(&str, &str)]) -> Sources {
        let sources = Sources::default()
            .fix("database.url", "postgres://huiyin@localhost/huiyin")
            .fix("secrets.sealing_keys", format!("1:{}", *generate_key()))
            .fix("secrets.token_key", generate_key().as_str());
        values.iter().fold(sources, |sources, (key, value)| sources.fix(key, *value))
    }

    fn unsafe_keys(values: &[(&str, &str)]) -> Vec<String> {
        let settings = Settings::load(&sources(values)).unwrap();
        settings.unsafe_choices().into_iter().map(|choice| choice.key).collect()
    }

    const NO_LIMITS: &[(&str, &str)] = &[
        ("limits.submissions_per_minute", "0"),
        ("limits.lookups_per_minute", "0"),
        ("limits.searches_per_minute", "0"),
        ("limits.logins_per_minute", "0"),
        ("limits.refreshes_per_minute", "0"),
        ("limits.activations_per_minute", "0"),
        ("limits.citizen_commands_per_minute", "0"),
        ("limits.reissues_per_minute", "0"),
    ];

    #[test]
    fn what_is_unsafe_is_told_apart_from_what_is_wrong() {
        let none: &[&str] = &[];
        assert_eq!(unsafe_keys(&[]), none);
        let city = ("server.public_url", "https://letters.example.gov.cn");
        let smtp = [("mail.transport", "smtp"), ("mail.smtp.host", "relay.example.gov.cn")];
        type Setting = (&'static str, &'static str);
        let cases: &[(&[Setting], &[&str])] = &[
            (
                &[("server.public_url", "http://letters.example.gov.cn"), smtp[0], smtp[1]],
                &["server.public_url"],
            ),
            (&[("server.listen", "0.0.0.0:8080")], &["server.public_url"]),
            (
                &[("server.listen", "[::]:8080"), ("server.public_url", "https://[::1]:8080")],
                &["server.public_url"],
            ),
            (&[("server.listen", "10.1.2.3:8080"), city, smtp[0], smtp[1]], none),
            (&[("city.portal_url", "http://letters.example.gov.cn")], &["city.portal_url"]),
            (
                &[
                    ("server.listen", "0.0.0.0:80"),
                    city,
                    smtp[0],
                    smtp[1],
                    ("city.desk_url", "https://localhost"),
                ],
                &["city.desk_url"],
            ),
            (&[("server.trusted_proxies", "0.0.0.0/0")], &["server.trusted_proxies"]),
            (&[("server.trusted_proxies", "10.0.0.0/8,::/0")], &["server.trusted_proxies"]),
            (&[("server.trusted_proxies", "0.0.0.0/1,128.0.0.0/1")], &["server.trusted_proxies"]),
            (&[("server.trusted_proxies", "10.0.0.0/8,fd00::/8,::1/128")], none),
            (&[("logging.level", "info,huiyin=debug")], &["logging.level"]),
            (&[("operations.listen", "0.0.0.0:8081")], &["operations.listen"]),
            (&[("operations.listen", "192.168.1.1:8081")], none),
            (&[city], &["mail.transport"]),
            (&[city, smtp[0], smtp[1]], none),
            (NO_LIMITS, &["limits"]),
            (&NO_LIMITS[1..], none),
        ];
        for (values, keys) in cases {
            assert_eq!(unsafe_keys(values), *keys, "{values:?}");
        }
    }

    #[test]
    fn what_is_meant_is_named() {
        let open = ("server.trusted_proxies", "0.0.0.0/0");
        let allowed = [open, ("server.allow_unsafe", "server.trusted_proxies, limits")];
        assert_eq!(unsafe_keys(&[&allowed, NO_LIMITS].concat()), Vec::<String>::new());
        assert_eq!(unsafe_keys(&[open, ("server.allow_unsafe", "limits")]), ["server.trusted_proxies"]);
        let unknown = Settings::load(&sources(&[("server.allow_unsafe", "everything")])).unwrap_err();
        assert_eq!(unknown.problems[0].key, "server.allow_unsafe");
    }

    #[test]
    fn a_file_of_a_secret_that_others_can_read_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, generate_key().as_str()).unwrap();
        let told = |mode: u32, allow: &str| {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            let mut sources = sources(&[("server.allow_unsafe", allow)]);
            sources.fixed.retain(|(key, _)| key != "secrets.token_key");
            let sources = sources.fix("secrets.token_key_file", file.to_str().unwrap());
            let settings = Settings::load(&sources).unwrap();
            let told = settings.readable_secrets(&sources);
            told.into_iter().map(|problem| problem.key).collect::<Vec<_>>()
        };
        for mode in [0o644, 0o604, 0o660] {
            assert_eq!(told(mode, ""), ["secrets.token_key_file"], "{mode:o}");
        }
        assert!(told(0o600, "").is_empty() && told(0o400, "").is_empty());
        assert!(told(0o644, "secret_files").is_empty());
    }
}
