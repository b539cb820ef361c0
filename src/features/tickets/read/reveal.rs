//! The submitter, shown to those who work on the ticket; and who looked, shown to auditors.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::features::accounts::{People, Person, StaffRef};
use crate::features::tickets::error::TicketError;
use crate::features::tickets::service::Tickets;
use crate::features::tickets::store::submitters::{self, AccessFilter, AccessRow, NewAccessRow};
use crate::features::tickets::store::tickets;
use crate::platform::auth::caller::StaffCaller;
use crate::platform::clock::new_id;
use crate::platform::http::pagination::{Limit, Page};
use crate::rules::permissions::{CityOperation, Operation};
use crate::rules::reference::Reference;
use crate::rules::text::Reason;

/// Asks who wrote.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealSubmitter {
    /// Why they must know.
    pub reason: Reason,
}

/// Who wrote, unsealed for those who work on the ticket. Every look is recorded.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct SubmitterView {
    /// How they want to be called.
    pub name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
    /// Identity number.
    pub identity_number: Option<String>,
    /// Postal address.
    pub address: Option<String>,
}

/// One look at a submitter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SubmitterAccessView {
    /// Its id.
    pub id: Uuid,
    /// Whose data.
    pub reference: String,
    /// Who looked.
    pub staff: Person,
    /// When.
    pub accessed_at: DateTime<Utc>,
    /// Why, in their own words; `null`: before anybody was asked.
    pub reason: Option<String>,
}

/// Which looks at submitters; `None`: all.
#[derive(Debug, Clone, Default)]
pub struct AccessesWanted {
    /// Somebody's.
    pub staff: Option<StaffRef>,
    /// Those at one ticket's.
    pub reference: Option<Reference>,
    /// Not before this.
    pub from: Option<DateTime<Utc>>,
    /// Before this.
    pub until: Option<DateTime<Utc>>,
}

/// Where a page of looks begins.
pub type AccessKey = (DateTime<Utc>, Uuid);

impl Tickets {
    /// Who wrote, unsealed. The look is recorded before anything is shown.
    pub async fn reveal_submitter(
        &self,
        caller: StaffCaller,
        reference: &Reference,
        request: RevealSubmitter,
    ) -> Result<SubmitterView, TicketError> {
        let (service, now, staff_id) = (self.clone(), self.clock.now(), caller.id);
        self.read_as_staff(caller, Operation::ReadSubmitter, reference, move |case, _| {
            let (ticket_id, reason) = (case.ticket.id, request.reason.as_str());
            let look = NewAccessRow { id: new_id(now), ticket_id, staff_id, accessed_at: now, reason };
            submitters::insert_access(case.conn, &look)?;
            let submitter = service.unseal_submitter(case.conn, ticket_id)?.unwrap_or_default();
            Ok(SubmitterView {
                name: submitter.name,
                phone: submitter.phone,
                mail: submitter.mail,
                identity_number: submitter.identity_number,
                address: submitter.address,
            })
        })
        .await
    }

    /// Who looked at whom, the newest look first, for auditors.
    pub async fn list_submitter_accesses(
        &self,
        caller: &StaffCaller,
        wanted: AccessesWanted,
        before: Option<AccessKey>,
        limit: Limit,
    ) -> Result<Page<SubmitterAccessView>, TicketError> {
        if !caller.may_city_wide(CityOperation::ReadAudit) {
            return Err(TicketError::Forbidden);
        }
        let found = self.db.read(move |conn| {
            let mut filter =
                AccessFilter { from: wanted.from, until: wanted.until, ..AccessFilter::default() };
            if let Some(staff) = &wanted.staff {
                let unknown = || TicketError::invalid("?staff", "unknown_staff");
                filter.staff_id = Some(staff.find(conn)?.ok_or_else(unknown)?);
            }
            if let Some(reference) = &wanted.reference {
                let unknown = || TicketError::invalid("?reference", "unknown_ticket");
                let found = tickets::find_by_reference(conn, &reference.to_string())?;
                filter.ticket_id = Some(found.ok_or_else(unknown)?.0.id);
            }
            let rows = submitters::list_accesses(conn, &filter, before, limit.with_one_more())?;
            let people = People::find(conn, rows.iter().map(|row| row.staff_id))?;
            Ok::<_, TicketError>((rows, people))
        });
        let (rows, people) = found.await?;
        let page = Page::new(rows, limit, |row| (row.accessed_at, row.id));
        Ok(page.map(|row| view(&people, row)))
    }
}

fn view(people: &People, row: AccessRow) -> SubmitterAccessView {
    SubmitterAccessView {
        id: row.id,
        reference: row.reference,
        staff: people.person(row.staff_id),
        accessed_at: row.accessed_at,
        reason: row.reason,
    }
}
