//! What routing learns from an arbitration: a rule for the same category and area.

use chrono::NaiveDate;
use diesel::PgConnection;

use super::error::RoutingError;
use super::service::active_rules;
use super::store::{self, RuleRow};
use crate::features::directory::Snapshot;
use crate::rules::routing::{Matter, Origin, precedent_priority, route};
use crate::rules::texts::{Language, Sentence};

/// A ticket whose lead department a supervisor designated finally.
#[derive(Clone, Copy)]
pub struct Arbitrated<'a> {
    /// The ticket's reference.
    pub reference: &'a str,
    /// What routing looks at in it.
    pub matter: Matter<'a>,
    /// The department designated.
    pub department_id: i32,
    /// The day of the designation in the city's zone.
    pub on: NaiveDate,
}

/// Leaves a precedent for the ticket's category and area, inside the caller's transaction. Returns its number, or
/// `None` when the rules send such tickets to that department already.
///
/// A later arbitration about the same category and area replaces what the earlier one left.
pub fn add_precedent(
    conn: &mut PgConnection,
    city: &Snapshot,
    arbitrated: &Arbitrated<'_>,
) -> Result<Option<i32>, RoutingError> {
    store::lock_version(conn)?;
    let rules = active_rules(conn)?;
    let decision = route(&rules, &arbitrated.matter, arbitrated.on, city);
    if decision.department_id == Some(arbitrated.department_id) {
        return Ok(None);
    }
    let misled_by = decision.rule.and_then(|number| rules.rule(number));
    let earlier = store::find_precedent(conn, arbitrated.matter.category, arbitrated.matter.area)?;
    if let Some(earlier) = earlier {
        return replace(conn, earlier, arbitrated).map(Some);
    }
    let specificity = 1 + usize::from(arbitrated.matter.area.is_some());
    let priority = precedent_priority(misled_by, specificity).max(0);
    let row = precedent(store::next_number(conn)?, priority, city, arbitrated);
    Ok(Some(store::insert_rule(conn, &row)?.number))
}

fn replace(
    conn: &mut PgConnection,
    earlier: RuleRow,
    arbitrated: &Arbitrated<'_>,
) -> Result<i32, RoutingError> {
    let replaced = RuleRow {
        department_id: arbitrated.department_id,
        ticket_reference: Some(arbitrated.reference.to_owned()),
        valid_from: Some(arbitrated.on),
        valid_until: None,
        version: earlier.version + 1,
        ..earlier
    };
    Ok(store::update_rule(conn, &replaced)?.number)
}

fn precedent(number: i32, priority: i32, city: &Snapshot, arbitrated: &Arbitrated<'_>) -> RuleRow {
    let matter = &arbitrated.matter;
    RuleRow {
        number,
        name: name(city, matter),
        priority,
        category_code: Some(matter.category.to_owned()),
        area_code: matter.area.map(str::to_owned),
        keywords: Vec::new(),
        channel: None,
        kind: None,
        department_id: arbitrated.department_id,
        assists: Vec::new(),
        is_automatic: false,
        valid_from: Some(arbitrated.on),
        valid_until: None,
        origin: Origin::Precedent,
        ticket_reference: Some(arbitrated.reference.to_owned()),
        is_active: true,
        version: 1,
    }
}

/// Such as "先例：供暖（城关街道）".
fn name(city: &Snapshot, matter: &Matter<'_>) -> String {
    let category = city.category_by_code(matter.category).map_or(matter.category, |c| c.name.as_str());
    let name = match matter.area.map(|code| city.district(code).map_or(code, |d| d.name.as_str())) {
        Some(area) => Sentence::new("precedent_name-area").with("category", category).with("area", area),
        None => Sentence::new("precedent_name").with("category", category),
    };
    name.say(Language::Chinese).chars().take(100).collect()
}
