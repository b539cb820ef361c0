//! The sample city with one member of staff of each role, a clock turned by hand, and a sweep.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use huiyin::features::accounts::{Accounts, AccountsParts};
use huiyin::features::calendars::{Calendars, CityRules};
use huiyin::features::directory::Directory;
use huiyin::features::escalation::{
    Alarms, BriefParts, Briefs, Orders, Rosters, Sweep, SweepControl, SweepParts, Swept,
};
use huiyin::features::escalation::{Delivery, EscalationSettings};
use huiyin::features::statistics::Statistics;
use huiyin::features::tickets::{Action, Context, QuotaSettings, Submission, TicketParts, Tickets};
use huiyin::platform::auth::caller::{Caller, Grant, Scope, SessionId, StaffCaller, StaffId};
use huiyin::platform::auth::settings::AuthSettings;
use huiyin::platform::auth::token::Tokens;
use huiyin::platform::clock::{SharedClock, TurnedClock};
use huiyin::platform::crypto::{Sealer, generate_key};
use huiyin::platform::db::schema::{alarm, outbox_message, staff, ticket};
use huiyin::platform::db::{Db, PoolSettings};
use huiyin::platform::http::idempotency::Idempotency;
use huiyin::platform::http::locale::Locale;
use huiyin::platform::jobs::notify::Notifier;
use huiyin::rules::reference::Reference;
use huiyin::rules::vocabulary::{AlarmLevel, Channel, Metric, Role};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::database::TestDatabase;
use crate::support::overdue;

/// What one test stands on.
pub struct World {
    pub clock: Arc<TurnedClock>,
    pub directory: Directory,
    pub tickets: Tickets,
    pub accounts: Accounts,
    pub sealer: Sealer,
    pub db: Db,
    pub settings: Arc<EscalationSettings>,
    sweep: Sweep,
    // Last, so that it is dropped when nothing uses it any more.
    pub database: TestDatabase,
}

/// An alarm as it stands in the database.
#[derive(Debug, Queryable)]
pub struct Fired {
    pub metric: Metric,
    pub level: AlarmLevel,
    pub fire_at: DateTime<Utc>,
    pub is_absorbed: bool,
}

/// Reads an instant.
pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Every mail at once and each on its own, and nobody waits for anybody, so that a test sees who was told of what.
fn at_once() -> EscalationSettings {
    EscalationSettings {
        acknowledge_within_working_days: 0,
        delivery: Delivery::AtOnce,
        digest_above: u32::MAX,
        storm_alarms_per_minute: 0,
        ..EscalationSettings::default()
    }
}

impl World {
    pub async fn at(now: &str) -> World {
        World::with(now, at_once()).await
    }

    pub async fn with(now: &str, settings: EscalationSettings) -> World {
        World::of(TestDatabase::create().await, now, settings, "default").await
    }

    /// A city with time limits of its own: their document, which bears this code.
    pub async fn under(now: &str, code: &str, time_limits: &str) -> World {
        let database = TestDatabase::create().await;
        put_time_limits(&mut database.connect(), code, time_limits);
        World::of(database, now, at_once(), code).await
    }

    async fn of(database: TestDatabase, now: &str, settings: EscalationSettings, limits: &str) -> World {
        overdue::populate(&mut database.connect());
        let (db, clock) = (pool(&database), TurnedClock::new(instant(now)));
        let directory = Directory::load(db.clone()).await.unwrap();
        let sealer = Sealer::new(format!("1:{}", *generate_key()).parse().unwrap());
        let accounts = accounts(&db, clock.clone(), &directory, &sealer);
        let calendars = calendars(&db, instant(now), limits).await;
        let tickets = tickets(&db, clock.clone(), &directory, &sealer, calendars);
        let settings = Arc::new(settings);
        let parts = SweepParts {
            db: db.clone(),
            tickets: tickets.clone(),
            accounts: accounts.clone(),
            notifier: Notifier::new(),
            settings: settings.clone(),
            sweepers: 2,
        };
        let sweep = Sweep::new(parts);
        World { clock, directory, tickets, accounts, sealer, db, settings, sweep, database }
    }

    /// Another instance: its own connections to the same database.
    pub fn another_sweep(&self) -> Sweep {
        Sweep::new(SweepParts {
            db: pool(&self.database),
            tickets: self.tickets.clone(),
            accounts: self.accounts.clone(),
            notifier: Notifier::new(),
            settings: self.settings.clone(),
            sweepers: 2,
        })
    }

    pub fn alarms(&self) -> Alarms {
        let (db, clock, sealer) = (self.db.clone(), self.clock.clone(), self.sealer.clone());
        Alarms::new(db, clock, sealer, self.tickets.clone(), self.settings.clone())
    }

