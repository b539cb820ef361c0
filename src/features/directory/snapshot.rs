//! The whole directory at one version, in memory, with every look-up that a request needs.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use diesel::PgConnection;

use super::error::DirectoryError;
use super::model::{Category, Department, District};
use super::store::{self, CategoryRow, DepartmentRow, DistrictRow};
use crate::rules::text::fold;

/// Trees are cut here, so that a cycle that got past the checks cannot hang a request.
pub(super) const DEEPEST: usize = 32;

/// The directory at one version. Never changes; a newer one replaces it.
#[derive(Debug, Default)]
pub struct Snapshot {
    version: i64,
    departments: BTreeMap<i32, Department>,
    department_codes: HashMap<String, i32>,
    /// Folded names and aliases; `None` where two departments share one.
    department_names: HashMap<String, Option<i32>>,
    subtrees: HashMap<i32, Arc<HashSet<i32>>>,
    nothing: Arc<HashSet<i32>>,
    categories: BTreeMap<i32, Category>,
    category_codes: HashMap<String, i32>,
    districts: BTreeMap<String, District>,
}

impl Snapshot {
    /// Reads the directory as this connection sees it.
    pub fn read(conn: &mut PgConnection) -> Result<Snapshot, DirectoryError> {
        let version = store::get_version(conn)?;
        let departments = store::list_departments(conn)?.into_iter().map(Department::from).collect();
        let categories =
            store::list_categories(conn)?.into_iter().map(Category::try_from).collect::<Result<_, _>>()?;
        let districts = store::list_districts(conn)?.into_iter().map(District::from).collect();
        Ok(Snapshot::new(version, departments, categories, districts))
    }

    /// A directory of these parts.
    pub fn new(
        version: i64,
        departments: Vec<Department>,
        categories: Vec<Category>,
        districts: Vec<District>,
    ) -> Snapshot {
        let subtrees = subtrees(&departments);
        let department_names = names(&departments);
        Snapshot {
            version,
            department_codes: departments.iter().map(|d| (d.code.clone(), d.id)).collect(),
            departments: departments.into_iter().map(|d| (d.id, d)).collect(),
            department_names,
            subtrees,
            nothing: Arc::default(),
            category_codes: categories.iter().map(|c| (c.code.clone(), c.id)).collect(),
            categories: categories.into_iter().map(|c| (c.id, c)).collect(),
            districts: districts.into_iter().map(|d| (d.code.clone(), d)).collect(),
        }
    }

    /// Puts a department into its place. Names and subtrees stay as they were: for checks while writing.
    pub(super) fn put_department(&mut self, department: Department) {
        self.department_codes.insert(department.code.clone(), department.id);
        self.departments.insert(department.id, department);
    }

    /// Puts a category into its place.
    pub(super) fn put_category(&mut self, category: Category) {
        self.category_codes.insert(category.code.clone(), category.id);
        self.categories.insert(category.id, category);
    }

    /// Puts a district into its place.
    pub(super) fn put_district(&mut self, district: District) {
        self.districts.insert(district.code.clone(), district);
    }

    /// Grows with every change of the directory.
    pub fn version(&self) -> i64 {
        self.version
    }

    /// Every department, dissolved ones too, in the order they were founded here.
    pub fn departments(&self) -> impl Iterator<Item = &Department> {
        self.departments.values()
    }

    /// The department of this key.
    pub fn department(&self, id: i32) -> Option<&Department> {
        self.departments.get(&id)
    }

    /// The department of this code.
    pub fn department_by_code(&self, code: &str) -> Option<&Department> {
        self.department(*self.department_codes.get(code)?)
    }

    /// The department that people call so: its name in either language or an alias, in any width and case and with any
    /// white space. `None` when nobody is called so, or when several are and none of them officially.
    pub fn department_by_name_or_alias(&self, name: &str) -> Option<&Department> {
        self.department((*self.department_names.get(&folded(name))?)?)
    }

    /// The department that answers for this one today: itself, or the successor of a dissolved one.
    pub fn department_in_charge(&self, id: i32) -> Option<&Department> {
        let mut department = self.department(id)?;
        for _ in 0..DEEPEST {
            if department.is_active {
                return Some(department);
            }
            department = self.department(department.successor_id?)?;
        }
        None
    }

    /// The department, everything below it, and everything that dissolved departments left to one of these.
    /// Empty for an unknown key.
    pub fn subtree(&self, id: i32) -> Arc<HashSet<i32>> {
        Arc::clone(self.subtrees.get(&id).unwrap_or(&self.nothing))
    }

    /// The departments above this one, the nearest first.
    pub fn ancestors(&self, id: i32) -> Vec<&Department> {
        let above = |department: &&Department| self.department(department.parent_id?);
        std::iter::successors(self.department(id), above).skip(1).take(DEEPEST).collect()
    }

    /// Every category, in the order they were entered.
    pub fn categories(&self) -> impl Iterator<Item = &Category> {
        self.categories.values()
    }

    /// The category of this key.
    pub fn category(&self, id: i32) -> Option<&Category> {
        self.categories.get(&id)
    }

    /// The category of this code.
    pub fn category_by_code(&self, code: &str) -> Option<&Category> {
        self.category(*self.category_codes.get(code)?)
    }

    /// The category and those above it, from the top down. Empty for an unknown key.
    pub fn category_path(&self, id: i32) -> Vec<&Category> {
        let above = |category: &&Category| self.category(category.parent_id?);
        let mut path: Vec<_> = std::iter::successors(self.category(id), above).take(DEEPEST).collect();
        path.reverse();
        path
    }

