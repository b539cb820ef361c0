//! Who is to be told, and what only they may read.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::platform::crypto::{CryptoError, Sealer};

/// Who is to be told. How they can be reached is looked up when they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// The person who submitted this ticket.
    Submitter(Uuid),
    /// This member of staff.
    Staff(Uuid),
}

impl Recipient {
    /// Where a code for this person belongs; it opens for nobody else.
    fn context(self) -> Vec<u8> {
        let (kind, id) = match self {
            Recipient::Submitter(id) => ("submitter", id),
            Recipient::Staff(id) => ("staff", id),
        };
        format!("notice.code:{kind}:{id}").into_bytes()
    }
}

/// A code in a notice: sealed for its recipient as long as it waits in the outbox, open only while it is told.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SealedCode(String);

impl SealedCode {
    /// Seals a code for one person.
    pub fn seal(sealer: &Sealer, recipient: Recipient, code: &str) -> Result<SealedCode, CryptoError> {
        let sealed = sealer.seal(code.as_bytes(), &recipient.context())?;
        Ok(SealedCode(STANDARD.encode(sealed)))
    }

    /// A code that is open, for examples.
    pub fn example(code: &str) -> SealedCode {
        SealedCode(code.to_owned())
    }

    pub(super) fn open(self, sealer: &Sealer, recipient: Recipient) -> Result<SealedCode, CryptoError> {
        let sealed = STANDARD.decode(&self.0).map_err(|_| CryptoError::Malformed)?;
        let code = sealer.open(&sealed, &recipient.context())?;
        Ok(SealedCode(String::from_utf8_lossy(&code).into_owned()))
    }
}

impl fmt::Debug for SealedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealedCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::crypto::generate_key;

    #[test]
    fn a_code_opens_for_its_recipient_alone_and_is_never_shown() {
        let sealer = Sealer::new(format!("1:{}", *generate_key()).parse().unwrap());
        let (one, other) = (Recipient::Staff(Uuid::from_u128(1)), Recipient::Submitter(Uuid::from_u128(1)));
        let sealed = SealedCode::seal(&sealer, one, "7QK2-M0XA-9T4R").unwrap();
        assert!(!format!("{sealed:?} {}", serde_json::to_string(&sealed).unwrap()).contains("7QK2"));
        assert!(sealed.clone().open(&sealer, other).is_err());
        assert_eq!(sealed.open(&sealer, one).unwrap(), SealedCode::example("7QK2-M0XA-9T4R"));
    }
}
