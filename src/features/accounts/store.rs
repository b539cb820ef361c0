//! The tables `staff`, `staff_grant` and `activation_code`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::model::GrantId;
use crate::platform::auth::caller::StaffId;
use crate::platform::db::schema::{activation_code, session, staff, staff_grant};
use crate::platform::http::locale::Locale;
use crate::rules::vocabulary::Role;

/// An account, without its secrets.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = staff)]
pub(super) struct StaffRow {
    pub(super) id: StaffId,
    pub(super) username: String,
    pub(super) display_name: String,
    pub(super) mail: Option<String>,
    pub(super) locale: Locale,
    pub(super) department_id: Option<i32>,
    pub(super) is_administrator: bool,
    #[diesel(select_expression = staff::password_hash.is_not_null())]
    pub(super) is_activated: bool,
    pub(super) disabled_at: Option<DateTime<Utc>>,
    pub(super) created_at: DateTime<Utc>,
    pub(super) version: i32,
}

/// What signing in needs.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = staff)]
pub(super) struct CredentialsRow {
    pub(super) id: StaffId,
    pub(super) username: String,
    pub(super) password_hash: Option<String>,
    pub(super) disabled_at: Option<DateTime<Utc>>,
    pub(super) known_devices_since: Option<DateTime<Utc>>,
}

/// An account to be inserted.
#[derive(Insertable)]
#[diesel(table_name = staff)]
pub(super) struct NewStaffRow<'a> {
    pub(super) id: StaffId,
    pub(super) username: &'a str,
    pub(super) display_name: &'a str,
    pub(super) mail: Option<&'a str>,
    pub(super) locale: Locale,
    pub(super) department_id: Option<i32>,
    pub(super) is_administrator: bool,
    pub(super) password_hash: Option<&'a str>,
    pub(super) created_at: DateTime<Utc>,
}

/// A grant, as it is stored and as it is inserted.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = staff_grant)]
pub(super) struct GrantRow {
    pub(super) id: GrantId,
    pub(super) staff_id: StaffId,
    pub(super) role: Role,
    pub(super) department_id: Option<i32>,
    pub(super) granted_by: Option<StaffId>,
    pub(super) granted_at: DateTime<Utc>,
}

impl GrantRow {
    /// A grant of a role in a department, or everywhere; `by` nobody on the command line.
    pub(super) fn new(
        staff_id: StaffId,
        (role, department_id): (Role, Option<i32>),
        granted_by: Option<StaffId>,
        granted_at: DateTime<Utc>,
    ) -> GrantRow {
        GrantRow { id: GrantId::new(granted_at), staff_id, role, department_id, granted_by, granted_at }
    }
}

/// Somebody who holds a role, and for which department.
#[derive(Debug, Clone, Queryable)]
pub(super) struct HolderRow {
    pub(super) id: StaffId,
    pub(super) mail: String,
    pub(super) locale: Locale,
    pub(super) granted_for: Option<i32>,
}

pub(super) fn insert_staff(conn: &mut PgConnection, row: &NewStaffRow<'_>) -> QueryResult<()> {
    diesel::insert_into(staff::table).values(row).execute(conn).map(|_| ())
}

pub(super) fn is_any_staff(conn: &mut PgConnection) -> QueryResult<bool> {
    let anybody: Option<StaffId> = staff::table.select(staff::id).first(conn).optional()?;
    Ok(anybody.is_some())
}

pub(super) fn find_staff(conn: &mut PgConnection, id: StaffId) -> QueryResult<Option<StaffRow>> {
    staff::table.find(id).select(StaffRow::as_select()).first(conn).optional()
}

pub(super) fn find_staff_by_username(
    conn: &mut PgConnection,
    username: &str,
) -> QueryResult<Option<StaffRow>> {
    staff::table
        .filter(staff::username.eq(username))
        .select(StaffRow::as_select())
        .for_update()
        .first(conn)
        .optional()
}

