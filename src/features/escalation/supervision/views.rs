//! An order as staff see it.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::lifecycle::{OrderStatus, OrderStep};
use super::model::OrderId;
use crate::platform::auth::caller::StaffId;
use crate::platform::http::versioned::Versioned;

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
    pub issued_by: Option<StaffId>,
    /// When.
    pub issued_at: Option<DateTime<Utc>>,
    /// Who took notice of it.
    pub acknowledged_by: Option<StaffId>,
    /// When.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// What the department said.
    pub feedback: Option<String>,
    /// Who said it.
    pub answered_by: Option<StaffId>,
    /// When.
    pub answered_at: Option<DateTime<Utc>>,
    /// How often the feedback did not suffice.
    pub times_returned: i16,
    /// What the supervisor said about it last.
    pub remark: Option<String>,
    /// Who closed or dismissed it.
    pub ended_by: Option<StaffId>,
    /// When.
    pub ended_at: Option<DateTime<Utc>>,
    /// What can be done with it now, by whoever may.
    pub possible_steps: Vec<OrderStep>,
    /// For `If-Match`, as `"v1"`.
    pub version: i32,
}

impl Versioned for OrderView {
    fn version(&self) -> i32 {
        self.version
    }
}
