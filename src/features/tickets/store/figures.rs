//! Counts over `ticket`.

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;

use crate::features::tickets::for_others::statistics::Overdue;
use crate::platform::db::schema::ticket;
use crate::rules::transitions::State;

/// Open tickets past their due instant, by department and category; a promise that waits for the citizen or for a court is not late.
pub fn count_overdue(conn: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<Vec<Overdue>> {
    ticket::table
        .filter(ticket::due_at.lt(now).and(ticket::state.ne_all([State::AwaitingCitizen, State::OnHold])))
        .group_by((ticket::department_id, ticket::category_id))
        .select((ticket::department_id, ticket::category_id, count_star()))
        .load(conn)
}