/// Who has this user name.
pub(super) fn find_staff_id(conn: &mut PgConnection, username: &str) -> QueryResult<Option<StaffId>> {
    staff::table.filter(staff::username.eq(username)).select(staff::id).first(conn).optional()
}

pub(super) fn lock_staff(conn: &mut PgConnection, id: StaffId) -> QueryResult<Option<StaffRow>> {
    staff::table.find(id).select(StaffRow::as_select()).for_update().first(conn).optional()
}

/// A page of accounts in the order of their user names, those after `after`; `departments` limits whose.
pub(super) fn list_staff(
    conn: &mut PgConnection,
    departments: Option<Vec<i32>>,
    after: Option<String>,
    limit: i64,
) -> QueryResult<Vec<StaffRow>> {
    let mut query =
        staff::table.select(StaffRow::as_select()).order(staff::username).limit(limit).into_boxed();
    if let Some(departments) = departments {
        query = query.filter(staff::department_id.eq_any(departments));
    }
    if let Some(after) = after {
        query = query.filter(staff::username.gt(after));
    }
    query.load(conn)
}

/// Which colleagues; `None`: all.
#[derive(Debug, Clone)]
pub(super) struct ColleagueFilter {
    pub(super) departments: Option<Vec<i32>>,
    pub(super) name: Option<String>,
    pub(super) after: Option<String>,
    pub(super) limit: i64,
}

/// A page of enabled accounts in the order of their user names.
pub(super) fn list_colleagues(
    conn: &mut PgConnection,
    filter: &ColleagueFilter,
) -> QueryResult<Vec<StaffRow>> {
    let mut query = staff::table
        .filter(staff::disabled_at.is_null())
        .select(StaffRow::as_select())
        .order(staff::username)
        .limit(filter.limit)
        .into_boxed();
    if let Some(departments) = &filter.departments {
        query = query.filter(staff::department_id.eq_any(departments.clone()));
    }
    if let Some(name) = &filter.name {
        let pattern = containing(name);
        query = query.filter(staff::display_name.ilike(pattern.clone()).or(staff::username.ilike(pattern)));
    }
    if let Some(after) = &filter.after {
        query = query.filter(staff::username.gt(after.clone()));
    }
    query.load(conn)
}

/// A pattern for LIKE that finds a text anywhere, in which nothing is a wildcard.
fn containing(text: &str) -> String {
    let plain: String = text
        .chars()
        .flat_map(|c| ['%', '_', '\\'].contains(&c).then_some('\\').into_iter().chain([c]))
        .collect();
    format!("%{plain}%")
}

/// Display names by id.
pub(super) fn list_names(conn: &mut PgConnection, ids: &[StaffId]) -> QueryResult<Vec<(StaffId, String)>> {
    staff::table.filter(staff::id.eq_any(ids)).select((staff::id, staff::display_name)).load(conn)
}

/// What a city's file says of somebody.
#[derive(Debug, AsChangeset)]
#[diesel(table_name = staff, treat_none_as_null = true)]
pub(super) struct StaffDetails<'a> {
    pub(super) display_name: &'a str,
    pub(super) mail: Option<&'a str>,
    pub(super) locale: Locale,
    pub(super) department_id: Option<i32>,
}

impl StaffDetails<'_> {
    pub(super) fn are_those_of(&self, row: &StaffRow) -> bool {
        self.display_name == row.display_name
            && self.mail == row.mail.as_deref()
            && self.locale == row.locale
            && self.department_id == row.department_id
    }
}

pub(super) fn update_details(
    conn: &mut PgConnection,
    id: StaffId,
    details: &StaffDetails<'_>,
) -> QueryResult<()> {
    diesel::update(staff::table.find(id)).set(details).execute(conn).map(|_| ())
}

/// Counts the version up. Call it with every change that the account's view shows.
pub(super) fn update_version(conn: &mut PgConnection, id: StaffId) -> QueryResult<()> {
    diesel::update(staff::table.find(id)).set(staff::version.eq(staff::version + 1)).execute(conn).map(|_| ())
}

