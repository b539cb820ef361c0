//! What routing reads of tickets.

use diesel::PgConnection;

use crate::features::tickets::error::TicketError;
use crate::features::tickets::model::TicketId;
use crate::features::tickets::store::matters;

pub use crate::features::tickets::store::matters::TicketMatter;

/// The matters of these tickets, as the caller's transaction sees them, in no order; unknown ones are left out.
pub fn list_matters(conn: &mut PgConnection, ids: &[TicketId]) -> Result<Vec<TicketMatter>, TicketError> {
    Ok(matters::list(conn, ids)?)
}

/// The matter of the ticket with this reference.
pub fn find_matter(conn: &mut PgConnection, reference: &str) -> Result<Option<TicketMatter>, TicketError> {
    Ok(matters::find_by_reference(conn, reference)?)
}
