//! Whether the keys of this instance are those of its database. A wrong key would seal letters that nobody can open again and
//! miss everything that it looks for, without any error, so that an instance with one must not start.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::platform::auth::settings::Secrets;
use crate::platform::auth::token::fingerprint;
use crate::platform::crypto::{CryptoError, Sealer};
use crate::platform::db::DbError;
use crate::platform::db::schema::key_canary;

/// What every sealing key seals.
const WORDS: &[u8] = b"huiyin key canary: a letter that must open";
const SEALING: &str = "sealing:";
const INDEX: &str = "blind_index";
const TOKEN: &str = "token";

/// Why these keys are not those of the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyFault {
    /// The database holds what this key sealed, and it is not configured.
    #[error("secrets.sealing_keys: key {0} is missing; what it sealed in this database could not be opened")]
    SealingKeyMissing(u8),
    /// Another key has this id.
    #[error("secrets.sealing_keys: key {0} is not the one that sealed this database")]
    WrongSealingKey(u8),
    /// The lowest key is another one, and with it every blind index.
    #[error(
        "secrets.sealing_keys: the key of the lowest id is not the one this database is indexed with; add new keys with \
         higher ids"
    )]
    WrongIndexKey,
    /// The key of tokens is another one.
    #[error(
        "secrets.token_key: is not the one this database knows; everybody would be signed out and other instances would \
         refuse its tokens. If it is meant, start once with secrets.accept_new_token_key = true"
    )]
    WrongTokenKey,
    /// What was sealed before there were canaries does not open.
    #[error("secrets.sealing_keys: what is sealed in this database does not open with them")]
    OpensNothing,
}

/// Why the keys could not be looked at, or are wrong.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// They are wrong.
    #[error(transparent)]
    Fault(#[from] KeyFault),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
    /// The keys do not work at all.
    #[error(transparent)]
    Crypto(#[from] CryptoError),
}

impl From<diesel::result::Error> for KeyError {
    fn from(error: diesel::result::Error) -> KeyError {
        KeyError::Database(error.into())
    }
}

/// The keys of an instance. Cheap to clone.
#[derive(Debug, Clone)]
pub struct KeyRing {
    sealer: Sealer,
    token: [u8; 32],
}

impl KeyRing {
    /// Those that are configured.
    pub fn new(secrets: &Secrets) -> KeyRing {
        let sealer = Sealer::new(secrets.sealing_keys.clone());
        KeyRing { sealer, token: fingerprint(&secrets.token_key) }
    }

    /// What seals and opens with them.
    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Whether they are those of the database, as far as it has canaries. Changes nothing.
    pub fn examine(&self, conn: &mut PgConnection) -> Result<(), KeyError> {
        // A database that has not been migrated yet knows no keys.
        if !has_table(conn)? {
            return Ok(());
        }
        let mut rows: Vec<(String, Vec<u8>)> =
            key_canary::table.select((key_canary::name, key_canary::canary)).load(conn)?;
        // What is wrong with a sealing key says more than that the index differs for it.
        rows.sort_by_key(|(name, _)| !name.starts_with(SEALING));
        rows.iter().try_for_each(|(name, canary)| Ok(self.agree(name, canary)?))
    }

    /// Examines them and plants the canaries that are not there yet. `opens`: whether what was sealed before opens, asked
    /// when the database has no canary at all. Call it in a transaction.
    pub fn check_in(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        opens: impl FnOnce(&mut PgConnection) -> QueryResult<bool>,
    ) -> Result<(), KeyError> {
        self.examine(conn)?;
        let is_first = key_canary::table.count().get_result::<i64>(conn)? == 0;
        if is_first && !opens(conn)? {
            return Err(KeyFault::OpensNothing.into());
        }
        for (name, canary) in self.canaries()? {
            diesel::insert_into(key_canary::table)
                .values((
                    key_canary::name.eq(name),
                    key_canary::canary.eq(canary),
                    key_canary::planted_at.eq(now),
                ))
                .on_conflict_do_nothing()
                .execute(conn)?;
        }
        // Another instance may have planted others this very moment.
        self.examine(conn)
    }

    /// Takes the key of tokens for the right one from now on, if the database is migrated so far.
    pub fn accept_token_key(&self, conn: &mut PgConnection) -> Result<(), KeyError> {
        diesel::update(key_canary::table.find(TOKEN))
            .set(key_canary::canary.eq(self.token.as_slice()))
            .execute(conn)?;
        Ok(())
    }

    fn agree(&self, name: &str, canary: &[u8]) -> Result<(), KeyFault> {
        match name {
            INDEX if canary != self.index() => Err(KeyFault::WrongIndexKey),
            TOKEN if canary != self.token => Err(KeyFault::WrongTokenKey),
            _ => match name.strip_prefix(SEALING).and_then(|id| id.parse().ok()) {
                Some(id) => self.open(id, canary),
                None => Ok(()),
            },
        }
    }

    fn open(&self, id: u8, canary: &[u8]) -> Result<(), KeyFault> {
        match self.sealer.open(canary, context(id).as_bytes()) {
            Ok(words) if *words == WORDS => Ok(()),
            Err(CryptoError::UnknownKey(_)) => Err(KeyFault::SealingKeyMissing(id)),
            _ => Err(KeyFault::WrongSealingKey(id)),
        }
    }

    fn canaries(&self) -> Result<Vec<(String, Vec<u8>)>, CryptoError> {
        let mut canaries =
            vec![(INDEX.to_owned(), self.index().to_vec()), (TOKEN.to_owned(), self.token.to_vec())];
        for id in self.sealer.key_ids() {
            canaries.push((context(id), self.sealer.seal_with(id, WORDS, context(id).as_bytes())?));
        }
        Ok(canaries)
    }

    fn index(&self) -> [u8; 32] {
        self.sealer.blind_index("key_canary", "a letter that must be found")
    }
}

/// The name of a sealing key's canary, which is where it belongs too.
fn context(id: u8) -> String {
    format!("{SEALING}{id}")
}

fn has_table(conn: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(sql::<Bool>("to_regclass('key_canary') IS NOT NULL")).get_result(conn)
}
