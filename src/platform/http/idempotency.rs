//! Repeating a request safely: the answer is stored under the caller's `Idempotency-Key` in the command's own
//! transaction, and a repetition is given the stored answer.
//!
//! Answers are kept [`KEPT_DAYS`] days, sealed. Refusals are not stored: the transaction that would hold them is rolled
//! back, and repeating a refused request is harmless.

use actix_web::HttpRequest;
use chrono::{DateTime, Utc};
use diesel::dsl::select;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Timestamptz};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::extract::RequestDigest;
use super::problem::{CONFLICT_IN_FLIGHT, INTERNAL, Problem, ProblemKind, Sentence};
use super::versioned::Answer;
use crate::platform::crypto::Sealer;
use crate::platform::db::DbError;
use crate::platform::db::schema::idempotency;

/// How long an answer is kept.
pub const KEPT_DAYS: i64 = 7;

/// The key was used for another request.
pub const KEY_REUSED: ProblemKind = ProblemKind::new(422, "idempotency_key_reused");
/// The endpoint requires a key.
pub const KEY_REQUIRED: ProblemKind = ProblemKind::new(400, "idempotency_key_required");
/// The key is not 1 to 255 printable ASCII characters.
pub const INVALID_KEY: ProblemKind = ProblemKind::new(400, "invalid_idempotency_key");

const MAX_KEY_CHARS: usize = 255;

diesel::define_sql_function! {
    /// Takes the lock until the transaction ends, or tells that another has it.
    fn pg_try_advisory_xact_lock(key: BigInt) -> Bool;
}

/// Why a request cannot be run under its key.
#[derive(Debug, thiserror::Error)]
pub enum IdempotencyError {
    /// The same request is being worked on.
    #[error("a request with this idempotency key is in flight")]
    InFlight,
    /// The key stands for a request with another body.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The stored answer cannot be read, or the new one not be sealed.
    #[error("the stored answer is unusable: {0}")]
    Answer(String),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<diesel::result::Error> for IdempotencyError {
    fn from(error: diesel::result::Error) -> IdempotencyError {
        IdempotencyError::Database(error.into())
    }
}

impl From<IdempotencyError> for Problem {
    fn from(error: IdempotencyError) -> Problem {
        match error {
            IdempotencyError::InFlight => Problem::new(CONFLICT_IN_FLIGHT).retry_after(1),
            IdempotencyError::KeyReused => Problem::new(KEY_REUSED),
            IdempotencyError::Answer(cause) => Problem::new(INTERNAL).because(cause),
            IdempotencyError::Database(error) => error.into(),
        }
    }
}

/// What makes two requests the same one: caller, method, path and key; and the body's digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idempotency {
    scope: Option<[u8; 32]>,
    request: RequestDigest,
}

impl Idempotency {
    /// For endpoints that accept a key; without one, [`once`] just runs the command. `caller` tells callers apart,
    /// such as `staff:<id>` or `ticket:<id>`.
    pub fn accepted(
        request: &HttpRequest,
        caller: &str,
        body: RequestDigest,
    ) -> Result<Idempotency, Problem> {
        let key = key(request)?;
        Ok(Idempotency { scope: key.map(|key| scope(request, caller, key)), request: body })
    }

    /// For endpoints that require a key: 400 without one.
    pub fn required(
        request: &HttpRequest,
        caller: &str,
        body: RequestDigest,
    ) -> Result<Idempotency, Problem> {
        let idempotency = Idempotency::accepted(request, caller, body)?;
        if idempotency.scope.is_none() {
            return Err(Problem::new(KEY_REQUIRED));
        }
        Ok(idempotency)
    }

    /// For commands that do not come over HTTP and are not repeated.
    pub fn none() -> Idempotency {
        Idempotency { scope: None, request: RequestDigest([0; 32]) }
    }
}

fn key(request: &HttpRequest) -> Result<Option<&[u8]>, Problem> {
    let mut values = request.headers().get_all("idempotency-key").map(|value| value.as_bytes());
    let Some(key) = values.next() else { return Ok(None) };
    let fits = (1..=MAX_KEY_CHARS).contains(&key.len()) && key.iter().all(|c| matches!(c, b' '..=b'~'));
    if fits && values.next().is_none() {
        return Ok(Some(key));
    }
    Err(Problem::new(INVALID_KEY).detail(Sentence::new("detail-idempotency_key")))
}

/// Every part is preceded by its length, so that no two different requests look the same.
fn scope(request: &HttpRequest, caller: &str, key: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in [caller.as_bytes(), request.method().as_str().as_bytes(), request.path().as_bytes(), key] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// An answer, and whether it is the stored one of an earlier request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Once<T> {
    /// The answer.
    pub value: T,
    /// Whether it was given before.
    pub answer: Answer,
}

impl<T> Once<T> {
    fn new(value: T) -> Once<T> {
        Once { value, answer: Answer::New }
    }

    /// Whether the command ran now.
    pub fn is_new(&self) -> bool {
        self.answer == Answer::New
    }

    /// The same with another value.
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Once<U> {
        Once { value: view(self.value), answer: self.answer }
    }
}

