//! The secrets that people type: the access code that opens a ticket, and the one-time code that sets a password. They are
//! shown once and only a digest is kept; they have no `Display`, no `Serialize`, and a `Debug` that tells nothing. Both are
//! read in any case, with spaces and dashes anywhere, O for 0, I and L for 1.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::reference::{symbol, symbol_value, typed_chars};

const GROUP: usize = 4;

/// Symbols of a long code: 130 bits.
const LONG: usize = 26;
/// Symbols of a short code: 60 bits.
const SHORT: usize = 12;

/// A text that is not an access code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not written like an access code")]
pub struct AccessCodeError;

impl AccessCodeError {
    /// The stable code for problem documents.
    pub const fn code(self) -> &'static str {
        "access_code_malformed"
    }
}

/// The secret that opens a ticket: 60 random bits, written as 12 characters in groups of four. 60 bits are kept as a keyed
/// digest, which tells a thief of the database nothing, and are hopeless to guess where guesses are counted. Codes of 130
/// bits in 26 characters, as they were once handed out, are read too.
#[derive(Clone, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "String")]
#[schema(value_type = String, min_length = 12, max_length = 100, example = "7QK2-M0XA-9T4R")]
pub struct AccessCode(Zeroizing<Vec<u8>>);

impl AccessCode {
    /// Makes a code out of 8 bytes from a cryptographic random source, of which 60 bits are used.
    pub fn from_random(random: [u8; 8]) -> AccessCode {
        AccessCode(symbols(random, SHORT))
    }

    /// The code for the citizen, the only way to see it: `7QK2-M0XA-9T4R`.
    pub fn expose(&self) -> String {
        in_groups(&self.0)
    }

    /// What is kept of a code of 130 bits, which a fast hash without a key protects well enough. `None`: it is a shorter one.
    pub fn bare_hash(&self) -> Option<[u8; 32]> {
        (self.0.len() == LONG).then(|| bare_hash(&self.0))
    }
}

impl FromStr for AccessCode {
    type Err = AccessCodeError;

    fn from_str(typed: &str) -> Result<AccessCode, AccessCodeError> {
        let read = read(typed).filter(|symbols| matches!(symbols.len(), SHORT | LONG));
        read.map(AccessCode).ok_or(AccessCodeError)
    }
}

/// The one-time code with which a member of staff sets a password: 130 random bits, written as 26 characters in groups of four.
#[derive(Clone)]
pub struct ActivationCode(Zeroizing<Vec<u8>>);

impl ActivationCode {
    /// Makes a code out of 17 bytes from a cryptographic random source, of which 130 bits are used.
    pub fn from_random(random: [u8; 17]) -> ActivationCode {
        ActivationCode(symbols(random, LONG))
    }

    /// The code for its owner, the only way to see it: `7QK2-M0XA-…`.
    pub fn expose(&self) -> String {
        in_groups(&self.0)
    }

    /// What is kept of it. 130 random bits cannot be guessed, so a fast hash without a key is enough.
    pub fn hash(&self) -> [u8; 32] {
        bare_hash(&self.0)
    }
}

impl FromStr for ActivationCode {
    type Err = AccessCodeError;

    fn from_str(typed: &str) -> Result<ActivationCode, AccessCodeError> {
        read(typed).filter(|symbols| symbols.len() == LONG).map(ActivationCode).ok_or(AccessCodeError)
    }
}

impl TryFrom<String> for AccessCode {
    type Error = AccessCodeError;
    fn try_from(mut typed: String) -> Result<AccessCode, AccessCodeError> {
        let code = typed.parse();
        typed.zeroize();
        code
    }
}

impl fmt::Debug for AccessCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AccessCode(…)")
    }
}

impl fmt::Debug for ActivationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ActivationCode(…)")
    }
}

