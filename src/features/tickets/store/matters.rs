//! What routing asks tickets: what one is about, without anything that changes with its state but its department.

use std::collections::HashMap;

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

/// The matters of these tickets, as the caller's transaction sees them, in no order; unknown ones are left out.
pub fn list_matters(conn: &mut PgConnection, ids: &[TicketId]) -> QueryResult<Vec<TicketMatter>> {
    ticket::table.filter(ticket::id.eq_any(ids)).select(TicketMatter::as_select()).load(conn)
}

/// The titles of the tickets with these references.
pub fn list_titles(conn: &mut PgConnection, references: &[&str]) -> QueryResult<HashMap<String, String>> {
    let rows: Vec<(String, String)> = ticket::table
        .filter(ticket::reference.eq_any(references))
        .select((ticket::reference, ticket::title))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// The matter of the ticket with this reference.
pub fn find_matter(conn: &mut PgConnection, reference: &str) -> QueryResult<Option<TicketMatter>> {
    let ticket = ticket::table.filter(ticket::reference.eq(reference));
    ticket.select(TicketMatter::as_select()).first(conn).optional()
}
