//! What monitoring is given: metrics with their meaning, and alerts and a dashboard that name nothing that is not there.

use std::collections::BTreeSet;
use std::path::Path;

use huiyin::app::metrics::{BusinessFigures, METRICS, Sort, business};
use regex::Regex;
use serde_json::{Value, json};

use crate::support::app::{TestApp, problem, success};
use crate::support::city::heating_letter;
use crate::support::personas::seed_city;
use crate::support::sources::sources;

/// The names that match anywhere in a text.
fn named(pattern: &str, text: &str) -> BTreeSet<String> {
    let pattern = Regex::new(pattern).unwrap();
    pattern.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

fn known() -> BTreeSet<String> {
    METRICS.iter().map(|(name, ..)| (*name).to_owned()).collect()
}

#[test]
fn every_metric_in_the_code_is_described_and_every_description_has_its_metric() {
    let macros = r#"(?:counter|gauge|histogram)!\(\s*"([a-z_]+)""#;
    let code: String = sources().into_iter().map(|(_, text)| text).collect();
    assert_eq!(named(macros, &code), known());
    for (name, sort, _, help) in METRICS {
        assert!(help.len() > 15 && !help.ends_with('.'), "{name}: {help}");
        assert_eq!(name.ends_with("_total"), *sort == Sort::Counter, "{name}");
    }
}

/// The metrics that expressions name. Histograms have their own endings.
fn metrics_of(expressions: &[String]) -> BTreeSet<String> {
    let names: BTreeSet<String> = expressions
        .iter()
        .flat_map(|expression| named(r"\b((?:http|database|huiyin)_[a-z0-9_]+)\b", expression))
        .collect();
    let histograms: Vec<&str> =
        METRICS.iter().filter(|(_, sort, ..)| *sort == Sort::Histogram).map(|(name, ..)| *name).collect();
    let bare = |name: String| {
        let of = |ending: &str| {
            name.strip_suffix(ending).filter(|bare| histograms.contains(bare)).map(str::to_owned)
        };
        of("_bucket").or_else(|| of("_sum")).or_else(|| of("_count")).unwrap_or(name)
    };
    names.into_iter().map(bare).collect()
}

#[test]
fn alerts_and_dashboard_name_metrics_that_exist_and_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/monitoring");
    let alerts = std::fs::read_to_string(folder.join("alerts.yml")).unwrap();
    let expressions: Vec<String> =
        alerts.lines().filter_map(|line| line.trim().strip_prefix("expr: ")).map(str::to_owned).collect();
    assert_eq!(
        expressions.len(),
        alerts.matches("- alert: ").count(),
        "each alert has its expression on one line"
    );
    assert!(expressions.len() >= 10);
    let summaries = alerts.matches("summary: ").count();
    assert_eq!(summaries, expressions.len(), "each alert says what it is about");

    let dashboard = std::fs::read_to_string(folder.join("dashboard.json")).unwrap();
    let dashboard: Value = serde_json::from_str(&dashboard).unwrap();
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    let shown: Vec<String> = targets.map(|target| target["expr"].as_str().unwrap().to_owned()).collect();
    for expressions in [expressions, shown] {
        let named = metrics_of(&expressions);
        let missing: Vec<&String> = named.iter().filter(|name| !known().contains(*name)).collect();
        assert!(named.len() > 8 && missing.is_empty(), "no such metrics: {missing:?}");
    }
}

#[tokio::test]
async fn the_figures_of_the_business_are_there_with_their_meaning() {
    let app = TestApp::start().await;
    seed_city(&app).await;
    let none = BusinessFigures {
        open: 0,
        overdue: 0,
        received_today: 0,
        answered_today: 0,
        oldest_unanswered_seconds: 0,
    };
    assert_eq!(business(&app.state, app.now()).await.unwrap(), none);
    success(app.post_once("/v1/tickets", &heating_letter())).await;
    app.deliver_outbox().await;
    app.advance(chrono::TimeDelta::hours(2));
    let one = BusinessFigures { open: 1, received_today: 1, oldest_unanswered_seconds: 7_200, ..none };
    assert_eq!(business(&app.state, app.now()).await.unwrap(), one);
    app.advance(chrono::TimeDelta::days(40));
    let late = business(&app.state, app.now()).await.unwrap();
    assert_eq!((late.open, late.overdue, late.received_today), (1, 1, 0));

    let refused = json!({"username": "nobody", "password": "a lake with many benches"});
    assert_eq!(problem(app.post_json("/v1/auth/login", &refused)).await.status, 401);
    let metrics = app.client.get(app.operations_url("/metrics")).send().await.unwrap().text().await.unwrap();
    let is_told = |name: &str| metrics.lines().any(|line| line.starts_with(name));
    assert!(is_told("huiyin_logins_refused_total ") && is_told("huiyin_tickets_open "), "{metrics}");
    for (name, ..) in METRICS {
        let is_there = metrics.lines().any(|line| !line.starts_with('#') && line.starts_with(name));
        let is_described = metrics.contains(&format!("# HELP {name} "));
        assert!(!is_there || is_described, "{name} is not described");
    }
    for name in ["huiyin_tickets_overdue", "huiyin_tickets_received_today", "huiyin_tickets_answered_today"] {
        assert!(metrics.contains(&format!("# TYPE {name} gauge")), "{name}");
    }
}

#[tokio::test]
async fn the_version_names_the_commit_and_the_time_of_the_build() {
    let app = TestApp::start().await;
    let version = success(app.client.get(app.operations_url("/version"))).await;
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    assert!(!version["commit"].as_str().unwrap().is_empty());
    let built_at: chrono::DateTime<chrono::Utc> = version["built_at"].as_str().unwrap().parse().unwrap();
    assert!(built_at.timestamp() > 1_700_000_000);
}
