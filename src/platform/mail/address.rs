//! A mail address that parses, and that no log can show.

use std::fmt;
use std::str::FromStr;

use crate::rules::contact::is_mail_address;

/// One mail address: at most 254 characters, without a display name. `Debug` hides it; there is no `Display`.
#[derive(Clone, PartialEq, Eq)]
pub struct MailAddress(lettre::Address);

/// Not a mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a mail address")]
pub struct InvalidMailAddress;

impl MailAddress {
    /// The address, for the envelope and for sealing.
    pub fn expose(&self) -> &str {
        self.0.as_ref()
    }

    pub(super) fn mailbox(&self) -> lettre::message::Mailbox {
        lettre::message::Mailbox::new(None, self.0.clone())
    }
}

impl FromStr for MailAddress {
    type Err = InvalidMailAddress;

    fn from_str(text: &str) -> Result<MailAddress, InvalidMailAddress> {
        if !is_mail_address(text) {
            return Err(InvalidMailAddress);
        }
        text.parse().map(MailAddress).map_err(|_| InvalidMailAddress)
    }
}

impl fmt::Debug for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MailAddress(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_could_add_a_header_is_refused() {
        for text in [
            "a@b.cn\r\nBcc: c@d.cn",
            "a@b.cn\n",
            "a b@c.cn",
            "a@b.cn, c@d.cn",
            "Zhang <a@b.cn>",
            "",
            "a@",
            ".a@b.cn",
            "a.@b.cn",
            "a..b@b.cn",
            "a@b",
        ] {
            assert_eq!(text.parse::<MailAddress>(), Err(InvalidMailAddress), "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_address_that_the_rules_take_can_be_written_to(text in "[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,12}@[A-Za-z0-9.-]{1,16}|[a-z.]{1,4}@[a-z0-9]{1,3}\\.[a-z0-9-]{1,4}") {
            if is_mail_address(&text) {
                proptest::prop_assert!(text.parse::<MailAddress>().is_ok(), "{}", text);
                proptest::prop_assert!(text.parse::<lettre::Address>().is_ok(), "{}", text);
            }
        }
    }

    #[test]
    fn an_address_is_never_shown_by_debug() {
        let address: MailAddress = "li.lei@example.cn".parse().unwrap();
        assert_eq!(format!("{address:?}"), "MailAddress(hidden)");
        assert_eq!(address.expose(), "li.lei@example.cn");
    }
}
