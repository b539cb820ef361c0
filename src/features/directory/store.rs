//! The directory's tables.

use diesel::prelude::*;
use serde_json::Value;

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
    pub(super) form: Value,
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
    pub(super) is_active: bool,
    pub(super) version: i32,
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

/// Keeps other writers of the directory out until the end of the transaction.
pub(super) fn lock_version(conn: &mut PgConnection) -> QueryResult<i64> {
    directory_version::table.select(directory_version::value).for_update().first(conn)
}

/// Makes this transaction see one state of all tables. Must be its first statement.
pub(super) fn begin_consistent_read(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(conn)?;
    Ok(())
}

/// What a writer says about a department.
#[derive(Debug, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = department, treat_none_as_null = true)]
pub(super) struct DepartmentValues {
    pub(super) code: String,
    pub(super) parent_id: Option<i32>,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) aliases: Vec<String>,
    pub(super) district_code: Option<String>,
    pub(super) successor_id: Option<i32>,
    pub(super) is_active: bool,
    pub(super) is_dispatchable: bool,
}

/// What a writer says about a category.
#[derive(Debug, PartialEq, Insertable, AsChangeset)]
#[diesel(table_name = category, treat_none_as_null = true)]
pub(super) struct CategoryValues {
    pub(super) code: String,
    pub(super) parent_id: Option<i32>,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) kinds: Vec<String>,
    pub(super) form: Value,
    pub(super) default_department_id: Option<i32>,
    pub(super) is_active: bool,
}

/// What a writer says about a district.
#[derive(Debug, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = district, treat_none_as_null = true)]
pub(super) struct DistrictValues {
    pub(super) code: String,
    pub(super) parent_code: Option<String>,
    pub(super) name: String,
    pub(super) name_en: String,
    pub(super) is_active: bool,
}

pub(super) fn insert_department(
    conn: &mut PgConnection,
    values: &DepartmentValues,
) -> QueryResult<DepartmentRow> {
    diesel::insert_into(department::table)
        .values(values)
        .returning(DepartmentRow::as_returning())
        .get_result(conn)
}

pub(super) fn update_department(
    conn: &mut PgConnection,
    id: i32,
    values: &DepartmentValues,
) -> QueryResult<DepartmentRow> {
    diesel::update(department::table.find(id))
        .set((values, department::version.eq(department::version + 1)))
        .returning(DepartmentRow::as_returning())
        .get_result(conn)
}

pub(super) fn insert_category(conn: &mut PgConnection, values: &CategoryValues) -> QueryResult<CategoryRow> {
    diesel::insert_into(category::table)
        .values(values)
        .returning(CategoryRow::as_returning())
        .get_result(conn)
}

pub(super) fn update_category(
    conn: &mut PgConnection,
    id: i32,
    values: &CategoryValues,
) -> QueryResult<CategoryRow> {
    diesel::update(category::table.find(id))
        .set((values, category::version.eq(category::version + 1)))
        .returning(CategoryRow::as_returning())
        .get_result(conn)
}

pub(super) fn insert_district(conn: &mut PgConnection, values: &DistrictValues) -> QueryResult<DistrictRow> {
    diesel::insert_into(district::table)
        .values(values)
        .returning(DistrictRow::as_returning())
        .get_result(conn)
}

pub(super) fn update_district(conn: &mut PgConnection, values: &DistrictValues) -> QueryResult<DistrictRow> {
    diesel::update(district::table.find(&values.code))
        .set((values, district::version.eq(district::version + 1)))
        .returning(DistrictRow::as_returning())
        .get_result(conn)
}
