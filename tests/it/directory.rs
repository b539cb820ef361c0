//! The directory on a real database: seeding, changing, reloading.

use std::path::Path;
use std::time::Duration;

use diesel::prelude::*;
use huiyin::features::directory::{
    CategoryEntry, CityFiles, Code, DepartmentEntry, Directory, DirectoryAdministration, DirectoryError,
    Refusal, SeedError, seed,
};
use huiyin::platform::auth::caller::Caller;
use huiyin::platform::clock::TurnedClock;
use huiyin::platform::crypto::{Sealer, generate_key};
use huiyin::platform::db::{Db, PoolSettings};
use huiyin::platform::http::idempotency::Idempotency;
use serde_json::{Value, json};

use crate::support::database::TestDatabase;

/// A database with the sample city, and two instances of the directory on it.
struct World {
    database: TestDatabase,
    ours: Directory,
    theirs: Directory,
    desk: DirectoryAdministration,
}

impl World {
    async fn new() -> World {
        let database = TestDatabase::create().await;
        seed(&mut database.connect(), &sample_city()).unwrap();
        let ours = Directory::load(pool(&database)).await.unwrap();
        let theirs = Directory::load(pool(&database)).await.unwrap();
        let clock = TurnedClock::new("2026-09-18T01:00:00Z".parse().unwrap());
        let desk = DirectoryAdministration::new(ours.clone(), sealer(), clock);
        World { database, ours, theirs, desk }
    }

    async fn update(&self, entry: Value, version: i32) -> Result<i32, DirectoryError> {
        let entry: DepartmentEntry = serde_json::from_value(entry).unwrap();
        let code = entry.code.clone();
        let updated = self.desk.update_department(&Caller::System, &code, version, entry).await;
        updated.map(|department| department.version)
    }
}

fn pool(database: &TestDatabase) -> Db {
    Db::new(&PoolSettings {
        url: database.url().to_owned(),
        max_connections: 2,
        acquire_timeout: Duration::from_secs(10),
        statement_timeout: Duration::from_secs(10),
        lock_timeout: Duration::from_secs(5),
    })
    .unwrap()
}

fn sealer() -> Sealer {
    Sealer::new(format!("1:{}", *generate_key()).parse().unwrap())
}

fn sample_city() -> CityFiles {
    CityFiles::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city")).unwrap()
}

fn department(code: &str, parent: &str) -> Value {
    json!({"code": code, "name": "试验局", "name_en": "Test Bureau", "parent": parent})
}

