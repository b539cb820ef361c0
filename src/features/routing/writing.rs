//! Writes rules one after the other inside the caller's transaction, and reads them back as they would be written: for
//! cities that are kept as files.

use diesel::PgConnection;

use super::editing::save_rule;
use super::error::{RoutingError, RuleRefusal};
use super::requests::RuleEntry;
use super::store::{self, RuleRow};
use crate::features::directory::{Code, InvalidEntry, Snapshot};
use crate::rules::routing::Origin;
use crate::rules::text::Name;

/// The rules while they are written. Other writers are kept out until the end of the transaction.
pub struct RoutingWriting(());

impl RoutingWriting {
    /// Begins to write.
    pub fn begin(conn: &mut PgConnection) -> Result<RoutingWriting, RoutingError> {
        store::lock_version(conn)?;
        Ok(RoutingWriting(()))
    }

    /// Writes a rule, which must have its number. Nothing happens when it stands so already.
    pub fn rule(
        &self,
        conn: &mut PgConnection,
        city: &Snapshot,
        entry: &RuleEntry,
    ) -> Result<(), RoutingError> {
        let number = entry.number.ok_or_else(|| RuleRefusal::Number.at("/number"))?;
        let known = store::find_rule(conn, number)?;
        save_rule(conn, city, number, entry, known.as_ref()).map(drop)
    }
}

/// Every rule that somebody wrote, as it would be written; precedents are left out, because cases make them.
pub fn rule_entries(
    conn: &mut PgConnection,
    city: &Snapshot,
) -> Result<Vec<Result<RuleEntry, InvalidEntry>>, RoutingError> {
    let mut rows = store::list_rules(conn)?;
    rows.retain(|row| row.origin == Origin::Configured);
    rows.sort_by_key(|row| row.number);
    Ok(rows.into_iter().map(|row| entry(city, row)).collect())
}

fn entry(city: &Snapshot, row: RuleRow) -> Result<RuleEntry, InvalidEntry> {
    let invalid = |reason: String| InvalidEntry { code: row.number.to_string(), reason };
    let code = |code: &str| code.parse::<Code>().map_err(|error| invalid(error.to_string()));
    let department = |id: i32| {
        let department = city.department(id).ok_or_else(|| invalid("has no department".to_owned()))?;
        code(&department.code)
    };
    Ok(RuleEntry {
        number: Some(row.number),
        name: Name::try_from(row.name.as_str()).map_err(|error| invalid(error.to_string()))?,
        priority: row.priority,
        category: row.category_code.as_deref().map(code).transpose()?,
        area: row.area_code.as_deref().map(code).transpose()?,
        keywords: row.keywords.clone(),
        channel: row.channel,
        kind: row.kind,
        department: department(row.department_id)?,
        assists: row.assists.iter().map(|id| department(*id)).collect::<Result<_, _>>()?,
        is_automatic: row.is_automatic,
        valid_from: row.valid_from,
        valid_until: row.valid_until,
        is_active: row.is_active,
    })
}
