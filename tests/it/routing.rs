//! Routing on a real database with the sample city's rules.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use diesel::prelude::*;
use huiyin::features::directory::{CityFiles, Directory, Snapshot, seed};
use huiyin::features::routing::{
    Arbitrated, PreviewView, Routing, RoutingAdministration, RoutingError, RuleEntry, RuleView,
    add_precedent, seed_rules,
};
use huiyin::platform::auth::caller::Caller;
use huiyin::platform::clock::TurnedClock;
use huiyin::platform::crypto::{Sealer, generate_key};
use huiyin::platform::db::{Db, PoolSettings};
use huiyin::platform::http::idempotency::Idempotency;
use huiyin::platform::http::locale::Locale;
use huiyin::rules::calendar::Calendar;
use huiyin::rules::routing::{Basis, Matter};
use huiyin::rules::vocabulary::{Channel, Kind};
use serde_json::{Value, json};

use crate::support::database::TestDatabase;

/// A database with the sample city and its rules, and two instances of routing on it.
struct World {
    database: TestDatabase,
    ours: Routing,
    theirs: Routing,
    desk: RoutingAdministration,
}

impl World {
    async fn new() -> World {
        let database = TestDatabase::create().await;
        seed(&mut database.connect(), &CityFiles::read(&city_folder()).unwrap()).unwrap();
        seed_rules(&mut database.connect(), &rules_file()).unwrap();
        let db = pool(&database);
        let directory = Directory::load(db.clone()).await.unwrap();
        let ours = Routing::load(db.clone(), directory.clone()).await.unwrap();
        let theirs = Routing::load(db, directory).await.unwrap();
        let clock = TurnedClock::new("2026-09-18T01:00:00Z".parse().unwrap());
        let sealer = Sealer::new(format!("1:{}", *generate_key()).parse().unwrap());
        let calendar = Arc::new(Calendar::embedded("cn").unwrap());
        let desk = RoutingAdministration::new(ours.clone(), sealer, clock, calendar);
        World { database, ours, theirs, desk }
    }

    fn preview(&self, letter: Value) -> PreviewView {
        let letter = serde_json::from_value(letter).unwrap();
        self.desk.preview(&Caller::System, &letter, Locale::ZhCn).unwrap()
    }

    async fn create(&self, rule: Value) -> Result<RuleView, RoutingError> {
        let entry: RuleEntry = serde_json::from_value(rule).unwrap();
        let created = self.desk.create_rule(&Caller::System, Idempotency::none(), entry).await;
        created.map(|once| once.value)
    }

    fn city(&self) -> Snapshot {
        Snapshot::read(&mut self.database.connect()).unwrap()
    }

    /// What a final designation of this department for a heating matter in this area leaves.
    fn arbitrate(&self, department: &str, area: Option<&str>) -> Option<i32> {
        let city = self.city();
        let arbitrated = Arbitrated {
            reference: "HY-2026-0918-00042-7",
            matter: Matter { area, ..heating() },
            department_id: city.department_by_code(department).unwrap().id,
            on: today(),
        };
        let mut conn = self.database.connect();
        conn.transaction(|conn| add_precedent(conn, &city, &arbitrated)).unwrap()
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

fn city_folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city")
}

fn rules_file() -> String {
    std::fs::read_to_string(city_folder().join("routing.toml")).unwrap()
}

fn today() -> NaiveDate {
    "2026-09-18".parse().unwrap()
}

fn heating() -> Matter<'static> {
    Matter {
        kind: Kind::Complaint,
        channel: Channel::Web,
        category: "heating",
        area: Some("wanghe-dongmen"),
        title: "家里不热",
        body: "供暖三天了还是不热。",
    }
}

fn letter(category: &str, area: Option<&str>, body: &str) -> Value {
    json!({"kind": "complaint", "category": category, "area": area, "title": "来信", "body": body})
}