pub(super) fn update_disabled(
    conn: &mut PgConnection,
    id: StaffId,
    disabled_at: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    diesel::update(staff::table.find(id)).set(staff::disabled_at.eq(disabled_at)).execute(conn).map(|_| ())
}

/// Fails with `staff_grant_roles_compatible` while grants of the other sort stand.
pub(super) fn update_administrator(
    conn: &mut PgConnection,
    id: StaffId,
    is_administrator: bool,
) -> QueryResult<()> {
    diesel::update(staff::table.find(id))
        .set(staff::is_administrator.eq(is_administrator))
        .execute(conn)
        .map(|_| ())
}

pub(super) fn find_credentials(
    conn: &mut PgConnection,
    username: &str,
) -> QueryResult<Option<CredentialsRow>> {
    staff::table
        .filter(staff::username.eq(username))
        .select(CredentialsRow::as_select())
        .first(conn)
        .optional()
}

pub(super) fn get_credentials(conn: &mut PgConnection, id: StaffId) -> QueryResult<CredentialsRow> {
    staff::table.find(id).select(CredentialsRow::as_select()).first(conn)
}

pub(super) fn lock_credentials(conn: &mut PgConnection, id: StaffId) -> QueryResult<Option<CredentialsRow>> {
    staff::table.find(id).select(CredentialsRow::as_select()).for_update().first(conn).optional()
}

/// Forgets the devices that signed in before.
pub(super) fn update_known_devices(
    conn: &mut PgConnection,
    id: StaffId,
    since: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(staff::table.find(id)).set(staff::known_devices_since.eq(since)).execute(conn).map(|_| ())
}

pub(super) fn update_password(conn: &mut PgConnection, id: StaffId, hash: &str) -> QueryResult<()> {
    diesel::update(staff::table.find(id))
        .set((staff::password_hash.eq(hash), staff::version.eq(staff::version + 1)))
        .execute(conn)
        .map(|_| ())
}

pub(super) fn insert_grants(conn: &mut PgConnection, rows: &[GrantRow]) -> QueryResult<()> {
    diesel::insert_into(staff_grant::table).values(rows).execute(conn).map(|_| ())
}

pub(super) fn list_grants(conn: &mut PgConnection, of: &[StaffId]) -> QueryResult<Vec<GrantRow>> {
    staff_grant::table
        .filter(staff_grant::staff_id.eq_any(of))
        .order((staff_grant::granted_at, staff_grant::id))
        .select(GrantRow::as_select())
        .load(conn)
}

/// Who holds which role for which department, of those among these people who are enabled.
pub(super) fn list_enabled_grants(
    conn: &mut PgConnection,
    of: &[StaffId],
) -> QueryResult<Vec<(StaffId, Role, Option<i32>)>> {
    staff_grant::table
        .inner_join(staff::table)
        .filter(staff_grant::staff_id.eq_any(of))
        .filter(staff::disabled_at.is_null())
        .select((staff_grant::staff_id, staff_grant::role, staff_grant::department_id))
        .load(conn)
}

/// Who belongs to these departments.
pub(super) fn list_members(conn: &mut PgConnection, departments: &[i32]) -> QueryResult<Vec<StaffId>> {
    staff::table.filter(staff::department_id.eq_any(departments)).select(staff::id).load(conn)
}

/// Takes a grant away. Gives its role; `None`: there was none.
pub(super) fn delete_grant(conn: &mut PgConnection, of: StaffId, id: GrantId) -> QueryResult<Option<Role>> {
    diesel::delete(staff_grant::table.find(id).filter(staff_grant::staff_id.eq(of)))
        .returning(staff_grant::role)
        .get_result(conn)
        .optional()
}

