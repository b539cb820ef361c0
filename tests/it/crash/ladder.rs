//! Three instances with two sweeps each, killed one after the other, with the clock turned, with PostgreSQL restarted: each
//! of 5 000 alarms fires once and is told once.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use futures_util::future::join_all;
use huiyin::features::escalation::{Delivery, EscalationSettings};
use huiyin::platform::clock::{Clock, SystemClock};
use huiyin::platform::db::cluster::{ClusterOptions, PrivateCluster};
use huiyin::platform::db::run_migrations;
use huiyin::platform::db::schema::{alarm, alarm_notice, outbox_message};
use huiyin::rules::vocabulary::AlarmLevel;
use serde_json::Value;
use uuid::Uuid;

use super::{Instance, Site, lapse_leases_of_the_dead, mails, until};
use crate::escalation::world::{World, instant};
use crate::support::overdue;

const ALARMS: usize = 5000;
const INSTANCES: [&str; 3] = ["one", "two", "three"];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_instances_tell_of_5000_alarms_once_while_one_is_killed_every_second() {
    let site = Site::new().await;
    overdue::put(&mut site.connect(), ALARMS as i64, last_midnight(), AlarmLevel::L0);
    let mut running: Vec<Instance> = INSTANCES.iter().map(|name| site.start(name, true)).collect();
    until("the first alarm", || fired(&site) > 0).await;
    let mut seconds = tokio::time::interval(Duration::from_secs(1));
    for victim in (0..INSTANCES.len()).cycle() {
        seconds.tick().await;
        running.remove(victim).kill();
        running.insert(victim, site.start(INSTANCES[victim], true));
        if fired(&site) == ALARMS {
            break;
        }
    }
    assert_each_is_told_once(&site).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_instances_tell_of_5000_alarms_once_while_postgresql_is_restarted() {
    let parent = open_folder();
    let cluster = PrivateCluster::start(&ClusterOptions::durable(parent.path().join("cluster"))).unwrap();
    let site = Site::at(cluster.database_url());
    run_migrations(&mut site.connect()).unwrap();
    overdue::populate(&mut site.connect());
    overdue::put(&mut site.connect(), ALARMS as i64, last_midnight(), AlarmLevel::L0);
    let _running: Vec<Instance> = INSTANCES.iter().map(|name| site.start(name, true)).collect();
    until("the first alarm", || fired(&site) > 0).await;
    // As after a power cut: nobody is asked to finish.
    let restart = ["restart", "--pgdata=data", "--mode=immediate", "--wait", "--silent"];
    let mut restart_now = cluster.command(cluster.program("pg_ctl"));
    let restarted = restart_now.args(restart).stdout(std::process::Stdio::null()).status();
    assert!(restarted.unwrap().success());
    assert_each_is_told_once(&site).await;
}

/// Within the hours in which nothing but L1 is due, whatever the offset.
const HOURS: [i64; 6] = [0, 14, -20, 3, -1, 9];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_instances_fire_5000_alarms_once_while_clocks_go_back_and_forth_and_connections_die() {
    let settings = EscalationSettings {
        storm_alarms_per_minute: 0,
        delivery: Delivery::AtOnce,
        ..EscalationSettings::default()
    };
    let world = World::with("2026-09-18T01:00:00Z", settings).await;
    world.put_overdue(ALARMS as i64, instant("2026-09-17T16:00:00Z"));
    let sweeps: Vec<_> = (0..3).map(|_| world.another_sweep()).collect();
    let (failures, mut rounds) = (AtomicUsize::new(0), 0_usize);
    let count =
        |world: &World| -> i64 { alarm::table.count().get_result(&mut world.database.connect()).unwrap() };
    while count(&world) < ALARMS as i64 {
        let now = |sweeper: usize| {
            let hours = HOURS[(rounds + sweeper) % HOURS.len()];
            instant("2026-09-18T01:00:00Z") + TimeDelta::hours(hours)
        };
        let running = (0..6).map(|sweeper| {
            let (sweep, now) = (sweeps[sweeper / 2].clone(), now(sweeper));
            let failures = &failures;
            async move {
                if sweep.run_once(now).await.is_err() {
                    failures.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        let (_, ()) = tokio::join!(join_all(running), cut_connections(&world));
        rounds += 1;
        assert!(rounds < 200, "it does not come to an end");
    }
    assert_eq!(count(&world), ALARMS as i64);
    world.sweep(instant("2026-09-18T15:00:00Z")).await;
    let mut conn = world.database.connect();
    let alarms: Vec<(Uuid, i16, AlarmLevel)> =
        alarm::table.select((alarm::clock_id, alarm::arming, alarm::level)).load(&mut conn).unwrap();
    assert_eq!((alarms.len(), alarms.into_iter().collect::<HashSet<_>>().len()), (ALARMS, ALARMS));
    assert_each_stands_in_one_mail(&mut conn);
    println!("{rounds} rounds, {} sweeps were cut off", failures.into_inner());
}

/// Cuts connections of the instances that are in a transaction, as when their host vanishes.
async fn cut_connections(world: &World) {
    let mut conn = world.database.connect();
    let mut ticks = tokio::time::interval(Duration::from_millis(60));
    for _ in 0..3 {
        ticks.tick().await;
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
                   AND pid <> pg_backend_pid() AND application_name = 'huiyin' AND xact_start IS NOT NULL LIMIT 1";
        diesel::sql_query(cut).execute(&mut conn).unwrap();
    }
}

/// Every alarm has one notice, every notice one mail that names it, and every mail was sent.
async fn assert_each_is_told_once(site: &Site) {
    until("firing", || fired(site) == ALARMS).await;
    until("mailing", || {
        let Ok(mut conn) = PgConnection::establish(&site.url) else { return false };
        lapse_leases_of_the_dead(&mut conn);
        untold(&mut conn) == 0 && mails(&site.mail_folder()).len() == messages(&mut conn).len()
    })
    .await;
    let mut conn = site.connect();
    let clocks: Vec<Uuid> = alarm::table.select(alarm::clock_id).load(&mut conn).unwrap();
    assert_eq!((clocks.len(), clocks.into_iter().collect::<HashSet<_>>().len()), (ALARMS, ALARMS));
    assert_each_stands_in_one_mail(&mut conn);
    let sent = mails(&site.mail_folder());
    let written: HashSet<String> = messages(&mut conn).iter().map(|(id, _)| id.to_string()).collect();
    assert!(sent == written, "each message is one mail");
}

fn assert_each_stands_in_one_mail(conn: &mut PgConnection) {
    let told: Vec<(Uuid, Option<Uuid>)> =
        alarm_notice::table.select((alarm_notice::alarm_id, alarm_notice::message_id)).load(conn).unwrap();
    let alarms: HashSet<Uuid> = told.iter().map(|(alarm, _)| *alarm).collect();
    assert_eq!((told.len(), alarms.len()), (ALARMS, ALARMS));
    let messages = messages(conn);
    let ids: HashSet<Uuid> = messages.iter().map(|(id, _)| *id).collect();
    assert!(told.iter().all(|(_, message)| message.is_some_and(|id| ids.contains(&id))), "each is in a mail");
    let mut named: Vec<String> = messages.iter().flat_map(|(_, mail)| references(mail)).collect();
    let mut wanted: Vec<String> = alarm::table.select(alarm::reference).load(conn).unwrap();
    named.sort();
    wanted.sort();
    assert_eq!(named.len(), ALARMS);
    assert!(named == wanted, "the mails name every alarm once");
}

/// The end of yesterday in the city: what was due then has reached L1 and, whatever the day, nothing higher.
fn last_midnight() -> DateTime<Utc> {
    let zone = chrono_tz::Asia::Shanghai;
    let today = SystemClock.now().with_timezone(&zone).date_naive();
    today.and_time(NaiveTime::MIN).and_local_timezone(zone).unwrap().to_utc()
}

/// The references that a mail names.
fn references(mail: &Value) -> Vec<String> {
    let content = &mail["content"];
    let reference = |item: &Value| item["reference"].as_str().unwrap().to_owned();
    match content["items"].as_array() {
        Some(items) => items.iter().map(reference).collect(),
        None => vec![reference(content)],
    }
}

/// The mails in the outbox.
fn messages(conn: &mut PgConnection) -> Vec<(Uuid, Value)> {
    outbox_message::table
        .filter(outbox_message::topic.eq("notice"))
        .select((outbox_message::id, outbox_message::payload))
        .load(conn)
        .unwrap()
}

fn untold(conn: &mut PgConnection) -> i64 {
    alarm_notice::table.filter(alarm_notice::delivered_at.is_null()).count().get_result(conn).unwrap()
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// How many alarms have fired; 0 while the database is away.
fn fired(site: &Site) -> usize {
    let Ok(mut conn) = PgConnection::establish(&site.url) else { return 0 };
    let counted = diesel::sql_query("SELECT count(*) FROM alarm").get_result::<Count>(&mut conn);
    counted.map_or(0, |counted| counted.count as usize)
}

/// A folder that every account can enter, as a checkout usually is.
fn open_folder() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    tempfile::Builder::new().permissions(std::fs::Permissions::from_mode(0o755)).tempdir().unwrap()
}
