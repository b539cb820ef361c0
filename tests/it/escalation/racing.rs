//! Sweeps at the same time as other sweeps and as commands.

use std::collections::HashSet;

use chrono::TimeDelta;
use diesel::prelude::*;
use huiyin::platform::db::schema::{alarm, clock, outbox_message, ticket};
use uuid::Uuid;

use super::world::{World, instant};

const DUE_AT: &str = "2026-09-17T16:00:00Z";
const NOW: &str = "2026-09-18T01:00:00Z";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_racing_sweeps_fire_each_alarm_once() {
    let world = World::at(NOW).await;
    world.put_overdue(1000, instant(DUE_AT));
    let (one, other) = (world.another_sweep(), world.another_sweep());
    let one = tokio::spawn(async move { one.run_once(instant(NOW)).await.unwrap() });
    let other = tokio::spawn(async move { other.run_once(instant(NOW)).await.unwrap() });
    let (one, other) = (one.await.unwrap(), other.await.unwrap());
    assert_eq!((one.fired + other.fired, one.notified + other.notified), (1000, 1000));
    let mut conn = world.database.connect();
    let clocks: Vec<Uuid> = alarm::table.select(alarm::clock_id).load(&mut conn).unwrap();
    assert_eq!((clocks.len(), clocks.into_iter().collect::<HashSet<_>>().len()), (1000, 1000));
    let mails = outbox_message::table.filter(outbox_message::topic.eq("notice"));
    let mails: Vec<Option<Uuid>> = mails.select(outbox_message::ticket_id).load(&mut conn).unwrap();
    assert_eq!((mails.len(), mails.into_iter().collect::<HashSet<_>>().len()), (1000, 1000));
}

#[tokio::test]
async fn a_command_that_holds_a_ticket_does_not_hold_the_sweep_up() {
    let world = World::at(NOW).await;
    world.put_overdue(3, instant(DUE_AT));
    let mut command = world.database.connect();
    diesel::sql_query("BEGIN").execute(&mut command).unwrap();
    let held: Uuid = ticket::table.select(ticket::id).for_update().first(&mut command).unwrap();
    let swept = world.sweep(instant(NOW)).await;
    assert_eq!((swept.fired, swept.batches), (2, 1));
    // The command goes on to the ticket's clock, which no sweep holds.
    let own = diesel::update(clock::table.filter(clock::ticket_id.eq(held)));
    assert_eq!(own.set(clock::end_cause.eq("command")).execute(&mut command).unwrap(), 1);
    diesel::sql_query("COMMIT").execute(&mut command).unwrap();
    assert_eq!(world.sweep(instant(NOW)).await.fired, 1, "the next round finds what was left out");
}

#[tokio::test]
async fn a_sweep_that_fails_leaves_nothing_behind_and_the_next_one_fires() {
    let world = World::at(NOW).await;
    world.put_overdue(10, instant(DUE_AT));
    let mut conn = world.database.connect();
    diesel::sql_query("ALTER TABLE clock ADD CONSTRAINT broken CHECK (last_alarm <> 'l1')")
        .execute(&mut conn)
        .unwrap();
    let failed = world.another_sweep().run_once(instant(NOW)).await.unwrap();
    assert_eq!((failed.fired, failed.notified, failed.set_aside), (0, 0, 10));
    let counts = |conn: &mut PgConnection| -> (i64, i64) {
        let mails = outbox_message::table.count().get_result(conn).unwrap();
        (alarm::table.count().get_result(conn).unwrap(), mails)
    };
    assert_eq!(counts(&mut conn), (0, 0));
    diesel::sql_query("ALTER TABLE clock DROP CONSTRAINT broken").execute(&mut conn).unwrap();
    assert_eq!(world.sweep(instant(NOW) + TimeDelta::minutes(1)).await.notified, 10);
    assert_eq!(counts(&mut conn), (10, 20), "ten mails and ten figures");
}