/// The enabled holders of a role whose grant names one of these departments or none, and who have a mail address.
pub(super) fn list_holders(
    conn: &mut PgConnection,
    role: Role,
    departments: &[i32],
) -> QueryResult<Vec<HolderRow>> {
    staff_grant::table
        .inner_join(staff::table)
        .filter(staff_grant::role.eq(role))
        .filter(staff_grant::department_id.eq_any(departments).or(staff_grant::department_id.is_null()))
        .filter(staff::disabled_at.is_null())
        .filter(staff::mail.is_not_null())
        .order(staff::username)
        .select((staff::id, staff::mail.assume_not_null(), staff::locale, staff_grant::department_id))
        .load(conn)
}

/// Every enabled holder of a role, wherever it holds, who has a mail address.
pub(super) fn list_all_holders(conn: &mut PgConnection, role: Role) -> QueryResult<Vec<StaffId>> {
    staff_grant::table
        .inner_join(staff::table)
        .filter(staff_grant::role.eq(role))
        .filter(staff::disabled_at.is_null())
        .filter(staff::mail.is_not_null())
        .select(staff::id)
        .distinct()
        .order(staff::id)
        .load(conn)
}

/// Addresses and languages of those among these people who are enabled and have an address.
pub(super) fn list_contacts(
    conn: &mut PgConnection,
    ids: &[StaffId],
) -> QueryResult<Vec<(StaffId, String, Locale)>> {
    staff::table
        .filter(staff::id.eq_any(ids))
        .filter(staff::disabled_at.is_null())
        .filter(staff::mail.is_not_null())
        .select((staff::id, staff::mail.assume_not_null(), staff::locale))
        .load(conn)
}

/// The same by user name.
pub(super) fn list_contacts_named(
    conn: &mut PgConnection,
    usernames: &[String],
) -> QueryResult<Vec<(StaffId, String, Locale)>> {
    staff::table
        .filter(staff::username.eq_any(usernames))
        .filter(staff::disabled_at.is_null())
        .filter(staff::mail.is_not_null())
        .order(staff::username)
        .select((staff::id, staff::mail.assume_not_null(), staff::locale))
        .load(conn)
}

/// Puts a new code in the place of any earlier one.
pub(super) fn replace_code(
    conn: &mut PgConnection,
    of: StaffId,
    code_hash: &[u8],
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> QueryResult<()> {
    let values = (
        activation_code::code_hash.eq(code_hash),
        activation_code::created_at.eq(created_at),
        activation_code::expires_at.eq(expires_at),
    );
    diesel::insert_into(activation_code::table)
        .values((activation_code::staff_id.eq(of), values))
        .on_conflict(activation_code::staff_id)
        .do_update()
        .set(values)
        .execute(conn)
        .map(|_| ())
}

/// Who has this code, if it is good at `now` and they are enabled.
pub(super) fn find_code_owner(
    conn: &mut PgConnection,
    username: &str,
    code_hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<StaffId>> {
    activation_code::table
        .inner_join(staff::table)
        .filter(staff::username.eq(username))
        .filter(staff::disabled_at.is_null())
        .filter(activation_code::code_hash.eq(code_hash))
        .filter(activation_code::expires_at.gt(now))
        .select(staff::id)
        .first(conn)
        .optional()
}

/// Uses a code up. Tells how many there were, 0 or 1.
pub(super) fn consume_code(
    conn: &mut PgConnection,
    of: StaffId,
    code_hash: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::delete(
        activation_code::table
            .find(of)
            .filter(activation_code::code_hash.eq(code_hash))
            .filter(activation_code::expires_at.gt(now)),
    )
    .execute(conn)
}

pub(super) fn delete_code(conn: &mut PgConnection, of: StaffId) -> QueryResult<()> {
    diesel::delete(activation_code::table.find(of)).execute(conn).map(|_| ())
}

/// Ends every live session of somebody but, perhaps, one.
pub(super) fn revoke_sessions(
    conn: &mut PgConnection,
    of: StaffId,
    except: Option<Uuid>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(
        session::table
            .filter(session::staff_id.eq(of))
            .filter(session::revoked_at.is_null())
            .filter(session::id.ne(except.unwrap_or(Uuid::nil()))),
    )
    .set(session::revoked_at.eq(now))
    .execute(conn)
}
