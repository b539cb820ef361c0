//! Access tokens: short-lived JWTs signed with EdDSA, for staff (a session) and for citizens (one ticket).
//!
//! The library checks signature, algorithm, issuer and audience; everything that depends on the time is checked here
//! against the [`Clock`](crate::platform::clock::Clock)'s instant, because the library asks the machine, leaves `nbf`
//! alone and allows a minute of leeway.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use lru::LruCache;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::platform::auth::caller::{SessionId, StaffId};
use crate::platform::clock::new_id;
use crate::platform::crypto::{Key, KeyError, parse_key};
use crate::text_enum;

/// The longest life of an access token.
pub const MOST_ACCESS_TOKEN_SECONDS: u32 = 15 * 60;

/// How far two machines' clocks may be apart, in seconds.
const LEEWAY_SECONDS: i64 = 5;
/// Longer than any token of ours; longer ones are refused unread.
const MOST_TOKEN_BYTES: usize = 2048;
/// How many tokens are known to bear our signature: checking one again costs more than answering many a request.
const MOST_KNOWN_TOKENS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(8191);

text_enum! {
    /// Whom a token is for. One kind is never accepted as the other.
    pub enum Audience {
        /// A member of staff.
        Staff = "staff",
        /// A citizen looking at one ticket.
        Citizen = "citizen",
    }
}

/// Why a token is refused or could not be made. The caller is told none of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Not a token of ours: malformed, wrong algorithm, type, issuer, audience or signature.
    #[error("the token is not valid")]
    Invalid,
    /// Its time has passed, has not come, or is longer than we ever issue.
    #[error("the token is not valid at this time")]
    Time,
    /// The key cannot sign.
    #[error("the token could not be signed")]
    Unsigned,
}

/// The seed of the key that signs tokens.
#[derive(Clone, Deserialize)]
#[serde(try_from = "SecretString")]
pub struct SigningKey(Key);

impl TryFrom<SecretString> for SigningKey {
    type Error = KeyError;
    fn try_from(text: SecretString) -> Result<SigningKey, KeyError> {
        parse_key(text.expose_secret()).map(SigningKey)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey")
    }
}

/// A digest of the public half of a key: it tells one key from another, and nothing else.
pub fn fingerprint(key: &SigningKey) -> [u8; 32] {
    let pair = ed25519_dalek::SigningKey::from_bytes(&key.0);
    let public = pair.verifying_key();
    Sha256::new().chain_update(b"huiyin token key v1\0").chain_update(public.as_bytes()).finalize().into()
}

/// A token for its bearer.
#[derive(Clone)]
pub struct IssuedToken {
    /// The token itself.
    pub token: String,
    /// When it stops being good.
    pub expires_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Claims {
    iss: String,
    aud: Audience,
    sub: Uuid,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sid: Option<Uuid>,
    iat: i64,
    nbf: i64,
    exp: i64,
    jti: Uuid,
}

/// Issues and verifies tokens. Put behind an `Arc` by its owners.
pub struct Tokens {
    issuer: String,
    lifetime: TimeDelta,
    signing: EncodingKey,
    verifying: DecodingKey,
    /// The claims of tokens that bear our signature, by the digest of the whole token. Time and audience are checked anew
    /// at every use, and the session in the database.
    known: Mutex<LruCache<[u8; 32], Claims>>,
}

impl Tokens {
    /// Prepares the keys. `lifetime_seconds` above 15 minutes counts as 15 minutes.
    pub fn new(key: &SigningKey, issuer: &str, lifetime_seconds: u32) -> Result<Tokens, TokenError> {
        let pair = ed25519_dalek::SigningKey::from_bytes(&key.0);
        let document = pair.to_pkcs8_der().map_err(|_| TokenError::Unsigned)?;
        Ok(Tokens {
            issuer: issuer.to_owned(),
            lifetime: TimeDelta::seconds(lifetime_seconds.min(MOST_ACCESS_TOKEN_SECONDS).into()),
            signing: EncodingKey::from_ed_der(document.as_bytes()),
            verifying: DecodingKey::from_ed_der(pair.verifying_key().as_bytes()),
            known: Mutex::new(LruCache::new(MOST_KNOWN_TOKENS)),
        })
    }

