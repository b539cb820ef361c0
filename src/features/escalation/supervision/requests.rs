//! What callers send about orders.

use serde::{Deserialize, Deserializer};
use utoipa::{IntoParams, ToSchema};

use super::lifecycle::OrderStatus;
use crate::platform::http::pagination::{Cursor, Limit};
use crate::rules::bounds::at_most;
use crate::rules::text::{Body, Reason};

/// How many working days an order may give.
const MOST_WORKING_DAYS: i64 = 60;

/// Issues an order about a ticket.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueNewOrder {
    /// Code of the department; absent: the one in charge.
    #[serde(default, deserialize_with = "at_most::<64, _, _>")]
    #[schema(max_length = 64)]
    pub department: Option<String>,
    /// What is to be done.
    pub instruction: Body,
    /// Working days within which the department answers, 1 to 60.
    #[serde(deserialize_with = "working_days")]
    #[schema(minimum = 1, maximum = 60)]
    pub working_days: i64,
}

/// Issues an order that was proposed.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IssueOrder {
    /// What is to be done.
    pub instruction: Body,
    /// Working days within which the department answers, 1 to 60.
    #[serde(deserialize_with = "working_days")]
    #[schema(minimum = 1, maximum = 60)]
    pub working_days: i64,
}

/// The department's feedback.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerOrder {
    /// What was done.
    pub feedback: Body,
}

/// Sends feedback back.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnOrder {
    /// What is missing.
    pub reason: Reason,
    /// Working days within which the department answers anew, 1 to 60.
    #[serde(deserialize_with = "working_days")]
    #[schema(minimum = 1, maximum = 60)]
    pub working_days: i64,
}

/// Closes or dismisses an order.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CloseOrder {
    /// Why, or how it ended.
    pub reason: Reason,
}

/// Which orders.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListOrders {
    /// Where they stand.
    #[param(inline)]
    pub status: OrderStatus,
    /// Code of a department: only its orders and those of the departments below it.
    pub department: Option<String>,
    /// How many, 1 to 200.
    #[serde(default)]
    #[param(value_type = Option<u16>, minimum = 1, maximum = 200, default = 50)]
    pub limit: Limit,
    /// Where the page begins.
    #[param(value_type = Option<String>, max_length = 1024)]
    pub cursor: Option<Cursor>,
}

fn working_days<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let days = i64::deserialize(deserializer)?;
    if (1..=MOST_WORKING_DAYS).contains(&days) {
        return Ok(days);
    }
    Err(serde::de::Error::custom("must be between 1 and 60"))
}

/// An action without arguments: `{}` or no body.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AcknowledgeOrder {}
