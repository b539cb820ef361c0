//! What was done to an account, by whom: written with every change.

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::error::AccountsError;
use super::model::{AccountEventId, AccountEventKind};
use super::request_store::{self, AccountEventRow};
use crate::platform::auth::caller::StaffId;
use crate::rules::vocabulary::Role;

/// Something that is being done to an account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deed {
    staff_id: StaffId,
    kind: AccountEventKind,
    actor_id: Option<StaffId>,
    role: Option<Role>,
}

impl Deed {
    /// Done to this account; by nobody, as on the command line.
    pub(super) fn new(staff_id: StaffId, kind: AccountEventKind) -> Deed {
        Deed { staff_id, kind, actor_id: None, role: None }
    }

    pub(super) fn by(self, actor: StaffId) -> Deed {
        Deed { actor_id: Some(actor), ..self }
    }

    pub(super) fn about(self, role: Option<Role>) -> Deed {
        Deed { role, ..self }
    }

    /// Writes it down.
    pub(super) fn record(self, conn: &mut PgConnection, now: DateTime<Utc>) -> Result<(), AccountsError> {
        let Deed { staff_id, kind, actor_id, role } = self;
        let id = AccountEventId::new(now);
        let row = AccountEventRow { id, staff_id, kind, actor_id, role, occurred_at: now };
        Ok(request_store::insert_event(conn, &row)?)
    }
}
