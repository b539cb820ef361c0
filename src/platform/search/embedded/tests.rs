//! What the embedded index promises, on a handful of letters.

use chrono::NaiveDate;
use uuid::Uuid;

use super::*;
use crate::platform::search::SearchDocument;
use crate::rules::reference::PublicNumber;
use crate::rules::vocabulary::Kind;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn number(number: u32) -> PublicNumber {
    PublicNumber::new(day("2026-09-18"), number).unwrap()
}

fn document(n: u32, title: &str, answer: &str) -> SearchDocument {
    SearchDocument {
        public_no: number(n),
        kind: Kind::Complaint,
        category_path: vec!["city".into(), "light".into()],
        department_path: vec!["gov".into(), "works".into()],
        title: title.into(),
        question: "请尽快处理".into(),
        answer: answer.into(),
        received_on: day("2026-09-01"),
        answered_on: day("2026-09-10") + chrono::Days::new(u64::from(n)),
        published_at: day("2026-09-20").and_hms_opt(8, 0, n).unwrap().and_utc(),
    }
}

/// The position of the change of this number, in a history where all have the same mark.
fn at(change_no: i64) -> LogPosition {
    LogPosition { change_no, mark: Uuid::nil() }
}

fn upsert(document: SearchDocument) -> IndexChange {
    IndexChange::Upsert(Box::new(document))
}

fn filled() -> Embedded {
    let index = Embedded::in_memory().unwrap();
    let documents = [
        document(1, "工农路路灯不亮", "路灯已修复。"),
        document(2, "暖气不热", "供热公司已检修，工农路一带恢复。"),
        document(3, "ETC 卡怎么办理", "请携带身份证到服务大厅办理ＥＴＣ。"),
    ];
    index.apply(documents.map(upsert).into(), at(3)).unwrap();
    index
}

fn words(text: &str) -> SearchQuery {
    SearchQuery { text: Some(text.into()), ..SearchQuery::default() }
}

fn found(index: &Embedded, query: &SearchQuery) -> Vec<u32> {
    index.search(query).unwrap().hits.iter().map(|hit| hit.public_no.number()).collect()
}

#[test]
fn words_are_found_and_marked() {
    let index = filled();
    assert_eq!(found(&index, &words("路灯不亮")), [1]);
    assert_eq!(found(&index, &words("etc")), [3]);
    assert_eq!(found(&index, &words("工农路")), [1, 2]);
    let hit = index.search(&words("工农路路灯")).unwrap().hits.remove(0);
    assert_eq!(hit.title_highlight, "<mark>工农路路灯</mark>不亮");
    assert_eq!(hit.snippet, "<mark>路灯</mark>已修复。");
    assert_eq!((hit.category.as_deref(), hit.department.as_deref()), (Some("light"), Some("works")));
}

#[test]
fn a_publication_is_found_by_its_number() {
    let index = filled();
    assert_eq!(found(&index, &words(&number(2).to_string())).first(), Some(&2));
}

#[test]
fn documents_with_all_words_come_first() {
    let index = filled();
    let often = document(4, "暖气暖气暖气", "暖气暖气暖气暖气暖气");
    index.apply(vec![upsert(often)], at(4)).unwrap();
    assert_eq!(found(&index, &words("暖气 工农路"))[0], 2);
    assert!(found(&index, &words("暖气 工农路")).contains(&4));
}

#[test]
fn a_query_is_text_and_never_syntax() {
    let index = filled();
    for text in [
        "'; DROP TABLE ticket; --",
        "title:* OR *:*",
        "(((",
        "\"",
        "路灯 AND NOT (",
        "kind:complaint",
        "*",
        "\0",
    ] {
        assert!(!found(&index, &words(text)).contains(&2), "{text}");
    }
    assert_eq!(found(&index, &words("！？……")), Vec::<u32>::new());
    assert_eq!(found(&index, &words("路灯 AND NOT 不亮")), [1]);
    assert_eq!(found(&index, &words(&"路灯".repeat(5_000))), [1]);
}

#[test]
fn markup_in_a_letter_is_shown_as_text() {
    let index = Embedded::in_memory().unwrap();
    let hostile = document(1, "<script>alert(1)</script>路灯", "<img src=x onerror='x'>路灯");
    index.apply(vec![upsert(hostile)], at(1)).unwrap();
    let hit = index.search(&words("路灯 script")).unwrap().hits.remove(0);
    assert!(!hit.title_highlight.replace("<mark>", "").replace("</mark>", "").contains('<'), "{hit:?}");
    assert!(hit.title_highlight.starts_with("&lt;<mark>script</mark>&gt;"));
    assert_eq!(hit.snippet, "&lt;img src=x onerror=&#39;x&#39;&gt;<mark>路灯</mark>");
}

