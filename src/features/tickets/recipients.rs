//! Who is told of what happens to a ticket: whoever wrote it, and whoever wrote a letter that was joined to it.

use std::collections::HashSet;

use diesel::{PgConnection, QueryResult};

use crate::features::notices::{Notice, NoticeContent};
use crate::features::tickets::model::TicketId;
use crate::features::tickets::store::{joined, submitters};

/// The notices that tell the writers of these tickets what happened. Writers of joined letters are told at their own
/// address and under their own number; one address is told once.
pub fn notices_to_writers(
    conn: &mut PgConnection,
    told: &[(TicketId, NoticeContent)],
) -> QueryResult<Vec<Notice>> {
    let ids: Vec<TicketId> = told.iter().map(|(id, _)| *id).collect();
    let roots: HashSet<TicketId> = joined::list_roots(conn, &ids)?.into_iter().collect();
    let mut notices = Vec::with_capacity(told.len());
    for (id, content) in told {
        notices.push(Notice::to_submitter(id.0, content.clone()));
        if roots.contains(id) {
            notices.extend(to_joined(conn, *id, content)?);
        }
    }
    Ok(notices)
}

fn to_joined(conn: &mut PgConnection, root: TicketId, content: &NoticeContent) -> QueryResult<Vec<Notice>> {
    let letters = joined::list_joined_ids(conn, root)?;
    let told = submitters::find(conn, root)?.and_then(|row| row.mail_index);
    let others = joined::list_other_addresses(conn, &letters, told)?.into_iter();
    let notice = |(id, own): (TicketId, String)| {
        content.for_joined(&own).map(|content| Notice::to_submitter(id.0, content))
    };
    Ok(others.filter_map(notice).collect())
}
