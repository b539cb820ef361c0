//! The directory's tables.

use diesel::prelude::*;

use crate::platform::db::schema::{category, department, directory_version, district};

/// A row of `category`, before its words are parsed.
#[derive(Queryable, Selectable)]
#[diesel(table_name = category)]
pub(super) struct CategoryRow {
    pub(super) id: i32,
    pub(super) code: String,
    pub(super) parent_id: Option<i32>,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) kinds: Vec<String>,
    pub(super) form: serde_json::Value,
    pub(super) default_department_id: Option<i32>,
    pub(super) is_active: bool,
    pub(super) version: i32,
}

/// A row of `department`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = department)]
pub(super) struct DepartmentRow {
    pub(super) id: i32,
    pub(super) code: String,
    pub(super) parent_id: Option<i32>,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) aliases: Vec<String>,
    pub(super) district_code: Option<String>,
    pub(super) successor_id: Option<i32>,
    pub(super) is_active: bool,
    pub(super) is_dispatchable: bool,
    pub(super) version: i32,
}

/// A row of `district`.
#[derive(Queryable, Selectable)]
#[diesel(table_name = district)]
pub(super) struct DistrictRow {
    pub(super) code: String,
    pub(super) parent_code: Option<String>,
    pub(super) name: String,
    pub(super) name_en: String,
}

pub(super) fn list_categories(conn: &mut PgConnection) -> QueryResult<Vec<CategoryRow>> {
    category::table.order(category::id).select(CategoryRow::as_select()).load(conn)
}

pub(super) fn list_departments(conn: &mut PgConnection) -> QueryResult<Vec<DepartmentRow>> {
    department::table.order(department::id).select(DepartmentRow::as_select()).load(conn)
}

pub(super) fn list_districts(conn: &mut PgConnection) -> QueryResult<Vec<DistrictRow>> {
    district::table.order(district::code).select(DistrictRow::as_select()).load(conn)
}

pub(super) fn get_version(conn: &mut PgConnection) -> QueryResult<i64> {
    directory_version::table.select(directory_version::value).first(conn)
}

/// Makes this transaction see one state of all tables. Must be its first statement.
pub(super) fn begin_consistent_read(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(conn)?;
    Ok(())
}
