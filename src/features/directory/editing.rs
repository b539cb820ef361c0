//! Writes one entry into the directory after looking whether it fits the rest.
//!
//! Callers hold the lock on `directory_version`, and hand in the tree as the transaction sees it.

use diesel::PgConnection;

use super::entry::{CategoryEntry, Code, DepartmentEntry, DistrictEntry};
use super::error::{DirectoryError, Refusal};
use super::model::{Category, Department, District};
use super::snapshot::{DEEPEST, Snapshot};
use super::store::{self, CategoryValues, DepartmentValues, DistrictValues};
use crate::rules::form::FormSchema;
use crate::rules::vocabulary::Kind;

const MOST_ALIASES: usize = 50;

/// Writes a department, unless it stands so already, and puts it into the tree.
pub(super) fn save_department(
    conn: &mut PgConnection,
    tree: &mut Snapshot,
    entry: &DepartmentEntry,
) -> Result<Department, DirectoryError> {
    let values = department_values(tree, entry)?;
    let row = match tree.department_by_code(entry.code.as_str()) {
        None => store::insert_department(conn, &values)?,
        Some(known) if DepartmentValues::from(known) == values => return Ok(known.clone()),
        Some(known) => store::update_department(conn, known.id, &values)?,
    };
    let saved = Department::from(row);
    tree.put_department(saved.clone());
    Ok(saved)
}

/// Writes a category, unless it stands so already, and puts it into the tree.
pub(super) fn save_category(
    conn: &mut PgConnection,
    tree: &mut Snapshot,
    entry: &CategoryEntry,
) -> Result<Category, DirectoryError> {
    let values = category_values(tree, entry)?;
    let row = match tree.category_by_code(entry.code.as_str()) {
        None => store::insert_category(conn, &values)?,
        Some(known) if CategoryValues::try_from(known)? == values => return Ok(known.clone()),
        Some(known) => store::update_category(conn, known.id, &values)?,
    };
    let saved = Category::try_from(row)?;
    tree.put_category(saved.clone());
    Ok(saved)
}

/// Writes a district, unless it stands so already, and puts it into the tree.
pub(super) fn save_district(
    conn: &mut PgConnection,
    tree: &mut Snapshot,
    entry: &DistrictEntry,
) -> Result<District, DirectoryError> {
    let parent = entry.parent.as_ref();
    if let Some(parent) = parent.filter(|parent| tree.district(parent.as_str()).is_none()) {
        return Err(Refusal::UnknownDistrict(parent.to_string()).at("/parent"));
    }
    if parent.is_some_and(|parent| tree.district_within(parent.as_str(), entry.code.as_str())) {
        return Err(Refusal::Cycle(entry.code.to_string()).at("/parent"));
    }
    let values = DistrictValues {
        code: entry.code.to_string(),
        parent_code: parent.map(Code::to_string),
        name: entry.name.as_str().to_owned(),
        name_en: entry.name_en.as_str().to_owned(),
        is_active: entry.is_active,
    };
    let row = match tree.district(entry.code.as_str()) {
        None => store::insert_district(conn, &values)?,
        Some(known) if DistrictValues::from(known) == values => return Ok(known.clone()),
        Some(_) => store::update_district(conn, &values)?,
    };
    let saved = District::from(row);
    tree.put_district(saved.clone());
    Ok(saved)
}

fn department_values(tree: &Snapshot, entry: &DepartmentEntry) -> Result<DepartmentValues, DirectoryError> {
    if entry.aliases.len() > MOST_ALIASES {
        return Err(Refusal::TooManyAliases.at("/aliases"));
    }
    let district = entry.district.as_ref();
    if let Some(code) = district.filter(|code| tree.district(code.as_str()).is_none()) {
        return Err(Refusal::UnknownDistrict(code.to_string()).at("/district"));
    }
    Ok(DepartmentValues {
        code: entry.code.to_string(),
        parent_id: department_parent(tree, entry)?,
        name: entry.name.as_str().to_owned(),
        name_en: entry.name_en.as_str().to_owned(),
        aliases: entry.aliases.iter().map(|alias| alias.as_str().to_owned()).collect(),
        district_code: district.map(Code::to_string),
        successor_id: successor(tree, entry)?,
        is_active: entry.is_active,
        is_dispatchable: entry.is_dispatchable,
    })
}

fn department_parent(tree: &Snapshot, entry: &DepartmentEntry) -> Result<Option<i32>, DirectoryError> {
    let Some(code) = &entry.parent else { return Ok(None) };
    let parent = known_department(tree, code).map_err(|refusal| refusal.at("/parent"))?;
    let is_itself = |department: &Department| department.code == entry.code.as_str();
    if is_itself(parent) || tree.ancestors(parent.id).into_iter().any(is_itself) {
        return Err(Refusal::Cycle(entry.code.to_string()).at("/parent"));
    }
    Ok(Some(parent.id))
}

