//! The second administrator: what no administrator alone may do is asked for by one and approved by another.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::PgConnection;
use tracing::info;

use crate::features::accounts::administration::authority::{authorise, check_grantable, check_visible};
use crate::features::accounts::codes::CodeMail;
use crate::features::accounts::error::AccountsError;
use crate::features::accounts::history::Deed;
use crate::features::accounts::model::{AccountEventId, AccountEventKind, AccountRequestId};
use crate::features::accounts::request_store::{self, RequestRow};
use crate::features::accounts::service::{Accounts, code_of};
use crate::features::accounts::store::{self, GrantRow, StaffRow};
use crate::features::accounts::views::{AccountEventView, AccountRequestView};
use crate::features::directory::Snapshot;
use crate::features::notices::{Notice, NoticeContent};
use crate::platform::auth::caller::{StaffCaller, StaffId};
use crate::platform::http::idempotency::{Idempotency, Once, once};
use crate::platform::http::pagination::{Limit, Page};
use crate::platform::jobs::outbox::{self, NewMessage};
use crate::rules::permissions::{Operation, needs_second_administrator};
use crate::rules::vocabulary::Role;

/// For how long a request waits.
const OPEN_FOR: TimeDelta = TimeDelta::hours(72);

/// A second administrator's word on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// It is done.
    Approve,
    /// It is not; the one who asked may say so too.
    Reject,
}

/// Something that is asked for: a role for an account, or a one-time code.
#[derive(Debug, Clone, Copy)]
pub(in crate::features::accounts) struct Wanted {
    pub(in crate::features::accounts) of: StaffId,
    pub(in crate::features::accounts) role: Option<Role>,
    pub(in crate::features::accounts) department_id: Option<i32>,
    pub(in crate::features::accounts) by: StaffId,
}

impl Wanted {
    /// Lets it wait, and tells the other administrators.
    pub(in crate::features::accounts) fn request(
        self,
        conn: &mut PgConnection,
        username: &str,
        now: DateTime<Utc>,
    ) -> Result<(), AccountsError> {
        let Wanted { of, role, department_id, by } = self;
        request_store::end_expired(conn, of, now)?;
        let row = RequestRow {
            id: AccountRequestId::new(now),
            staff_id: of,
            role,
            department_id,
            requested_by: by,
            requested_at: now,
            expires_at: now + OPEN_FOR,
        };
        request_store::insert(conn, &row)?;
        let kind =
            if role.is_some() { AccountEventKind::GrantRequested } else { AccountEventKind::CodeRequested };
        Deed::new(of, kind).by(by).about(role).record(conn, now)?;
        let content = NoticeContent::AccountRequest {
            username: username.to_owned(),
            role: role.map(|role| role.as_str().to_owned()),
        };
        let others = store::list_all_holders(conn, Role::SystemAdministrator)?;
        let others = others.into_iter().filter(|id| *id != by && *id != of);
        let told: Vec<NewMessage> =
            others.map(|id| Notice::to_staff(id.0, content.clone()).into_message(now)).collect();
        Ok(outbox::enqueue(conn, &told)?)
    }
}

/// Whether a new password for this account, which holds these roles, takes two administrators.
pub(in crate::features::accounts) fn is_guarded(
    row: &StaffRow,
    mut roles: impl Iterator<Item = Role>,
) -> bool {
    row.is_administrator || roles.any(needs_second_administrator)
}

impl Accounts {
    /// A page of what waits for a second administrator and that the caller administers, the oldest first.
    pub async fn list_requests(
        &self,
        caller: &StaffCaller,
        after: Option<(DateTime<Utc>, AccountRequestId)>,
        limit: Limit,
    ) -> Result<Page<AccountRequestView>, AccountsError> {
        authorise(caller, Operation::ManageStaff)?;
        let departments = caller.scope_for(Operation::ManageStaff).departments();
        let (now, directory) = (self.clock.now(), self.directory.snapshot());
        self.db
            .read(move |conn| {
                let wanted = limit.with_one_more();
                let rows = request_store::list_pending(conn, departments.clone(), after, wanted, now)?;
                let page = Page::new(rows, limit, |(row, _)| (row.requested_at, row.id));
                Ok::<_, AccountsError>(page.map(|(row, username)| view(row, username, &directory)))
            })
            .await
    }