    /// Whether letters can be sent to the category: it and all above it are open.
    pub fn takes_letters(&self, category: &Category) -> bool {
        self.category_path(category.id).iter().all(|category| category.is_active)
    }

    /// Whether the category of this code is, or lies below, the other.
    pub fn category_within(&self, code: &str, ancestor: &str) -> bool {
        let above = |category: &&Category| self.category(category.parent_id?);
        std::iter::successors(self.category_by_code(code), above).take(DEEPEST).any(|c| c.code == ancestor)
    }

    /// The department that answers matters of this category when no routing rule says otherwise: its own, or that of
    /// the nearest category above that has one; the successor if that is dissolved. `None`: a person has to decide.
    pub fn default_department(&self, category_id: i32) -> Option<&Department> {
        let named =
            self.category_path(category_id).into_iter().rev().find_map(|c| c.default_department_id)?;
        self.department_in_charge(named)
    }

    /// Every district, by code.
    pub fn districts(&self) -> impl Iterator<Item = &District> {
        self.districts.values()
    }

    /// The district of this code.
    pub fn district(&self, code: &str) -> Option<&District> {
        self.districts.get(code)
    }

    /// How many districts the district of this code lies in.
    pub(super) fn district_depth(&self, code: &str) -> usize {
        let above = |district: &&District| self.district(district.parent_code.as_deref()?);
        std::iter::successors(self.district(code), above).take(DEEPEST).count()
    }

    /// Whether new letters may name the district of this code: it and everything it lies in is in use.
    pub fn district_takes_letters(&self, code: &str) -> bool {
        let above = |district: &&District| self.district(district.parent_code.as_deref()?);
        let mut way = std::iter::successors(self.district(code), above).take(DEEPEST).peekable();
        way.peek().is_some() && way.all(|district| district.is_active)
    }

    /// Whether the district of this code is, or lies in, the other.
    pub fn district_within(&self, code: &str, ancestor: &str) -> bool {
        let above = |district: &&District| self.district(district.parent_code.as_deref()?);
        std::iter::successors(self.district(code), above).take(DEEPEST).any(|d| d.code == ancestor)
    }
}

/// A name as it is compared.
fn folded(name: &str) -> String {
    fold(name).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Official names win over aliases; a name that two departments bear finds neither.
fn names(departments: &[Department]) -> HashMap<String, Option<i32>> {
    let aliases = departments.iter().flat_map(|d| d.aliases.iter().map(|alias| (alias, d.id)));
    let official = departments.iter().flat_map(|d| [(&d.name, d.id), (&d.name_en, d.id)]);
    let mut found = unambiguous(aliases);
    found.extend(unambiguous(official));
    found
}

fn unambiguous<'a>(named: impl Iterator<Item = (&'a String, i32)>) -> HashMap<String, Option<i32>> {
    let mut found: HashMap<String, Option<i32>> = HashMap::new();
    for (name, id) in named {
        found.entry(folded(name)).and_modify(|known| *known = known.filter(|k| *k == id)).or_insert(Some(id));
    }
    found
}

fn subtrees(departments: &[Department]) -> HashMap<i32, Arc<HashSet<i32>>> {
    let mut below: HashMap<i32, Vec<i32>> = HashMap::new();
    for department in departments {
        let heir = department.successor_id.filter(|_| !department.is_active);
        for above in department.parent_id.into_iter().chain(heir) {
            below.entry(above).or_default().push(department.id);
        }
    }
    departments.iter().map(|department| (department.id, Arc::new(reachable(department.id, &below)))).collect()
}

fn reachable(start: i32, below: &HashMap<i32, Vec<i32>>) -> HashSet<i32> {
    let mut found = HashSet::from([start]);
    let mut open = vec![start];
    while let Some(id) = open.pop() {
        let next = below.get(&id).into_iter().flatten().copied();
        open.extend(next.filter(|id| found.insert(*id)).collect::<Vec<_>>());
    }
    found
}

impl From<DepartmentRow> for Department {
    fn from(row: DepartmentRow) -> Department {
        Department {
            id: row.id,
            code: row.code,
            parent_id: row.parent_id,
            name: row.name,
            name_en: row.name_en,
            aliases: row.aliases,
            district_code: row.district_code,
            successor_id: row.successor_id,
            is_active: row.is_active,
            is_dispatchable: row.is_dispatchable,
            version: row.version,
        }
    }
}

impl TryFrom<CategoryRow> for Category {
    type Error = DirectoryError;
    fn try_from(row: CategoryRow) -> Result<Category, DirectoryError> {
        let unreadable = |reason: String| DirectoryError::Unreadable { code: row.code.clone(), reason };
        let kinds = row.kinds.iter().map(|word| word.parse()).collect::<Result<_, _>>();
        let kinds =
            kinds.map_err(|error: crate::rules::vocabulary::UnknownWord| unreadable(error.to_string()))?;
        let form = serde_json::from_value(row.form).map_err(|error| unreadable(error.to_string()))?;
        Ok(Category {
            id: row.id,
            code: row.code,
            parent_id: row.parent_id,
            name: row.name,
            name_en: row.name_en,
            kinds,
            form,
            default_department_id: row.default_department_id,
            is_active: row.is_active,
            version: row.version,
        })
    }
}

impl From<DistrictRow> for District {
    fn from(row: DistrictRow) -> District {
        District {
            code: row.code,
            parent_code: row.parent_code,
            name: row.name,
            name_en: row.name_en,
            is_active: row.is_active,
            version: row.version,
        }
    }
}
