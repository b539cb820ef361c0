//! Passwords: which are good enough, and how they are hashed and compared without stopping the rest of the program.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use unicode_normalization::UnicodeNormalization;
use zxcvbn::{Score, zxcvbn};

use crate::platform::auth::settings::{LEAST_HASH_MEMORY_KIB, LEAST_HASH_PASSES, PasswordSettings};
use crate::platform::crypto::random_bytes;
use crate::rules::text::fold;

/// The fewest characters of a password.
pub const LEAST_CHARS: usize = 12;
/// The most characters of a password.
pub const MOST_CHARS: usize = 128;

/// Words that somebody who attacks this system tries first, beside the user's own name.
const BLOCKLIST: &[&str] = &[
    "huiyin",
    "回音",
    "admin",
    "administrator",
    "password",
    "zhengfu",
    "shizhang",
    "xinxiang",
    "12345",
    "5201314",
    "woaini",
    "qwerty",
    "1qaz2wsx",
];

/// A password as somebody typed it. Compared as it is normalised (NFKC), never shown.
#[derive(Debug, Clone, Deserialize, utoipa::ToSchema)]
#[schema(value_type = String, format = Password)]
pub struct Password(SecretString);

impl Password {
    /// Takes what was typed.
    pub fn new(text: impl Into<String>) -> Password {
        Password(SecretString::from(text.into()))
    }

    fn normalised(&self) -> SecretString {
        SecretString::from(self.0.expose_secret().nfkc().collect::<String>())
    }

    fn is_too_long(&self) -> bool {
        self.0.expose_secret().chars().count() > MOST_CHARS
    }
}

/// Why a new password is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Fewer than 12 characters.
    #[error("must have at least 12 characters")]
    TooShort,
    /// More than 128 characters.
    #[error("must have at most 128 characters")]
    TooLong,
    /// Contains the user's own name.
    #[error("must not contain the user name")]
    ContainsUsername,
    /// A pattern or common words: guessed too soon.
    #[error("is too easy to guess")]
    Guessable,
}

impl PolicyError {
    /// The stable code for problem documents.
    pub const fn code(self) -> &'static str {
        match self {
            PolicyError::TooShort => "password_too_short",
            PolicyError::TooLong => "password_too_long",
            PolicyError::ContainsUsername => "password_contains_username",
            PolicyError::Guessable => "password_guessable",
        }
    }
}

/// Why a password could not be hashed or compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// It is not good enough.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// Too many are waiting already: try again shortly.
    #[error("too many passwords are being checked")]
    Busy,
    /// The hash or its parameters are broken: a defect.
    #[error("the password could not be hashed")]
    Failed,
}

/// For whom a password is hashed. However many strangers wait, those who are known do not wait behind them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Somebody who has a session, a one-time code or a device that signed in before.
    Known,
    /// Everybody else.
    Stranger,
}

/// Hashes and compares passwords, a few at a time, on blocking threads. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    known: Turns,
    strangers: Turns,
    dummy_hash: Arc<str>,
}

/// Who computes now, and who waits for it.
#[derive(Clone)]
struct Turns {
    running: Arc<Semaphore>,
    admitted: Arc<Semaphore>,
}

impl Turns {
    fn new(settings: &PasswordSettings) -> Turns {
        let concurrent = usize::from(settings.concurrent_hashes.max(1));
        let waiting = usize::from(settings.waiting_hashes);
        Turns {
            running: Arc::new(Semaphore::new(concurrent)),
            admitted: Arc::new(Semaphore::new(concurrent + waiting)),
        }
    }

    async fn take(&self) -> Result<[OwnedSemaphorePermit; 2], PasswordError> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| PasswordError::Busy)?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(|_| PasswordError::Busy)?;
        Ok([admitted, running])
    }
}

impl Passwords {
    /// Prepares hashing; a cost below the floor is raised to it.
    pub fn new(settings: &PasswordSettings) -> Result<Passwords, PasswordError> {
        let memory = settings.hash_memory_kib.max(LEAST_HASH_MEMORY_KIB);
        let passes = settings.hash_passes.max(LEAST_HASH_PASSES);
        let params = Params::new(memory, passes, 1, None).map_err(|_| PasswordError::Failed)?;
        Ok(Passwords {
            dummy_hash: hash_of_nothing(memory, passes).into(),
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            known: Turns::new(settings),
            strangers: Turns::new(settings),
        })
    }

    /// Hashes a new password after checking that it is good enough for this user. Nobody does so who is not known.
    pub async fn hash(&self, password: &Password, username: &str) -> Result<String, PasswordError> {
        let (argon2, password, username) = (self.argon2.clone(), password.clone(), username.to_owned());
        self.on_blocking_thread(Lane::Known, move || {
            check_policy(&password, &username)?;
            let plain = password.normalised();
            let hash = argon2.hash_password(plain.expose_secret().as_bytes());
            Ok(hash.map_err(|_| PasswordError::Failed)?.to_string())
        })
        .await
    }

