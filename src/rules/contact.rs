//! How to reach a person, parsed once at the border: telephone, mail address, identity number. Personal data: no type
//! here shows its content in `Debug`.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::rules::text::fold;

/// Why a contact is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ContactError {
    /// Not a telephone number.
    #[error("is not a telephone number")]
    Phone,
    /// Not a mail address.
    #[error("is not a mail address")]
    Mail,
    /// Not an identity number, or its check character is wrong.
    #[error("is not an identity number")]
    IdentityNumber,
}

impl ContactError {
    /// The stable code for problem documents.
    pub const fn code(self) -> &'static str {
        match self {
            ContactError::Phone => "phone_malformed",
            ContactError::Mail => "mail_malformed",
            ContactError::IdentityNumber => "identity_number_malformed",
        }
    }
}

macro_rules! contact_type {
    ($(#[$meta:meta])* $name:ident, $parse:ident, $max:tt) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(try_from = "String")]
        #[schema(value_type = String, max_length = $max)]
        pub struct $name(String);

        impl $name {
            /// The normalised text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text itself, to be sealed.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = ContactError;
            fn try_from(text: String) -> Result<Self, ContactError> {
                $parse(&fold(text.trim())).map(Self)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

contact_type!(
    /// A telephone number: 5 to 15 digits, with a leading `+` if given; spaces, dashes and brackets are dropped.
    Phone, phone, 30
);
contact_type!(
    /// A mail address: one `@`, a domain with a dot, at most 254 characters, in lower case.
    MailAddress, mail, 254
);
contact_type!(
    /// A citizen identity number of 18 characters whose check character is right (GB 11643-1999).
    IdentityNumber, identity_number, 18
);

fn phone(text: &str) -> Result<String, ContactError> {
    let kept: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    let digits = kept.strip_prefix('+').unwrap_or(&kept);
    let fits = (5..=15).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit());
    if fits { Ok(kept) } else { Err(ContactError::Phone) }
}

fn mail(text: &str) -> Result<String, ContactError> {
    let is_plain =
        |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"' | ',' | ';' | ':' | '(' | ')' | '\\');
    let (local, domain) = text.split_once('@').ok_or(ContactError::Mail)?;
    let domain_fits = domain.contains('.')
        && domain.split('.').all(|label| {
            !label.is_empty()
                && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
                && !label.starts_with('-')
        });
    let local_fits = (1..=64).contains(&local.len()) && local.chars().all(is_plain) && !local.contains("..");
    if text.len() <= 254 && local_fits && domain_fits { Ok(text.to_owned()) } else { Err(ContactError::Mail) }
}

fn identity_number(text: &str) -> Result<String, ContactError> {
    let text = text.to_uppercase();
    if text.chars().count() == 18 && crate::rules::personal_data::is_identity_number(&text) {
        return Ok(text);
    }
    Err(ContactError::IdentityNumber)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_normalised_or_refused() {
        let phone = |text: &str| Phone::try_from(text.to_owned()).map(Phone::into_string);
        assert_eq!(phone("１３８ 0000-0000").as_deref(), Ok("13800000000"));
        assert_eq!(phone("+86 (29) 8123 4567").as_deref(), Ok("+862981234567"));
        assert_eq!(phone("call me"), Err(ContactError::Phone));
        assert_eq!(phone("1234"), Err(ContactError::Phone));
        let mail = |text: &str| MailAddress::try_from(text.to_owned()).map(MailAddress::into_string);
        assert_eq!(mail("Li.Hua@Example.ORG").as_deref(), Ok("li.hua@example.org"));
        for wrong in ["", "a", "a@b", "a@b..c", "a b@c.d", "a@c.d\r\nBcc: x@y.z", "<a@c.d>", "a@-c.d"] {
            assert_eq!(mail(wrong), Err(ContactError::Mail), "{wrong}");
        }
    }
}