fn successor(tree: &Snapshot, entry: &DepartmentEntry) -> Result<Option<i32>, DirectoryError> {
    let Some(code) = &entry.successor else {
        let is_needed = !entry.is_active;
        return if is_needed { Err(Refusal::NeedsSuccessor.at("/successor")) } else { Ok(None) };
    };
    let successor = known_department(tree, code).map_err(|refusal| refusal.at("/successor"))?;
    if has_heir(tree, successor, entry.code.as_str()) {
        return Ok(Some(successor.id));
    }
    Err(Refusal::Cycle(entry.code.to_string()).at("/successor"))
}

/// Whether what is left to a department comes to one that exists, through dissolved ones, and never to the department of
/// this code: the tree still has that as it was, dissolved or not.
fn has_heir(tree: &Snapshot, successor: &Department, code: &str) -> bool {
    let next = |left: &&Department| tree.department(left.successor_id.filter(|_| !left.is_active)?);
    let mut chain = std::iter::successors(Some(successor), next).take(DEEPEST);
    chain.find(|heir| heir.is_active || heir.code == code).is_some_and(|heir| heir.code != code)
}

fn category_values(tree: &Snapshot, entry: &CategoryEntry) -> Result<CategoryValues, DirectoryError> {
    if entry.kinds.is_empty() {
        return Err(Refusal::NoKinds.at("/kinds"));
    }
    let form = FormSchema::new(entry.fields.clone()).map_err(|error| Refusal::Form(error).at("/fields"))?;
    Ok(CategoryValues {
        code: entry.code.to_string(),
        parent_id: category_parent(tree, entry)?,
        name: entry.name.as_str().to_owned(),
        name_en: entry.name_en.as_str().to_owned(),
        kinds: words(&entry.kinds),
        form: form_column(entry.code.as_str(), &form)?,
        default_department_id: default_department(tree, entry)?,
        is_active: entry.is_active,
    })
}

fn words(kinds: &[Kind]) -> Vec<String> {
    kinds.iter().map(|kind| kind.as_str().to_owned()).collect()
}

fn form_column(code: &str, form: &FormSchema) -> Result<serde_json::Value, DirectoryError> {
    serde_json::to_value(form)
        .map_err(|error| DirectoryError::Unreadable { code: code.to_owned(), reason: error.to_string() })
}

fn category_parent(tree: &Snapshot, entry: &CategoryEntry) -> Result<Option<i32>, DirectoryError> {
    let Some(code) = &entry.parent else { return Ok(None) };
    let parent = tree.category_by_code(code.as_str());
    let parent = parent.ok_or_else(|| Refusal::UnknownCategory(code.to_string()).at("/parent"))?;
    if tree.category_within(code.as_str(), entry.code.as_str()) {
        return Err(Refusal::Cycle(entry.code.to_string()).at("/parent"));
    }
    Ok(Some(parent.id))
}

fn default_department(tree: &Snapshot, entry: &CategoryEntry) -> Result<Option<i32>, DirectoryError> {
    let Some(code) = &entry.default_department else { return Ok(None) };
    let department = known_department(tree, code).map_err(|refusal| refusal.at("/default_department"))?;
    if department.is_active && department.is_dispatchable {
        return Ok(Some(department.id));
    }
    Err(Refusal::NotDispatchable(code.to_string()).at("/default_department"))
}

fn known_department<'a>(tree: &'a Snapshot, code: &Code) -> Result<&'a Department, Refusal> {
    tree.department_by_code(code.as_str()).ok_or_else(|| Refusal::UnknownDepartment(code.to_string()))
}

impl From<&Department> for DepartmentValues {
    fn from(department: &Department) -> DepartmentValues {
        DepartmentValues {
            code: department.code.clone(),
            parent_id: department.parent_id,
            name: department.name.clone(),
            name_en: department.name_en.clone(),
            aliases: department.aliases.clone(),
            district_code: department.district_code.clone(),
            successor_id: department.successor_id,
            is_active: department.is_active,
            is_dispatchable: department.is_dispatchable,
        }
    }
}

impl TryFrom<&Category> for CategoryValues {
    type Error = DirectoryError;
    fn try_from(category: &Category) -> Result<CategoryValues, DirectoryError> {
        Ok(CategoryValues {
            code: category.code.clone(),
            parent_id: category.parent_id,
            name: category.name.clone(),
            name_en: category.name_en.clone(),
            kinds: words(&category.kinds),
            form: form_column(&category.code, &category.form)?,
            default_department_id: category.default_department_id,
            is_active: category.is_active,
        })
    }
}

impl From<&District> for DistrictValues {
    fn from(district: &District) -> DistrictValues {
        DistrictValues {
            code: district.code.clone(),
            parent_code: district.parent_code.clone(),
            name: district.name.clone(),
            name_en: district.name_en.clone(),
            is_active: district.is_active,
        }
    }
}
