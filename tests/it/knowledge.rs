//! What the public finds: only what is published, in every way it can be asked for, and not a moment longer.

use std::sync::{Arc, Mutex};

use diesel::prelude::*;
use serde_json::{Value, json};
use uuid::Uuid;

use huiyin::features::knowledge::{Indexer, Knowledge, KnowledgeError, ListPublished, Progress, Search};
use huiyin::features::publication::{PublicationCommand, PublicationStatus, SourceWas};
use huiyin::features::tickets::ObjectToPublication;
use huiyin::platform::http::query;
use huiyin::platform::search::{Embedded, LogPosition, SearchIndex};

use crate::support::app::problem;
use crate::support::press::{Press, now, publish_command, reason};

/// A city, and the knowledge of one instance.
struct Library {
    press: Press,
    index: Arc<dyn SearchIndex>,
    indexer: Indexer,
    knowledge: Knowledge,
}

impl Library {
    async fn open() -> Library {
        let press = Press::open().await;
        let state = &press.app.state;
        Library {
            indexer: state.indexer.clone(),
            knowledge: state.knowledge.clone(),
            index: Arc::clone(&state.search),
            press,
        }
    }

    /// The titles that a search finds, once the index has caught up.
    async fn found(&self, query: &str) -> Vec<String> {
        self.indexer.catch_up().await.unwrap();
        let page = self.knowledge.search(&parsed(query), 0).await.unwrap();
        page.data.into_iter().map(|hit| hit.title).collect()
    }

    /// The titles that browsing shows.
    async fn browsed(&self, query: &str) -> Vec<String> {
        let query: ListPublished = query::parse(query).unwrap();
        let page = self.knowledge.list(&query, None).await.unwrap();
        page.data.into_iter().map(|entry| entry.title).collect()
    }

    /// The number of the last change that the index contains.
    fn indexed_up_to(&self) -> i64 {
        self.index.position().unwrap().change_no
    }

    /// Publishes letters straight from an import.
    async fn import(&self, letters: &[Value]) {
        let mut matters = Vec::new();
        let mut conn = self.press.connect();
        for letter in letters {
            let letter = self.press.answered(letter.clone(), "已经处理。").await;
            matters.push(self.press.tickets.published_matter(&mut conn, letter.id).unwrap().unwrap());
        }
        let now = now(&self.press.clock);
        conn.transaction(|conn| {
            self.press.publisher.publish_imported(conn, now, &matters, SourceWas::Public)
        })
        .unwrap();
    }
}

fn parsed(query: &str) -> Search {
    query::parse(query).unwrap()
}

#[tokio::test]
async fn a_published_matter_is_found_and_a_withdrawn_one_is_not() {
    let library = Library::open().await;
    let press = &library.press;
    let letter = press.answered(json!({"title": "供暖温度不达标"}), "已上门调试，温度恢复正常。").await;
    press.drain().await;
    assert!(library.found("q=供暖").await.is_empty(), "a proposal is not public");
    let proposed = press.only(PublicationStatus::Proposed).await;
    let submitted = press.give(&press.editor, &proposed, PublicationCommand::Submit).await.unwrap();
    assert!(library.found("q=供暖").await.is_empty(), "nor is what is in review");
    let published = press.give(&press.reviewer, &submitted, publish_command(&submitted)).await.unwrap();
    assert_eq!(library.found("q=供暖温度").await, ["供暖温度不达标"]);
    assert_eq!(library.found("q=上门调试").await, ["供暖温度不达标"]);
    assert_eq!(library.browsed("").await, ["供暖温度不达标"]);
    let number = published.public_no.parse().unwrap();
    let entry = library.knowledge.get(number).await.unwrap();
    assert_eq!((entry.received_on.to_string(), entry.answered_on.to_string()), two("2026-09-18"));
    assert_eq!(entry.department_path.last().map(String::as_str), Some("heating-office"));

    press.act(&letter, letter.citizen(), ObjectToPublication {}).await;
    press.drain().await;
    assert!(library.browsed("").await.is_empty());
    assert!(library.found("q=供暖").await.is_empty());
    assert!(matches!(library.knowledge.get(number).await, Err(KnowledgeError::NotFound)));
}

fn two(day: &str) -> (String, String) {
    (day.to_owned(), day.to_owned())
}

