//! An order as staff see it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lifecycle::{OrderStatus, OrderStep};
use super::model::OrderId;
use super::store::OrderRow;
use crate::features::accounts::{People, Person};
use crate::features::directory::Snapshot;
use crate::platform::auth::caller::StaffId;
use crate::platform::http::versioned::Versioned;
use crate::rules::sla::is_over;

/// A supervision order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrderView {
    /// Identifier.
    pub id: OrderId,
    /// The ticket's public number.
    pub reference: String,
    /// Code of the department it is for.
    pub department: Option<String>,
    /// Where it stands.
    pub status: OrderStatus,
    /// What is to be done; `null` while it is only proposed.
    pub instruction: Option<String>,
    /// The working day by whose end the department answers.
    pub due_on: Option<NaiveDate>,
    /// Whether that has passed and the department still has it.
    pub is_late: bool,
    /// When it was proposed or issued.
    pub created_at: DateTime<Utc>,
    /// Who issued it.
    pub issued_by: Option<Person>,
    /// When.
    pub issued_at: Option<DateTime<Utc>>,
    /// Who took notice of it.
    pub acknowledged_by: Option<Person>,
    /// When.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// What the department said.
    pub feedback: Option<String>,
    /// Who said it.
    pub answered_by: Option<Person>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
    /// How often the feedback did not suffice.
    pub times_returned: i16,
    /// What the supervisor said about it last.
    pub remark: Option<String>,
    /// Who closed or dismissed it.
    pub ended_by: Option<Person>,
    /// When.
    pub ended_at: Option<DateTime<Utc>>,
    /// What can be done with it now, by whoever may.
    pub possible_steps: Vec<OrderStep>,
    /// For `If-Match`, as `"v1"`.
    pub version: i32,
}

impl OrderView {
    pub(super) fn new(directory: &Snapshot, people: &People, row: OrderRow, now: DateTime<Utc>) -> OrderView {
        OrderView {
            id: row.id,
            reference: row.reference,
            department: directory.department(row.department_id).map(|department| department.code.clone()),
            is_late: row.status.is_running() && row.due_at.is_some_and(|due_at| is_over(due_at, now)),
            possible_steps: row.status.steps(),
            status: row.status,
            instruction: row.instruction,
            due_on: row.due_on,
            created_at: row.created_at,
            issued_by: people.perhaps(row.issued_by),
            issued_at: row.issued_at,
            acknowledged_by: people.perhaps(row.acknowledged_by),
            acknowledged_at: row.acknowledged_at,
            feedback: row.feedback,
            answered_by: people.perhaps(row.answered_by),
            answered_at: row.answered_at,
            times_returned: row.times_returned,
            remark: row.remark,
            ended_by: people.perhaps(row.ended_by),
            ended_at: row.ended_at,
            version: row.version,
        }
    }
}

/// Everybody whom the view of an order names.
pub(super) fn named(row: &OrderRow) -> impl Iterator<Item = StaffId> + use<> {
    [row.issued_by, row.acknowledged_by, row.answered_by, row.ended_by].into_iter().flatten()
}

impl Versioned for OrderView {
    fn version(&self) -> i32 {
        self.version
    }
}
