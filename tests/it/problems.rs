//! `api-spec/problems.md` lists every problem document the program can send, and each one's `type` leads to its entry.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use regex::Regex;

use huiyin::rules::texts::{Bilingual, Sentence};

use crate::support::app::TestApp;

const PREFACE: &str = "\
# Problems

Every refusal is a problem document (RFC 9457, `application/problem+json`). Its `type` is `/problems/` and one of the codes
below; `code` is the same word and never changes; `title` and `detail` follow `Accept-Language`; `errors` names the fields
at fault by JSON pointer, or `?name` for a query parameter; `request_id` is what to quote to the operator.

Written from the declarations in the sources by `HUIYIN_WRITE_PROBLEMS=1 cargo test problems::`; a test compares.
";

/// One declared kind: what stands above it, its status and its titles.
struct Declared {
    meaning: String,
    status: u16,
    title: Bilingual,
}

fn list() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("api-spec/problems.md")
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

fn declared() -> BTreeMap<String, Declared> {
    let declaration = Regex::new(
        r#"(?x) ((?:\x20*///[^\n]*\n)+) \s* (?:pub(?:\([a-z]+\))?\s+)? const\s+[A-Z_]+:\s*ProblemKind\s*=\s*
        ProblemKind::new\(\s* (\d+),\s* "([a-z_]+)",?\s* \)"#,
    )
    .unwrap();
    let mut declared = BTreeMap::new();
    let mut uses = 0;
    for path in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        uses +=
            text.matches("= ProblemKind::new(").count() + text.matches("=\n    ProblemKind::new(").count();
        for found in declaration.captures_iter(&text) {
            let meaning = found[1].lines().map(|line| line.trim().trim_start_matches("///").trim());
            let kind = Declared {
                meaning: meaning.collect::<Vec<_>>().join(" "),
                status: found[2].parse().unwrap(),
                title: Sentence::of("problem", &found[3]).both(),
            };
            assert!(declared.insert(found[3].to_owned(), kind).is_none(), "{} is declared twice", &found[3]);
        }
    }
    assert_eq!(
        declared.len(),
        uses,
        "a kind is declared in a form, or without a word on it, that is not read here"
    );
    declared
}

fn rendered() -> String {
    let mut text = PREFACE.to_owned();
    for (code, Declared { meaning, status, title: Bilingual { zh_cn, en } }) in declared() {
        write!(text, "\n## {code}\n\n{status} · {zh_cn} · {en}\n\n{meaning}\n").unwrap();
    }
    text
}

#[test]
fn every_problem_is_listed() {
    if std::env::var_os("HUIYIN_WRITE_PROBLEMS").is_some() {
        std::fs::write(list(), rendered()).unwrap();
    }
    let committed = std::fs::read_to_string(list()).unwrap_or_default();
    assert!(
        committed == rendered(),
        "api-spec/problems.md is out of date: run `HUIYIN_WRITE_PROBLEMS=1 cargo test problems::`"
    );
}

#[tokio::test]
async fn the_type_of_a_problem_leads_to_its_entry() {
    let app = TestApp::start().await;
    let refused = app.get("/v1/nothing-here").send().await.unwrap();
    let refused: serde_json::Value = refused.json().await.unwrap();
    let entry = app.get(refused["type"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(entry.status(), 200);
    assert_eq!(entry.headers()["content-type"], "text/plain; charset=utf-8");
    let text = entry.text().await.unwrap();
    assert!(text.starts_with("## not_found\n\n404 · 未找到 · Not found\n"), "{text}");
    assert!(!text.contains("## not_what_was_reviewed"), "only the entry asked for: {text}");
    let unknown = app.get("/problems/no_such_problem").send().await.unwrap();
    assert_eq!(unknown.status(), 404);
}
