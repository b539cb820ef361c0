//! The operations on tickets: each command is one transaction, whoever calls it and however it came in.

use std::sync::Arc;

use diesel::PgConnection;

use crate::features::calendars::Calendars;
use crate::features::directory::Directory;
use crate::features::tickets::clock::rulebook::Rulebook;
use crate::features::tickets::command::case::{Case, Saved};
use crate::features::tickets::command::perform::{self, Action, allowed_actions, authorise};
use crate::features::tickets::command::requests::{LookUpTicket, Receipt, SubmitTicket};
use crate::features::tickets::error::{NO_SUCH_TICKET, TicketError};
use crate::features::tickets::letter::numbers::Numbers;
use crate::features::tickets::letter::submit::{self, Arrival};
use crate::features::tickets::model::{TicketId, TicketState};
use crate::features::tickets::read::views::CitizenToken;
use crate::features::tickets::store::tickets::{self, TicketRow};
use crate::platform::auth::caller::Caller;
use crate::platform::auth::token::Tokens;
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::db::{Db, DbError};
use crate::platform::http::idempotency::{self, Idempotency, Once};
use crate::platform::http::locale::Locale;
use crate::platform::jobs::wake::Wake;
use crate::rules::reference::{AccessCode, Prefix, Reference};
use crate::rules::vocabulary::Channel;

/// Tickets.
#[derive(Clone)]
pub struct Tickets {
    pub(in crate::features::tickets) db: Db,
    pub(in crate::features::tickets) clock: SharedClock,
    pub(in crate::features::tickets) sealer: Sealer,
    directory: Directory,
    calendars: Calendars,
    numbers: Arc<Numbers>,
    wake: Wake,
    tokens: Arc<Tokens>,
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
    pub wake: Wake,
    /// Issues and checks the tokens of citizens.
    pub tokens: Arc<Tokens>,
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

/// How a letter comes in.
#[derive(Debug, Clone)]
pub struct Submission {
    /// Who hands it in.
    pub caller: Caller,
    /// The request's idempotency key.
    pub idempotency: Idempotency,
    /// The way.
    pub channel: Channel,
    /// The language of the mails.
    pub locale: Locale,
    /// The letter.
    pub letter: SubmitTicket,
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
            wake: parts.wake,
            tokens: parts.tokens,
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
        let Submission { caller, idempotency, channel, locale, letter } = submission;
        let arrival = Arrival { caller: &caller, channel, locale, reference, now };
        let letter = submit::prepare(&rules, &self.sealer, &arrival, letter)?;
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
        self.wake.poke();
        Ok(receipt)
    }

    /// Gives a command on the ticket with this reference.
    pub async fn act(
        &self,
        context: Context,
        reference: &Reference,
        action: Action,
    ) -> Result<Once<TicketState>, TicketError> {
        self.command(context, Target::Reference(reference.to_string()), action).await
    }

    /// Gives a command on the ticket with this id.
    pub async fn act_on(
        &self,
        context: Context,
        id: TicketId,
        action: Action,
    ) -> Result<Once<TicketState>, TicketError> {
        self.command(context, Target::Id(id), action).await
    }

    /// Another instance may have started a clock under rules that this one has not read yet; then it reads them.
    async fn command(
        &self,
        context: Context,
        target: Target,
        action: Action,
    ) -> Result<Once<TicketState>, TicketError> {
        match self.try_command(context.clone(), target.clone(), action.clone()).await {
            Err(TicketError::UnknownRules) => {
                self.calendars.refresh().await?;
                self.try_command(context, target, action).await
            }
            other => other,
        }
    }

    async fn try_command(
        &self,
        context: Context,
        target: Target,
        action: Action,
    ) -> Result<Once<TicketState>, TicketError> {
        let (now, rules, sealer) = (self.clock.now(), self.rulebook(), self.sealer.clone());
        let done = self
            .db
            .transaction(move |conn| {
                idempotency::once(conn, &context.idempotency, &sealer, now, |conn| {
                    let ticket = lock(conn, &target, &action)?.ok_or(TicketError::NotFound)?;
                    let case = Case::open(conn, ticket, &rules, &context.caller, now)?;
                    run(case, &context, std::slice::from_ref(&action))
                })
            })
            .await?;
        self.wake.poke();
        Ok(done)
    }

