//! Sealing: what a thief of the database must not read. Authenticated encryption with numbered keys, and blind
//! indexes that find an equal value without opening any. It knows neither what is sealed nor where it is kept.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::Sha256;
use zeroize::Zeroizing;

/// Bytes of a key.
pub const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// Random keys of 32 bytes have about 30 different bytes; fewer than 16 never happen.
const LEAST_DIFFERENT_BYTES: usize = 16;

/// A key, wiped when dropped.
pub type Key = Zeroizing<[u8; KEY_BYTES]>;

/// Why a key is refused. Never tells any of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no key at all.
    #[error("no key is given")]
    Missing,
    /// Not `ID:BASE64`, or an id that is not 1 to 255.
    #[error("keys are written ID:BASE64, separated by commas, with ids from 1 to 255")]
    Malformed,
    /// The same id twice.
    #[error("key id {0} is given twice")]
    Repeated(u8),
    /// Not 32 bytes in base64.
    #[error("a key is 32 bytes in base64, for example the output of: openssl rand -base64 32")]
    Length,
    /// Not random: repeated bytes, a sequence, or text that someone typed.
    #[error("a key must be random bytes, for example the output of: openssl rand -base64 32")]
    Weak,
}

/// Why something could not be sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// Too short to have been sealed by us.
    #[error("the sealed value is malformed")]
    Malformed,
    /// Sealed with a key that the configuration no longer lists.
    #[error("the sealed value needs key {0}, which is not configured")]
    UnknownKey(u8),
    /// Altered, moved to another place, or sealed with another key of the same id.
    #[error("the sealed value does not open")]
    Refused,
    /// The plaintext is too large to seal.
    #[error("the value cannot be sealed")]
    Failed,
}

/// Parses one key: 32 random bytes in base64. Refuses what cannot have come from a random source.
pub fn parse_key(text: &str) -> Result<Key, KeyError> {
    let bytes = Zeroizing::new(STANDARD.decode(text.trim()).map_err(|_| KeyError::Length)?);
    let key: Key = Zeroizing::new(bytes.as_slice().try_into().map_err(|_| KeyError::Length)?);
    if is_weak(&key) { Err(KeyError::Weak) } else { Ok(key) }
}

/// A new random key in base64, as [`parse_key`] reads it.
pub fn generate_key() -> Zeroizing<String> {
    let key: Key = Zeroizing::new(random_bytes());
    Zeroizing::new(STANDARD.encode(*key))
}

/// Bytes nobody can guess.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes[..]);
    bytes
}

fn is_weak(key: &[u8; KEY_BYTES]) -> bool {
    let different = key.iter().collect::<HashSet<_>>().len();
    let mut steps = key.windows(2).map(|pair| match pair {
        [a, b] => b.wrapping_sub(*a),
        _ => 0,
    });
    let first_step = steps.next();
    different < LEAST_DIFFERENT_BYTES
        || steps.all(|step| Some(step) == first_step)
        || key.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ')
}

/// The master keys by id: `1:BASE64,2:BASE64`. The highest id seals, every id opens.
#[derive(Clone, Deserialize)]
#[serde(try_from = "SecretString")]
pub struct SealingKeys(BTreeMap<u8, Key>);

impl FromStr for SealingKeys {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<SealingKeys, KeyError> {
        let mut keys = BTreeMap::new();
        for entry in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let (id, key) = entry.split_once(':').ok_or(KeyError::Malformed)?;
            let id = id.trim().parse::<u8>().ok().filter(|id| *id > 0).ok_or(KeyError::Malformed)?;
            if keys.insert(id, parse_key(key)?).is_some() {
                return Err(KeyError::Repeated(id));
            }
        }
        if keys.is_empty() { Err(KeyError::Missing) } else { Ok(SealingKeys(keys)) }
    }
}

impl TryFrom<SecretString> for SealingKeys {
    type Error = KeyError;
    fn try_from(text: SecretString) -> Result<SealingKeys, KeyError> {
        text.expose_secret().parse()
    }
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKeys({:?})", self.0.keys())
    }
}

/// Seals, opens and indexes. Cheap to clone.
#[derive(Clone)]
pub struct Sealer {
    inner: Arc<Ciphers>,
}

struct Ciphers {
    current: u8,
    by_id: BTreeMap<u8, XChaCha20Poly1305>,
    index_key: Key,
}