#[test]
fn filters_narrow_and_the_newest_come_first_without_a_text() {
    let index = filled();
    assert_eq!(found(&index, &SearchQuery::default()), [3, 2, 1]);
    let from = SearchQuery { answered_from: Some(day("2026-09-12")), ..SearchQuery::default() };
    assert_eq!(found(&index, &from), [3, 2]);
    let until = SearchQuery { answered_to: Some(day("2026-09-12")), ..from.clone() };
    assert_eq!(found(&index, &until), [2]);
    assert_eq!(found(&index, &SearchQuery { text: Some("工农路".into()), ..until }), [2]);
    for (category, department, kind, hits) in [
        (Some("city"), None, None, 3),
        (Some("light"), Some("gov"), Some(Kind::Complaint), 3),
        (Some("lig"), None, None, 0),
        (None, Some("health"), None, 0),
        (None, None, Some(Kind::Inquiry), 0),
    ] {
        let (category, department) = (category.map(str::to_owned), department.map(str::to_owned));
        let query = SearchQuery { category, department, kind, ..SearchQuery::default() };
        assert_eq!(found(&index, &query).len(), hits, "{query:?}");
        assert_eq!(found(&index, &SearchQuery { text: Some("工农路".into()), ..query }).len(), hits.min(2));
    }
}

#[test]
fn pages_follow_each_other_without_gaps_or_doubles() {
    let index = Embedded::in_memory().unwrap();
    let documents =
        (1..=25).map(|n| upsert(document(n, if n % 2 == 0 { "路灯不亮" } else { "路灯" }, "已修")));
    index.apply(documents.collect(), at(25)).unwrap();
    let mut query = SearchQuery { limit: 7, ..words("路灯不亮") };
    let mut all = Vec::new();
    loop {
        let page = index.search(&query).unwrap();
        all.extend(page.hits.iter().map(|hit| hit.public_no.number()));
        let Some(next) = page.next else { break };
        query.offset = next;
    }
    assert!(all[..12].iter().all(|n| n % 2 == 0), "{all:?}");
    all.sort_unstable();
    assert_eq!(all, (1..=25).collect::<Vec<u32>>());
    query.offset = usize::MAX;
    assert_eq!(index.search(&query).unwrap(), SearchPage::default());
}

#[test]
fn what_is_withdrawn_or_replaced_is_found_no_more() {
    let index = filled();
    let again = document(2, "下水道堵塞", "已疏通。");
    index.apply(vec![IndexChange::Delete(number(1)), upsert(again)], at(5)).unwrap();
    assert_eq!(found(&index, &words("路灯")), Vec::<u32>::new());
    assert_eq!(found(&index, &words("暖气")), Vec::<u32>::new());
    assert_eq!(found(&index, &words("下水道")), [2]);
    assert_eq!(index.position(), Some(at(5)));
    index.apply(vec![upsert(document(9, "路灯", "甲")), IndexChange::Delete(number(9))], at(6)).unwrap();
    assert_eq!(found(&index, &words("路灯")), Vec::<u32>::new());
}

#[test]
fn clearing_forgets_documents_and_position() {
    let index = filled();
    index.clear().unwrap();
    assert_eq!(index.position(), None);
    assert_eq!(found(&index, &SearchQuery::default()), Vec::<u32>::new());
}

#[test]
fn an_index_opened_again_knows_its_position() {
    let folder = tempfile::tempdir().unwrap();
    let index = Embedded::open(folder.path()).unwrap();
    assert_eq!(index.position(), None);
    index.apply(vec![upsert(document(1, "路灯不亮", "已修"))], at(41)).unwrap();
    index.apply(Vec::new(), at(42)).unwrap();
    drop(index);
    let index = Embedded::open(folder.path()).unwrap();
    assert_eq!(index.position(), Some(at(42)));
    assert_eq!(found(&index, &words("路灯")), [1]);
}

#[test]
fn a_folder_belongs_to_one_instance() {
    let folder = tempfile::tempdir().unwrap();
    let index = Embedded::open(folder.path()).unwrap();
    assert!(matches!(Embedded::open(folder.path()), Err(SearchError::Locked(path)) if path == folder.path()));
    drop(index);
    assert!(Embedded::open(folder.path()).is_ok());
}

#[test]
fn a_damaged_index_is_built_anew() {
    for damage in
        [|name: &str| name == "meta.json", |name: &str| name.ends_with(".store") || name.ends_with(".term")]
    {
        let folder = tempfile::tempdir().unwrap();
        let index = Embedded::open(folder.path()).unwrap();
        index.apply(vec![upsert(document(1, "路灯不亮", "已修"))], at(7)).unwrap();
        drop(index);
        let mut damaged = 0;
        for file in fs::read_dir(folder.path().join("index")).unwrap() {
            let path = file.unwrap().path();
            if damage(path.file_name().unwrap().to_str().unwrap()) {
                fs::write(&path, b"not an index").unwrap();
                damaged += 1;
            }
        }
        assert!(damaged > 0);
        let index = Embedded::open(folder.path()).unwrap();
        assert_eq!(index.position(), None);
        index.apply(vec![upsert(document(1, "路灯不亮", "已修"))], at(8)).unwrap();
        assert_eq!(found(&index, &words("路灯")), [1]);
    }
}

#[test]
fn an_index_of_another_layout_is_built_anew() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("index");
    fs::create_dir_all(&files).unwrap();
    let mut old = tantivy::schema::Schema::builder();
    old.add_text_field("body", tantivy::schema::TEXT);
    Index::create_in_dir(&files, old.build()).unwrap();
    let index = Embedded::open(folder.path()).unwrap();
    assert_eq!(index.position(), None);
    index.apply(vec![upsert(document(1, "路灯不亮", "已修"))], at(1)).unwrap();
    assert_eq!(found(&index, &words("路灯")), [1]);
}
