//! The routing rules' table.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::platform::db::schema::{routing_rule, routing_version};
use crate::rules::routing::{Origin, RoutingRule};
use crate::rules::vocabulary::{Channel, Kind};
use crate::sql_text_enum;

sql_text_enum!(Origin);

/// A row of `routing_rule`, and what a writer says about one.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = routing_rule, treat_none_as_null = true)]
pub(super) struct RuleRow {
    pub(super) number: i32,
    pub(super) name: String,
    pub(super) priority: i32,
    pub(super) category_code: Option<String>,
    pub(super) area_code: Option<String>,
    pub(super) keywords: Vec<String>,
    pub(super) channel: Option<Channel>,
    pub(super) kind: Option<Kind>,
    pub(super) department_id: i32,
    pub(super) assists: Vec<i32>,
    pub(super) is_automatic: bool,
    pub(super) valid_from: Option<NaiveDate>,
    pub(super) valid_until: Option<NaiveDate>,
    pub(super) origin: Origin,
    pub(super) ticket_reference: Option<String>,
    pub(super) is_active: bool,
    pub(super) version: i32,
}

impl From<RuleRow> for RoutingRule {
    fn from(row: RuleRow) -> RoutingRule {
        RoutingRule {
            number: row.number,
            name: row.name,
            priority: row.priority,
            category: row.category_code,
            area: row.area_code,
            keywords: row.keywords,
            channel: row.channel,
            kind: row.kind,
            department_id: row.department_id,
            assists: row.assists,
            is_automatic: row.is_automatic,
            valid_from: row.valid_from,
            valid_until: row.valid_until,
            origin: row.origin,
        }
    }
}

pub(super) fn list_rules(conn: &mut PgConnection) -> QueryResult<Vec<RuleRow>> {
    let order = (routing_rule::priority, routing_rule::origin, routing_rule::number);
    routing_rule::table.order(order).select(RuleRow::as_select()).load(conn)
}

pub(super) fn list_active_rules(conn: &mut PgConnection) -> QueryResult<Vec<RuleRow>> {
    routing_rule::table.filter(routing_rule::is_active).select(RuleRow::as_select()).load(conn)
}

pub(super) fn find_rule(conn: &mut PgConnection, number: i32) -> QueryResult<Option<RuleRow>> {
    routing_rule::table.find(number).select(RuleRow::as_select()).first(conn).optional()
}

/// The precedent in force for exactly this category and area.
pub(super) fn find_precedent(
    conn: &mut PgConnection,
    category: &str,
    area: Option<&str>,
) -> QueryResult<Option<RuleRow>> {
    routing_rule::table
        .filter(routing_rule::origin.eq(Origin::Precedent))
        .filter(routing_rule::is_active)
        .filter(routing_rule::category_code.eq(category))
        .filter(routing_rule::area_code.is_not_distinct_from(area))
        .select(RuleRow::as_select())
        .first(conn)
        .optional()
}

pub(super) fn next_number(conn: &mut PgConnection) -> QueryResult<i32> {
    let greatest: Option<i32> =
        routing_rule::table.select(diesel::dsl::max(routing_rule::number)).first(conn)?;
    Ok(greatest.unwrap_or(0).saturating_add(1))
}

pub(super) fn insert_rule(conn: &mut PgConnection, row: &RuleRow) -> QueryResult<RuleRow> {
    diesel::insert_into(routing_rule::table).values(row).returning(RuleRow::as_returning()).get_result(conn)
}

pub(super) fn update_rule(conn: &mut PgConnection, row: &RuleRow) -> QueryResult<RuleRow> {
    diesel::update(routing_rule::table.find(row.number))
        .set(row)
        .returning(RuleRow::as_returning())
        .get_result(conn)
}

pub(super) fn get_version(conn: &mut PgConnection) -> QueryResult<i64> {
    routing_version::table.select(routing_version::value).first(conn)
}

/// Keeps other writers of rules out until the end of the transaction.
pub(super) fn lock_version(conn: &mut PgConnection) -> QueryResult<i64> {
    routing_version::table.select(routing_version::value).for_update().first(conn)
}
