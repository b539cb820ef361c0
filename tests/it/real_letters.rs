//! Redaction and search on real letters, which are not part of the project. Without them these tests say so and
//! check nothing: set `HUIYIN_SHARED_DATA` to the folder that holds them.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use chrono::NaiveDate;
use huiyin::platform::search::{
    Embedded, IndexChange, LogPosition, SearchDocument, SearchIndex, SearchQuery,
};
use huiyin::rules::personal_data::{Context, Finding, FindingKind, Part, find, mask};
use huiyin::rules::reference::PublicNumber;
use huiyin::rules::vocabulary::Kind;
use serde_json::Value;

/// The rows of a file, or `None` and a loud word if it is not there.
fn rows(name: &str) -> Option<Vec<Value>> {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    let folder = std::env::var_os("HUIYIN_SHARED_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let Ok(file) = std::fs::File::open(folder.join(name)) else {
        eprintln!("SKIPPED, NOTHING WAS CHECKED: no {name} in {}; set HUIYIN_SHARED_DATA", folder.display());
        return None;
    };
    let lines = BufReader::new(flate2::read::GzDecoder::new(file)).lines();
    Some(lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap()).collect())
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}

fn findings(row: &Value, field: &str) -> Vec<Finding> {
    let part = match field {
        "title" | "subject" => Part::Title,
        "body" => Part::Question,
        _ => Part::Answer,
    };
    find(text(row, field), &Context { part, submitter: None, officials: None })
}

fn count(rows: &[Value], fields: [&str; 3]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        for field in fields {
            for finding in findings(row, field) {
                *counts.entry(format!("{field} {}", finding.kind)).or_default() += 1;
                if std::env::var_os("HUIYIN_SHOW_FINDINGS").is_some() {
                    show(text(row, field), &finding);
                }
            }
        }
    }
    counts
}

fn show(text: &str, finding: &Finding) {
    let start = finding.start.saturating_sub(10);
    let around: String = text.chars().skip(start).take(finding.end - start + 8).collect();
    eprintln!("{}: {}", finding.kind, around.replace('\n', " "));
}

fn kind_of(word: &str) -> FindingKind {
    match word {
        "mobile" => FindingKind::Mobile,
        "landline" => FindingKind::Landline,
        "email" => FindingKind::Mail,
        "id18" => FindingKind::IdentityNumber,
        "plate" => FindingKind::Plate,
        other => panic!("unknown type of personal data: {other}"),
    }
}

#[test]
fn every_known_place_of_personal_data_in_the_mailbox_is_found() {
    let Some(rows) = rows("mayor_mailbox.jsonl.gz") else { return };
    let (mut known, mut found, mut missed) = (0, 0, Vec::new());
    for row in &rows {
        for place in row["pii"].as_array().unwrap() {
            let field = place[0].as_str().unwrap();
            let (start, end) = (place[1].as_u64().unwrap() as usize, place[2].as_u64().unwrap() as usize);
            let kind = kind_of(place[3].as_str().unwrap());
            // The landlines in these letters are those of offices; the ones beside a word for an office are left alone.
            if kind == FindingKind::Landline {
                continue;
            }
            known += 1;
            let hit = findings(row, field).iter().any(|f| f.kind == kind && f.start <= start && end <= f.end);
            found += usize::from(hit);
            missed.extend((!hit).then(|| format!("{} {field} {start}-{end} {kind}", row["row"])));
        }
    }
    eprintln!("mailbox: {found} of {known} known places; {:?}", count(&rows, ["title", "body", "reply"]));
    assert!(known >= 89, "{known}");
    assert_eq!(missed, Vec::<String>::new());
}

#[test]
fn real_letters_are_masked_once_and_for_all() {
    let Some(rows) = rows("letters_answered.jsonl.gz") else { return };
    let counts = count(&rows, ["subject", "body", "reply"]);
    eprintln!("answered letters: {counts:?}");
    assert!(!counts.contains_key("reply landline"));
    for row in &rows {
        for field in ["subject", "body"] {
            let masked = mask(text(row, field), &findings(row, field));
            assert_eq!(
                find(&masked, &Context { part: Part::Question, submitter: None, officials: None }),
                []
            );
        }
    }
}

fn document(number: u32, row: &Value) -> SearchDocument {
    let day = NaiveDate::from_ymd_opt(2026, 9, 18).unwrap();
    SearchDocument {
        public_no: PublicNumber::new(day, number).unwrap(),
        kind: Kind::MayorLetter,
        category_path: Vec::new(),
        department_path: Vec::new(),
        title: String::new(),
        question: text(row, "body").to_owned(),
        answer: text(row, "reply").to_owned(),
        received_on: day,
        answered_on: day,
        published_at: day.and_hms_opt(0, 0, 0).unwrap().and_utc(),
    }
}

/// The index holds letters and answers without their titles; each title asks for its own letter.
#[test]
fn a_letter_is_found_by_its_title() {
    let Some(rows) = rows("letters_answered.jsonl.gz") else { return };
    let index = Embedded::in_memory().unwrap();
    let documents =
        (1_u32..).zip(&rows).map(|(number, row)| IndexChange::Upsert(Box::new(document(number, row))));
    index.apply(documents.collect(), LogPosition { change_no: 1, mark: uuid::Uuid::nil() }).unwrap();
    // Every fifth title: 400 queries are enough for two digits, and a debug build is slow.
    let asked: Vec<(u32, &Value)> = (1_u32..).zip(&rows).step_by(5).collect();
    let places = asked.iter().map(|(number, row)| {
        let query =
            SearchQuery { text: Some(text(row, "subject").to_owned()), limit: 5, ..SearchQuery::default() };
        index.search(&query).unwrap().hits.iter().position(|hit| hit.public_no.number() == *number)
    });
    let places: Vec<usize> = places.flatten().collect();
    let share = |count: usize| count as f64 / asked.len() as f64;
    let (first, in_five) = (share(places.iter().filter(|place| **place == 0).count()), share(places.len()));
    eprintln!("search by title: R@1 {first:.3}, R@5 {in_five:.3}, {} queries", asked.len());
    assert!(first >= 0.85 && in_five >= 0.95, "R@1 {first:.3}, R@5 {in_five:.3}");
}
