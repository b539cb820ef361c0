//! How to reach a person, parsed once at the border: telephone, mail address, identity number. Personal data: no type
//! here shows its content in `Debug`. Each value has one normal form, whatever it is written like; whoever compares or
//! indexes values does so with that.

mod phones;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::rules::characters::plain_text;
use crate::rules::check_digits::is_identity_number;

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
                $parse(plain_text(&text).trim()).map(Self)
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
    /// A telephone number: 5 to 15 digits, with the extension behind an `x`, if there is one. Numbers of mainland China are
    /// written as they are dialled there (`13800138000`, `01012345678x801`), others with `+` and the country.
    Phone, phone, 30
);
contact_type!(
    /// A mail address that mail software takes: dot-atoms of ASCII before the `@`, a domain with a dot behind it, at most
    /// 254 characters, in lower case.
    MailAddress, mail, 254
);
contact_type!(
    /// A citizen identity number of 18 characters whose check character is right (GB 11643-1999); the last may be an `X`.
    /// Spaces and dashes between the groups are dropped.
    IdentityNumber, identity_number, 30
);

impl Phone {
    /// The digits without the extension.
    pub fn number(&self) -> &str {
        let number = self.0.split_once('x').map_or(self.0.as_str(), |(number, _)| number);
        number.trim_start_matches('+')
    }
}

fn phone(text: &str) -> Result<String, ContactError> {
    phones::normal(text).ok_or(ContactError::Phone)
}

