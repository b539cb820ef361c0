//! The directory as those who manage it see it: in both languages, with what is out of use, and with versions.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::model::{Category, Department, District};
use super::snapshot::Snapshot;
use crate::platform::http::versioned::Versioned;
use crate::rules::form::FormField;
use crate::rules::vocabulary::Kind;

/// A department with everything that can be written about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DepartmentView {
    /// Its code.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// The code of the body above it.
    pub parent: Option<String>,
    /// Other spellings.
    pub aliases: Vec<String>,
    /// The code of the district it is competent for; `null` for the whole city.
    pub district: Option<String>,
    /// The code of who takes over once it is dissolved.
    pub successor: Option<String>,
    /// False once it is dissolved.
    pub is_active: bool,
    /// Whether it is sent work orders.
    pub is_dispatchable: bool,
    /// Grows with every change; the number in the `ETag`.
    pub version: i32,
}

/// A category with everything that can be written about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CategoryView {
    /// Its code.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// The code of the category above it.
    pub parent: Option<String>,
    /// The kinds of tickets it takes.
    pub kinds: Vec<Kind>,
    /// The code of who answers when no routing rule says otherwise; `null` means the parent's.
    pub default_department: Option<String>,
    /// False takes no new tickets.
    pub is_active: bool,
    /// The fields of its form.
    pub fields: Vec<FormField>,
    /// Grows with every change; the number in the `ETag`.
    pub version: i32,
}

/// A district with everything that can be written about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DistrictView {
    /// Its code.
    pub code: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// The code of the district it lies in.
    pub parent: Option<String>,
    /// False takes no new letters, for what lies in it neither.
    pub is_active: bool,
    /// Grows with every change; the number in the `ETag`.
    pub version: i32,
}

impl From<&District> for DistrictView {
    fn from(district: &District) -> DistrictView {
        DistrictView {
            code: district.code.clone(),
            name: district.name.clone(),
            name_en: district.name_en.clone(),
            parent: district.parent_code.clone(),
            is_active: district.is_active,
            version: district.version,
        }
    }
}

impl DepartmentView {
    pub(super) fn new(city: &Snapshot, department: &Department) -> DepartmentView {
        let code = |id: Option<i32>| id.and_then(|id| city.department(id)).map(|other| other.code.clone());
        DepartmentView {
            code: department.code.clone(),
            name: department.name.clone(),
            name_en: department.name_en.clone(),
            parent: code(department.parent_id),
            aliases: department.aliases.clone(),
            district: department.district_code.clone(),
            successor: code(department.successor_id),
            is_active: department.is_active,
            is_dispatchable: department.is_dispatchable,
            version: department.version,
        }
    }
}

impl CategoryView {
    pub(super) fn new(city: &Snapshot, category: &Category) -> CategoryView {
        let parent = category.parent_id.and_then(|id| city.category(id));
        let department = category.default_department_id.and_then(|id| city.department(id));
        CategoryView {
            code: category.code.clone(),
            name: category.name.clone(),
            name_en: category.name_en.clone(),
            parent: parent.map(|parent| parent.code.clone()),
            kinds: category.kinds.clone(),
            default_department: department.map(|department| department.code.clone()),
            is_active: category.is_active,
            fields: category.form.fields().to_vec(),
            version: category.version,
        }
    }
}

impl Versioned for DepartmentView {
    fn version(&self) -> i32 {
        self.version
    }
}

impl Versioned for DistrictView {
    fn version(&self) -> i32 {
        self.version
    }
}

impl Versioned for CategoryView {
    fn version(&self) -> i32 {
        self.version
    }
}