/// Five bits a symbol, from the first bit on.
fn symbols<const N: usize>(mut random: [u8; N], count: usize) -> Zeroizing<Vec<u8>> {
    let symbol =
        |place: usize| (place * 5..place * 5 + 5).fold(0, |value, bit| value << 1 | bit_at(&random, bit));
    let symbols = Zeroizing::new((0..count).map(symbol).collect());
    random.zeroize();
    symbols
}

fn bit_at(bytes: &[u8], bit: usize) -> u8 {
    bytes.get(bit / 8).map_or(0, |byte| byte >> (7 - bit % 8) & 1)
}

fn in_groups(symbols: &[u8]) -> String {
    let groups = symbols.chunks(GROUP).map(|group| group.iter().map(|value| symbol(*value)).collect());
    groups.collect::<Vec<String>>().join("-")
}

fn read(typed: &str) -> Option<Zeroizing<Vec<u8>>> {
    typed_chars(typed).into_iter().map(symbol_value).collect::<Option<Vec<u8>>>().map(Zeroizing::new)
}

fn bare_hash(symbols: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(b"huiyin.access-code.v1\0").chain_update(symbols).finalize().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_tell_nothing_and_have_their_lengths() {
        let code = AccessCode::from_random([7; 8]);
        assert_eq!(format!("{code:?}"), "AccessCode(…)");
        assert_eq!((code.expose().len(), code.bare_hash()), (12 + 2, None));
        let long = ActivationCode::from_random([7; 17]);
        assert_eq!(format!("{long:?}"), "ActivationCode(…)");
        assert_eq!(long.expose().len(), 26 + 6);
        assert_ne!(long.hash(), ActivationCode::from_random([8; 17]).hash());
    }

    #[test]
    fn a_code_of_the_old_form_still_has_its_hash() {
        // As it stood in the database before there were shorter codes.
        let kept = "ba33e606f15da33770502a087e10211f638ac6a7cd3b0848ea51f6abd8795eed";
        let long: AccessCode = "0123-4567-89AB-CDEF-GHJK-MNPQ-RS".parse().unwrap();
        let same: ActivationCode = "0123456789abcdefghjkmnpqrs".parse().unwrap();
        assert_eq!(long.bare_hash().map(hex::encode).as_deref(), Some(kept));
        assert_eq!(hex::encode(same.hash()), kept);
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let meant = "0123-4567-89AB".parse::<AccessCode>().unwrap().expose();
        for typed in ["o123456789ab", "OI23 4567 89AB", "０L23—4567_89ab", " 0i23 45 67-89AB "] {
            assert_eq!(typed.parse::<AccessCode>().unwrap().expose(), meant, "{typed}");
        }
        let long = "0123-4567-89AB-CDEF-GHJK-MNPQ-RS".parse::<AccessCode>().unwrap().expose();
        for typed in ["o1234567 89abcdef ghjkmnpq rs", "０L23—456789abcdefghjkmnpqrs"] {
            assert_eq!(typed.parse::<AccessCode>().unwrap().expose(), long, "{typed}");
        }
        for refused in ["", "0123", "0123-4567-89AU", "0123-4567-89AB-C", "0123-4567-89AB-CDEF-GHJK-MNPQ-RSS"]
        {
            assert!(refused.parse::<AccessCode>().is_err(), "{refused}");
        }
        assert!("0123-4567-89AB".parse::<ActivationCode>().is_err(), "60 bits set no password");
    }

    proptest! {
        #[test]
        fn every_code_is_read_back(short in any::<[u8; 8]>(), long in any::<[u8; 17]>()) {
            let code = AccessCode::from_random(short);
            prop_assert_eq!(code.expose().to_lowercase().parse::<AccessCode>().unwrap().expose(), code.expose());
            let code = ActivationCode::from_random(long);
            let again: ActivationCode = code.expose().replace('-', " ").parse().unwrap();
            prop_assert_eq!(again.hash(), code.hash());
        }

        #[test]
        fn nothing_typed_makes_it_panic(typed in any::<String>()) {
            let _ = typed.parse::<AccessCode>();
            let _ = typed.parse::<ActivationCode>();
        }
    }
}
