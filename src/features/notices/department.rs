//! What a department is called, for whoever is told of it.

use serde::{Deserialize, Serialize};

use crate::features::directory::Snapshot;

/// A department's names on the day of the notice, so that telling it again tells the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentName {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl DepartmentName {
    /// The names of the department of this id; `None`: the intake desk, before the dispatch.
    pub fn of(directory: &Snapshot, id: Option<i32>) -> Option<DepartmentName> {
        let department = id.and_then(|id| directory.department(id))?;
        Some(DepartmentName { zh: department.name.clone(), en: department.name_en.clone() })
    }

    /// The same by its code.
    pub fn of_code(directory: &Snapshot, code: Option<&str>) -> Option<DepartmentName> {
        let department = code.and_then(|code| directory.department_by_code(code))?;
        DepartmentName::of(directory, Some(department.id))
    }
}
