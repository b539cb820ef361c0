//! What a ticket is about, without anything that changes with its state but its department.

use diesel::prelude::*;

use crate::features::tickets::model::TicketId;
use crate::platform::db::schema::ticket;
use crate::rules::vocabulary::{Channel, Kind};

/// What a ticket is about. It has no `Debug`, because logs never hold what people wrote.
#[derive(Clone, Queryable, Selectable)]
#[diesel(table_name = ticket, check_for_backend(diesel::pg::Pg))]
pub struct TicketMatter {
    /// Which ticket.
    pub id: TicketId,
    /// Its public number.
    pub reference: String,
    /// What sort of matter it is.
    pub kind: Kind,
    /// The way it came in.
    pub channel: Channel,
    /// Its category.
    pub category_id: i32,
    /// The district it is about.
    pub district_code: Option<String>,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: String,
    /// The lead department that has it now.
    pub department_id: Option<i32>,
}

pub fn list(conn: &mut PgConnection, ids: &[TicketId]) -> QueryResult<Vec<TicketMatter>> {
    ticket::table.filter(ticket::id.eq_any(ids)).select(TicketMatter::as_select()).load(conn)
}

pub fn find_by_reference(conn: &mut PgConnection, reference: &str) -> QueryResult<Option<TicketMatter>> {
    let ticket = ticket::table.filter(ticket::reference.eq(reference));
    ticket.select(TicketMatter::as_select()).first(conn).optional()
}
