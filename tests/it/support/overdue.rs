//! The sample city with one member of staff of every role that hears of alarms, and tickets whose alarms are due, in bulk.

use std::path::Path;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text, Timestamptz};
use huiyin::features::directory::{CityFiles, seed};
use huiyin::rules::vocabulary::AlarmLevel;
use uuid::Uuid;

/// Puts city and staff into an empty database.
pub fn populate(conn: &mut PgConnection) {
    let city = CityFiles::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city")).unwrap();
    seed(conn, &city).unwrap();
    hire(conn);
}

/// Puts accepted tickets into the database whose promise broke at this instant and of whose ladder the level `last` was
/// the last to fire.
pub fn put(conn: &mut PgConnection, tickets: i64, due_at: DateTime<Utc>, last: AlarmLevel) {
    put_as(conn, "T", tickets, due_at, last);
}

/// The same with numbers that begin with this.
pub fn put_as(conn: &mut PgConnection, prefix: &str, tickets: i64, due_at: DateTime<Utc>, last: AlarmLevel) {
    diesel::sql_query(OVERDUE)
        .bind::<BigInt, _>(tickets)
        .bind::<Timestamptz, _>(due_at)
        .bind::<Text, _>(last)
        .bind::<Text, _>(prefix)
        .execute(conn)
        .unwrap();
}

const OVERDUE: &str = "
    WITH made AS MATERIALIZED (
        SELECT n, gen_random_uuid() AS ticket_id, gen_random_uuid() AS clock_id FROM generate_series(1, $1) AS n
    ), tickets AS (
        INSERT INTO ticket (id, reference, access_code_hash, kind, channel, category_id, title, body, locale, state,
            citizen_clock_id, due_at, received_at, event_count, event_hash)
        SELECT ticket_id, $4 || '-' || n, sha256(uuid_send(ticket_id)), 'complaint', 'web',
            (SELECT min(id) FROM category), '路灯不亮', '路灯坏了。', 'zh-CN', 'accepted', clock_id, $2,
            $2 - interval '7 days', 1, sha256(uuid_send(ticket_id))
        FROM made
    )
    INSERT INTO clock (id, ticket_id, cycle, metric, limit_code, policy_code, policy_version, calendar_code,
        calendar_version, amount, anchor_on, due_on, due_at, is_provisional, status, started_at, last_alarm,
        next_alarm_at)
    SELECT clock_id, ticket_id, 1, 'reply', 'reply', 'default', 1, 'cn', 1, 5,
        (($2 - interval '8 days') AT TIME ZONE 'Asia/Shanghai')::date,
        (($2 - interval '1 hour') AT TIME ZONE 'Asia/Shanghai')::date, $2, false, 'running', $2 - interval '7 days',
        $3, $2
    FROM made";

/// One member of staff of every role that hears of alarms.
fn hire(conn: &mut PgConnection) {
    for (username, role, department) in [
        ("intake", "intake", None),
        ("dispatcher", "dispatcher", None),
        ("supervisor", "supervisor", None),
        ("lead", "department_lead", Some("heating-office")),
        ("handler", "handler", Some("heating-office")),
    ] {
        let (id, department) = (Uuid::now_v7(), department.map_or("NULL".into(), |code| format!("'{code}'")));
        diesel::sql_query(format!(
            "WITH hired AS (INSERT INTO staff (id, username, display_name, mail, locale, department_id,
                 is_administrator, created_at)
             SELECT '{id}', '{username}', '{username}', '{username}@example.org', 'zh-CN', id, false, now()
             FROM department WHERE code = 'heating-office' RETURNING id)
             INSERT INTO staff_grant (id, staff_id, role, department_id, granted_at)
             SELECT gen_random_uuid(), hired.id, '{role}', (SELECT id FROM department WHERE code = {department}),
                 now() FROM hired"
        ))
        .execute(conn)
        .unwrap();
    }
}
