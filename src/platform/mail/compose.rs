//! Makes the message: headers that never vary between attempts, a text and an HTML alternative.

use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, MultiPartKind, SinglePart};

use super::{MailSettingsError, OutgoingMail};
use crate::platform::jobs::consumer::DeliveryError;

/// Who sends.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    mailbox: Mailbox,
    domain: String,
}

impl Sender {
    pub(super) fn parse(from: &str) -> Result<Sender, MailSettingsError> {
        let mailbox: Mailbox = from.parse().map_err(|_| MailSettingsError::From)?;
        let domain = mailbox.email.domain().to_owned();
        Ok(Sender { mailbox, domain })
    }

    /// The message. The same mail gives the same bytes, so that a second sending is recognisable as such.
    pub(super) fn compose(&self, mail: &OutgoingMail) -> Result<Message, DeliveryError> {
        Message::builder()
            .message_id(Some(format!("<{}@{}>", mail.id, self.domain)))
            .date(mail.date.into())
            .from(self.mailbox.clone())
            .to(mail.to.mailbox())
            .subject(one_line(&mail.content.subject))
            .raw_header(header(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"))
            .raw_header(header(HeaderName::new_from_ascii_str("X-Huiyin-Notification"), &mail.id.to_string()))
            .multipart(alternatives(mail))
            .map_err(|_| DeliveryError::permanent("mail_not_composed"))
    }
}

fn alternatives(mail: &OutgoingMail) -> MultiPart {
    let part = |kind: ContentType, body: &str| SinglePart::builder().header(kind).body(body.to_owned());
    MultiPart::builder()
        .kind(MultiPartKind::Alternative)
        .boundary(mail.id.simple().to_string())
        .singlepart(part(ContentType::TEXT_PLAIN, &mail.content.text))
        .singlepart(part(ContentType::TEXT_HTML, &mail.content.html))
}

fn header(name: HeaderName, value: &str) -> HeaderValue {
    HeaderValue::new(name, value.to_owned())
}

/// A subject is one line: whatever breaks lines or controls the terminal becomes a space.
fn one_line(subject: &str) -> String {
    let plain: String = subject.chars().map(|c| if c.is_control() { ' ' } else { c }).take(200).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::mail::RenderedMail;

    fn mail(subject: &str) -> OutgoingMail {
        OutgoingMail {
            id: uuid::Uuid::from_u128(7),
            to: "li@example.cn".parse().unwrap(),
            date: "2026-09-18T01:02:03Z".parse().unwrap(),
            content: RenderedMail {
                subject: subject.into(),
                text: "正文".into(),
                html: "<p>正文</p>".into(),
            },
        }
    }

    fn composed(subject: &str) -> String {
        let sender = Sender::parse("回音 <noreply@city.gov.cn>").unwrap();
        String::from_utf8(sender.compose(&mail(subject)).unwrap().formatted()).unwrap()
    }

    #[test]
    fn the_headers_tell_a_machine_what_it_is() {
        let text = composed("Receipt");
        for line in [
            "Message-ID: <00000000-0000-0000-0000-000000000007@city.gov.cn>\r\n",
            "Date: Fri, 18 Sep 2026 01:02:03 +0000\r\n",
            "To: li@example.cn\r\n",
            "Subject: Receipt\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "X-Huiyin-Notification: 00000000-0000-0000-0000-000000000007\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "Content-Type: text/html; charset=utf-8\r\n",
        ] {
            assert!(text.contains(line), "{line:?} is not in\n{text}");
        }
    }

    #[test]
    fn the_same_mail_gives_the_same_bytes() {
        assert_eq!(composed("一"), composed("一"));
    }

    #[test]
    fn a_subject_adds_no_header() {
        let text = composed("Hello\r\nBcc: eve@example.com\u{0}\u{7}!");
        assert!(text.contains("Subject: Hello Bcc: eve@example.com !\r\n"), "{text}");
        assert!(!text.contains("\nBcc:"));
    }
}
