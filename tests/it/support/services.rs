//! The services on a database with the sample city, without a server: for what has no endpoint.
#![allow(dead_code)] // Each feature's tests use another part of this.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use huiyin::features::directory::{CityFiles, Directory, Snapshot, seed};
use huiyin::features::tickets::{TicketParts, Tickets};
use huiyin::platform::clock::TurnedClock;
use huiyin::platform::crypto::{Sealer, generate_key};
use huiyin::platform::db::{Db, PoolSettings};
use huiyin::platform::jobs::wake::Wake;
use huiyin::rules::calendar::Calendar;
use huiyin::rules::time_limits::TimeLimits;

use super::app::START;
use super::database::TestDatabase;

/// What the features stand on in one test.
pub struct Services {
    /// The database, seeded.
    pub db: Db,
    /// Stands at [`START`].
    pub clock: Arc<TurnedClock>,
    /// The sample city.
    pub directory: Directory,
    /// Tickets.
    pub tickets: Tickets,
    // Last, so that it is dropped when nothing uses it any more.
    pub database: TestDatabase,
}

impl Services {
    /// Assembles them.
    pub async fn start() -> Services {
        let database = TestDatabase::create().await;
        let city = CityFiles::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city")).unwrap();
        seed(&mut database.connect(), &city).unwrap();
        let db = pool(&database);
        let clock = TurnedClock::new(START.parse().unwrap());
        let directory = Directory::load(db.clone()).await.unwrap();
        let tickets = Tickets::new(TicketParts {
            db: db.clone(),
            clock: clock.clone(),
            sealer: Arc::new(Sealer::new(format!("1:{}", *generate_key()).parse().unwrap())),
            directory: Arc::new(directory.clone()),
            calendar: Arc::new(Calendar::embedded("cn").unwrap()),
            limits: Arc::new(TimeLimits::embedded("default").unwrap()),
            prefix: "HY".parse().unwrap(),
            wake: Wake::new(),
        });
        Services { db, clock, directory, tickets, database }
    }

    /// The sample city.
    pub fn city(&self) -> Arc<Snapshot> {
        self.directory.snapshot()
    }
}

fn pool(database: &TestDatabase) -> Db {
    Db::new(&PoolSettings {
        url: database.url().to_owned(),
        max_connections: 4,
        acquire_timeout: Duration::from_secs(30),
        statement_timeout: Duration::from_secs(30),
        lock_timeout: Duration::from_secs(30),
    })
    .unwrap()
}