    /// A token for a member of staff's session.
    pub fn issue_staff(
        &self,
        staff: StaffId,
        session: SessionId,
        now: DateTime<Utc>,
    ) -> Result<IssuedToken, TokenError> {
        self.issue(Audience::Staff, staff.0, Some(session.0), now)
    }

    /// A token for a citizen to see one ticket.
    pub fn issue_citizen(&self, ticket_id: Uuid, now: DateTime<Utc>) -> Result<IssuedToken, TokenError> {
        self.issue(Audience::Citizen, ticket_id, None, now)
    }

    /// The member of staff and the session of a token; whether the session still lives is the database's matter.
    pub fn verify_staff(&self, token: &str, now: DateTime<Utc>) -> Result<(StaffId, SessionId), TokenError> {
        let claims = self.verify(token, Audience::Staff, now)?;
        let session = claims.sid.ok_or(TokenError::Invalid)?;
        Ok((StaffId(claims.sub), SessionId(session)))
    }

    /// The ticket of a citizen's token.
    pub fn verify_citizen(&self, token: &str, now: DateTime<Utc>) -> Result<Uuid, TokenError> {
        let claims = self.verify(token, Audience::Citizen, now)?;
        if claims.sid.is_some() { Err(TokenError::Invalid) } else { Ok(claims.sub) }
    }

    fn issue(
        &self,
        aud: Audience,
        sub: Uuid,
        sid: Option<Uuid>,
        now: DateTime<Utc>,
    ) -> Result<IssuedToken, TokenError> {
        let iat = now.timestamp();
        let exp = iat + self.lifetime.num_seconds();
        let claims = Claims { iss: self.issuer.clone(), aud, sub, sid, iat, nbf: iat, exp, jti: new_id(now) };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &claims, &self.signing)
            .map_err(|_| TokenError::Unsigned)?;
        let expires_at = DateTime::from_timestamp(exp, 0).ok_or(TokenError::Time)?;
        Ok(IssuedToken { token, expires_at })
    }

    fn verify(&self, token: &str, audience: Audience, now: DateTime<Utc>) -> Result<Claims, TokenError> {
        if token.len() > MOST_TOKEN_BYTES {
            return Err(TokenError::Invalid);
        }
        let digest = Sha256::digest(token).into();
        let claims = match self.recall(&digest) {
            Some(claims) => claims,
            None => self.decode(token, audience).inspect(|claims| self.remember(digest, claims))?,
        };
        check_time(&claims, now)?;
        if claims.aud == audience { Ok(claims) } else { Err(TokenError::Invalid) }
    }

    fn decode(&self, token: &str, audience: Audience) -> Result<Claims, TokenError> {
        let decoded = jsonwebtoken::decode::<Claims>(token, &self.verifying, &self.validation(audience))
            .map_err(|_| TokenError::Invalid)?;
        check_header(&decoded.header)?;
        Ok(decoded.claims)
    }

    fn recall(&self, digest: &[u8; 32]) -> Option<Claims> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(digest).cloned()
    }

    fn remember(&self, digest: [u8; 32], claims: &Claims) {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).put(digest, claims.clone());
    }

    fn validation(&self, audience: Audience) -> Validation {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "nbf", "aud", "iss", "sub"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[audience.as_str()]);
        validation.validate_exp = false;
        validation.validate_nbf = false;
        validation
    }
}

fn check_header(header: &Header) -> Result<(), TokenError> {
    // `crit` lists what must be understood, and we understand no extension.
    let ours = header.typ.as_deref() == Some("JWT") && header.crit.is_none();
    if ours { Ok(()) } else { Err(TokenError::Invalid) }
}