/// Whether mail software takes this address, in any case of its letters.
pub fn is_mail_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let is_atom = |atom: &str| {
        let is_text = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+/=?^_`{|}~-".contains(c);
        !atom.is_empty() && atom.chars().all(is_text)
    };
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let top = domain.rsplit('.').next().unwrap_or_default();
    text.len() <= 254
        && local.len() <= 64
        && local.split('.').all(is_atom)
        && domain.contains('.')
        && domain.split('.').all(is_label)
        && top.contains(|c: char| c.is_ascii_alphabetic())
}

fn mail(text: &str) -> Result<String, ContactError> {
    if is_mail_address(text) { Ok(text.to_owned()) } else { Err(ContactError::Mail) }
}

fn identity_number(text: &str) -> Result<String, ContactError> {
    let number: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let number = number.to_ascii_uppercase();
    if is_identity_number(&number) { Ok(number) } else { Err(ContactError::IdentityNumber) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn phone(text: &str) -> Result<String, ContactError> {
        Phone::try_from(text.to_owned()).map(Phone::into_string)
    }

    fn mail(text: &str) -> Result<String, ContactError> {
        MailAddress::try_from(text.to_owned()).map(MailAddress::into_string)
    }

    fn identity_number(text: &str) -> Result<String, ContactError> {
        IdentityNumber::try_from(text.to_owned()).map(IdentityNumber::into_string)
    }

    #[test]
    fn a_telephone_number_has_one_normal_form_however_it_is_written() {
        let kinds: [(&str, &[&str]); 8] = [
            (
                "13800138000",
                &[
                    "１３８ 0013-8000",
                    "+86 138 0013 8000",
                    "86 13800138000",
                    "0086-13800138000",
                    "8613800138000",
                    "(86)138.0013.8000",
                    "+86(138)00138000",
                    "013800138000",
                    "138\u{200b}0013\u{a0}8000",
                    "+ 86 13800138000",
                ],
            ),
            (
                "02981234567",
                &[
                    "+86 (29) 8123 4567",
                    "029-81234567",
                    "(029)8123-4567",
                    "862981234567",
                    "0086 029 81234567",
                ],
            ),
            ("09142312495", &["0914-2312495", "+86-914-2312495", "86 0914 231 2495", "（0914）2312495"]),
            (
                "01012345678x801",
                &["010-12345678-801", "+86 10 12345678 转 801", "(010)12345678转801", "01012345678 ext. 801"],
            ),
            ("09142312495x8", &["0914-2312495-8", "0914 2312495分机8", "0914-2312495#8"]),
            ("2312495", &["231-2495", "2312495"]),
            ("4001234567x1", &["400-1234567-1", "400 123 4567 转1"]),
            ("+85291234567", &["+852 9123 4567", "00852-9123-4567"]),
        ];
        for (normal, spellings) in kinds {
            for spelling in spellings {
                assert_eq!(phone(spelling).as_deref(), Ok(normal), "{spelling}");
            }
            assert_eq!(phone(normal).as_deref(), Ok(normal), "a normal form is its own");
        }
        let wrong = [
            "",
            "call me",
            "1234",
            "13800138000/13900139000",
            "138001380a0",
            "+",
            "转801",
            "1380013800012345",
            "010-12345678-12345678",
        ];
        for wrong in wrong {
            assert_eq!(phone(wrong), Err(ContactError::Phone), "{wrong}");
        }
    }

    #[test]
    fn a_mail_address_is_one_that_mail_software_takes() {
        assert_eq!(mail("Li.Hua@Example.ORG").as_deref(), Ok("li.hua@example.org"));
        assert_eq!(mail("ｌｉ＋hua＠example.org").as_deref(), Ok("li+hua@example.org"));
        let wrong = [
            "",
            "a",
            "a@b",
            "a@b..c",
            "a b@c.d",
            "a@c.d\r\nBcc: x@y.z",
            "<a@c.d>",
            "a@-c.d",
            ".a@example.com",
            "a.@example.com",
            "a..b@example.com",
            "a@example.com.",
            "a@.example.com",
            "a@exa_mple.com",
            "a@example-.com",
            "@example.com",
            "a@@example.com",
            "a@b@example.com",
            "a@192.168.1.1",
            "a@[192.168.1.1]",
            "\"a b\"@example.com",
            "张三@example.com",
        ];
        for wrong in wrong {
            assert_eq!(mail(wrong), Err(ContactError::Mail), "{wrong}");
        }
        assert!(mail(&format!("{}@example.com", "a".repeat(64))).is_ok());
        assert!(mail(&format!("{}@example.com", "a".repeat(65))).is_err());
    }

    #[test]
    fn an_identity_number_may_end_in_x_and_has_one_normal_form() {
        let spellings = [
            "11010519491231002X",
            "11010519491231002x",
            "１１０１０５１９４９１２３１００２Ｘ",
            "110105 19491231 002X",
            "110105-19491231-002x",
            " 11010519491231002X\u{feff}",
            "11010519491231002Х",
        ];
        for spelling in spellings {
            assert_eq!(identity_number(spelling).as_deref(), Ok("11010519491231002X"), "{spelling}");
        }
        for wrong in
            ["110105194912310021", "1101051949123100X2", "11010519491231002", "11010519491331002X", "x"]
        {
            assert_eq!(identity_number(wrong), Err(ContactError::IdentityNumber), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn the_normal_form_of_a_contact_is_its_own(text in "[+]?[0-9 ()转#.-]{5,24}|[a-z.+_@-]{3,20}@[a-z.-]{2,10}\\.[a-z]{2,3}") {
            if let Ok(normal) = phone(&text) {
                prop_assert_eq!(phone(&normal), Ok(normal.clone()));
            }
            if let Ok(normal) = mail(&text) {
                prop_assert_eq!(mail(&normal), Ok(normal.clone()));
            }
        }

        #[test]
        fn every_identity_number_with_its_check_character_is_taken(serial in 0_u16..1_000, age in 0_i64..36_000) {
            let born = chrono::NaiveDate::from_ymd_opt(1920, 1, 1).unwrap() + chrono::TimeDelta::days(age);
            let digits = format!("110105{}{serial:03}", born.format("%Y%m%d"));
            let last = crate::rules::check_digits::identity_check_character(&digits).unwrap();
            let number = format!("{digits}{last}");
            prop_assert_eq!(identity_number(&number), Ok(number.clone()));
            prop_assert_eq!(identity_number(&number.to_lowercase()), Ok(number));
        }
    }
}