impl Sealer {
    /// Derives the working keys. The index key comes from the *lowest* id, so that adding a key leaves every blind
    /// index as it is; before the lowest key is retired the indexes must be computed anew.
    pub fn new(keys: SealingKeys) -> Sealer {
        let by_id =
            keys.0.iter().map(|(id, master)| (*id, cipher(&derive(master, b"huiyin seal v1")))).collect();
        let current = keys.0.keys().next_back().copied().unwrap_or_default();
        let lowest = keys.0.values().next().cloned().unwrap_or_default();
        let index_key = derive(&lowest, b"huiyin blind index v1");
        Sealer { inner: Arc::new(Ciphers { current, by_id, index_key }) }
    }

    /// Seals with the newest key: key id (1 byte), nonce (24), ciphertext and tag (16). `context` names the place the
    /// value belongs to (table, column, row); the same is needed to open it, so a value cannot be moved.
    pub fn seal(&self, plaintext: &[u8], context: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.seal_with(self.inner.current, plaintext, context)
    }

    /// The same with the key of this id.
    pub fn seal_with(&self, id: u8, plaintext: &[u8], context: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let cipher = self.inner.by_id.get(&id).ok_or(CryptoError::UnknownKey(id))?;
        let nonce: [u8; NONCE_BYTES] = random_bytes();
        let payload = Payload { msg: plaintext, aad: context };
        let ciphertext = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| CryptoError::Failed)?;
        let mut sealed = Vec::with_capacity(1 + NONCE_BYTES + ciphertext.len());
        sealed.push(id);
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&ciphertext);
        Ok(sealed)
    }

    /// The ids of its keys, the lowest first.
    pub fn key_ids(&self) -> Vec<u8> {
        self.inner.by_id.keys().copied().collect()
    }

    /// Opens what [`Sealer::seal`] sealed for the same context, with whichever key it names.
    pub fn open(&self, sealed: &[u8], context: &[u8]) -> Result<Zeroizing<Vec<u8>>, CryptoError> {
        let (id, rest) = sealed.split_first().ok_or(CryptoError::Malformed)?;
        let (nonce, ciphertext) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(CryptoError::Malformed)?;
        let cipher = self.inner.by_id.get(id).ok_or(CryptoError::UnknownKey(*id))?;
        let payload = Payload { msg: ciphertext, aad: context };
        let opened = cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| CryptoError::Refused)?;
        Ok(Zeroizing::new(opened))
    }

    /// A fingerprint that equal values of one domain share and that tells nothing without the key. The caller
    /// normalises the value first (digits of a phone number, lower-case mail address).
    pub fn blind_index(&self, domain: &str, value: &str) -> [u8; 32] {
        let length = u64::try_from(domain.len()).unwrap_or(u64::MAX).to_be_bytes();
        mac(&self.inner.index_key, &[&length, domain.as_bytes(), value.as_bytes()])
    }
}

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealer(key {})", self.inner.current)
    }
}

fn cipher(key: &Key) -> XChaCha20Poly1305 {
    let key: &[u8; KEY_BYTES] = key;
    XChaCha20Poly1305::new(key.into())
}

/// The first block of HKDF-Expand (RFC 5869); the master is uniformly random, so Extract has nothing to do.
fn derive(master: &Key, label: &[u8]) -> Key {
    Zeroizing::new(mac(master, &[label, &[1]]))
}

