//! From a command to the mail of the person it concerns, through the whole program.

use std::path::Path;

use serde_json::{Value, json};

use huiyin::features::directory::{CityFiles, seed};
use huiyin::features::notices::{AlarmItem, AlarmStep, DepartmentName, Notice, NoticeContent};
use huiyin::platform::auth::password::Password;
use huiyin::platform::jobs::outbox::MessageStatus;
use huiyin::rules::vocabulary::AlarmLevel;

use super::{count, written};
use crate::support::app::{TestApp, success};

async fn city() -> TestApp {
    let app = TestApp::start().await;
    let files = CityFiles::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config/city")).unwrap();
    seed(&mut app.database.connect(), &files).unwrap();
    app.state.directory.refresh().await.unwrap();
    app
}

async fn receipt_of_a_letter(app: &TestApp, submitter: Value) -> Value {
    let letter = json!({
        "kind": "suggestion", "category": "parks", "locale": "en", "submitter": submitter,
        "title": "More benches by the lake", "body": "There is nowhere to sit on the eastern side of the lake.",
    });
    success(app.post_once("/v1/tickets", &letter)).await
}

#[tokio::test]
async fn the_submitter_gets_a_receipt_that_names_nothing_but_the_reference() {
    let app = city().await;
    let receipt = receipt_of_a_letter(&app, json!({"name": "Li Lei", "mail": "li@example.cn"})).await;
    receipt_of_a_letter(&app, json!({"name": "Han Meimei"})).await;
    app.deliver_outbox().await;

    let mails = app.mails();
    assert_eq!(mails.len(), 1, "who left no address gets no mail");
    let text = |name: &str| receipt[name].as_str().unwrap().to_owned();
    assert!(mails[0].contains("To: li@example.cn\r\n"), "{}", mails[0]);
    assert!(mails[0].contains(&text("reference")));
    for secret in [text("access_code").as_str(), "Li Lei", "benches"] {
        assert!(!mails[0].contains(secret), "{secret} is in\n{}", mails[0]);
    }
}

#[tokio::test]
async fn a_member_of_staff_is_told_at_work_and_nobody_without_an_account() {
    let app = city().await;
    let account = json!({
        "username": "wang.fang", "display_name": "王芳", "mail": "wang.fang@city.gov.cn",
        "department": "heating-office", "locale": "en",
    });
    let password = Password::new("a lake with many benches 2026");
    let account = serde_json::from_value(account).unwrap();
    let id = app.state.accounts.enrol(account, &password).await.unwrap();
    let alarm = |staff| {
        let item = AlarmItem {
            reference: "HY-2026-0918-00042-7".into(),
            title: Some("暖气不热".into()),
            level: AlarmLevel::L1,
            due_on: "2026-09-25".parse().unwrap(),
            department: Some(DepartmentName { zh: "供热管理科".into(), en: "Heating Office".into() }),
            step: AlarmStep::Fired,
        };
        Notice::to_staff(staff, NoticeContent::Alarm(item)).into_message(app.now())
    };
    written(&app.state.db, vec![alarm(id.0), alarm(uuid::Uuid::nil())]).await;
    app.deliver_outbox().await;

    assert_eq!(count(&app.database, MessageStatus::Done), 2);
    let mails = app.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].contains("To: wang.fang@city.gov.cn\r\n"), "{}", mails[0]);
    assert!(mails[0].contains("Subject: [Due] HY-2026-0918-00042-7 (Heating Office)\r\n"), "{}", mails[0]);
}
