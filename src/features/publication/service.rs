//! The operations on publications: each command is one transaction.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::commands::{carry_out, withdraw};
use super::error::PublicationError;
use super::model::{PublicationId, PublicationStatus};
use super::proposal::{self, Occasion};
use super::requests::{ListPublications, PublicationCommand};
use super::store::publications::{self, ListFilter, PublicationRow};
use super::store::revisions::{self, RevisionRow};
use super::views::{PublicationItem, PublicationView};
use super::work::{Desk, Work};
use crate::features::accounts::People;
use crate::features::directory::Snapshot;
use crate::features::tickets::{TicketId, Tickets};
use crate::platform::auth::caller::{Caller, StaffCaller};
use crate::platform::clock::SharedClock;
use crate::platform::crypto::Sealer;
use crate::platform::db::Db;
use crate::platform::http::idempotency::{self, Idempotency, Once};
use crate::platform::http::pagination::Page;
use crate::platform::jobs::notify::Notifier;
use crate::rules::permissions::Operation;
use crate::rules::personal_data::OfficialNumbers;
use crate::rules::texts::{Language, Sentence};

/// The reason of a withdrawal that the submitter asked for.
const OBJECTION: Sentence = Sentence::new("publication-submitter_refuses");

/// Publications. Cheap to clone.
#[derive(Clone)]
pub struct Publisher {
    pub(super) tickets: Tickets,
    pub(super) officials: Arc<OfficialNumbers>,
    db: Db,
    clock: SharedClock,
    sealer: Sealer,
    changed: Notifier,
}

/// What publications stand on.
pub struct PublisherParts {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: SharedClock,
    /// Seals stored answers.
    pub sealer: Sealer,
    /// Tickets and their answers.
    pub tickets: Tickets,
    /// The numbers of offices, which are no personal data.
    pub officials: OfficialNumbers,
    /// Notified after the public projection may have changed.
    pub changed: Notifier,
}

/// Who gives a command on which publication, under which key, and which version they saw.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who.
    pub caller: Caller,
    /// Which publication.
    pub id: PublicationId,
    /// The version in `If-Match`.
    pub version: i32,
    /// The request's idempotency key, if any.
    pub idempotency: Idempotency,
}

impl Publisher {
    /// Assembles the service.
    pub fn new(parts: PublisherParts) -> Publisher {
        Publisher {
            tickets: parts.tickets,
            officials: Arc::new(parts.officials),
            db: parts.db,
            clock: parts.clock,
            sealer: parts.sealer,
            changed: parts.changed,
        }
    }

    /// The publications in a status, in the order they were proposed.
    pub async fn list(
        &self,
        caller: &StaffCaller,
        query: &ListPublications,
        after: Option<PublicationId>,
    ) -> Result<Page<PublicationItem>, PublicationError> {
        let city = self.tickets.rulebook().directory;
        let departments = visible_departments(caller, &city, query.department.as_deref())?;
        let filter =
            ListFilter { status: query.status, departments, after, limit: query.limit.with_one_more() };
        let (rows, open) = self
            .db
            .read(move |conn| {
                let rows = publications::list(conn, &filter)?;
                let ids: Vec<PublicationId> = rows.iter().map(|(row, _)| row.id).collect();
                let open = publications::count_open_findings(conn, &ids)?;
                Ok::<_, PublicationError>((rows, open))
            })
            .await?;
        let items = rows.into_iter().map(|(row, title)| {
            let open_findings = open.get(&row.id).copied().unwrap_or(0);
            PublicationItem::new(&city, row, title, open_findings)
        });
        Ok(Page::new(items.collect(), query.limit, |item: &PublicationItem| item.id))
    }

    /// One publication with its newest revision.
    pub async fn get(
        &self,
        caller: &StaffCaller,
        id: PublicationId,
    ) -> Result<PublicationView, PublicationError> {
        let (caller, city) = (Caller::Staff(caller.clone()), self.tickets.rulebook().directory);
        self.db
            .read(move |conn| {
                let publication = publications::find(conn, id)?.ok_or(PublicationError::NotFound)?;
                check_visible(&caller, &publication)?;
                let work = Work::open(conn, publication)?;
                view(conn, &caller, &city, work)
            })
            .await
    }