    /// Whether the password belongs to the hash. Without a hash (no such user, or none set yet) the same work is done
    /// and the answer is no.
    pub async fn verify(
        &self,
        password: &Password,
        hash: Option<&str>,
        lane: Lane,
    ) -> Result<bool, PasswordError> {
        let (argon2, password) = (self.argon2.clone(), password.clone());
        let is_real = hash.is_some();
        let hash = hash.unwrap_or(&self.dummy_hash).to_owned();
        self.on_blocking_thread(lane, move || {
            // The work is the same, whatever was typed: what is too long is cut, and then refused.
            let plain = password.normalised();
            let bytes: String = plain.expose_secret().chars().take(MOST_CHARS).collect();
            let bytes = SecretString::from(bytes);
            let hash = PasswordHash::new(&hash).map_err(|_| PasswordError::Failed)?;
            let matches = argon2.verify_password(bytes.expose_secret().as_bytes(), &hash).is_ok();
            Ok(matches && is_real && !password.is_too_long())
        })
        .await
    }

    async fn on_blocking_thread<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
    ) -> Result<T, PasswordError> {
        let turns = match lane {
            Lane::Known => &self.known,
            Lane::Stranger => &self.strangers,
        };
        let permits = turns.take().await?;
        // The permits go to the thread, so that a request given up half-way does not admit another.
        tokio::task::spawn_blocking(move || {
            let _permits = permits;
            work()
        })
        .await
        .map_err(|_| PasswordError::Failed)?
    }
}

/// Checks a new password of this user.
pub fn check_policy(password: &Password, username: &str) -> Result<(), PolicyError> {
    let plain = password.normalised();
    let plain = plain.expose_secret();
    let chars = plain.chars().count();
    if chars < LEAST_CHARS {
        return Err(PolicyError::TooShort);
    }
    if chars > MOST_CHARS || password.is_too_long() {
        return Err(PolicyError::TooLong);
    }
    let username = fold(username);
    if username.chars().count() >= 3 && fold(plain).contains(&username) {
        return Err(PolicyError::ContainsUsername);
    }
    let known: Vec<&str> = BLOCKLIST.iter().copied().chain([username.as_str()]).collect();
    if zxcvbn(plain, &known).score() < Score::Three { Err(PolicyError::Guessable) } else { Ok(()) }
}

/// A well-formed hash that no password has, at the cost of a real one.
fn hash_of_nothing(memory: u32, passes: u32) -> String {
    let salt = STANDARD_NO_PAD.encode(random_bytes::<16>());
    let hash = STANDARD_NO_PAD.encode(random_bytes::<32>());
    format!("$argon2id$v=19$m={memory},t={passes},p=1${salt}${hash}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "梧桐-violet-27-harbour";

    fn cheapest() -> PasswordSettings {
        PasswordSettings {
            hash_memory_kib: LEAST_HASH_MEMORY_KIB,
            hash_passes: LEAST_HASH_PASSES,
            concurrent_hashes: 1,
            waiting_hashes: 1,
        }
    }

    fn refused(password: &str) -> Option<PolicyError> {
        check_policy(&Password::new(password), "zhang.wei").err()
    }

    #[test]
    fn weak_passwords_are_refused() {
        assert_eq!(refused("Kx9#fLq2!vT"), Some(PolicyError::TooShort));
        assert_eq!(refused(&"x7".repeat(65)), Some(PolicyError::TooLong));
        assert_eq!(refused("Zhang.Wei-2026-harbour"), Some(PolicyError::ContainsUsername));
        for guessable in
            ["aaaaaaaaaaaa", "123456789012", "password1234", "qwertyuiop12", "huiyinhuiyin", "1qaz2wsx3edc"]
        {
            assert_eq!(refused(guessable), Some(PolicyError::Guessable), "{guessable}");
        }
        assert_eq!(refused(GOOD), None);
    }

    #[tokio::test]
    async fn a_password_matches_its_own_hash_only() {
        let passwords = Passwords::new(&cheapest()).unwrap();
        let hash = passwords.hash(&Password::new(GOOD), "zhang.wei").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify(&Password::new(GOOD), Some(&hash), Lane::Known).await.unwrap());
        assert!(
            !passwords
                .verify(&Password::new("梧桐-violet-27-harbor"), Some(&hash), Lane::Known)
                .await
                .unwrap()
        );
        assert!(!passwords.verify(&Password::new(""), Some(&hash), Lane::Known).await.unwrap());
        let wide = Password::new("梧桐－ｖｉｏｌｅｔ－２７－harbour");
        assert!(passwords.verify(&wide, Some(&hash), Lane::Known).await.unwrap());
    }

    #[tokio::test]
    async fn without_a_hash_the_same_work_says_no() {
        let passwords = Passwords::new(&cheapest()).unwrap();
        assert!(PasswordHash::new(&passwords.dummy_hash).is_ok());
        assert!(!passwords.verify(&Password::new(GOOD), None, Lane::Stranger).await.unwrap());
    }

    #[tokio::test]
    async fn beyond_the_queue_a_stranger_is_told_to_come_back_and_nobody_else() {
        let passwords = Passwords::new(&cheapest()).unwrap();
        let _everybody = passwords.strangers.admitted.clone().acquire_many_owned(2).await.unwrap();
        let refused = passwords.verify(&Password::new(GOOD), None, Lane::Stranger).await;
        assert_eq!(refused.unwrap_err(), PasswordError::Busy);
        assert!(!passwords.verify(&Password::new(GOOD), None, Lane::Known).await.unwrap(), "who is known");
    }

    #[test]
    fn a_password_is_never_shown() {
        assert!(!format!("{:?}", Password::new(GOOD)).contains("violet"));
    }
}