    /// Gives several commands on one ticket in the caller's own transaction, as the system or a rule does. All of them
    /// happen, or none.
    pub fn act_within(
        &self,
        conn: &mut PgConnection,
        caller: Caller,
        id: TicketId,
        actions: &[Action],
    ) -> Result<TicketState, TicketError> {
        let rules = self.rulebook();
        let context = Context { caller, idempotency: Idempotency::none(), if_match: None };
        let ticket = tickets::lock(conn, id)?.ok_or(TicketError::NotFound)?;
        let case = Case::open(conn, ticket, &rules, &context.caller, self.clock.now())?;
        run(case, &context, actions)
    }

    /// Exchanges reference and access code for a token that shows this one ticket.
    pub async fn sign_in_citizen(&self, request: &LookUpTicket) -> Result<CitizenToken, TicketError> {
        let id = self.look_up(request).await?;
        let issued = self
            .tokens
            .issue_citizen(id.0, self.clock.now())
            .map_err(|error| TicketError::Internal(error.to_string()))?;
        Ok(CitizenToken {
            access_token: issued.token,
            expires_at: issued.expires_at,
            reference: request.reference.to_string(),
        })
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

    /// Finds the ticket that reference and access code belong to. An unknown reference and a wrong code look alike and
    /// cost the same: both hash the code and compare it with something.
    pub async fn look_up(&self, request: &LookUpTicket) -> Result<TicketId, TicketError> {
        let reference = request.reference.to_string();
        let found = self
            .db
            .read(move |conn| tickets::find_access_hash(conn, &reference).map_err(DbError::from))
            .await?;
        let (id, hash) = found.map_or((None, vec![0; 32]), |(id, hash)| (Some(id), hash));
        let is_right = AccessCode::matches(&request.access_code, &hash);
        id.filter(|_| is_right).ok_or(TicketError::Guard(NO_SUCH_TICKET))
    }

    /// Closes the tickets whose rating window has passed, at most `limit` of them. Returns how many were closed.
    pub async fn close_unrated(&self, limit: i64) -> Result<usize, TicketError> {
        let now = self.clock.now();
        let due = self
            .db
            .read(move |conn| {
                crate::features::tickets::store::clocks::list_unrated(conn, now, limit).map_err(DbError::from)
            })
            .await?;
        let mut closed = 0;
        for id in due {
            let context =
                Context { caller: Caller::System, idempotency: Idempotency::none(), if_match: None };
            match self.act_on(context, id, Action::AutoClose).await {
                Ok(_) => closed += 1,
                // Another instance, or the citizen, was faster.
                Err(TicketError::NotAllowed { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(closed)
    }
}

/// Which ticket a command is for.
#[derive(Debug, Clone)]
enum Target {
    Reference(String),
    Id(TicketId),
}

/// Locks the ticket, and the one it is to be joined to.
fn lock(conn: &mut PgConnection, target: &Target, action: &Action) -> diesel::QueryResult<Option<TicketRow>> {
    let id = match (target, action) {
        (Target::Id(id), _) => *id,
        (Target::Reference(reference), Action::Merge(_)) => {
            let Some((id, _)) = tickets::find_access_hash(conn, reference)? else { return Ok(None) };
            id
        }
        (Target::Reference(reference), _) => return tickets::lock_by_reference(conn, reference),
    };
    if let Action::Merge(merge) = action {
        tickets::lock_pair(conn, id, &merge.into.to_string())?;
    }
    tickets::lock(conn, id)
}

/// Authorises, checks the version, carries out and saves.
fn run(mut case: Case<'_>, context: &Context, actions: &[Action]) -> Result<TicketState, TicketError> {
    for action in actions {
        authorise(&case, action)?;
    }
    if context.if_match.is_some_and(|version| version != case.ticket.version) {
        return Err(TicketError::Stale);
    }
    for action in actions {
        case.record_unseen_breaches()?;
        perform::perform(&mut case, action)?;
    }
    let allowed_actions = allowed_actions(&case);
    Ok(state(case.save()?, allowed_actions))
}

fn state(saved: Saved, allowed_actions: Vec<crate::rules::transitions::Command>) -> TicketState {
    TicketState {
        reference: saved.ticket.reference,
        state: saved.ticket.state,
        outcome: saved.ticket.outcome,
        cycle: saved.ticket.cycle,
        due_at: saved.ticket.due_at,
        version: saved.ticket.version,
        created_id: saved.created_id,
        allowed_actions,
    }
}