#[tokio::test]
async fn the_sample_rules_send_letters_where_a_reader_expects() {
    let world = World::new().await;
    let cases = [
        (letter("heating", Some("wanghe-chengguan"), "不热"), Some("heating-office"), Some(12)),
        (letter("heating", Some("shiliang"), "不热"), Some("shiliang-government"), Some(11)),
        (letter("heating", None, "不热"), Some("heating-office"), Some(13)),
        (letter("heating", None, "吃了食堂的饭集体腹泻"), Some("food-safety-office"), Some(3)),
        (letter("consumer-rights", None, "预付卡老板跑路"), Some("consumer-rights-office"), Some(18)),
        (letter("consumer-rights", None, "买到假货"), Some("consumer-rights-office"), None),
        (letter("utilities", None, "不知道找谁"), None, None),
    ];
    for (letter, department, rule) in cases {
        let preview = world.preview(letter.clone());
        assert_eq!(
            (preview.department.as_deref(), preview.rule),
            (department, rule),
            "{letter}: {preview:?}"
        );
    }
    let chengguan = world.preview(letter("heating", Some("wanghe-chengguan"), "不热"));
    assert_eq!(chengguan.explanation, "匹配规则12：类别“供暖”，地区“城关街道”");
    assert_eq!(chengguan.assists, ["wanghe-chengguan-office"]);
    assert!(chengguan.is_automatic);
    assert_eq!(world.preview(letter("utilities", None, "不知道找谁")).basis, Basis::Triage);
}

