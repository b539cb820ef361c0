//! What is kept of an access code.

use crate::platform::crypto::{Sealer, random_bytes};
use crate::rules::secret_code::AccessCode;

/// What the domain of the digests of access codes is called.
const DOMAIN: &str = "access_code";

/// A new code, and what is kept of it.
#[derive(Debug, Clone)]
pub struct NewCode {
    /// The code, to be shown once.
    pub code: AccessCode,
    /// The keyed digest.
    pub kept: [u8; 32],
}

impl NewCode {
    /// Makes one.
    pub fn make(sealer: &Sealer) -> NewCode {
        let code = AccessCode::from_random(random_bytes());
        NewCode { kept: kept(sealer, &code), code }
    }
}

/// What is kept of a code: a keyed digest, or the bare hash of one in the old form, whose 130 bits need no key.
pub fn kept(sealer: &Sealer, code: &AccessCode) -> [u8; 32] {
    code.bare_hash().unwrap_or_else(|| sealer.blind_index(DOMAIN, &code.expose()))
}
