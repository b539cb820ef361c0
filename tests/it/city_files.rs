//! A city kept as files: applied, applied again, exported, and refused as a whole.

use std::collections::BTreeMap;
use std::path::Path;

use huiyin::app::city::{ApplyError, Applying, Change, FILES, Files, Report, apply, export};
use huiyin::platform::locale::Locale;
use huiyin::rules::vocabulary::Role;
use serde_json::json;

use crate::support::app::{TestApp, success};
use crate::support::database::TestDatabase;
use crate::support::personas::sign_in_from;

/// A city of three departments: two districts, each with its own street office, and a bureau that supervises them.
fn three_departments() -> Files {
    Files::from([
        (
            "districts.toml",
            "[[district]]\ncode = 'north'\nname = '北区'\nname_en = 'North'\n\
             [[district]]\ncode = 'south'\nname = '南区'\nname_en = 'South'\n"
                .to_owned(),
        ),
        (
            "departments.toml",
            // What others name stands behind them here, which is allowed.
            "[[department]]\ncode = 'north-office'\nname = '北区办'\nname_en = 'North Office'\nparent = 'bureau'\ndistrict = 'north'\n\
             [[department]]\ncode = 'south-office'\nname = '南区办'\nname_en = 'South Office'\nparent = 'bureau'\ndistrict = 'south'\n\
             [[department]]\ncode = 'bureau'\nname = '城管局'\nname_en = 'Bureau'\naliases = ['城管']\n"
                .to_owned(),
        ),
        (
            "categories.toml",
            "[[category]]\ncode = 'lamps'\nname = '路灯'\nname_en = 'Street Lamps'\nkinds = ['complaint', 'inquiry']\n\
             default_department = 'bureau'\n\
             [[category.field]]\nkey = 'pole'\nlabel = '灯杆'\nlabel_en = 'Pole'\ntype = 'text'\nmax_length = 20\n"
                .to_owned(),
        ),
        (
            "routing.toml",
            "[[rule]]\nnumber = 1\nname = '北区路灯'\npriority = 10\ncategory = 'lamps'\narea = 'north'\ndepartment = 'north-office'\n\
             automatic = true\nvalid_from = 2026-01-01\n\
             [[rule]]\nnumber = 2\nname = '南区路灯'\npriority = 10\ncategory = 'lamps'\narea = 'south'\ndepartment = 'south-office'\n\
             automatic = true\n"
                .to_owned(),
        ),
        (
            "staff.toml",
            "[[staff]]\nusername = 'north.handler'\nname = '张三'\ndepartment = 'north-office'\nmail = 'z@example.org'\n\
             grants = [{ role = 'handler', department = 'north-office' }, { role = 'reviewer', department = 'bureau' }]\n"
                .to_owned(),
        ),
    ])
}

fn applying(is_dry_run: bool) -> Applying {
    Applying { is_dry_run, locale: Locale::ZhCn, now: "2026-09-18T01:00:00Z".parse().unwrap() }
}

fn changed(report: &Report) -> Vec<String> {
    report.changes.iter().map(|(file, called, _)| format!("{file} {called}")).collect()
}

#[tokio::test]
async fn the_first_letter_of_a_city_made_of_files_goes_to_its_district() {
    let app = TestApp::start().await;
    let report = apply(&mut app.database.connect(), &three_departments(), applying(false)).unwrap();
    assert_eq!(report.changes.len(), 2 + 3 + 1 + 2 + 1, "{report:?}");
    app.state.directory.refresh().await.unwrap();
    app.state.routing.refresh().await.unwrap();
    let desk = sign_in_from(&app, "desk", "bureau", &[(Role::Dispatcher, None)]).token;
    for (district, department) in [("north", "north-office"), ("south", "south-office")] {
        let letter = json!({"kind": "complaint", "category": "lamps", "district": district, "title": "路灯不亮",
            "body": "门口的路灯坏了三天。", "form": {"pole": "A-17"}});
        let receipt = success(app.post_once("/v1/tickets", &letter)).await;
        app.deliver_outbox().await;
        let path = format!("/v1/staff/tickets/{}", receipt["reference"].as_str().unwrap());
        let ticket = success(app.get(&path).bearer_auth(&desk)).await;
        assert_eq!(ticket["department"]["code"], department, "{ticket:#}");
    }
}

#[test]
fn a_dry_run_writes_nothing_and_applying_twice_changes_nothing() {
    let database = TestDatabase::new();
    let conn = &mut database.connect();
    let files = three_departments();
    let planned = apply(conn, &files, applying(true)).unwrap();
    assert!(export(conn).unwrap().values().all(|text| !text.contains("[[")), "nothing is there");
    let done = apply(conn, &files, applying(false)).unwrap();
    assert_eq!(planned, done);
    let again = apply(conn, &files, applying(false)).unwrap();
    assert_eq!(changed(&again), Vec::<String>::new());
    assert_eq!(again.unchanged.values().sum::<usize>(), 9);

    // What a file names is brought to what it says; what it does not name stays and is told.
    let mut fewer = files.clone();
    let departments = fewer.get_mut("departments.toml").unwrap();
    *departments = departments.replace("'城管局'", "'城市管理局'").replace("aliases = ['城管']\n", "");
    fewer.insert("routing.toml", String::new());
    fewer.insert(
        "staff.toml",
        files["staff.toml"].replace("'reviewer', department = 'bureau'", "'department_lead'"),
    );
    let report = apply(conn, &fewer, applying(false)).unwrap();
    assert_eq!(changed(&report), ["departments.toml bureau", "staff.toml north.handler"]);
    let Change::Changed(members) = &report.changes[0].2 else { panic!("{report:?}") };
    assert_eq!(members.len(), 2, "{members:?}");
    assert_eq!(report.unnamed["routing.toml"], ["1", "2"]);
}