#[tokio::test]
async fn seeding_twice_changes_nothing_and_a_bad_rule_is_named() {
    let world = World::new().await;
    let mut conn = world.database.connect();
    let version = |conn: &mut PgConnection| {
        use huiyin::platform::db::schema::routing_version::dsl::{routing_version, value};
        routing_version.select(value).first::<i64>(conn).unwrap()
    };
    let before = version(&mut conn);
    assert_eq!(seed_rules(&mut conn, &rules_file()).unwrap() as i64, before - 1);
    assert_eq!(version(&mut conn), before);
    let rule = |more: &str| {
        format!(
            "[[rule]]\nnumber = 90\nname = \"试\"\npriority = 5\ndepartment = \"heating-office\"\n{more}\n"
        )
    };
    let cases = [
        (rule("category = \"nothing\""), "rule \"试\": /category: there is no category \"nothing\""),
        (rule("area = \"nowhere\""), "/area: there is no district \"nowhere\""),
        (rule("assists = [\"city-government\"]"), "/assists: \"city-government\" is sent no work orders"),
        (rule("keywords = [\"\"]"), "/keywords: at most 100 keywords"),
        (rule("valid_from = \"2026-02-01\"\nvalid_until = \"2026-01-31\""), "/valid_until: "),
        (rule("") + &rule(""), "rule 90 stands twice"),
        (rule("colour = 1"), "unknown field `colour`"),
        (rule("").replace("number = 90\n", ""), "a file gives every rule one"),
        (rule("").replace("priority = 5", "priority = 10001"), "must be between 0 and 10000"),
    ];
    for (text, expected) in cases {
        let error = conn.transaction(|conn| seed_rules(conn, &text)).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[tokio::test]
async fn a_new_rule_decides_here_at_once_and_elsewhere_after_a_refresh() {
    let world = World::new().await;
    let rule = json!({"name": "东门供暖", "priority": 1, "category": "heating", "area": "wanghe-dongmen",
                      "department": "property-office", "is_automatic": true});
    let created = world.create(rule.clone()).await.unwrap();
    assert_eq!((created.number, created.version), (25, 1));
    let decided_by = |routing: &Routing| routing.decide(&heating(), today()).rule;
    assert_eq!((decided_by(&world.ours), decided_by(&world.theirs)), (Some(25), Some(13)));
    assert!(world.theirs.refresh().await.unwrap());
    assert_eq!(decided_by(&world.theirs), Some(25));

    let mut off: RuleEntry = serde_json::from_value(rule).unwrap();
    off.is_active = false;
    let changed = world.desk.update_rule(&Caller::System, 25, 1, off.clone()).await.unwrap();
    assert_eq!((changed.version, changed.is_active), (2, false));
    assert_eq!(decided_by(&world.ours), Some(13));
    let stale = world.desk.update_rule(&Caller::System, 25, 1, off.clone()).await;
    assert!(matches!(stale, Err(RoutingError::Stale)));
    let missing = world.desk.update_rule(&Caller::System, 99, 1, off).await;
    assert!(matches!(missing, Err(RoutingError::NotFound)));
}

#[tokio::test]
async fn what_is_no_rule_is_refused_where_it_is_wrong() {
    let world = World::new().await;
    let rule = |more: Value| {
        let mut rule = json!({"name": "试", "priority": 1, "department": "heating-office"});
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        rule
    };
    let cases = [
        (json!({"department": "nobody"}), "/department", "unknown_department"),
        (json!({"department": "city-government"}), "/department", "not_dispatchable"),
        (json!({"category": "nothing"}), "/category", "unknown_category"),
        (json!({"area": "nowhere"}), "/area", "unknown_district"),
        (json!({"keywords": ["\n"]}), "/keywords", "invalid_keywords"),
        (json!({"assists": vec!["heating-office"; 11]}), "/assists", "too_many_assists"),
    ];
    for (more, expected_pointer, code) in cases {
        match world.create(rule(more.clone())).await {
            Err(RoutingError::Refused { pointer, refusal }) => {
                assert_eq!((pointer, refusal.code()), (expected_pointer, code), "{more}");
            }
            other => panic!("{more} was not refused: {other:?}"),
        }
    }
    for beyond in [json!({"number": 0}), json!({"number": i32::MAX}), json!({"priority": -1})] {
        let refused = serde_json::from_value::<RuleEntry>(rule(beyond)).unwrap_err();
        assert!(refused.to_string().starts_with("must be between"), "{refused}");
    }
    assert!(matches!(world.create(rule(json!({"number": 12}))).await, Err(RoutingError::NumberTaken)));
}

#[tokio::test]
async fn an_arbitration_leaves_a_precedent_that_a_later_one_replaces() {
    let world = World::new().await;
    let decide = || world.ours.decide(&heating(), today());
    assert_eq!(world.arbitrate("heating-office", Some("wanghe-dongmen")), None, "the rules say so already");

    assert_eq!(world.arbitrate("property-office", Some("wanghe-dongmen")), Some(25));
    world.ours.refresh().await.unwrap();
    let property = world.city().department_by_code("property-office").unwrap().id;
    let decision = decide();
    assert_eq!((decision.rule, decision.department_id), (Some(25), Some(property)));
    assert!(!decision.is_automatic, "a person confirms what a precedent says");
    assert_eq!(decision.explanation.both().zh_cn, "匹配先例规则25：类别“供暖”，地区“东门街道”");

    assert_eq!(world.arbitrate("housing-bureau", Some("wanghe-dongmen")), Some(25));
    world.ours.refresh().await.unwrap();
    let housing = world.city().department_by_code("housing-bureau").unwrap().id;
    assert_eq!(decide().department_id, Some(housing));
    let rule = world.desk.rule(&Caller::System, 25).await.unwrap();
    assert_eq!((rule.priority, rule.version), (89, 2));
}

#[tokio::test]
async fn a_precedent_as_wide_as_a_written_rule_stays_behind_it() {
    let world = World::new().await;
    assert_eq!(world.arbitrate("property-office", None), Some(25));
    world.ours.refresh().await.unwrap();
    assert_eq!(world.ours.decide(&heating(), today()).rule, Some(13));
}

#[tokio::test]
async fn only_who_manages_routing_may_write_rules() {
    let world = World::new().await;
    let rule = Caller::Rule { number: 1 };
    let entry: RuleEntry =
        serde_json::from_value(json!({"name": "试", "priority": 1, "department": "heating-office"})).unwrap();
    let refused = world.desk.create_rule(&rule, Idempotency::none(), entry).await;
    assert!(matches!(refused, Err(RoutingError::Forbidden)));
    assert!(matches!(world.desk.list_rules(&rule).await, Err(RoutingError::Forbidden)));
}
