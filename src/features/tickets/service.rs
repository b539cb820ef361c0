//! The operations on tickets: each command is one transaction, whoever calls it and however it came in.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use crate::features::calendars::Calendars;
use crate::features::directory::Directory;
use crate::features::tickets::clock::rulebook::Rulebook;
use crate::features::tickets::command::action::Action;
use crate::features::tickets::command::case::Case;
use crate::features::tickets::command::citizen::AutoClose;
use crate::features::tickets::command::joined::{Given, given};
use crate::features::tickets::command::perform::{Target, lock, perform};
use crate::features::tickets::error::TicketError;
use crate::features::tickets::letter::numbers::Numbers;
use crate::features::tickets::letter::requests::{Receipt, Submission};
use crate::features::tickets::letter::submit;
use crate::features::tickets::model::{TicketId, TicketState};
use crate::features::tickets::quotas::QuotaSettings;
use crate::features::tickets::store::{clocks, tickets};
use crate::platform::auth::caller::Caller;
use crate::platform::auth::failed_tries::DelayPolicy;
use crate::platform::auth::token::Tokens;
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::db::{Db, DbError};
use crate::platform::http::idempotency::{self, Idempotency, Once};
use crate::platform::jobs::isolation::Isolation;
use crate::platform::jobs::notify::Notifier;
use crate::rules::reference::{Prefix, Reference};

/// Tickets.
#[derive(Clone)]
pub struct Tickets {
    pub(in crate::features::tickets) db: Db,
    pub(in crate::features::tickets) clock: SharedClock,
    pub(in crate::features::tickets) sealer: Sealer,
    pub(in crate::features::tickets) directory: Directory,
    calendars: Calendars,
    numbers: Arc<Numbers>,
    pub(in crate::features::tickets) notifier: Notifier,
    pub(in crate::features::tickets) tokens: Arc<Tokens>,
    pub(in crate::features::tickets) delays: DelayPolicy,
    pub(in crate::features::tickets) quotas: QuotaSettings,
}

/// What tickets stand on.
pub struct TicketParts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: SharedClock,
    /// Seals personal data.
    pub sealer: Sealer,
    /// Departments and categories.
    pub directory: Directory,
    /// The city's working days and the promised limits.
    pub calendars: Calendars,
    /// What references begin with.
    pub prefix: Prefix,
    /// Tells the worker that something is in the outbox.
    pub notifier: Notifier,
    /// Issues and checks the tokens of citizens.
    pub tokens: Arc<Tokens>,
    /// How long one waits after wrong access codes.
    pub delays: DelayPolicy,
    /// How much a citizen may write.
    pub quotas: QuotaSettings,
}

/// Who gives a command, under which key, and which version they saw.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who.
    pub caller: Caller,
    /// The request's idempotency key, if any.
    pub idempotency: Idempotency,
    /// The version in `If-Match`; `None` for callers that need not name one.
    pub if_match: Option<i32>,
}

impl Tickets {
    /// Assembles the service.
    pub fn new(parts: TicketParts) -> Tickets {
        Tickets {
            numbers: Arc::new(Numbers::new(parts.prefix)),
            db: parts.db,
            clock: parts.clock,
            sealer: parts.sealer,
            directory: parts.directory,
            calendars: parts.calendars,
            notifier: parts.notifier,
            tokens: parts.tokens,
            delays: parts.delays,
            quotas: parts.quotas,
        }
    }

    /// What references begin with.
    pub(in crate::features::tickets) fn prefix(&self) -> &Prefix {
        self.numbers.prefix()
    }

    /// The rules in force now.
    pub fn rulebook(&self) -> Rulebook {
        Rulebook::new(self.calendars.editions(), self.directory.snapshot())
    }

    /// Takes a letter in. The answer is stored under the key before anything else is written, so that a repeated
    /// request gets the same receipt and writes nothing.
    pub async fn submit(&self, submission: Submission) -> Result<Once<Receipt>, TicketError> {
        let now = self.clock.now();
        let rules = self.rulebook();
        let reference = self.numbers.next(&self.db, rules.day(now)).await?;
        let idempotency = submission.idempotency;
        let letter = submit::prepare(&rules, &self.sealer, submission, &reference, now)?;
        let sealer = self.sealer.clone();
        let receipt = self
            .db
            .transaction(move |conn| {
                let once = idempotency::claim(conn, &idempotency, &sealer, now, letter.receipt.clone())?;
                if once.is_new() {
                    submit::write(conn, &letter)?;
                }
                Ok::<_, TicketError>(once)
            })
            .await?;
        self.notifier.notify();
        Ok(receipt)
    }

