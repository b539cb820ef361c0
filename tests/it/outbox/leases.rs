//! Leased jobs: once for an instant, by any one instance, taken over when that one dies.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::Duration;
use tokio::sync::oneshot;

use huiyin::platform::clock::{SharedClock, TurnedClock};
use huiyin::platform::jobs::lease::{LeaseOutcome, run_leased};
use huiyin::platform::jobs::schedule::Schedule;

use super::{instance, morning};
use crate::support::database::TestDatabase;

#[tokio::test]
async fn a_lease_of_an_instance_that_died_is_taken_over_and_the_job_done_once() {
    let database = TestDatabase::create().await;
    let db = instance(&database);
    let turned = TurnedClock::new(morning());
    let clock: SharedClock = turned.clone();
    let attempt = |work| run_leased(&db, &clock, "digest", morning(), work);

    let (begun, has_begun) = oneshot::channel();
    let killed = run_leased(&db, &clock, "digest", morning(), async move {
        begun.send(()).unwrap();
        std::future::pending().await
    });
    tokio::select! {
        _ = killed => unreachable!("it never ends by itself"),
        begun = has_begun => begun.unwrap(),
    }

    let done = || futures_util::future::ready(Ok(()));
    assert_eq!(attempt(done()).await.unwrap(), LeaseOutcome::HeldElsewhere);
    turned.advance(Duration::minutes(3));
    assert_eq!(attempt(done()).await.unwrap(), LeaseOutcome::Ran);
    turned.advance(Duration::hours(1));
    assert_eq!(attempt(done()).await.unwrap(), LeaseOutcome::AlreadyDone);
}

#[tokio::test]
async fn work_that_failed_is_tried_again() {
    let database = TestDatabase::create().await;
    let db = instance(&database);
    let turned = TurnedClock::new(morning());
    let clock: SharedClock = turned.clone();
    let failing = async { Err(anyhow::anyhow!("no paper")) };
    assert!(run_leased(&db, &clock, "report", morning(), failing).await.is_err());
    turned.advance(Duration::minutes(3));
    let again = run_leased(&db, &clock, "report", morning(), async { Ok(()) }).await;
    assert_eq!(again.unwrap(), LeaseOutcome::Ran);
}

#[tokio::test]
async fn two_schedules_do_a_days_work_once_a_day() {
    let database = TestDatabase::create().await;
    let turned = TurnedClock::new(morning());
    let runs = Arc::new(AtomicUsize::new(0));
    let schedule = || {
        let runs = Arc::clone(&runs);
        Schedule::new(instance(&database), turned.clone(), chrono_tz::Asia::Shanghai)
            .leased_job("purge", "30 2 * * *", move |_| {
                runs.fetch_add(1, Ordering::Relaxed);
                Box::pin(async { Ok(()) })
            })
            .unwrap()
    };
    let (a, b) = (schedule(), schedule());
    for day in 1..=3 {
        assert_eq!(a.run_due_once().await.unwrap(), [("purge", LeaseOutcome::Ran)]);
        assert_eq!(b.run_due_once().await.unwrap(), [("purge", LeaseOutcome::AlreadyDone)]);
        assert!(a.run_due_once().await.unwrap().is_empty(), "it remembers");
        turned.advance(Duration::days(1));
        assert_eq!(finished(&database), day);
    }
}

fn finished(database: &TestDatabase) -> i64 {
    use diesel::prelude::*;
    use huiyin::platform::db::schema::job_lease;
    let rows = job_lease::table.filter(job_lease::finished_at.is_not_null()).count();
    rows.get_result(&mut database.connect()).unwrap()
}