/// Runs `work` unless the same request was answered before, and stores its answer. Call it inside the command's
/// transaction: the answer is kept exactly when the command's effects are.
pub fn once<T, E>(
    conn: &mut PgConnection,
    idempotency: &Idempotency,
    sealer: &Sealer,
    now: DateTime<Utc>,
    work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<Once<T>, E>
where
    T: Serialize + DeserializeOwned,
    E: From<IdempotencyError>,
{
    let Some(scope) = idempotency.scope else { return work(conn).map(Once::new) };
    lock(conn, &scope)?;
    if let Some(value) = stored(conn, &scope, idempotency.request, sealer)? {
        return Ok(Once { value, answer: Answer::Replayed });
    }
    let value = work(conn)?;
    let row = Row::new(scope, idempotency.request, sealer, &value)?;
    // The lock is ours, so nobody else can have stored an answer meanwhile.
    insert(conn, &row, now).map_err(IdempotencyError::from)?;
    Ok(Once::new(value))
}

/// Stores an answer that is known before the work is done, in one statement, or gives the earlier one back. When it
/// says [`Answer::New`], do the work in this same transaction.
pub fn claim<T>(
    conn: &mut PgConnection,
    idempotency: &Idempotency,
    sealer: &Sealer,
    now: DateTime<Utc>,
    answer: T,
) -> Result<Once<T>, IdempotencyError>
where
    T: Serialize + DeserializeOwned,
{
    let Some(scope) = idempotency.scope else { return Ok(Once::new(answer)) };
    let row = Row::new(scope, idempotency.request, sealer, &answer)?;
    if insert(conn, &row, now)? == 1 {
        return Ok(Once::new(answer));
    }
    // Either the answer is there, or whoever holds the lock has not committed it yet.
    let value = stored(conn, &scope, idempotency.request, sealer)?.ok_or(IdempotencyError::InFlight)?;
    Ok(Once { value, answer: Answer::Replayed })
}

/// Forgets at most `limit` answers stored before `before`. Returns how many.
pub fn purge(conn: &mut PgConnection, before: DateTime<Utc>, limit: i64) -> Result<usize, DbError> {
    let old = idempotency::table
        .select(idempotency::scope)
        .filter(idempotency::created_at.lt(before))
        .limit(limit)
        .into_boxed();
    Ok(diesel::delete(idempotency::table.filter(idempotency::scope.eq_any(old))).execute(conn)?)
}

/// A row that is about to be inserted.
struct Row {
    scope: [u8; 32],
    request: RequestDigest,
    sealed: Vec<u8>,
}

impl Row {
    fn new<T: Serialize>(
        scope: [u8; 32],
        request: RequestDigest,
        sealer: &Sealer,
        answer: &T,
    ) -> Result<Row, IdempotencyError> {
        let json = serde_json::to_vec(answer).map_err(unusable)?;
        let sealed = sealer.seal(&json, &context(&scope)).map_err(unusable)?;
        Ok(Row { scope, request, sealed })
    }
}

fn lock(conn: &mut PgConnection, scope: &[u8; 32]) -> Result<(), IdempotencyError> {
    let is_ours = select(pg_try_advisory_xact_lock(lock_number(scope))).get_result::<bool>(conn)?;
    if is_ours { Ok(()) } else { Err(IdempotencyError::InFlight) }
}

/// Inserts the row if the lock is free and there is none yet. Returns the rows inserted, 0 or 1.
fn insert(conn: &mut PgConnection, row: &Row, now: DateTime<Utc>) -> QueryResult<usize> {
    let values = select((
        row.scope.as_slice().into_sql::<Binary>(),
        row.request.0.as_slice().into_sql::<Binary>(),
        row.sealed.as_slice().into_sql::<Binary>(),
        now.into_sql::<Timestamptz>(),
    ));
    diesel::insert_into(idempotency::table)
        .values(values.filter(pg_try_advisory_xact_lock(lock_number(&row.scope))))
        .into_columns((
            idempotency::scope,
            idempotency::request_digest,
            idempotency::response,
            idempotency::created_at,
        ))
        .on_conflict_do_nothing()
        .execute(conn)
}

fn stored<T: DeserializeOwned>(
    conn: &mut PgConnection,
    scope: &[u8; 32],
    request: RequestDigest,
    sealer: &Sealer,
) -> Result<Option<T>, IdempotencyError> {
    let row: Option<(Vec<u8>, Vec<u8>)> = idempotency::table
        .find(scope.as_slice())
        .select((idempotency::request_digest, idempotency::response))
        .first(conn)
        .optional()?;
    let Some((digest, sealed)) = row else { return Ok(None) };
    if digest != request.0 {
        return Err(IdempotencyError::KeyReused);
    }
    let json = sealer.open(&sealed, &context(scope)).map_err(unusable)?;
    serde_json::from_slice(&json).map(Some).map_err(unusable)
}

fn context(scope: &[u8; 32]) -> Vec<u8> {
    [b"idempotency.response:".as_slice(), scope].concat()
}

fn lock_number(scope: &[u8; 32]) -> i64 {
    i64::from_be_bytes(scope.first_chunk().copied().unwrap_or_default())
}

fn unusable(error: impl std::fmt::Display) -> IdempotencyError {
    IdempotencyError::Answer(error.to_string())
}
