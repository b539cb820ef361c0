//! `huiyin mail-test`: sends one mail, to see whether mail leaves.

use anyhow::bail;

use super::DONE;
use crate::app::settings::Settings;
use crate::platform::clock::{Clock, SystemClock, new_id};
use crate::platform::config::Sources;
use crate::platform::mail::{MailAddress, OutgoingMail, RenderedMail, open_mailer};
use crate::rules::texts::Sentence;

const EXAMPLES: &str = "\
Examples:
  huiyin mail-test operator@example.gov.cn --config /etc/huiyin.toml

Sends one mail on the way that the settings name, and says what the relay answered. It needs no database.";

/// Send one mail, to see whether mail leaves
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct MailTest {
    /// Who gets it
    address: MailAddress,
}

impl MailTest {
    pub(super) async fn run(self, sources: &Sources) -> anyhow::Result<u8> {
        let settings = Settings::load(sources)?;
        let (now, locale) = (SystemClock.now(), settings.city.locale);
        let say = |sentence: Sentence| locale.say(&sentence.with("site", settings.city.name.clone()));
        let subject = say(Sentence::new("mail_test-subject"));
        let text = say(Sentence::new("mail_test-text"));
        let content = RenderedMail { html: format!("<p>{text}</p>"), text, subject };
        let mail = OutgoingMail { id: new_id(now), to: self.address, date: now, content };
        if let Err(error) = open_mailer(&settings.mail())?.send(&mail).await {
            bail!("the mail did not leave: {error}");
        }
        println!("A mail to {} has left", mail.to.expose());
        Ok(DONE)
    }
}