    /// Gives a command on a publication.
    pub async fn act(
        &self,
        context: Context,
        command: PublicationCommand,
    ) -> Result<Once<PublicationView>, PublicationError> {
        let (now, sealer, tickets) = (self.clock.now(), self.sealer.clone(), self.tickets.clone());
        let officials = Arc::clone(&self.officials);
        let city = tickets.rulebook().directory;
        let done = self
            .db
            .transaction(move |conn| {
                let desk = Desk {
                    caller: &context.caller,
                    city: &city,
                    tickets: &tickets,
                    officials: &officials,
                    now,
                };
                idempotency::once(conn, &context.idempotency, &sealer, now, |conn| {
                    run(conn, desk, &context, &command)
                })
            })
            .await?;
        self.changed.notify();
        Ok(done)
    }

    /// Proposes what was answered. Inside the consumer's transaction.
    pub(super) fn propose(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        ticket_id: TicketId,
    ) -> Result<(), PublicationError> {
        let rules = self.tickets.rulebook();
        let on = Occasion { now, officials: &self.officials, day: &|at| rules.day(at) };
        proposal::propose(&self.tickets, conn, &on, ticket_id)
    }

    /// Takes off what the submitter objects to, for good. Inside the consumer's transaction.
    pub(super) fn withdraw_objected(
        &self,
        conn: &mut PgConnection,
        now: DateTime<Utc>,
        ticket_id: TicketId,
    ) -> Result<(), PublicationError> {
        let Some(publication) = publications::lock_by_ticket(conn, ticket_id)? else { return Ok(()) };
        let mut work = Work::open(conn, publication)?;
        work.publication.submitter_refused = true;
        let effect = match work.publication.status {
            PublicationStatus::Withdrawn => super::work::Effect::Nothing,
            _ => withdraw(&mut work, conn, &OBJECTION.say(Language::Chinese))?,
        };
        let city = self.tickets.rulebook().directory;
        let desk = Desk {
            caller: &Caller::System,
            city: &city,
            tickets: &self.tickets,
            officials: &self.officials,
            now,
        };
        work.save(conn, desk, effect)?;
        Ok(())
    }
}

/// Authorises, checks the version, carries out and saves.
fn run(
    conn: &mut PgConnection,
    desk: Desk<'_>,
    context: &Context,
    command: &PublicationCommand,
) -> Result<PublicationView, PublicationError> {
    let publication = publications::lock(conn, context.id)?.ok_or(PublicationError::NotFound)?;
    check_visible(desk.caller, &publication)?;
    let mut work = Work::open(conn, publication)?;
    if !desk.caller.may(command.action().operation(), &work.departments()) {
        return Err(PublicationError::Forbidden);
    }
    if work.publication.version != context.version {
        return Err(PublicationError::Stale);
    }
    let effect = carry_out(&mut work, conn, desk, command)?;
    let saved = work.save(conn, desk, effect)?;
    view(conn, desk.caller, desk.city, saved)
}

fn check_visible(caller: &Caller, publication: &PublicationRow) -> Result<(), PublicationError> {
    let departments: Vec<i32> = publication.department_id.into_iter().collect();
    let is_visible = caller.may(Operation::ReadPublication, &departments);
    if is_visible { Ok(()) } else { Err(PublicationError::NotFound) }
}

fn view(
    conn: &mut PgConnection,
    caller: &Caller,
    city: &Snapshot,
    work: Work,
) -> Result<PublicationView, PublicationError> {
    let shown = work.publication.published_revision.filter(|shown| *shown != work.revision.number);
    let shown = shown.map(|number| revisions::get(conn, work.publication.id, number)).transpose()?;
    let hands = |revision: &RevisionRow| revision.editor_ids.clone().into_iter().chain(revision.reviewer_id);
    let people = People::find(conn, std::iter::once(&work.revision).chain(&shown).flat_map(hands))?;
    Ok(PublicationView::new((city, &people), caller, work, shown))
}

/// The departments whose publications the caller may list; `None`: all of them.
fn visible_departments(
    caller: &StaffCaller,
    city: &Snapshot,
    code: Option<&str>,
) -> Result<Option<Vec<i32>>, PublicationError> {
    let scope = caller.scope_for(Operation::ReadPublication);
    if scope.is_nowhere() {
        return Err(PublicationError::Forbidden);
    }
    let Some(code) = code else { return Ok(scope.departments()) };
    let department = city.department_by_code(code).ok_or(PublicationError::UnknownDepartment)?;
    let subtree = city.subtree(department.id);
    Ok(Some(subtree.iter().copied().filter(|id| scope.covers(*id)).collect()))
}
