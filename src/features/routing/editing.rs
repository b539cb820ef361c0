//! Writes one rule after looking whether it is one. Callers hold the lock on `routing_version`.

use diesel::PgConnection;

use super::error::{RoutingError, RuleRefusal};
use super::requests::RuleEntry;
use super::store::{self, RuleRow};
use crate::features::directory::{Code, Snapshot};
use crate::rules::routing::{Origin, RoutingRule, RuleSet};

const MOST_ASSISTS: usize = 10;
/// The greatest leaves room for those that precedents get.
const NUMBERS: std::ops::RangeInclusive<i32> = 1..=1_000_000_000;
const PRIORITIES: std::ops::RangeInclusive<i32> = 0..=10_000;

/// Writes a rule, unless it stands so already. `known` is how it stands now, if it does.
pub(super) fn save_rule(
    conn: &mut PgConnection,
    city: &Snapshot,
    number: i32,
    entry: &RuleEntry,
    known: Option<&RuleRow>,
) -> Result<RuleRow, RoutingError> {
    let mut row = rule_row(city, number, entry)?;
    let Some(known) = known else { return Ok(store::insert_rule(conn, &row)?) };
    row.origin = known.origin;
    row.ticket_reference.clone_from(&known.ticket_reference);
    row.version = known.version;
    if row.origin == Origin::Precedent && (row.is_automatic || row.category_code.is_none()) {
        return Err(RuleRefusal::Precedent.at(""));
    }
    if row == *known {
        return Ok(row);
    }
    row.version += 1;
    Ok(store::update_rule(conn, &row)?)
}

fn rule_row(city: &Snapshot, number: i32, entry: &RuleEntry) -> Result<RuleRow, RoutingError> {
    check_plain_members(number, entry)?;
    let row = RuleRow {
        number,
        name: entry.name.as_str().to_owned(),
        priority: entry.priority,
        category_code: category(city, entry)?,
        area_code: area(city, entry)?,
        keywords: entry.keywords.clone(),
        channel: entry.channel,
        kind: entry.kind,
        department_id: department(city, &entry.department, "/department")?,
        assists: assists(city, entry)?,
        is_automatic: entry.is_automatic,
        valid_from: entry.valid_from,
        valid_until: entry.valid_until,
        origin: Origin::Configured,
        ticket_reference: None,
        is_active: entry.is_active,
        version: 1,
    };
    // Whoever reads the rules builds a set of them; a rule that does not fit one must not get in.
    RuleSet::new(vec![RoutingRule::from(row.clone())]).map_err(|_| RuleRefusal::Keywords.at("/keywords"))?;
    Ok(row)
}

fn check_plain_members(number: i32, entry: &RuleEntry) -> Result<(), RoutingError> {
    if !NUMBERS.contains(&number) {
        return Err(RuleRefusal::NumberRange.at("/number"));
    }
    if !PRIORITIES.contains(&entry.priority) {
        return Err(RuleRefusal::Priority.at("/priority"));
    }
    let is_in_order = entry.valid_from.zip(entry.valid_until).is_none_or(|(from, until)| from <= until);
    if is_in_order { Ok(()) } else { Err(RuleRefusal::Validity.at("/valid_until")) }
}

fn category(city: &Snapshot, entry: &RuleEntry) -> Result<Option<String>, RoutingError> {
    let Some(code) = &entry.category else { return Ok(None) };
    let category = city.category_by_code(code.as_str());
    let category = category.ok_or_else(|| RuleRefusal::UnknownCategory(code.to_string()).at("/category"))?;
    Ok(Some(category.code.clone()))
}

fn area(city: &Snapshot, entry: &RuleEntry) -> Result<Option<String>, RoutingError> {
    let Some(code) = &entry.area else { return Ok(None) };
    let district = city.district(code.as_str());
    let district = district.ok_or_else(|| RuleRefusal::UnknownDistrict(code.to_string()).at("/area"))?;
    Ok(Some(district.code.clone()))
}

fn assists(city: &Snapshot, entry: &RuleEntry) -> Result<Vec<i32>, RoutingError> {
    if entry.assists.len() > MOST_ASSISTS {
        return Err(RuleRefusal::TooManyAssists.at("/assists"));
    }
    entry.assists.iter().map(|code| department(city, code, "/assists")).collect()
}

fn department(city: &Snapshot, code: &Code, pointer: &'static str) -> Result<i32, RoutingError> {
    let department = city.department_by_code(code.as_str());
    let department =
        department.ok_or_else(|| RuleRefusal::UnknownDepartment(code.to_string()).at(pointer))?;
    if department.is_active && department.is_dispatchable {
        return Ok(department.id);
    }
    Err(RuleRefusal::NotDispatchable(code.to_string()).at(pointer))
}