fn check_time(claims: &Claims, now: DateTime<Utc>) -> Result<(), TokenError> {
    let now = now.timestamp();
    let longest = i64::from(MOST_ACCESS_TOKEN_SECONDS);
    let has_begun = claims.iat.max(claims.nbf) <= now + LEEWAY_SECONDS;
    let is_over = now >= claims.exp.saturating_add(LEEWAY_SECONDS);
    let is_short = claims.exp > claims.iat && claims.exp.saturating_sub(claims.iat) <= longest;
    if has_begun && !is_over && is_short { Ok(()) } else { Err(TokenError::Time) }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::*;
    use crate::platform::crypto::generate_key;

    fn key() -> SigningKey {
        SecretString::from(generate_key().to_string()).try_into().unwrap()
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    fn tokens() -> Tokens {
        Tokens::new(&key(), "huiyin", 900).unwrap()
    }

    fn ids() -> (StaffId, SessionId) {
        (StaffId::new(now()), SessionId::new(now()))
    }

    /// A token signed with the right key, its header and claims altered at will.
    fn forged(tokens: &Tokens, alter: impl Fn(&mut Header, &mut Value)) -> String {
        let iat = now().timestamp();
        let mut header = Header::new(Algorithm::EdDSA);
        let mut claims = json!({"iss": "huiyin", "aud": "staff", "sub": Uuid::nil(), "sid": Uuid::nil(),
            "iat": iat, "nbf": iat, "exp": iat + 900, "jti": Uuid::nil()});
        alter(&mut header, &mut claims);
        jsonwebtoken::encode(&header, &claims, &tokens.signing).unwrap()
    }

    #[test]
    fn a_token_seen_before_is_looked_at_as_hard_as_a_new_one() {
        let tokens = tokens();
        let (staff, session) = ids();
        let issued = tokens.issue_staff(staff, session, now()).unwrap();
        for _ in 0..2 {
            assert_eq!(tokens.verify_staff(&issued.token, now()), Ok((staff, session)));
            assert_eq!(tokens.verify_citizen(&issued.token, now()), Err(TokenError::Invalid));
            let later = now() + TimeDelta::minutes(16);
            assert_eq!(tokens.verify_staff(&issued.token, later), Err(TokenError::Time));
            let other = format!("{}A", issued.token);
            assert_eq!(tokens.verify_staff(&other, now()), Err(TokenError::Invalid));
        }
    }

    #[test]
    fn a_token_gives_back_what_it_was_issued_for() {
        let tokens = tokens();
        let (staff, session) = ids();
        let issued = tokens.issue_staff(staff, session, now()).unwrap();
        assert_eq!(tokens.verify_staff(&issued.token, now()).unwrap(), (staff, session));
        assert_eq!(issued.expires_at, now() + TimeDelta::minutes(15));
        let citizen = tokens.issue_citizen(staff.0, now()).unwrap();
        assert_eq!(tokens.verify_citizen(&citizen.token, now()).unwrap(), staff.0);
        assert_eq!(forged_is(&tokens, |_, _| {}), Ok(()));
    }

    #[test]
    fn one_audience_is_never_the_other() {
        let tokens = tokens();
        let (staff, session) = ids();
        let for_staff = tokens.issue_staff(staff, session, now()).unwrap().token;
        let for_citizen = tokens.issue_citizen(staff.0, now()).unwrap().token;
        assert_eq!(tokens.verify_citizen(&for_staff, now()).unwrap_err(), TokenError::Invalid);
        assert_eq!(tokens.verify_staff(&for_citizen, now()).unwrap_err(), TokenError::Invalid);
    }

    #[test]
    fn a_token_ends_on_time_and_does_not_begin_early() {
        let tokens = tokens();
        let (staff, session) = ids();
        let token = tokens.issue_staff(staff, session, now()).unwrap().token;
        let at = |seconds| tokens.verify_staff(&token, now() + TimeDelta::seconds(seconds)).map(|_| ());
        assert_eq!(at(904), Ok(()));
        assert_eq!(at(905), Err(TokenError::Time));
        assert_eq!(at(-5), Ok(()));
        assert_eq!(at(-6), Err(TokenError::Time));
    }

    fn forged_is(tokens: &Tokens, alter: impl Fn(&mut Header, &mut Value)) -> Result<(), TokenError> {
        tokens.verify_staff(&forged(tokens, alter), now()).map(|_| ())
    }

    #[test]
    fn odd_headers_are_refused() {
        let tokens = tokens();
        assert_eq!(forged_is(&tokens, |h, _| h.typ = Some("at+jwt".into())), Err(TokenError::Invalid));
        assert_eq!(forged_is(&tokens, |h, _| h.typ = None), Err(TokenError::Invalid));
        assert_eq!(forged_is(&tokens, |h, _| h.crit = Some(vec!["b64".into()])), Err(TokenError::Invalid));
        assert_eq!(forged_is(&tokens, |h, _| h.crit = Some(vec![])), Err(TokenError::Invalid));
    }

    #[test]
    fn claims_out_of_time_are_refused() {
        let tokens = tokens();
        let second = now().timestamp();
        let altered =
            |name: &'static str, value: i64| forged_is(&tokens, move |_, claims| claims[name] = value.into());
        assert_eq!(altered("iat", second + 6), Err(TokenError::Time));
        assert_eq!(altered("nbf", second + 6), Err(TokenError::Time));
        assert_eq!(altered("exp", second + 901), Err(TokenError::Time));
        assert_eq!(altered("exp", second - 5), Err(TokenError::Time));
        assert_eq!(altered("exp", i64::MAX), Err(TokenError::Time));
        assert_eq!(altered("iat", i64::MIN), Err(TokenError::Time));
    }

    #[test]
    fn missing_and_foreign_claims_are_refused() {
        let tokens = tokens();
        for name in ["iss", "aud", "sub", "sid", "iat", "nbf", "exp", "jti"] {
            let without = move |_: &mut Header, claims: &mut Value| {
                claims.as_object_mut().unwrap().remove(name);
            };
            assert_eq!(forged_is(&tokens, without), Err(TokenError::Invalid), "{name}");
        }
        for (name, value) in [("iss", "another"), ("aud", "citizen"), ("role", "supervisor")] {
            let altered = forged_is(&tokens, move |_, claims| claims[name] = value.into());
            assert_eq!(altered, Err(TokenError::Invalid), "{name}");
        }
    }

    #[test]
    fn another_key_another_algorithm_or_an_altered_byte_is_refused() {
        let tokens = tokens();
        let (staff, session) = ids();
        let token = tokens.issue_staff(staff, session, now()).unwrap().token;
        assert_eq!(self::tokens().verify_staff(&token, now()).unwrap_err(), TokenError::Invalid);
        let parts: Vec<&str> = token.split('.').collect();
        let with_header =
            |header: &str| format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header), parts[1], parts[2]);
        for header in [r#"{"typ":"JWT","alg":"none"}"#, r#"{"typ":"JWT","alg":"HS256"}"#, "{}", ""] {
            assert_eq!(tokens.verify_staff(&with_header(header), now()).unwrap_err(), TokenError::Invalid);
        }
        for refused in
            ["", ".", "..", "a.b.c", token.trim_start_matches('e'), &format!("{token}.x"), &"a".repeat(4096)]
        {
            assert_eq!(tokens.verify_staff(refused, now()).unwrap_err(), TokenError::Invalid);
        }
    }

    #[test]
    fn a_lifetime_is_never_longer_than_fifteen_minutes() {
        let tokens = Tokens::new(&key(), "huiyin", 86_400).unwrap();
        let issued = tokens.issue_citizen(Uuid::nil(), now()).unwrap();
        assert_eq!(issued.expires_at, now() + TimeDelta::minutes(15));
        assert!(tokens.verify_citizen(&issued.token, now()).is_ok());
    }
}
