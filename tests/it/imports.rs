//! Imports: bad rows cost themselves alone, a killed run goes on, a second run makes nothing new, whatever the file's form.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use diesel::prelude::*;
use flate2::Compression;
use flate2::write::GzEncoder;
use huiyin::features::imports::{
    ImportError, Importer, Mapping, Mode, Observer, OpenError, Order, Publish, RefusedRow, Summary, open,
};
use huiyin::platform::db::schema::{import_run, outbox_message, published_entry, reply, submitter, ticket};
use huiyin::rules::history::replay;
use huiyin::rules::lifecycle::EventKind;
use huiyin::rules::lifecycle::State;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::app::TestApp;
use crate::support::city::app_in_sample_city;

const MAPPING: &str = r#"
    was_public = true
    [reference]
    field = "id"
    [title]
    field = "title"
    when_too_long = "mend"
    when_empty = "mend"
    [body]
    field = "body"
    [received]
    field = "asked"
    [reply]
    field = "reply"
    [answered]
    field = "answered"
    [department]
    field = "agency"
    default = "government-office"
    [department.aliases]
    heating-office = ["热力办"]
    [department.beginnings]
    wanghe-government = ["望河"]
    [category]
    default = "housing"
    [[category.title_contains]]
    code = "street-lighting"
    words = ["路灯"]
    [kind]
    default = "mayor_letter"
    [submitter]
    name = "name"
    is_real_name = true
"#;

/// An app, a folder for files, and what an import is told.
struct Desk {
    app: TestApp,
    folder: TempDir,
}

/// Remembers the refused rows, and on request dies in front of one.
#[derive(Default)]
struct Ear {
    refused: Vec<RefusedRow>,
    dies_at: Option<u64>,
    batches: usize,
}

impl Observer for Ear {
    fn refused(&mut self, row: &RefusedRow) -> io::Result<()> {
        if self.dies_at == Some(row.line) {
            return Err(io::Error::other("killed"));
        }
        self.refused.push(row.clone());
        Ok(())
    }

    fn progressed(&mut self, _: &Summary) {
        self.batches += 1;
    }
}

impl Ear {
    /// Line, reason and field of every refused row.
    fn heard(&self) -> Vec<(u64, &str, &str)> {
        let field = |row: &'_ RefusedRow| row.refusal.field.clone().unwrap_or_default();
        let each = self.refused.iter().map(|row| (row.line, row.refusal.code.as_str(), field(row)));
        each.map(|(line, code, field)| (line, code, &*field.leak())).collect()
    }
}

