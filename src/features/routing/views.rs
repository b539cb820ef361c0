//! Rules and decisions as staff see them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::RuleRow;
use crate::features::directory::Snapshot;
use crate::platform::http::locale::Locale;
use crate::platform::http::versioned::Versioned;
use crate::rules::routing::{Basis, Considered, Origin, RoutingDecision};
use crate::rules::vocabulary::{Channel, Kind};

/// A rule with everything that can be written about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RuleView {
    /// Its number.
    pub number: i32,
    /// What people call it.
    pub name: String,
    /// The lower, the earlier it is asked.
    pub priority: i32,
    /// The code of the category it holds for.
    pub category: Option<String>,
    /// The code of the district it holds for.
    pub area: Option<String>,
    /// One of these stands in the title or the text.
    pub keywords: Vec<String>,
    /// Holds for tickets that came this way.
    pub channel: Option<Channel>,
    /// Holds for this sort of matter.
    pub kind: Option<Kind>,
    /// The code of who answers.
    pub department: String,
    /// The codes of who helps.
    pub assists: Vec<String>,
    /// Whether tickets are dispatched without a person looking at them first.
    pub is_automatic: bool,
    /// The first day it holds.
    pub valid_from: Option<NaiveDate>,
    /// The last day it holds.
    pub valid_until: Option<NaiveDate>,
    /// Where it comes from.
    pub origin: Origin,
    /// The reference of the ticket whose arbitration left it.
    pub ticket_reference: Option<String>,
    /// False when it is switched off.
    pub is_active: bool,
    /// Grows with every change; the number in the `ETag`.
    pub version: i32,
}

impl RuleView {
    pub(super) fn new(city: &Snapshot, row: RuleRow) -> RuleView {
        RuleView {
            department: code(city, row.department_id),
            assists: row.assists.iter().map(|id| code(city, *id)).collect(),
            number: row.number,
            name: row.name,
            priority: row.priority,
            category: row.category_code,
            area: row.area_code,
            keywords: row.keywords,
            channel: row.channel,
            kind: row.kind,
            is_automatic: row.is_automatic,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            origin: row.origin,
            ticket_reference: row.ticket_reference,
            is_active: row.is_active,
            version: row.version,
        }
    }
}

impl Versioned for RuleView {
    fn version(&self) -> i32 {
        self.version
    }
}

fn code(city: &Snapshot, department_id: i32) -> String {
    city.department(department_id).map(|department| department.code.clone()).unwrap_or_default()
}

/// Where a letter would go.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PreviewView {
    /// The code of who would answer; `null` sends it to the triage queue.
    pub department: Option<String>,
    /// The name of who would answer, in the reader's language.
    pub department_name: Option<String>,
    /// The codes of who would help.
    pub assists: Vec<String>,
    /// What the decision rests on.
    pub basis: Basis,
    /// The number of the rule that decided.
    pub rule: Option<i32>,
    /// Whether it would be dispatched without a person looking at it first.
    pub is_automatic: bool,
    /// Why, in the reader's language.
    #[schema(example = "匹配规则12：类别“供暖”，地区“城关街道”")]
    pub explanation: String,
    /// The rules that were asked before, in order, and why they did not decide.
    pub considered: Vec<Considered>,
}

impl PreviewView {
    pub(super) fn new(city: &Snapshot, decision: RoutingDecision, locale: Locale) -> PreviewView {
        let department = decision.department_id.and_then(|id| city.department(id));
        let is_english = locale == Locale::En;
        let explanation = decision.explanation;
        PreviewView {
            department: department.map(|department| department.code.clone()),
            department_name: department.map(|d| if is_english { d.name_en.clone() } else { d.name.clone() }),
            assists: decision.assists.iter().map(|id| code(city, *id)).collect(),
            basis: decision.basis,
            rule: decision.rule,
            is_automatic: decision.is_automatic,
            explanation: locale.say(&explanation),
            considered: decision.considered,
        }
    }
}