fn mac(key: &Key, parts: &[&[u8]]) -> [u8; 32] {
    // HMAC pads a short key with zeros up to the block itself, so this cannot fail where a slice of any length could.
    let mut block = Zeroizing::new([0u8; 64]);
    block.iter_mut().zip(key.iter()).for_each(|(to, from)| *to = *from);
    let block: &[u8; 64] = &block;
    let mut mac = <Hmac<Sha256> as KeyInit>::new(block.into());
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(id: u8, seed: u8) -> String {
        let key: Vec<u8> =
            (0..32u32).map(|i| ((i * i * 37 + u32::from(seed) * 11 + i) % 256) as u8).collect();
        format!("{id}:{}", STANDARD.encode(key))
    }

    fn sealer(entries: &[String]) -> Sealer {
        Sealer::new(entries.join(",").parse().unwrap())
    }

    #[test]
    fn what_is_sealed_opens_in_its_own_context_only() {
        let sealer = sealer(&[entry(1, 1)]);
        let sealed = sealer.seal("王小明".as_bytes(), b"submitter.name:1").unwrap();
        assert_eq!(*sealer.open(&sealed, b"submitter.name:1").unwrap(), "王小明".as_bytes());
        assert_eq!(sealer.open(&sealed, b"submitter.name:2").unwrap_err(), CryptoError::Refused);
        assert!(!sealed.windows(3).any(|w| w == "王".as_bytes()));
    }

    #[test]
    fn sealing_twice_gives_different_bytes() {
        let sealer = sealer(&[entry(1, 1)]);
        assert_ne!(sealer.seal(b"same", b"c").unwrap(), sealer.seal(b"same", b"c").unwrap());
    }

    #[test]
    fn every_altered_byte_is_noticed() {
        let sealer = sealer(&[entry(1, 1)]);
        let sealed = sealer.seal(b"13800138000", b"c").unwrap();
        for position in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[position] ^= 1;
            assert!(sealer.open(&altered, b"c").is_err(), "byte {position}");
        }
        assert_eq!(sealer.open(&sealed[..24], b"c").unwrap_err(), CryptoError::Malformed);
        assert_eq!(sealer.open(&[], b"c").unwrap_err(), CryptoError::Malformed);
    }

    #[test]
    fn an_old_key_still_opens_and_the_highest_seals() {
        let old = sealer(&[entry(1, 1)]);
        let both = sealer(&[entry(2, 9), entry(1, 1)]);
        let sealed = old.seal(b"letter", b"c").unwrap();
        assert_eq!(*both.open(&sealed, b"c").unwrap(), b"letter");
        let newer = both.seal(b"letter", b"c").unwrap();
        assert_eq!(newer[0], 2);
        assert_eq!(old.open(&newer, b"c").unwrap_err(), CryptoError::UnknownKey(2));
        let other = sealer(&[entry(1, 5)]);
        assert_eq!(other.open(&sealed, b"c").unwrap_err(), CryptoError::Refused);
    }

    #[test]
    fn a_blind_index_survives_a_new_key_and_keeps_domains_apart() {
        let old = sealer(&[entry(1, 1)]);
        let both = sealer(&[entry(1, 1), entry(2, 9)]);
        assert_eq!(old.blind_index("phone", "138"), both.blind_index("phone", "138"));
        assert_ne!(old.blind_index("phone", "138"), old.blind_index("mail", "138"));
        assert_ne!(old.blind_index("phone", "138"), old.blind_index("phon", "e138"));
        assert_ne!(old.blind_index("phone", "138"), sealer(&[entry(1, 5)]).blind_index("phone", "138"));
    }

    #[test]
    fn derivation_is_hkdf_expand() {
        // RFC 5869, test case 1: the first 32 bytes of OKM from PRK and info.
        let prk = hex::decode("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5").unwrap();
        let prk: Key = Zeroizing::new(prk.try_into().unwrap());
        let info = hex::decode("f0f1f2f3f4f5f6f7f8f9").unwrap();
        let okm = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf";
        assert_eq!(hex::encode(*derive(&prk, &info)), okm);
    }

    #[test]
    fn weak_and_malformed_keys_are_refused() {
        let refused = |text: String| text.parse::<SealingKeys>().unwrap_err();
        let encoded = |bytes: &[u8]| format!("1:{}", STANDARD.encode(bytes));
        assert_eq!(refused(String::new()), KeyError::Missing);
        assert_eq!(refused("abc".into()), KeyError::Malformed);
        assert_eq!(refused(entry(1, 1).replacen('1', "0", 1)), KeyError::Malformed);
        assert_eq!(refused(encoded(&[7; 31])), KeyError::Length);
        assert_eq!(refused(encoded(&[7; 33])), KeyError::Length);
        assert_eq!(refused("1:!!!".into()), KeyError::Length);
        assert_eq!(refused(encoded(&[0; 32])), KeyError::Weak);
        assert_eq!(refused(encoded(&(0..32).collect::<Vec<u8>>())), KeyError::Weak);
        assert_eq!(refused(encoded(b"correct horse battery staple, ok")), KeyError::Weak);
        assert_eq!(refused([entry(1, 1), entry(1, 2)].join(",")), KeyError::Repeated(1));
    }

    #[test]
    fn a_generated_key_is_accepted_and_never_shown() {
        let text = format!("3:{}", *generate_key());
        let keys: SealingKeys = text.parse().unwrap();
        assert_eq!(format!("{keys:?}"), "SealingKeys([3])");
        assert_eq!(format!("{:?}", Sealer::new(keys)), "Sealer(key 3)");
    }
}