#[tokio::test]
async fn browsing_filters_by_subtree_kind_and_days_and_pages_without_gaps() {
    let library = Library::open().await;
    let letters: Vec<Value> = (0..7)
        .map(|n| {
            let (kind, category) = if n < 4 { ("inquiry", "heating") } else { ("complaint", "water-supply") };
            json!({"title": format!("第{n}件"), "kind": kind, "category": category})
        })
        .collect();
    library.import(&letters).await;
    assert_eq!(library.browsed("").await.len(), 7);
    assert_eq!(library.browsed("category=heating").await.len(), 4);
    assert_eq!(
        library.browsed("category=urban-construction").await.len(),
        4,
        "a category includes those below it"
    );
    assert_eq!(library.browsed("category=utilities&kind=complaint").await.len(), 3);
    assert_eq!(library.browsed("department=heating-office").await.len(), 7);
    assert_eq!(library.browsed("department=housing-bureau").await.len(), 7, "so does a department");
    assert!(library.browsed("department=no-such-office").await.is_empty());
    assert!(library.browsed("answered_from=2026-09-19").await.is_empty());
    assert_eq!(library.browsed("answered_from=2026-09-18&answered_to=2026-09-18").await.len(), 7);
    let reversed: ListPublished = query::parse("answered_from=2026-09-19&answered_to=2026-09-18").unwrap();
    assert!(matches!(library.knowledge.list(&reversed, None).await, Err(KnowledgeError::DaysReversed)));

    let mut seen = Vec::new();
    let mut after = None;
    let query: ListPublished = query::parse("limit=3").unwrap();
    loop {
        let page = library.knowledge.list(&query, after.take()).await.unwrap();
        seen.extend(page.data.into_iter().map(|entry| entry.public_no));
        let Some(cursor) = page.next_cursor else { break };
        after = Some(cursor.decode().unwrap());
    }
    let mut distinct = seen.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!((seen.len(), distinct.len()), (7, 7));
}

#[tokio::test]
async fn search_takes_every_text_as_words_and_never_as_a_language() {
    let library = Library::open().await;
    library
        .import(&[json!({"title": "供水管道破裂", "category": "water-supply", "kind": "complaint"})])
        .await;
    for hostile in [
        "q=' OR 1=1; DROP TABLE ticket; --",
        "q=title:* AND -answer:[a TO z]^9~2",
        "q=\"供水",
        "q=((((((((",
        "q=%25' UNION SELECT sealed FROM submitter",
        "q=*&category=' OR ''='",
        "q=😀\u{202e}",
    ] {
        library.indexer.catch_up().await.unwrap();
        let found = library.knowledge.search(&parsed(hostile), 0).await;
        assert!(found.is_ok(), "{hostile}: {found:?}");
    }
    assert_eq!(library.found("q=供水 AND 管道").await, ["供水管道破裂"]);
    assert_eq!(library.found("q=供水&category=utilities&kind=complaint").await, ["供水管道破裂"]);
    assert!(library.found("q=供水&kind=inquiry").await.is_empty());
    let hit = library.knowledge.search(&parsed("q=供水"), 0).await.unwrap().data.remove(0);
    assert!(hit.title_highlight.contains("<mark>"), "{}", hit.title_highlight);
}

#[tokio::test]
async fn the_indexer_follows_every_change_and_a_rebuild_gives_the_same() {
    let library = Library::open().await;
    let letters: Vec<Value> = (0..5).map(|n| json!({"title": format!("井盖缺失{n}")})).collect();
    library.import(&letters).await;
    assert_eq!(library.indexer.catch_up().await.unwrap(), 5);
    assert_eq!(library.indexer.catch_up().await.unwrap(), 0, "nothing is indexed twice");
    let press = &library.press;
    let id = press.listed(PublicationStatus::Published).await[0];
    let view = press.publisher.get(&press.editor, id).await.unwrap();
    let withdraw = PublicationCommand::Withdraw(reason("重复"));
    press.give(&press.editor, &view, withdraw).await.unwrap();
    let mut followed = library.found("q=井盖").await;
    assert_eq!(library.indexed_up_to(), 6);

    let seen = Arc::new(Mutex::new(Vec::new()));
    let steps = Arc::clone(&seen);
    let progress = move |step: Progress| steps.lock().unwrap().push(step);
    assert_eq!(library.indexer.rebuild(progress).await.unwrap(), 6);
    let steps = seen.lock().unwrap().clone();
    assert_eq!(steps.first(), Some(&Progress { position: 0, newest: 6 }));
    assert_eq!(steps.last(), Some(&Progress { position: 6, newest: 6 }));
    let mut rebuilt = library.found("q=井盖").await;
    followed.sort();
    rebuilt.sort();
    assert_eq!((followed.len(), &followed), (4, &rebuilt));
}

#[tokio::test]
async fn an_index_does_not_miss_what_commits_late() {
    let library = Library::open().await;
    let press = &library.press;
    let letter = press.answered(json!({"title": "迟到的一件"}), "已经处理。").await;
    let mut conn = press.connect();
    let matter = press.tickets.published_matter(&mut conn, letter.id).unwrap().unwrap();
    diesel::sql_query("BEGIN").execute(&mut conn).unwrap();
    press.publisher.publish_imported(&mut conn, now(&press.clock), &[matter], SourceWas::Public).unwrap();
    assert_eq!(library.indexer.catch_up().await.unwrap(), 0);
    diesel::sql_query("COMMIT").execute(&mut conn).unwrap();
    assert_eq!(library.found("q=迟到").await, ["迟到的一件"]);
}