fn refusal(result: Result<i32, DirectoryError>) -> (&'static str, &'static str) {
    match result {
        Err(DirectoryError::Refused { pointer, refusal }) => (pointer, refusal.code()),
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn seeding_the_sample_city_twice_changes_nothing() {
    let database = TestDatabase::new();
    let mut conn = database.connect();
    let version = |conn: &mut PgConnection| {
        use huiyin::platform::db::schema::directory_version::dsl::{directory_version, value};
        directory_version.select(value).first::<i64>(conn).unwrap()
    };
    let first = seed(&mut conn, &sample_city()).unwrap();
    let after_first = version(&mut conn);
    assert_eq!(seed(&mut conn, &sample_city()).unwrap(), first);
    assert_eq!(version(&mut conn), after_first);
    assert_eq!(after_first, 1 + (first.districts + first.departments + first.categories) as i64);
}

#[tokio::test]
async fn every_leaf_of_the_sample_city_has_somebody_who_answers() {
    let city = World::new().await.ours.snapshot();
    let is_leaf = |id: i32| city.categories().all(|category| category.parent_id != Some(id));
    for category in city.categories().filter(|category| is_leaf(category.id)) {
        let department = city.default_department(category.id);
        assert!(department.is_some_and(|d| d.is_active && d.is_dispatchable), "{}", category.code);
    }
    assert!(city.category_within("heating", "urban-construction"));
    assert!(city.district_within("wanghe-chengguan", "wanghe"));
    let office = city.department_by_name_or_alias("供热办").map(|department| department.code.as_str());
    assert_eq!(office, Some("heating-office"));
}

#[test]
fn a_bad_file_is_refused_with_the_file_and_the_entry_named() {
    let database = TestDatabase::new();
    let text = |code: &str, parent: &str| {
        format!("[[department]]\ncode = \"{code}\"\nname = \"局\"\nname_en = \"Bureau\"\n{parent}\n")
    };
    let cases = [
        (text("a", "parent = \"b\""), "departments.toml: entry \"a\": /parent: there is no department \"b\""),
        (text("a", "") + &text("a", ""), "departments.toml: entry \"a\" stands twice"),
        (text("a", "colour = 1"), "unknown field `colour`"),
        (text("A", ""), "must be lower-case letters"),
        (text("a", "is_active = false"), "entry \"a\": /successor: a department that is not active needs"),
        ("[[department]".to_owned(), "departments.toml: TOML parse error at line 1"),
    ];
    for (departments, expected) in cases {
        let files = CityFiles { departments, districts: String::new(), categories: String::new() };
        let error = database.connect().transaction(|conn| seed(conn, &files)).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(!matches!(error, SeedError::Database(_)));
    }
}

#[tokio::test]
async fn a_change_is_seen_by_its_own_instance_at_once_and_by_others_when_they_refresh() {
    let world = World::new().await;
    let entry: DepartmentEntry =
        serde_json::from_value(department("test-bureau", "city-government")).unwrap();
    let created =
        world.desk.create_department(&Caller::System, Idempotency::none(), entry.clone()).await.unwrap();
    assert_eq!((created.value.version, created.value.parent.as_deref()), (1, Some("city-government")));
    let knows = |directory: &Directory| directory.snapshot().department_by_code("test-bureau").is_some();
    assert!(knows(&world.ours) && !knows(&world.theirs));
    assert!(world.theirs.refresh().await.unwrap());
    assert!(knows(&world.theirs));
    assert!(!world.theirs.refresh().await.unwrap());
    let again = world.desk.create_department(&Caller::System, Idempotency::none(), entry).await;
    assert!(matches!(again, Err(DirectoryError::CodeTaken)));
}

#[tokio::test]
async fn a_change_names_the_version_it_saw() {
    let world = World::new().await;
    let entry = department("heating-office", "housing-bureau");
    assert_eq!(world.update(entry.clone(), 1).await.unwrap(), 2);
    assert_eq!(world.update(entry.clone(), 2).await.unwrap(), 2, "what changes nothing makes no version");
    assert!(matches!(world.update(entry, 1).await, Err(DirectoryError::Stale)));
    let unknown = department("no-such-office", "housing-bureau");
    assert!(matches!(world.update(unknown, 1).await, Err(DirectoryError::NotFound)));
}

#[tokio::test]
async fn nothing_may_come_to_lie_below_itself() {
    let world = World::new().await;
    let bureau = department("housing-bureau", "heating-office");
    assert_eq!(refusal(world.update(bureau, 1).await), ("/parent", "cycle"));
    let itself = department("heating-office", "heating-office");
    assert_eq!(refusal(world.update(itself, 1).await), ("/parent", "cycle"));
    let category: CategoryEntry = serde_json::from_value(json!({
        "code": "urban-construction", "name": "城乡建设", "name_en": "Construction", "parent": "heating",
        "kinds": ["inquiry"]
    }))
    .unwrap();
    let code: Code = "urban-construction".parse().unwrap();
    let refused = world.desk.update_category(&Caller::System, &code, 1, category).await.unwrap_err();
    assert!(matches!(refused, DirectoryError::Refused { pointer: "/parent", refusal: Refusal::Cycle(_) }));
}

#[tokio::test]
async fn a_dissolved_department_needs_a_successor_and_leaves_everything_to_it() {
    let world = World::new().await;
    let mut heating = department("heating-office", "housing-bureau");
    heating["is_active"] = false.into();
    assert_eq!(refusal(world.update(heating.clone(), 1).await), ("/successor", "needs_successor"));
    heating["successor"] = "heating-office".into();
    assert_eq!(refusal(world.update(heating.clone(), 1).await), ("/successor", "cycle"));
    heating["successor"] = "property-office".into();
    assert_eq!(world.update(heating, 1).await.unwrap(), 2);

    let mut property = department("property-office", "housing-bureau");
    property["is_active"] = false.into();
    property["successor"] = "heating-office".into();
    assert_eq!(refusal(world.update(property, 1).await), ("/successor", "cycle"));

    let city = world.ours.snapshot();
    let id = |code: &str| city.department_by_code(code).unwrap().id;
    let answers = city.default_department(city.category_by_code("heating").unwrap().id).unwrap();
    assert_eq!(answers.code, "property-office");
    assert!(city.subtree(id("property-office")).contains(&id("heating-office")));
}

#[tokio::test]
async fn no_chain_of_successors_leads_back_through_dissolved_departments() {
    let world = World::new().await;
    let dissolved = |code: &str, successor: &str| {
        let mut entry = department(code, "city-government");
        entry["is_active"] = false.into();
        entry["successor"] = successor.into();
        entry
    };
    assert_eq!(world.update(dissolved("heating-office", "property-office"), 1).await.unwrap(), 2);
    assert_eq!(world.update(dissolved("property-office", "urban-management-bureau"), 1).await.unwrap(), 2);
    assert_eq!(world.update(dissolved("urban-management-bureau", "housing-bureau"), 1).await.unwrap(), 2);
    // Each is dissolved already, so that the tree as it was leads past it to the housing bureau.
    for (code, successor) in [
        ("property-office", "heating-office"),
        ("urban-management-bureau", "property-office"),
        ("urban-management-bureau", "heating-office"),
    ] {
        let refused = refusal(world.update(dissolved(code, successor), 2).await);
        assert_eq!(refused, ("/successor", "cycle"), "{code} to {successor}");
    }
    assert_eq!(world.update(dissolved("property-office", "housing-bureau"), 2).await.unwrap(), 3);
    let city = world.ours.snapshot();
    let heating = city.department_by_code("heating-office").unwrap().id;
    assert_eq!(city.department_in_charge(heating).unwrap().code, "housing-bureau");
}

#[tokio::test]
async fn the_database_itself_keeps_departments_and_refuses_a_dissolution_without_heir() {
    let world = World::new().await;
    let mut conn = world.database.connect();
    for (statement, constraint) in [
        ("DELETE FROM department WHERE code = 'heating-office'", "department_never_deleted"),
        ("DELETE FROM category WHERE code = 'heating'", "category_never_deleted"),
        ("UPDATE department SET is_active = false", "department_dissolved_has_successor"),
        ("UPDATE department SET parent_id = id", "department_not_its_own_parent"),
        ("UPDATE category SET kinds = '{poem}'", "ticket_kind_known"),
    ] {
        let error = diesel::sql_query(statement).execute(&mut conn).unwrap_err();
        let diesel::result::Error::DatabaseError(_, information) = error else { panic!("{error}") };
        assert_eq!(information.constraint_name(), Some(constraint), "{statement}");
    }
}

#[tokio::test]
async fn only_who_manages_the_directory_may_change_it() {
    let world = World::new().await;
    let entry: DepartmentEntry =
        serde_json::from_value(department("test-bureau", "city-government")).unwrap();
    let rule = Caller::Rule { number: 1 };
    let refused = world.desk.create_department(&rule, Idempotency::none(), entry).await;
    assert!(matches!(refused, Err(DirectoryError::Forbidden)));
    assert!(matches!(world.desk.departments(&rule), Err(DirectoryError::Forbidden)));
}
