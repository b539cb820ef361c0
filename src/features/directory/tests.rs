//! The snapshot's look-ups, without a database.

use super::*;
use crate::rules::form::FormSchema;
use crate::rules::vocabulary::Kind;

fn department(id: i32, parent_id: Option<i32>, name: &str, aliases: &[&str]) -> Department {
    Department {
        id,
        code: format!("d{id}"),
        parent_id,
        name: name.into(),
        name_en: format!("Department {id}"),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        district_code: None,
        successor_id: None,
        is_active: true,
        is_dispatchable: true,
        version: 1,
    }
}

fn dissolved(department: Department, successor: i32) -> Department {
    Department { is_active: false, successor_id: Some(successor), ..department }
}

fn category(id: i32, parent_id: Option<i32>, default_department_id: Option<i32>) -> Category {
    Category {
        id,
        code: format!("c{id}"),
        parent_id,
        name: format!("类别{id}"),
        name_en: format!("Category {id}"),
        kinds: vec![Kind::Inquiry],
        form: FormSchema::default(),
        default_department_id,
        is_active: true,
        version: 1,
    }
}

/// 1 ⊃ 2 ⊃ 3, 1 ⊃ 4; 5 ⊃ 6 were dissolved in favour of 2 and of 5.
fn city() -> Snapshot {
    let departments = vec![
        department(1, None, "云溪市人民政府", &["市政府"]),
        department(2, Some(1), "住房和城乡建设局", &["住建局", "建委"]),
        department(3, Some(2), "供热办公室", &["供热办", "办公室"]),
        department(4, Some(1), "教育局", &["办公室", "住房和城乡建设局"]),
        dissolved(department(5, Some(1), "房管局", &[]), 2),
        dissolved(department(6, Some(5), "ＬＥＤ 办", &[]), 5),
    ];
    let categories = vec![category(1, None, Some(5)), category(2, Some(1), None), category(3, None, None)];
    let districts = [("wanghe", None), ("wanghe-chengguan", Some("wanghe"))].map(|(code, parent)| District {
        code: code.into(),
        parent_code: parent.map(str::to_owned),
        name: code.into(),
        name_en: code.into(),
        is_active: true,
        version: 1,
    });
    Snapshot::new(7, departments, categories, districts.to_vec())
}

fn sorted(ids: &std::collections::HashSet<i32>) -> Vec<i32> {
    let mut ids: Vec<i32> = ids.iter().copied().collect();
    ids.sort_unstable();
    ids
}

#[test]
fn a_subtree_holds_what_lies_below_and_what_was_inherited() {
    let city = city();
    assert_eq!(sorted(&city.subtree(1)), [1, 2, 3, 4, 5, 6]);
    assert_eq!(sorted(&city.subtree(2)), [2, 3, 5, 6]);
    assert_eq!(sorted(&city.subtree(3)), [3]);
    assert!(city.subtree(99).is_empty());
}

#[test]
fn ancestors_come_nearest_first() {
    let city = city();
    assert_eq!(city.ancestors(3).iter().map(|d| d.id).collect::<Vec<_>>(), [2, 1]);
    assert!(city.ancestors(1).is_empty());
    assert!(city.ancestors(99).is_empty());
}

#[test]
fn a_department_is_found_by_any_spelling_that_is_its_own() {
    let city = city();
    let found = |name: &str| city.department_by_name_or_alias(name).map(|d| d.id);
    assert_eq!(found(" 住建局"), Some(2));
    assert_eq!(found("department 3"), Some(3));
    assert_eq!(found("led办"), Some(6));
    assert_eq!(found("住房和城乡建设局"), Some(2), "an official name wins over another's alias");
    assert_eq!(found("办公室"), None, "two are called so");
    assert_eq!(found("没有这个局"), None);
}

#[test]
fn a_successor_is_in_charge_of_what_a_dissolved_department_had() {
    let city = city();
    assert_eq!(city.department_in_charge(6).map(|d| d.id), Some(2));
    assert_eq!(city.department_in_charge(4).map(|d| d.id), Some(4));
    assert_eq!(city.default_department(2).map(|d| d.id), Some(2), "inherited from the parent and succeeded");
    assert!(city.default_department(3).is_none());
}

#[test]
fn categories_and_districts_lie_within_those_above_and_themselves() {
    let city = city();
    assert_eq!(city.category_path(2).iter().map(|c| c.id).collect::<Vec<_>>(), [1, 2]);
    assert!(city.category_within("c2", "c1") && city.category_within("c2", "c2"));
    assert!(!city.category_within("c1", "c2") && !city.category_within("zz", "c1"));
    assert!(city.district_within("wanghe-chengguan", "wanghe"));
    assert!(!city.district_within("wanghe", "wanghe-chengguan"));
}

#[test]
fn a_cycle_that_got_into_the_database_hangs_nothing() {
    let ring = vec![department(1, Some(2), "甲", &[]), department(2, Some(1), "乙", &[])];
    let ring = Snapshot::new(1, ring, vec![category(1, Some(2), None), category(2, Some(1), None)], vec![]);
    assert_eq!(sorted(&ring.subtree(1)), [1, 2]);
    assert!(ring.ancestors(1).len() <= 32);
    assert!(!ring.category_within("c1", "c9"));
    assert!(ring.default_department(1).is_none());
}
