//! Mails to a relay over SMTP, with a small pool of connections.

use std::net::IpAddr;
use std::time::Duration;

use futures_util::future::BoxFuture;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use secrecy::ExposeSecret;
use tracing::info;

use super::compose::Sender;
use super::{MailSettingsError, Mailer, OutgoingMail, SmtpSecurity, SmtpSettings};
use crate::platform::jobs::consumer::DeliveryError;
use crate::platform::jobs::outbox::ErrorCode;

/// Sends mails to a relay.
pub(super) struct SmtpMailer {
    sender: Sender,
    relay: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpMailer {
    pub(super) fn open(sender: Sender, settings: &SmtpSettings) -> Result<SmtpMailer, MailSettingsError> {
        let builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(protection(settings)?)
            .timeout(Some(Duration::from_secs(settings.timeout_seconds.max(1))))
            .pool_config(PoolConfig::new().max_size(settings.max_connections.max(1)));
        let builder = match credentials(settings)? {
            Some(credentials) => builder.credentials(credentials),
            None => builder,
        };
        Ok(SmtpMailer { sender, relay: builder.build() })
    }
}

impl Mailer for SmtpMailer {
    fn send<'a>(&'a self, mail: &'a OutgoingMail) -> BoxFuture<'a, Result<(), DeliveryError>> {
        Box::pin(async move {
            let message = self.sender.compose(mail)?;
            self.relay.send(message).await.map_err(|error| classify(&error))?;
            info!(message.id = %mail.id, "The relay took mail {}", mail.id);
            Ok(())
        })
    }
}

fn protection(settings: &SmtpSettings) -> Result<Tls, MailSettingsError> {
    Ok(match settings.security {
        SmtpSecurity::Tls => Tls::Wrapper(TlsParameters::new(settings.host.clone())?),
        SmtpSecurity::Starttls => Tls::Required(TlsParameters::new(settings.host.clone())?),
        SmtpSecurity::None if is_this_machine(&settings.host) => Tls::None,
        SmtpSecurity::None => return Err(MailSettingsError::Unprotected),
    })
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn credentials(settings: &SmtpSettings) -> Result<Option<Credentials>, MailSettingsError> {
    match (&settings.username, &settings.password) {
        (None, None) => Ok(None),
        (Some(user), Some(password)) => {
            Ok(Some(Credentials::new(user.clone(), password.expose_secret().to_owned())))
        }
        _ => Err(MailSettingsError::Credentials),
    }
}

/// A refusal for good is about this mail and ends it. Everything else may pass: an outage, a full mailbox, and also
/// a relay that refuses our own credentials, for then all mails would die of one wrong setting.
fn classify(error: &SmtpError) -> DeliveryError {
    let Some(status) = error.status() else { return DeliveryError::outage(without_status(error)) };
    let number = status.to_string();
    let is_about_us = matches!(number.as_str(), "530" | "534" | "535" | "538");
    let code = ErrorCode::new(format!("smtp_{number}"));
    match number.as_str() {
        // The relay is closing, or refuses us.
        "421" => DeliveryError::Outage(code),
        _ if is_about_us => DeliveryError::Outage(code),
        _ if error.is_permanent() => DeliveryError::Permanent(code),
        _ => DeliveryError::Retry(code),
    }
}

fn without_status(error: &SmtpError) -> &'static str {
    if error.is_timeout() {
        return "smtp_timeout";
    }
    if error.is_tls() {
        return "smtp_tls";
    }
    "smtp_connection"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::mail::{MailSettings, MailTransport, open_mailer};

    fn settings(host: &str, security: SmtpSecurity, username: Option<&str>) -> MailSettings {
        let smtp = SmtpSettings {
            host: host.into(),
            port: 25,
            security,
            username: username.map(str::to_owned),
            password: None,
            timeout_seconds: 5,
            max_connections: 2,
        };
        MailSettings {
            transport: MailTransport::Smtp,
            from: "noreply@city.gov.cn".into(),
            folder: "mails".into(),
            smtp,
            most_per_hour_and_address: 0,
        }
    }

    #[tokio::test]
    async fn an_unprotected_way_leads_to_this_machine_only() {
        let refused = open_mailer(&settings("mail.example.cn", SmtpSecurity::None, None));
        assert!(matches!(refused, Err(MailSettingsError::Unprotected)));
        for host in ["localhost", "127.0.0.1", "::1"] {
            assert!(open_mailer(&settings(host, SmtpSecurity::None, None)).is_ok());
        }
    }

    #[tokio::test]
    async fn a_user_name_needs_a_password() {
        let refused = open_mailer(&settings("localhost", SmtpSecurity::None, Some("huiyin")));
        assert!(matches!(refused, Err(MailSettingsError::Credentials)));
    }
}