    /// Decides on a request. Nobody approves what they asked for, and nobody what is asked for themselves.
    pub async fn decide(
        &self,
        caller: &StaffCaller,
        id: AccountRequestId,
        decision: Decision,
        idempotency: Idempotency,
    ) -> Result<Once<()>, AccountsError> {
        authorise(caller, Operation::ManageGrants)?;
        let (by, now, sealer) = (caller.clone(), self.clock.now(), self.sealer.clone());
        let codes = self.code_mail();
        let decided = self
            .db
            .transaction(move |conn| {
                once(conn, &idempotency, &sealer, now, |conn| {
                    let request = lock_visible(conn, &by, id, now)?;
                    match decision {
                        Decision::Approve => approve(conn, &by, &request, &codes, now),
                        Decision::Reject => reject(conn, by.id, &request, now),
                    }
                })
            })
            .await?;
        self.notifier.notify();
        info!(staff.id = %caller.id, request.id = %id, "A request for an account was decided: {decision:?}");
        Ok(decided)
    }

    /// A page of what was done to an account, the oldest first.
    pub async fn list_account_events(
        &self,
        caller: &StaffCaller,
        id: StaffId,
        after: Option<AccountEventId>,
        limit: Limit,
    ) -> Result<Page<AccountEventView>, AccountsError> {
        authorise(caller, Operation::ManageStaff)?;
        let caller = caller.clone();
        self.db
            .read(move |conn| {
                let row = store::find_staff(conn, id)?.ok_or(AccountsError::NotFound)?;
                check_visible(&caller, Operation::ManageStaff, &row)?;
                let rows = request_store::list_events(conn, id, after, limit.with_one_more())?;
                let page = Page::new(rows, limit, |row| row.id);
                Ok::<_, AccountsError>(page.map(|row| AccountEventView {
                    id: row.id,
                    kind: row.kind,
                    actor_id: row.actor_id,
                    role: row.role,
                    occurred_at: row.occurred_at,
                }))
            })
            .await
    }

    pub(in crate::features::accounts) fn code_mail(&self) -> CodeMail {
        CodeMail { sealer: self.sealer.clone(), hours: self.settings.activation_code_hours }
    }
}

fn lock_visible(
    conn: &mut PgConnection,
    caller: &StaffCaller,
    id: AccountRequestId,
    now: DateTime<Utc>,
) -> Result<(RequestRow, StaffRow), AccountsError> {
    let request = request_store::lock_pending(conn, id, now)?.ok_or(AccountsError::NotFound)?;
    let row = store::lock_staff(conn, request.staff_id)?.ok_or(AccountsError::NotFound)?;
    check_visible(caller, Operation::ManageGrants, &row)?;
    Ok((request, row))
}

fn approve(
    conn: &mut PgConnection,
    by: &StaffCaller,
    (request, row): &(RequestRow, StaffRow),
    codes: &CodeMail,
    now: DateTime<Utc>,
) -> Result<(), AccountsError> {
    if by.id == request.requested_by || by.id == request.staff_id {
        return Err(AccountsError::SecondAdministratorNeeded);
    }
    request_store::update_decided(conn, request.id, true, by.id, now)?;
    store::update_version(conn, row.id)?;
    match request.role {
        Some(role) => {
            check_grantable(by, request.department_id)?;
            grant(conn, row, (role, request.department_id), by.id, now)
        }
        None if row.disabled_at.is_some() => Err(AccountsError::Disabled),
        None => codes.send(conn, row, by.id, now).map(|_| ()),
    }
}

fn reject(
    conn: &mut PgConnection,
    by: StaffId,
    (request, row): &(RequestRow, StaffRow),
    now: DateTime<Utc>,
) -> Result<(), AccountsError> {
    request_store::update_decided(conn, request.id, false, by, now)?;
    store::update_version(conn, row.id)?;
    Deed::new(row.id, AccountEventKind::RequestRejected).by(by).about(request.role).record(conn, now)
}

/// Grants a role; it holds from the next request on.
pub(in crate::features::accounts) fn grant(
    conn: &mut PgConnection,
    row: &StaffRow,
    (role, department_id): (Role, Option<i32>),
    by: StaffId,
    now: DateTime<Utc>,
) -> Result<(), AccountsError> {
    let is_administrator = role == Role::SystemAdministrator;
    if row.is_administrator != is_administrator {
        store::update_administrator(conn, row.id, is_administrator)?;
    }
    store::insert_grants(conn, &[GrantRow::new(row.id, (role, department_id), Some(by), now)])?;
    Deed::new(row.id, AccountEventKind::Granted).by(by).about(Some(role)).record(conn, now)
}

/// A request as administrators see it.
pub(in crate::features::accounts) fn view(
    row: RequestRow,
    username: String,
    directory: &Snapshot,
) -> AccountRequestView {
    AccountRequestView {
        id: row.id,
        staff_id: row.staff_id,
        username,
        role: row.role,
        department: code_of(directory, row.department_id),
        requested_by: row.requested_by,
        requested_at: row.requested_at,
        expires_at: row.expires_at,
    }
}
