//! The domains of the database hold the words of the program's own lists.

use std::collections::{BTreeMap, BTreeSet};

use huiyin::features::calendars::RulesKind;
use huiyin::features::publication::RevisionOrigin;
use huiyin::features::statistics::Measure;
use huiyin::platform::locale::Locale;
use huiyin::rules::lifecycle::{Outcome, State};
use huiyin::rules::vocabulary::{AlarmLevel, Channel, Kind, Metric, Unit};

use super::lines;
use crate::support::database::TestDatabase;

type Lists = BTreeMap<String, BTreeSet<String>>;

/// The words between quotes of each domain's constraint.
fn of_database(database: &TestDatabase) -> Lists {
    let query = "SELECT t.typname || ' ' || pg_get_constraintdef(c.oid) AS line
         FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid
         WHERE c.connamespace = 'public'::regnamespace";
    let read = |line: String| {
        let (domain, check) = line.split_once(' ').unwrap();
        (domain.to_owned(), check.split('\'').skip(1).step_by(2).map(str::to_owned).collect())
    };
    lines(&mut database.connect(), query).into_iter().map(read).collect()
}

macro_rules! words {
    ($($domain:literal: $list:ty),+ $(,)?) => {
        Lists::from([$((
            $domain.to_owned(),
            <$list>::ALL.iter().map(|word| word.as_str().to_owned()).collect(),
        )),+])
    };
}

#[tokio::test]
async fn every_domain_holds_the_words_of_its_list() {
    let database = TestDatabase::create().await;
    let of_program = words! {
        "ticket_kind": Kind,
        "channel": Channel,
        "language": Locale,
        "ticket_state": State,
        "outcome": Outcome,
        "metric": Metric,
        "time_unit": Unit,
        "alarm_level": AlarmLevel,
        "rules_kind": RulesKind,
        "text_origin": RevisionOrigin,
        "measure": Measure,
    };
    assert_eq!(of_database(&database), of_program);
}

/// A list that stands in two tables belongs into a domain.
#[tokio::test]
async fn no_two_tables_repeat_a_list() {
    let database = TestDatabase::create().await;
    let query = "SELECT conrelid::regclass || ' ' || pg_get_constraintdef(oid) AS line FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND contype = 'c' AND cardinality(conkey) = 1
             AND pg_get_constraintdef(oid) ~ '= ANY \\(\\(?ARRAY'";
    let mut tables: BTreeMap<BTreeSet<String>, BTreeSet<String>> = BTreeMap::new();
    for line in lines(&mut database.connect(), query) {
        let (table, check) = line.split_once(' ').unwrap();
        let words = check.split('\'').skip(1).step_by(2).map(str::to_owned).collect();
        tables.entry(words).or_default().insert(table.to_owned());
    }
    assert!(tables.len() > 10, "{} lists were read", tables.len());
    tables.retain(|_, tables| tables.len() > 1);
    assert_eq!(tables, BTreeMap::new());
}