    /// Gives a command on a ticket: one transaction. Another instance may have started a clock under rules that this one
    /// has not read yet; then it reads them and tries again.
    pub async fn act(
        &self,
        context: Context,
        target: impl Into<Target>,
        action: impl Action + 'static,
    ) -> Result<Once<TicketState>, TicketError> {
        let (target, action) = (target.into(), Arc::new(action));
        match self.try_act(context.clone(), target.clone(), Arc::clone(&action)).await {
            Err(TicketError::UnknownRules) => {
                self.calendars.refresh().await?;
                self.try_act(context, target, action).await
            }
            other => other,
        }
    }

    async fn try_act(
        &self,
        context: Context,
        target: Target,
        action: Arc<impl Action + 'static>,
    ) -> Result<Once<TicketState>, TicketError> {
        let (now, rules, sealer) = (self.clock.now(), self.rulebook(), self.sealer.clone());
        let Context { caller, idempotency, if_match } = context;
        let as_given = Given { target, caller, if_match };
        let done = self
            .db
            .transaction(move |conn| {
                idempotency::once(conn, &idempotency, &sealer, now, |conn| {
                    let given = given(conn, as_given.clone(), action.command())?;
                    let ticket = lock(conn, &given.target, &action)?.ok_or(TicketError::NotFound)?;
                    let case = Case::open(conn, ticket, &rules, &given.caller, now)?;
                    perform(case, given.if_match, &[&action])
                })
            })
            .await?;
        self.notifier.notify();
        Ok(done)
    }

    /// Gives several commands on one ticket in the caller's own transaction, as the system or a rule does. All of them
    /// happen, or none.
    pub fn act_within(
        &self,
        conn: &mut PgConnection,
        caller: &Caller,
        id: TicketId,
        actions: &[&dyn Action],
    ) -> Result<TicketState, TicketError> {
        let rules = self.rulebook();
        let ticket = tickets::lock(conn, id)?.ok_or(TicketError::NotFound)?;
        let case = Case::open(conn, ticket, &rules, caller, self.clock.now())?;
        perform(case, None, actions)
    }

    /// The ticket a citizen's token shows.
    pub fn authenticate_citizen(&self, token: &str) -> Option<TicketId> {
        self.tokens.verify_citizen(token, self.clock.now()).ok().map(TicketId)
    }

    /// The id of the ticket with this reference, for callers who have authorised their own caller.
    pub async fn find_id(&self, reference: &Reference) -> Result<TicketId, TicketError> {
        let reference = reference.to_string();
        let found = self
            .db
            .read(move |conn| tickets::find_access_hash(conn, &reference).map_err(DbError::from))
            .await?;
        found.map(|(id, _)| id).ok_or(TicketError::NotFound)
    }

    /// When today began in the city's zone.
    pub(in crate::features::tickets) fn day_begins_at(&self) -> DateTime<Utc> {
        let rules = self.rulebook();
        rules.begin_of(rules.day(self.clock.now()))
    }

    /// Closes tickets whose rating window has passed, at most `limit` of them, in one transaction. Any number of instances
    /// share the work: each takes what no other holds. A ticket that cannot be closed is set aside and holds no other up.
    /// Returns how many were closed.
    pub async fn close_unrated(&self, limit: i64) -> Result<usize, TicketError> {
        // Another instance may have started a clock under rules that this one has not read yet.
        self.calendars.refresh().await?;
        let (this, isolation) = (self.clone(), Isolation::new("close_unrated", self.clock.now()));
        let closed = self.db.transaction(move |conn| {
            let except: Vec<TicketId> = isolation.resting_ids(conn)?.into_iter().map(TicketId).collect();
            let due = clocks::lock_unrated(conn, this.clock.now(), &except, limit)?;
            if due.is_empty() {
                isolation.forget_moot(conn)?;
            }
            let isolated = isolation.run(conn, &due, |conn, ids| this.close_all(conn, ids))?;
            Ok::<usize, TicketError>(isolated.done.iter().sum())
        });
        let closed = closed.await?;
        self.notifier.notify();
        Ok(closed)
    }

    fn close_all(&self, conn: &mut PgConnection, ids: &[TicketId]) -> Result<usize, TicketError> {
        for id in ids {
            self.act_within(conn, &Caller::System, *id, &[&AutoClose {}])?;
        }
        Ok(ids.len())
    }
}
