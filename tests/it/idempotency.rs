//! Requests under one idempotency key: run once, answered twice, refused when they differ.

use actix_web::test::TestRequest;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, RunQueryDsl};
use sha2::{Digest, Sha256};

use huiyin::platform::crypto::{Sealer, generate_key};
use huiyin::platform::http::extract::RequestDigest;
use huiyin::platform::http::idempotency::{Idempotency, IdempotencyError, claim, once, purge};
use huiyin::platform::http::versioned::Answer;

use crate::support::database::TestDatabase;

fn sealer() -> Sealer {
    Sealer::new(format!("1:{}", *generate_key()).parse().unwrap())
}

fn request(key: &str, caller: &str, body: &str) -> Idempotency {
    let request = TestRequest::post().uri("/v1/things").insert_header(("Idempotency-Key", key));
    let digest = RequestDigest(Sha256::digest(body).into());
    Idempotency::required(&request.to_http_request(), caller, digest).unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-09-18T01:00:00Z".parse().unwrap()
}

fn run(
    conn: &mut PgConnection,
    sealer: &Sealer,
    request: &Idempotency,
    value: i32,
) -> Result<(i32, Answer), String> {
    let done =
        conn.transaction::<_, IdempotencyError, _>(|conn| once(conn, request, sealer, now(), |_| Ok(value)));
    done.map(|once| (once.value, once.answer)).map_err(|error| error.to_string())
}

fn run_claim(
    conn: &mut PgConnection,
    sealer: &Sealer,
    request: &Idempotency,
    value: i32,
) -> Result<(i32, Answer), String> {
    let done = conn.transaction::<_, IdempotencyError, _>(|conn| claim(conn, request, sealer, now(), value));
    done.map(|once| (once.value, once.answer)).map_err(|error| error.to_string())
}

type Run = fn(&mut PgConnection, &Sealer, &Idempotency, i32) -> Result<(i32, Answer), String>;

/// Both ways to run a request keep the same promises.
const WAYS: [Run; 2] = [run, run_claim];

#[test]
fn a_repeated_request_gets_the_first_answer() {
    let database = TestDatabase::new();
    for (way, key) in WAYS.iter().zip(["a", "b"]) {
        let (mut conn, sealer) = (database.connect(), sealer());
        let first = request(key, "staff:1", "{}");
        assert_eq!(way(&mut conn, &sealer, &first, 1), Ok((1, Answer::New)));
        assert_eq!(way(&mut conn, &sealer, &first, 2), Ok((1, Answer::Replayed)));
        assert_eq!(way(&mut conn, &sealer, &request(key, "staff:2", "{}"), 3), Ok((3, Answer::New)));
    }
}

#[test]
fn another_body_under_the_same_key_is_refused() {
    let database = TestDatabase::new();
    for (way, key) in WAYS.iter().zip(["a", "b"]) {
        let (mut conn, sealer) = (database.connect(), sealer());
        way(&mut conn, &sealer, &request(key, "staff:1", "{}"), 1).unwrap();
        let refused = way(&mut conn, &sealer, &request(key, "staff:1", "{ }"), 2);
        assert_eq!(refused, Err(IdempotencyError::KeyReused.to_string()));
    }
}

#[test]
fn a_request_in_flight_is_not_waited_for() {
    let database = TestDatabase::new();
    for (way, key) in WAYS.iter().zip(["a", "b"]) {
        let (mut one, mut other, sealer) = (database.connect(), database.connect(), sealer());
        let first = request(key, "staff:1", "{}");
        one.batch_execute("BEGIN").unwrap();
        let value = once::<_, IdempotencyError>(&mut one, &first, &sealer, now(), |_| Ok(1)).unwrap();
        assert_eq!(value.answer, Answer::New);
        assert_eq!(way(&mut other, &sealer, &first, 2), Err(IdempotencyError::InFlight.to_string()));
        one.batch_execute("COMMIT").unwrap();
        assert_eq!(way(&mut other, &sealer, &first, 2), Ok((1, Answer::Replayed)));
    }
}

#[test]
fn a_command_that_fails_leaves_its_key_free() {
    let database = TestDatabase::new();
    let (mut conn, sealer) = (database.connect(), sealer());
    let first = request("a", "staff:1", "{}");
    let failed = conn.transaction::<i32, IdempotencyError, _>(|conn| {
        once(conn, &first, &sealer, now(), |_| Err::<i32, _>(IdempotencyError::InFlight))
            .map(|once| once.value)
    });
    assert!(failed.is_err());
    assert_eq!(run(&mut conn, &sealer, &first, 2), Ok((2, Answer::New)));
}

#[test]
fn old_answers_are_forgotten_in_handfuls() {
    let database = TestDatabase::new();
    let (mut conn, sealer) = (database.connect(), sealer());
    for key in ["a", "b", "c"] {
        run(&mut conn, &sealer, &request(key, "staff:1", "{}"), 1).unwrap();
    }
    assert_eq!(purge(&mut conn, now(), 10).unwrap(), 0);
    let later = now() + TimeDelta::seconds(1);
    assert_eq!(purge(&mut conn, later, 2).unwrap(), 2);
    assert_eq!(purge(&mut conn, later, 2).unwrap(), 1);
}

#[test]
fn answers_are_sealed_where_they_lie() {
    let database = TestDatabase::new();
    let (mut conn, sealer) = (database.connect(), sealer());
    let asked = request("a", "staff:1", "{}");
    let secret = "7QK2-M0XA-9T4R".to_owned();
    conn.transaction::<_, IdempotencyError, _>(|conn| claim(conn, &asked, &sealer, now(), secret)).unwrap();
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Binary)]
        response: Vec<u8>,
    }
    let row: Row = diesel::sql_query("SELECT response FROM idempotency").get_result(&mut conn).unwrap();
    assert!(!row.response.windows(4).any(|bytes| bytes == b"7QK2"));
}

#[test]
fn keys_that_are_missing_or_malformed_are_told_apart() {
    let code = |request: TestRequest| {
        let digest = RequestDigest([0; 32]);
        Idempotency::required(&request.to_http_request(), "citizen", digest).unwrap_err().kind.code
    };
    let with = |key: &str| TestRequest::post().insert_header(("Idempotency-Key", key));
    assert_eq!(code(TestRequest::post()), "idempotency_key_required");
    assert_eq!(code(with("")), "invalid_idempotency_key");
    assert_eq!(code(with(&"k".repeat(256))), "invalid_idempotency_key");
    assert_eq!(code(with("a").append_header(("Idempotency-Key", "b"))), "invalid_idempotency_key");
}