    pub fn rosters(&self) -> Rosters {
        let (db, clock, sealer) = (self.db.clone(), self.clock.clone(), self.sealer.clone());
        Rosters::new(db, clock, sealer, self.tickets.clone())
    }

    pub fn orders(&self) -> Orders {
        Orders::new(self.sweep.parts().clone(), self.clock.clone(), self.sealer.clone())
    }

    pub fn sweep_control(&self) -> SweepControl {
        SweepControl::new(self.sweep.parts().clone(), self.clock.clone(), self.sealer.clone())
    }

    pub fn briefs(&self) -> Briefs {
        Briefs::new(BriefParts {
            db: self.db.clone(),
            clock: self.clock.clone(),
            tickets: self.tickets.clone(),
            accounts: self.accounts.clone(),
            notifier: Notifier::new(),
            settings: self.settings.clone(),
            figures: Arc::new(Statistics::new(self.db.clone(), self.clock.clone(), self.tickets.clone())),
        })
    }

    /// Hands a complaint in; gives its number.
    pub async fn submit(&self) -> Reference {
        let letter = json!({
            "kind": "complaint", "category": "parks", "title": "路灯不亮", "body": "小区门口的路灯坏了一周。",
        });
        let submission = Submission {
            caller: Caller::System,
            idempotency: Idempotency::none(),
            channel: Channel::Web,
            locale: Locale::ZhCn,
            letter: serde_json::from_value(letter).unwrap(),
        };
        self.tickets.submit(submission).await.unwrap().value.reference.parse().unwrap()
    }

    /// Gives a command as the system.
    pub async fn act(&self, reference: &Reference, action: impl Action + 'static) {
        self.act_as(Caller::System, reference, action).await;
    }

    /// Gives a command as somebody.
    pub async fn act_as(&self, caller: Caller, reference: &Reference, action: impl Action + 'static) {
        let context = Context { caller, idempotency: Idempotency::none(), if_match: None };
        let command = action.command();
        let done = self.tickets.act(context, reference, action).await;
        assert!(done.is_ok(), "{command}: {:?}", done.err());
    }

    /// Turns the clock and sweeps.
    pub async fn sweep(&self, now: DateTime<Utc>) -> Swept {
        self.clock.set(now);
        self.sweep.run_once(now).await.unwrap()
    }

    /// Every alarm recorded, in the order of time and level.
    pub fn fired(&self) -> Vec<Fired> {
        alarm::table
            .order((alarm::fire_at, alarm::level))
            .select((alarm::metric, alarm::level, alarm::fire_at, alarm::is_absorbed))
            .load(&mut self.database.connect())
            .unwrap()
    }

    /// Who was told of which level, in the order of the sweeps.
    pub fn told(&self) -> Vec<(String, String)> {
        let mails = self.mails();
        mails
            .iter()
            .map(|mail| (self.name(mail), mail["content"]["level"].as_str().unwrap().into()))
            .collect()
    }

    /// Who was told of the alarms of this metric; each must have fired in a batch of its own.
    pub fn told_of(&self, metric: Metric) -> Vec<String> {
        let fired: Vec<(DateTime<Utc>, String)> = alarm::table
            .filter(alarm::metric.eq(metric))
            .order(alarm::fired_at)
            .select((alarm::fired_at, alarm::level))
            .load(&mut self.database.connect())
            .unwrap();
        let due_on: chrono::NaiveDate = alarm::table
            .filter(alarm::metric.eq(metric))
            .select(alarm::due_on)
            .first(&mut self.database.connect())
            .unwrap();
        let mails = self.mails();
        let is_of = |mail: &&Value, level: &str| {
            mail["content"]["level"] == level && mail["content"]["due_on"] == due_on.to_string()
        };
        let of_level = |level: &str| mails.iter().find(|mail| is_of(mail, level)).map(|mail| self.name(mail));
        fired.iter().filter_map(|(_, level)| of_level(level)).collect()
    }

    /// Somebody who holds this role, everywhere or in these departments.
    pub fn caller(&self, username: &str, role: Role, departments: Option<&[i32]>) -> StaffCaller {
        let these = |ids: &[i32]| Scope::Departments(Arc::new(ids.iter().copied().collect()));
        StaffCaller {
            id: StaffId(self.staff(username)),
            session_id: SessionId(Uuid::nil()),
            username: username.to_owned(),
            department_id: None,
            grants: vec![Grant { role, scope: departments.map_or(Scope::Everywhere, these) }],
        }
    }

    /// The citizen whose ticket it is.
    pub fn citizen(&self, reference: &Reference) -> Caller {
        let mut conn = self.database.connect();
        let ticket = ticket::table.filter(ticket::reference.eq(reference.to_string()));
        Caller::Citizen { ticket_id: ticket.select(ticket::id).first(&mut conn).unwrap() }
    }

