//! The directory as routing sees it.

use crate::features::directory::{Department, Snapshot};
use crate::rules::routing::{City, Named};

impl City for Snapshot {
    fn category_within(&self, category: &str, ancestor: &str) -> bool {
        Snapshot::category_within(self, category, ancestor)
    }

    fn area_within(&self, area: &str, ancestor: &str) -> bool {
        self.district_within(area, ancestor)
    }

    fn in_charge(&self, department_id: i32) -> Option<i32> {
        self.department_in_charge(department_id).and_then(takes_work)
    }

    fn default_department(&self, category: &str) -> Option<i32> {
        let category = self.category_by_code(category)?;
        Snapshot::default_department(self, category.id).and_then(takes_work)
    }

    fn category_name(&self, category: &str) -> Option<Named<'_>> {
        self.category_by_code(category).map(|category| Named { zh: &category.name, en: &category.name_en })
    }

    fn area_name(&self, area: &str) -> Option<Named<'_>> {
        self.district(area).map(|district| Named { zh: &district.name, en: &district.name_en })
    }
}

/// A body that only groups others is sent nothing, whatever a rule or a succession says.
fn takes_work(department: &Department) -> Option<i32> {
    department.is_dispatchable.then_some(department.id)
}