#[tokio::test]
async fn an_index_of_another_database_is_thrown_away() {
    let library = Library::open().await;
    library.import(&[json!({"title": "路灯不亮"})]).await;
    library.index.apply(Vec::new(), LogPosition { change_no: 900, mark: Uuid::nil() }).unwrap();
    assert_eq!(library.found("q=路灯").await, ["路灯不亮"]);
    assert_eq!(library.indexed_up_to(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_restored_database_never_published_is_not_found() {
    let library = Library::open().await;
    library.import(&[json!({"title": "路灯不亮"})]).await;
    let backup = library.press.app.database.back_up();
    library.import(&[json!({"title": "水管爆裂"}), json!({"title": "井盖缺失"})]).await;
    assert_eq!(library.found("q=水管").await, ["水管爆裂"]);

    library.press.app.database.restore(backup);
    // As many changes as there were, and one more, before the index looks again.
    let after = ["电梯停运", "树枝断落", "道路积水"].map(|title| json!({"title": title}));
    library.import(&after).await;
    for (query, titles) in [
        ("q=水管", &[][..]),
        ("q=井盖", &[]),
        ("q=路灯", &["路灯不亮"]),
        ("q=电梯", &["电梯停运"]),
        ("q=树枝", &["树枝断落"]),
        ("q=积水", &["道路积水"]),
    ] {
        assert_eq!(library.found(query).await, titles, "{query}");
    }
}

#[tokio::test]
async fn an_index_answers_once_it_contains_what_is_published() {
    let library = Library::open().await;
    library.import(&[json!({"title": "路灯不亮"})]).await;
    let published = library.press.published.clone();
    let index: Arc<dyn SearchIndex> = Arc::new(Embedded::in_memory().unwrap());
    let indexer = Indexer::new(published.clone(), Arc::clone(&index));
    let knowledge = Knowledge::new(published, index, &indexer);
    let query = parsed("q=路灯");
    let early = tokio::join!(knowledge.search(&query, 0), async {
        indexer.catch_up().await.unwrap();
    });
    assert_eq!(early.0.unwrap().data.len(), 1, "who asked before it was filled waits for it");
}

#[tokio::test]
async fn the_public_reads_and_searches_over_http() {
    let library = Library::open().await;
    let app = &library.press.app;
    library.import(&[json!({"title": "小区供暖时间"}), json!({"title": "供暖收费标准"})]).await;
    library.indexer.catch_up().await.unwrap();
    let page = app.get_json("/v1/published-tickets?category=urban-construction&limit=1").await;
    let number = page["data"][0]["public_no"].as_str().unwrap();
    assert!(page["next_cursor"].is_string());
    assert_eq!(page["data"][0]["received_on"], "2026-09-18");
    let next = format!("/v1/published-tickets?limit=1&cursor={}", page["next_cursor"].as_str().unwrap());
    assert_ne!(app.get_json(&next).await["data"][0]["public_no"], number);

    let path = format!("/v1/published-tickets/{number}");
    let answer = app.get(&path).header("Accept-Language", "en").send().await.unwrap();
    let tag = answer.headers()["etag"].to_str().unwrap().to_owned();
    assert!(answer.headers()["cache-control"].to_str().unwrap().starts_with("public"));
    let ticket: Value = answer.json().await.unwrap();
    assert_eq!(
        (&ticket["answer"], &ticket["department"]["code"]),
        (&json!("已经处理。"), &json!("heating-office"))
    );
    let again =
        app.get(&path).header("Accept-Language", "en").header("If-None-Match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    let found = app.get_json("/v1/search?q=供暖收费").await;
    assert_eq!(found["data"][0]["title"], "供暖收费标准");
    assert!(found["data"][0]["title_highlight"].as_str().unwrap().contains("<mark>"));
    let suggested = app.post_json("/v1/suggestions", &json!({"q": "供暖时"})).send().await.unwrap();
    assert_eq!(suggested.json::<Value>().await.unwrap()["data"][0]["title"], "小区供暖时间");
    assert_ne!(app.get("/v1/suggestions?q=供暖时").send().await.unwrap().status(), 200);

    assert_eq!(problem(app.get("/v1/published-tickets/GK-2026-999999-0")).await.status, 404);
    assert_eq!(problem(app.get("/v1/published-tickets/%00")).await.status, 404);
    assert_eq!(problem(app.get("/v1/search?q=a&colour=red")).await.code, "invalid_query");
    assert!(problem(app.get("/v1/search?q=a&cursor=!!")).await.names("?cursor", "invalid_cursor"));
    assert!(problem(app.get("/v1/published-tickets?kind=poem")).await.status == 400);
    assert_eq!(problem(app.get("/v1/staff/publications?status=published")).await.status, 401);
}