#[test]
fn a_city_that_was_exported_is_the_same_when_it_is_applied_elsewhere() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city");
    let sample = FILES.map(|file| (file, std::fs::read_to_string(folder.join(file)).unwrap()));
    for files in [three_departments(), Files::from(sample)] {
        let (one, other) = (TestDatabase::new(), TestDatabase::new());
        apply(&mut one.connect(), &files, applying(false)).unwrap();
        let exported = export(&mut one.connect()).unwrap();
        let unchanged = apply(&mut one.connect(), &exported, applying(false)).unwrap();
        assert_eq!(changed(&unchanged), Vec::<String>::new());
        apply(&mut other.connect(), &exported, applying(false)).unwrap();
        let again = export(&mut other.connect()).unwrap();
        for file in FILES {
            assert_eq!(exported[file], again[file], "{file}");
        }
    }
}

#[test]
fn everything_that_is_wrong_in_all_files_is_told_at_once_with_its_line_and_nothing_is_written() {
    let database = TestDatabase::new();
    let conn = &mut database.connect();
    let mut files = three_departments();
    let edit = |files: &mut Files, file: &'static str, from: &str, to: &str| {
        let text = files.get_mut(file).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        *text = text.replacen(from, to, 1);
    };
    // A department whose own name is wrong: whoever names it is not at fault.
    edit(&mut files, "departments.toml", "name = '北区办'", "name = ''");
    edit(
        &mut files,
        "departments.toml",
        "parent = 'bureau'\ndistrict = 'south'",
        "parent = 'nobody'\ndistrict = 'west'",
    );
    edit(&mut files, "categories.toml", "type = 'text'", "type = 'texts'");
    edit(&mut files, "routing.toml", "priority = 10", "priority = 99999");
    edit(&mut files, "routing.toml", "number = 2", "nummer = 2");
    edit(&mut files, "staff.toml", "mail = 'z@example.org'", "mail = 'nobody'");
    edit(&mut files, "districts.toml", "name = '南区'", "name = ");
    let Err(ApplyError::Faults(faults)) = apply(conn, &files, applying(false)) else {
        panic!("it was applied")
    };
    let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
    let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    faults.iter().for_each(|fault| by_file.entry(fault.file).or_default().push(fault.line));
    assert!(by_file["districts.toml"].contains(&7), "{told:#?}");
    assert!(by_file["departments.toml"].contains(&3), "{told:#?}");
    assert!(by_file["categories.toml"].contains(&11), "{told:#?}");
    assert!(by_file["routing.toml"].contains(&4), "{told:#?}");
    assert!(told.iter().any(|fault| fault.contains("nummer")), "{told:#?}");
    assert_eq!(by_file["staff.toml"], [5], "{told:#?}");
    // An entry has more than one fault, and each is told where it stands.
    assert!(
        by_file["departments.toml"].contains(&11) && by_file["departments.toml"].contains(&12),
        "{told:#?}"
    );
    assert!(!told.iter().any(|fault| fault.contains("north-office")), "{told:#?}");
    assert!(export(conn).unwrap().values().all(|text| !text.contains("[[")), "nothing was written");
}

#[tokio::test]
async fn accounts_of_a_file_have_no_password_until_somebody_gives_them_a_code() {
    let app = TestApp::start().await;
    apply(&mut app.database.connect(), &three_departments(), applying(false)).unwrap();
    app.state.directory.refresh().await.unwrap();
    let administrator = sign_in_from(&app, "root.wang", "bureau", &[(Role::SystemAdministrator, None)]);
    let accounts = success(app.get("/v1/staff-accounts").bearer_auth(&administrator.token)).await;
    let account =
        accounts["data"].as_array().unwrap().iter().find(|account| account["username"] == "north.handler");
    let account = account.unwrap();
    assert_eq!((&account["is_activated"], &account["is_enabled"]), (&json!(false), &json!(true)));
    assert_eq!(account["grants"].as_array().unwrap().len(), 2);
}

#[test]
fn entries_that_name_each_other_in_a_circle_and_roles_that_do_not_go_together_are_refused() {
    let database = TestDatabase::new();
    let conn = &mut database.connect();
    let mut files = three_departments();
    let departments = files["departments.toml"].replace("aliases = ['城管']", "parent = 'north-office'");
    files.insert("departments.toml", departments);
    let Err(ApplyError::Faults(faults)) = apply(conn, &files, applying(false)) else {
        panic!("it was applied")
    };
    assert!(faults.iter().any(|fault| fault.file == "departments.toml"), "{faults:#?}");

    let mut files = three_departments();
    let staff = files["staff.toml"].replace("role = 'handler'", "role = 'system_administrator'");
    files.insert("staff.toml", staff);
    let Err(ApplyError::Faults(faults)) = apply(conn, &files, applying(false)) else {
        panic!("it was applied")
    };
    assert_eq!((faults.len(), faults[0].file, faults[0].line), (1, "staff.toml", 6), "{faults:#?}");
}