impl Desk {
    async fn open() -> Desk {
        Desk { app: app_in_sample_city().await, folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn mapping(&self, text: &str) -> Mapping {
        Mapping::read(text, self.app.state.directory.snapshot(), chrono_tz::Asia::Shanghai).unwrap()
    }

    async fn run_with(
        &self,
        path: &Path,
        mapping: &Mapping,
        order: &Order,
        ear: &mut Ear,
    ) -> Result<Summary, ImportError> {
        let state = &self.app.state;
        let importer = Importer::new(
            state.db.clone(),
            state.clock.clone(),
            state.tickets.clone(),
            state.publisher.clone(),
        );
        importer.run(open(&mapping.opening(path.to_owned()))?, mapping, order, ear).await
    }

    async fn run(&self, path: &Path, order: &Order) -> (Summary, Ear) {
        let mut ear = Ear::default();
        let summary = self.run_with(path, &self.mapping(MAPPING), order, &mut ear).await.unwrap();
        (summary, ear)
    }

    fn conn(&self) -> PgConnection {
        self.app.database.connect()
    }

    fn tickets(&self) -> i64 {
        ticket::table.count().get_result(&mut self.conn()).unwrap()
    }
}

fn order() -> Order {
    Order { source: "old-portal".parse().unwrap(), publish: Publish::Nothing, mode: Mode::Write, limit: None }
}

fn letter(id: usize) -> Value {
    json!({
        "id": id, "title": "路灯不亮", "body": "东门口的路灯坏了三天。", "asked": "2019-04-25T09:32:09+08:00",
        "reply": "已经派人修好。", "answered": "2019-04-29 10:00:00", "agency": "热力办", "name": "王小明",
    })
}

fn changed(id: usize, changes: Value) -> Value {
    let mut letter = letter(id);
    for (key, value) in changes.as_object().unwrap() {
        letter[key] = value.clone();
    }
    letter
}

fn lines(rows: &[Value]) -> Vec<u8> {
    rows.iter().flat_map(|row| format!("{row}\n").into_bytes()).collect()
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_letter_becomes_a_closed_ticket_with_its_answer() {
    let desk = Desk::open().await;
    let (summary, _) = desk.run(&desk.file("a.jsonl", &lines(&[letter(7)])), &order()).await;
    assert_eq!((summary.read, summary.imported, summary.refused_rows()), (1, 1, 0));
    let conn = &mut desk.conn();
    let (state, source, reference, department, sent): (State, Option<String>, String, Option<i32>, _) =
        ticket::table
            .inner_join(reply::table.on(reply::ticket_id.eq(ticket::id)))
            .select((
                ticket::state,
                ticket::source_reference,
                ticket::reference,
                ticket::department_id,
                reply::sent_at.eq(ticket::answered_at),
            ))
            .first::<(State, Option<String>, String, Option<i32>, Option<bool>)>(conn)
            .unwrap();
    let city = desk.app.state.directory.snapshot();
    assert_eq!((state, source.as_deref(), sent), (State::Closed, Some("7"), Some(true)));
    assert!(reference.starts_with("HY-2019-0425-00001-"), "{reference}");
    assert_eq!(department, city.department_by_code("heating-office").map(|department| department.id));
    let sealed: Vec<Vec<u8>> = submitter::table.select(submitter::sealed).load(conn).unwrap();
    assert_eq!(sealed.len(), 1);
    assert!(!sealed[0].windows(9).any(|window| window == "王小明".as_bytes()));
    let topics: Vec<String> = outbox_message::table.select(outbox_message::topic).load(conn).unwrap();
    assert_eq!(topics, ["ticket_fact"], "nobody is told");
}

#[tokio::test]
async fn the_history_of_an_imported_ticket_replays_to_it() {
    use huiyin::platform::db::schema::ticket_event;
    let desk = Desk::open().await;
    desk.run(&desk.file("a.jsonl", &lines(&[letter(7)])), &order()).await;
    let events: Vec<(EventKind, Value)> =
        ticket_event::table.select((ticket_event::kind, ticket_event::data)).load(&mut desk.conn()).unwrap();
    let replayed = replay(events.iter().map(|(kind, data)| (*kind, data))).unwrap();
    assert_eq!((replayed.state, replayed.department.as_deref()), (State::Closed, Some("heating-office")));
}

#[tokio::test]
async fn the_figures_count_imported_letters_on_their_own_days() {
    let desk = Desk::open().await;
    let late = changed(2, json!({"asked": "2019-04-25", "answered": "2019-06-03"}));
    desk.run(&desk.file("a.jsonl", &lines(&[letter(1), late])), &order()).await;
    desk.app.deliver_outbox().await;
    let path = "/v1/statistics/overview?from=2019-04-25&to=2019-04-29&group_by=department";
    let april = desk.app.get_json(path).await;
    assert_eq!((&april["total"]["received"], &april["total"]["answered"]), (&json!(2), &json!(1)));
    assert_eq!((&april["total"]["open"], &april["total"]["on_time"]), (&json!(0), &json!(1)));
    // Everything above it in the tree counts them, too, and comes before.
    assert_eq!(april["groups"].as_array().unwrap().last().unwrap()["code"], "heating-office");
    let path = "/v1/statistics/overview?from=2019-04-25&to=2019-06-30";
    let both = desk.app.get_json(path).await;
    assert_eq!((&both["total"]["answered"], &both["total"]["on_time_share"]), (&json!(2), &json!(0.5)));
}

#[tokio::test]
async fn a_letter_that_the_database_refuses_is_reported_and_the_rest_is_taken_over() {
    let desk = Desk::open().await;
    let refused = "ALTER TABLE ticket ADD CONSTRAINT broken CHECK (source_reference <> '3')";
    diesel::sql_query(refused).execute(&mut desk.conn()).unwrap();
    let file = desk.file("a.jsonl", &lines(&(1..=5).map(letter).collect::<Vec<_>>()));
    let (summary, ear) = desk.run(&file, &order()).await;
    assert_eq!((summary.read, summary.imported, summary.refused_rows()), (5, 4, 1));
    assert_eq!(ear.heard(), [(3, "cannot_be_kept", "")]);
    assert_eq!(ear.refused[0].reference.as_deref(), Some("3"));
    assert_eq!(desk.tickets(), 4);
}

#[tokio::test]
async fn every_bad_row_is_reported_with_its_reason_and_the_rest_is_taken_over() {
    let desk = Desk::open().await;
    let mut file = lines(&[
        letter(1),
        changed(2, json!({"id": null})),
        changed(3, json!({"reply": " "})),
        changed(4, json!({"asked": null})),
        changed(5, json!({"answered": "2019-04-24"})),
        changed(6, json!({"answered": "soon"})),
        changed(7, json!({"answered": "2031-01-01"})),
        changed(8, json!({"asked": "1899-01-01"})),
        changed(9, json!({"body": ""})),
        changed(10, json!({"body": ["a"]})),
        changed(11, json!({"body": "字".repeat(10_001)})),
        changed(12, json!({"body": "a\u{7}b"})),
        changed(1, json!({"body": "another letter"})),
        letter(1),
        json!([1]),
    ]);
    file.extend(b"{\"id\": \n\n");
    file.extend(b"{\"id\": \"\xff\"}\n");
    file.extend(lines(&[changed(13, json!({"asked": "2019-04-29 23:00:00", "answered": "2019-04-29"}))]));
    let (summary, ear) = desk.run(&desk.file("bad.jsonl", &file), &order()).await;
    let expected = [
        (2, "missing_reference", "id"),
        (3, "no_reply", "reply"),
        (4, "missing_date", "asked"),
        (5, "answered_before_received", "answered"),
        (6, "invalid_date", "answered"),
        (7, "date_in_future", "answered"),
        (8, "date_too_early", "asked"),
        (9, "missing_body", "body"),
        (10, "not_text", "body"),
        (11, "text_too_long", "body"),
        (12, "text_control_character", "body"),
        (13, "duplicate_reference", "id"),
        (15, "not_an_object", ""),
        (16, "malformed_json", ""),
        (18, "not_utf8", ""),
    ];
    assert_eq!(ear.heard(), expected);
    assert_eq!(ear.refused[1].reference.as_deref(), Some("3"));
    assert_eq!((summary.read, summary.imported, summary.known, summary.refused_rows()), (18, 2, 1, 15));
    assert_eq!(desk.tickets(), 2);
}

#[tokio::test]
async fn long_and_empty_titles_are_mended_when_the_mapping_says_so() {
    let desk = Desk::open().await;
    let long = format!("路灯{}", "长".repeat(150));
    let rows = [changed(1, json!({"title": long})), changed(2, json!({"title": ""}))];
    desk.run(&desk.file("a.jsonl", &lines(&rows)), &order()).await;
    let texts: Vec<(String, String)> = ticket::table
        .order(ticket::source_reference)
        .select((ticket::title, ticket::body))
        .load(&mut desk.conn())
        .unwrap();
    assert_eq!(texts[0].0.chars().count(), 100);
    assert!(texts[0].0.ends_with('…') && texts[0].1.starts_with(&long));
    assert_eq!(texts[1].0, "东门口的路灯坏了三天。");
}

#[tokio::test]
async fn departments_are_found_by_alias_by_beginning_and_by_default() {
    let desk = Desk::open().await;
    let said = ["热力办", "市住建局", "望河区某街道某科", "外星人", "云溪市 教育局"];
    let rows: Vec<Value> =
        said.iter().enumerate().map(|(id, name)| changed(id, json!({"agency": name}))).collect();
    desk.run(&desk.file("a.jsonl", &lines(&rows)), &order()).await;
    let found: Vec<Option<i32>> = ticket::table
        .order(ticket::source_reference)
        .select(ticket::department_id)
        .load(&mut desk.conn())
        .unwrap();
    let city = desk.app.state.directory.snapshot();
    let codes: Vec<&str> =
        found.iter().map(|id| city.department(id.unwrap()).unwrap().code.as_str()).collect();
    let expected =
        ["heating-office", "housing-bureau", "wanghe-government", "government-office", "education-bureau"];
    assert_eq!(codes, expected);
}

#[tokio::test]
async fn a_second_run_makes_nothing_new_and_another_file_of_the_same_letters_neither() {
    let desk = Desk::open().await;
    let rows: Vec<Value> = (0..450).map(letter).collect();
    let path = desk.file("a.jsonl", &lines(&rows));
    let (first, ear) = desk.run(&path, &order()).await;
    assert_eq!((first.imported, ear.batches), (450, 3));
    let (second, _) = desk.run(&path, &order()).await;
    assert_eq!((second.read, second.imported, second.known), (450, 0, 450));
    let other = desk.file("b.json", json!(rows).to_string().as_bytes());
    let (third, _) = desk.run(&other, &order()).await;
    assert_eq!((third.imported, third.known), (0, 450));
    assert_eq!(desk.tickets(), 450);
}

#[tokio::test]
async fn a_killed_run_goes_on_behind_the_last_whole_batch() {
    let desk = Desk::open().await;
    let mut rows: Vec<Value> = (0..500).map(letter).collect();
    rows[10]["reply"] = json!("");
    rows[450]["reply"] = json!("");
    let path = desk.file("a.jsonl", &lines(&rows));
    let mapping = desk.mapping(MAPPING);
    let mut ear = Ear { dies_at: Some(451), ..Ear::default() };
    let killed = desk.run_with(&path, &mapping, &order(), &mut ear).await;
    assert!(matches!(killed, Err(ImportError::Report(_))));
    assert_eq!((ear.batches, desk.tickets()), (2, 399));
    let (summary, ear) = desk.run(&path, &order()).await;
    assert_eq!(ear.heard(), [(451, "no_reply", "reply")], "what was dealt with is not told again");
    assert_eq!(ear.batches, 1);
    assert_eq!((summary.read, summary.imported, summary.known, summary.refused_rows()), (500, 498, 0, 2));
    let runs: (i64, i64) = import_run::table
        .select((diesel::dsl::count_star(), diesel::dsl::count(import_run::finished_at.nullable())))
        .first(&mut desk.conn())
        .unwrap();
    assert_eq!(runs, (1, 1));
}

#[tokio::test]
async fn a_limit_stops_and_the_next_run_goes_on() {
    let desk = Desk::open().await;
    let rows: Vec<Value> = (0..30).map(letter).collect();
    let path = desk.file("a.jsonl", &lines(&rows));
    let (first, _) = desk.run(&path, &Order { limit: Some(12), ..order() }).await;
    assert_eq!((first.read, desk.tickets()), (12, 12));
    let (second, _) = desk.run(&path, &order()).await;
    assert_eq!((second.read, second.imported, desk.tickets()), (30, 30, 30));
}

#[tokio::test]
async fn a_dry_run_counts_and_writes_nothing() {
    let desk = Desk::open().await;
    let rows: Vec<Value> = (0..250).map(letter).collect();
    let path = desk.file("a.jsonl", &lines(&rows));
    let dry = Order { mode: Mode::DryRun, publish: Publish::WhatIsClean, ..order() };
    let (summary, _) = desk.run(&path, &dry).await;
    assert_eq!((summary.imported, summary.held_back + summary.published), (250, 250));
    let runs: i64 = import_run::table.count().get_result(&mut desk.conn()).unwrap();
    assert_eq!((desk.tickets(), runs), (0, 0));
    let (summary, _) = desk.run(&path, &order()).await;
    assert_eq!(summary.imported, 250);
}

#[tokio::test]
async fn every_form_of_file_gives_the_same_tickets() {
    let rows: Vec<Value> = (0..3).map(letter).collect();
    let mut csv = "id;title;body;asked;reply;answered;agency;name\n".to_owned();
    for id in 0..3 {
        csv += &format!(
            "{id};路灯不亮;\"东门口;\n坏了\";2019/4/25 9:32;\"已\"\"修\"\"好\";2019-04-29;热力办;王\n"
        );
    }
    csv += "3;too;few\n";
    let jsonl = lines(&rows);
    let forms = [
        ("plain.jsonl", jsonl.clone(), 0),
        ("packed.jsonl.gz", packed(&jsonl), 0),
        ("marked.jsonl", [&[0xef, 0xbb, 0xbf][..], &jsonl[..]].concat(), 0),
        ("array.json", serde_json::to_vec_pretty(&rows).unwrap(), 0),
        ("array.json.gz", packed(json!(rows).to_string().as_bytes()), 0),
        ("table.csv", csv.clone().into_bytes(), 1),
        ("table.csv.gz", packed(&[&[0xef, 0xbb, 0xbf][..], csv.as_bytes()].concat()), 1),
    ];
    let desk = Desk::open().await;
    for (number, (name, bytes, refused)) in forms.into_iter().enumerate() {
        let own = Order { source: format!("form-{number}").parse().unwrap(), ..order() };
        let (summary, ear) = desk.run(&desk.file(name, &bytes), &own).await;
        assert_eq!((summary.imported, summary.refused_rows()), (3, refused), "{name}: {:?}", ear.heard());
    }
}

#[tokio::test]
async fn a_file_that_is_not_utf8_is_refused_with_the_place() {
    let desk = Desk::open().await;
    let gbk: Vec<u8> =
        [&b"id,title\n1,"[..], &[0xc2, 0xb7, 0xb5, 0xc6, 0xb2, 0xbb, 0xc1, 0xc1], b"\n"].concat();
    for (name, bytes, at) in [("gbk.csv", gbk.clone(), 13), ("gbk.csv.gz", packed(&gbk), 13)] {
        let path = desk.file(name, &bytes);
        let refused = desk.run_with(&path, &desk.mapping(MAPPING), &order(), &mut Ear::default()).await;
        match refused {
            Err(ImportError::Unopened(error @ OpenError::NotUtf8 { offset, .. })) => {
                assert_eq!(offset, at);
                assert!(error.to_string().contains("iconv"), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
    let path = desk.file("empty.jsonl", b"\n \n");
    let refused = desk.run_with(&path, &desk.mapping(MAPPING), &order(), &mut Ear::default()).await;
    assert!(matches!(refused, Err(ImportError::Unopened(OpenError::Empty { .. }))));
    assert_eq!(desk.tickets(), 0);
}

#[tokio::test]
async fn a_file_that_breaks_off_keeps_what_came_before() {
    let desk = Desk::open().await;
    let rows: Vec<Value> =
        (0..2_000).map(|id| changed(id, json!({"body": format!("{id:x}").repeat(60)}))).collect();
    let whole = packed(&lines(&rows));
    let path = desk.file("cut.jsonl.gz", &whole[..whole.len() - 200]);
    let broken = desk.run_with(&path, &desk.mapping(MAPPING), &order(), &mut Ear::default()).await;
    assert!(matches!(broken, Err(ImportError::BrokenOff { .. })), "{broken:?}");
    let kept = desk.tickets();
    assert!(kept > 0 && kept < 2_000);
    let (summary, _) = desk.run(&desk.file("whole.jsonl.gz", &whole), &order()).await;
    assert_eq!((i64::try_from(summary.known).unwrap(), desk.tickets()), (kept, 2_000));
}

#[tokio::test]
async fn personal_data_holds_a_letter_back_and_the_others_are_found_by_the_next_citizen() {
    let desk = Desk::open().await;
    let rows = [
        changed(1, json!({"body": "路灯坏了，请回电 13812345678。", "name": null})),
        changed(2, json!({"body": "我是王小明，路灯坏了。"})),
        changed(3, json!({"name": null})),
    ];
    let publish = Order { publish: Publish::WhatIsClean, ..order() };
    let (summary, _) = desk.run(&desk.file("a.jsonl", &lines(&rows)), &publish).await;
    assert_eq!((summary.imported, summary.published, summary.held_back), (3, 1, 2));
    let shown: Vec<(String, String)> = published_entry::table
        .select((published_entry::question, published_entry::answer))
        .load(&mut desk.conn())
        .unwrap();
    assert_eq!(shown, [("东门口的路灯坏了三天。".to_owned(), "已经派人修好。".to_owned())]);
}

#[tokio::test]
async fn a_letter_that_announces_personal_data_waits_and_the_summary_says_why() {
    let desk = Desk::open().await;
    let rows = [
        changed(1, json!({"name": null})),
        changed(2, json!({"body": "路灯坏了，请回电 13812345678。", "name": null})),
        changed(3, json!({"body": "举报人：见附件二。路灯坏了。", "name": null})),
        changed(4, json!({"body": "路灯坏了，微信号在附件里，尾号 ab12。", "name": null})),
        changed(5, json!({"body": "路灯坏了，编码 88812345678901 请看。", "name": null})),
        changed(6, json!({"reply": "已修好，可关注@云溪城管。", "name": null})),
    ];
    let publish = Order { publish: Publish::WhatIsClean, ..order() };
    let file = desk.file("a.jsonl", &lines(&rows));
    let (summary, _) = desk.run(&file, &publish).await;
    assert_eq!((summary.imported, summary.published, summary.held_back), (6, 1, 5));
    let why: Vec<(&str, u64)> =
        summary.held_back_for.iter().map(|(why, count)| (why.as_str(), *count)).collect();
    let expected = [
        ("at_sign", 1),
        ("data_announced", 1),
        ("finding", 1),
        ("name_announced", 1),
        ("unexplained_number", 1),
    ];
    assert_eq!(why, expected);
}

#[tokio::test]
async fn what_nobody_says_was_public_waits_whatever_is_in_it() {
    let desk = Desk::open().await;
    let silent = desk.mapping(&MAPPING.replacen("was_public = true", "", 1));
    let publish = Order { publish: Publish::WhatIsClean, ..order() };
    let rows: Vec<Value> = (1..=3).map(|id| changed(id, json!({"name": null}))).collect();
    let path = desk.file("a.jsonl", &lines(&rows));
    let summary = desk.run_with(&path, &silent, &publish, &mut Ear::default()).await.unwrap();
    assert_eq!((summary.imported, summary.published, summary.held_back), (3, 0, 3));
    assert_eq!(summary.held_back_for.get("source_not_public"), Some(&3));
    let shown: i64 = published_entry::table.count().get_result(&mut desk.conn()).unwrap();
    assert_eq!(shown, 0);
}

#[tokio::test]
async fn a_mapping_that_names_what_is_not_there_is_refused() {
    let desk = Desk::open().await;
    let city = desk.app.state.directory.snapshot();
    let cases = [
        ("heating-office =", "no-such =", "department.aliases"),
        ("default = \"government-office\"", "default = \"nobody\"", "department.default"),
        ("code = \"street-lighting\"", "code = \"stars\"", "category.title_contains"),
        ("default = \"housing\"", "default = \"stars\"", "category.default"),
        ("default = \"housing\"", "", "category"),
        ("default = \"mayor_letter\"", "", "kind"),
        ("is_real_name = true", "is_name = true", "is_name"),
    ];
    for (from, to, named) in cases {
        let text = MAPPING.replacen(from, to, 1);
        let error = Mapping::read(&text, city.clone(), chrono_tz::Asia::Shanghai).unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
}

/// The real files, which are not part of the project. Without them this says so and checks nothing.
#[tokio::test]
async fn the_mappings_of_the_project_fit_the_real_letters() {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data");
    let folder = std::env::var_os("HUIYIN_SHARED_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from);
    let desk = Desk::open().await;
    for (name, rows) in [("letters_answered", 2_000), ("mayor_mailbox", 779)] {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/import");
        let mapping = desk.mapping(&std::fs::read_to_string(root.join(format!("{name}.toml"))).unwrap());
        let path = folder.join(format!("{name}.jsonl.gz"));
        if !path.exists() {
            eprintln!("SKIPPED, NOTHING WAS CHECKED: no {}; set HUIYIN_SHARED_DATA", path.display());
            continue;
        }
        let source = name.replace('_', "-").parse().unwrap();
        let publish = Order { source, publish: Publish::WhatIsClean, ..order() };
        let mut ear = Ear::default();
        let summary = desk.run_with(&path, &mapping, &publish, &mut ear).await.unwrap();
        eprintln!("{name}: {summary:?}");
        assert_eq!(summary.read, rows);
        assert!(summary.imported * 100 > rows * 95, "{:?}", ear.heard());
        assert_eq!(summary.imported + summary.refused_rows(), rows);
        assert_eq!(summary.published + summary.held_back, summary.imported);
        assert!(summary.published * 2 > summary.imported && summary.held_back > 0);
    }
}
