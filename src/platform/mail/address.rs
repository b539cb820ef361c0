//! A mail address that parses, and that no log can show.

use std::fmt;
use std::str::FromStr;

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
        let is_refused = |c: char| c.is_control() || c.is_whitespace();
        if text.chars().count() > 254 || text.chars().any(is_refused) {
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
        for text in
            ["a@b.cn\r\nBcc: c@d.cn", "a@b.cn\n", "a b@c.cn", "a@b.cn, c@d.cn", "Zhang <a@b.cn>", "", "a@"]
        {
            assert_eq!(text.parse::<MailAddress>(), Err(InvalidMailAddress), "{text:?}");
        }
    }

    #[test]
    fn an_address_is_never_shown_by_debug() {
        let address: MailAddress = "li.lei@example.cn".parse().unwrap();
        assert_eq!(format!("{address:?}"), "MailAddress(hidden)");
        assert_eq!(address.expose(), "li.lei@example.cn");
    }
}