    pub fn staff(&self, username: &str) -> Uuid {
        let mut conn = self.database.connect();
        staff::table.filter(staff::username.eq(username)).select(staff::id).first(&mut conn).unwrap()
    }

    pub fn version(&self, reference: &Reference) -> i32 {
        let mut conn = self.database.connect();
        let ticket = ticket::table.filter(ticket::reference.eq(reference.to_string()));
        ticket.select(ticket::version).first(&mut conn).unwrap()
    }

    /// Puts tickets into the database whose promise was broken at this instant and whose L1 is due.
    pub fn put_overdue(&self, tickets: i64, due_at: DateTime<Utc>) {
        overdue::put(&mut self.database.connect(), tickets, due_at, AlarmLevel::L0);
    }

    /// The same with numbers that begin with this, for more of them in the same database.
    pub fn put_overdue_as(&self, prefix: &str, tickets: i64, due_at: DateTime<Utc>) {
        overdue::put_as(&mut self.database.connect(), prefix, tickets, due_at, AlarmLevel::L0);
    }

    fn mails(&self) -> Vec<Value> {
        self.notices_of("alarm")
    }

    /// The notices of a kind in the outbox, the oldest first.
    pub fn notices_of(&self, kind: &str) -> Vec<Value> {
        let alarms = outbox_message::table.filter(outbox_message::topic.eq("notice"));
        let alarms = alarms.order((outbox_message::created_at, outbox_message::id));
        let payloads: Vec<Value> =
            alarms.select(outbox_message::payload).load(&mut self.database.connect()).unwrap();
        payloads.into_iter().filter(|notice| notice["content"]["kind"] == kind).collect()
    }

    /// Whom a notice is for.
    pub fn name(&self, mail: &Value) -> String {
        let id: Uuid = mail["recipient"]["staff"].as_str().unwrap().parse().unwrap();
        staff::table.find(id).select(staff::username).first(&mut self.database.connect()).unwrap()
    }
}

fn pool(database: &TestDatabase) -> Db {
    Db::new(&PoolSettings {
        url: database.url().to_owned(),
        max_connections: 3,
        acquire_timeout: Duration::from_secs(30),
        statement_timeout: Duration::from_secs(30),
        lock_timeout: Duration::from_secs(5),
    })
    .unwrap()
}

fn tokens() -> Arc<Tokens> {
    let key = secrecy::SecretString::from(generate_key().as_str().to_owned()).try_into().unwrap();
    Arc::new(Tokens::new(&key, "huiyin", 900).unwrap())
}

fn accounts(db: &Db, clock: SharedClock, directory: &Directory, sealer: &Sealer) -> Accounts {
    Accounts::new(AccountsParts {
        db: db.clone(),
        clock,
        directory: directory.clone(),
        sealer: sealer.clone(),
        tokens: tokens(),
        settings: Default::default(),
        locale: Locale::ZhCn,
        notifier: Notifier::new(),
    })
    .unwrap()
}

async fn calendars(db: &Db, now: DateTime<Utc>, time_limits: &str) -> Calendars {
    let city = CityRules { calendar: "cn".into(), time_limits: time_limits.to_owned() };
    Calendars::open(db.clone(), city, now).await.unwrap()
}

/// Puts the first version of a set of time limits in force.
fn put_time_limits(conn: &mut PgConnection, code: &str, document: &str) {
    let put = diesel::sql_query(
        "WITH made AS (INSERT INTO rules_version (kind, code, version, document, created_at)
             VALUES ('time_limits', $1, 1, $2, now()) RETURNING kind, code, version)
         INSERT INTO rules_in_force (kind, code, version, since) SELECT kind, code, version, now() FROM made",
    );
    let put = put.bind::<diesel::sql_types::Text, _>(code).bind::<diesel::sql_types::Text, _>(document);
    assert_eq!(put.execute(conn), Ok(1));
}

fn tickets(
    db: &Db,
    clock: SharedClock,
    directory: &Directory,
    sealer: &Sealer,
    calendars: Calendars,
) -> Tickets {
    Tickets::new(TicketParts {
        db: db.clone(),
        calendars,
        clock,
        sealer: sealer.clone(),
        directory: directory.clone(),
        prefix: "HY".parse().unwrap(),
        notifier: Notifier::new(),
        tokens: tokens(),
        delays: AuthSettings::default().delays(),
        quotas: QuotaSettings {
            messages_per_ticket_and_day: 20,
            messages_per_ticket: 500,
            reissues_by_mail_per_ticket_and_day: 3,
        },
    })
}
