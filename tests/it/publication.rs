//! From an answer to what the public sees, and nothing on the way that should not be seen.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use serde_json::json;

use huiyin::features::publication::{
    ChangesAfter, EntryFilter, FindingStatus, HeldBackFor, ImportOutcome, PublicationAction,
    PublicationCommand, PublicationError, PublicationStatus, PublishedEntry, RevisionStatus, SourceWas,
};
use huiyin::features::tickets::ObjectToPublication;
use huiyin::platform::auth::caller::{Grant, Scope, StaffCaller};
use huiyin::platform::db::DbError;
use huiyin::rules::personal_data::Part;
use huiyin::rules::vocabulary::Role;

use crate::support::press::{Press, publish_command, reason, staff};

const PHONE: &str = "13800138000";

fn letter_with_a_phone() -> serde_json::Value {
    json!({
        "title": "3号楼暖气不热",
        "body": format!("我叫欧阳明月，电话{PHONE}，家里暖气不热。"),
        "submitter": {"name": "欧阳明月", "phone": PHONE},
    })
}

async fn shown(press: &Press) -> Vec<PublishedEntry> {
    press.published.list(EntryFilter { limit: 50, ..EntryFilter::default() }).await.unwrap()
}

fn code(error: PublicationError) -> &'static str {
    match error {
        PublicationError::Guard(kind) => kind.code,
        PublicationError::NotAllowed { .. } => "not_allowed",
        PublicationError::NotFound => "not_found",
        PublicationError::Forbidden => "forbidden",
        PublicationError::Stale => "stale",
        other => panic!("{other}"),
    }
}

/// Runs a statement that a constraint must refuse; returns the constraint's name.
fn refused(press: &Press, statement: &str) -> String {
    let mut conn = press.connect();
    match diesel::sql_query(statement).execute(&mut conn) {
        Err(Error::DatabaseError(DatabaseErrorKind::CheckViolation, info)) => {
            info.constraint_name().unwrap_or_default().to_owned()
        }
        other => panic!("{statement}: {other:?}"),
    }
}

#[tokio::test]
async fn an_answer_is_proposed_once_with_what_was_found_and_shown_only_after_review() {
    let press = Press::open().await;
    press.answered(letter_with_a_phone(), "欧阳女士：已修复，我局电话0736-7251234。").await;
    assert!(press.listed(PublicationStatus::Proposed).await.is_empty());
    press.drain().await;
    let proposed = press.only(PublicationStatus::Proposed).await;
    let kinds: Vec<_> = proposed.revision.findings.iter().map(|f| (f.field, f.text.as_str())).collect();
    assert!(kinds.contains(&(Part::Question, PHONE)), "{kinds:?}");
    assert!(kinds.contains(&(Part::Question, "欧阳明月")), "{kinds:?}");
    assert!(kinds.iter().any(|(field, _)| *field == Part::Answer), "{kinds:?}");
    assert!(!kinds.iter().any(|(_, text)| text.contains("7251234")), "an office's landline stays: {kinds:?}");
    assert!(shown(&press).await.is_empty(), "nothing unreviewed is shown");

    let submit = press.give(&press.editor, &proposed, PublicationCommand::Submit).await;
    assert_eq!(code(submit.unwrap_err()), "findings_open");
    let published = press.publish(proposed).await;
    assert_eq!(published.status, PublicationStatus::Published);
    let entries = shown(&press).await;
    assert_eq!(entries.len(), 1);
    let text = format!("{}{}{}", entries[0].title, entries[0].question, entries[0].answer);
    assert!(!text.contains(PHONE) && !text.contains("欧阳"), "{text}");
    assert!(text.contains("［手机号］") || text.contains("［联系电话］"), "{text}");
    assert_eq!(entries[0].public_no.to_string(), published.public_no);
    assert_eq!(entries[0].department_path.last().unwrap(), "heating-office");
    assert_eq!(entries[0].category_path.last().unwrap(), "heating");
    assert_eq!(entries[0].received_on.to_string(), "2026-09-18");
}

#[tokio::test]
async fn a_submitter_who_refused_is_never_proposed() {
    let press = Press::open().await;
    press.answered(json!({"publication_refused": true}), "已修复。").await;
    assert!(press.drain().await > 0);
    for status in PublicationStatus::ALL {
        assert!(press.listed(*status).await.is_empty(), "{status}");
    }
}

#[tokio::test]
async fn findings_are_masked_or_kept_one_by_one_and_survive_an_edit() {
    let press = Press::open().await;
    press.answered(json!({"body": "社区电话13900139000，我的13700137000。"}), "已修复。").await;
    press.drain().await;
    let view = press.only(PublicationStatus::Proposed).await;
    let ids: Vec<_> = view.revision.findings.iter().map(|finding| finding.id).collect();
    assert_eq!(ids.len(), 2);
    let keep = PublicationCommand::Keep(ids[0], reason("社区公开电话"));
    let kept = press.give(&press.editor, &view, keep.clone()).await.unwrap();
    assert_eq!(kept.status, PublicationStatus::Redacting);
    assert_eq!(code(press.give(&press.editor, &view, keep.clone()).await.unwrap_err()), "stale");
    assert_eq!(code(press.give(&press.editor, &kept, keep).await.unwrap_err()), "finding_settled");
    let masked = press.give(&press.editor, &kept, PublicationCommand::Mask(ids[1])).await.unwrap();
    assert_eq!(masked.revision.question, "社区电话13900139000，我的［手机号］。");

    let edit = json!({"title": "暖气", "question": "请打13900139000或13600136000。", "answer": "已修复。"});
    let edit = PublicationCommand::Edit(serde_json::from_value(edit).unwrap());
    let edited = press.give(&press.editor, &masked, edit).await.unwrap();
    let statuses: Vec<_> = edited.revision.findings.iter().map(|finding| finding.status).collect();
    assert_eq!(statuses, [FindingStatus::Kept, FindingStatus::Open]);
    assert_ne!(edited.revision.content_digest, masked.revision.content_digest);
}

#[tokio::test]
async fn who_edited_does_not_review_and_only_the_reviewed_text_is_published() {
    let press = Press::open().await;
    press.answered(json!({}), "已修复。").await;
    press.drain().await;
    let view = press.only(PublicationStatus::Proposed).await;
    // The reviewer edits first, the editor last: neither may review, the reviewer because of the earlier edit.
    let edit = json!({"title": "暖气不热", "question": "暖气不热。", "answer": "已经修复。"});
    let edit = PublicationCommand::Edit(serde_json::from_value(edit).unwrap());
    let edited = press.give(&press.reviewer, &view, edit).await.unwrap();
    let submitted = press.give(&press.editor, &edited, PublicationCommand::Submit).await.unwrap();
    let own = press.give(&press.reviewer, &submitted, publish_command(&submitted)).await;
    assert_eq!(code(own.unwrap_err()), "editor_cannot_review");
    let refusal = press.give(&press.editor, &submitted, publish_command(&submitted)).await;
    assert_eq!(code(refusal.unwrap_err()), "forbidden");
    let seen = press.publisher.get(&press.reviewer, submitted.id).await.unwrap();
    assert!(!seen.allowed_actions.contains(&PublicationAction::Publish));

    let second = another_reviewer(&press);
    let other_text = publish_command(&view);
    let refused = press.give(&second, &submitted, other_text).await;
    assert_eq!(code(refused.unwrap_err()), "not_the_reviewed_text");
    let published = press.give(&second, &submitted, publish_command(&submitted)).await.unwrap();
    assert_eq!(published.revision.reviewer.map(|reviewer| reviewer.id), Some(second.id));
    assert_eq!(shown(&press).await[0].answer, "已经修复。");
}

/// A reviewer who wrote nothing.
fn another_reviewer(press: &Press) -> StaffCaller {
    staff(&mut press.connect(), "reviewer.two", &[Role::Reviewer])
}

#[tokio::test]
async fn who_edited_an_earlier_revision_does_not_review_the_later_one_that_keeps_their_words() {
    let press = Press::open().await;
    let letter = press.answered(json!({}), "已修复。").await;
    press.drain().await;
    let edit = json!({"title": "暖气不热", "question": "暖气不热。", "answer": "已经修复。"});
    let edit = PublicationCommand::Edit(serde_json::from_value(edit).unwrap());
    let proposed = press.only(PublicationStatus::Proposed).await;
    // The reviewer edits the first revision; somebody else publishes it.
    let edited = press.give(&press.reviewer, &proposed, edit).await.unwrap();
    let submitted = press.give(&press.editor, &edited, PublicationCommand::Submit).await.unwrap();
    let second = another_reviewer(&press);
    let published = press.give(&second, &submitted, publish_command(&submitted)).await.unwrap();
    let revised = press.give(&press.editor, &published, PublicationCommand::Revise).await.unwrap();
    let submitted = press.give(&press.editor, &revised, PublicationCommand::Submit).await.unwrap();
    let own = press.give(&press.reviewer, &submitted, publish_command(&submitted)).await;
    assert_eq!(code(own.unwrap_err()), "editor_cannot_review", "revised by somebody else");
    press.give(&second, &submitted, publish_command(&submitted)).await.unwrap();
    // A supplement makes the next revision by itself, with title and letter as they were redacted last.
    press.supplement(&letter, "另附用热须知。").await;
    press.drain().await;
    let renewed = press.only(PublicationStatus::Redacting).await;
    let submitted = press.give(&press.editor, &renewed, PublicationCommand::Submit).await.unwrap();
    let own = press.give(&press.reviewer, &submitted, publish_command(&submitted)).await;
    assert_eq!(code(own.unwrap_err()), "editor_cannot_review", "renewed by an answer");
}

#[tokio::test]
async fn the_database_itself_publishes_nothing_that_is_open_unreviewed_or_edited_by_its_reviewer() {
    let press = Press::open().await;
    press.answered(letter_with_a_phone(), "已修复。").await;
    press.drain().await;
    let proposed = press.only(PublicationStatus::Proposed).await;
    let (editor, reviewer) = (press.editor.id, press.reviewer.id);
    let publish = format!(
        "UPDATE publication_revision SET status = 'published', published_at = created_at, reviewer_id = '{reviewer}',
            editor_ids = ARRAY['{editor}']::uuid[], reviewed_digest = content_digest"
    );
    assert_eq!(refused(&press, &publish), "publication_revision_has_no_open_finding");
    let masked = press.give(&press.editor, &proposed, PublicationCommand::MaskAll).await.unwrap();
    press.give(&press.editor, &masked, PublicationCommand::Submit).await.unwrap();
    let by_editor = publish.replace(&reviewer.to_string(), &editor.to_string());
    assert_eq!(refused(&press, &by_editor), "publication_revision_editor_is_not_reviewer");
    let unreviewed = publish.replace("reviewed_digest = content_digest", "reviewed_digest = NULL");
    assert_eq!(refused(&press, &unreviewed), "publication_revision_published_was_reviewed");
    let imported =
        "UPDATE publication_revision SET origin = 'import', status = 'published', published_at = created_at,
        editor_ids = '{}'";
    assert_eq!(refused(&press, imported), "publication_revision_has_no_open_finding");
    let entry = "INSERT INTO published_entry SELECT p.public_no, p.id, 1, p.kind, '{}', '', '', '{}', NULL, NULL, r.title,
        r.question, r.answer, p.received_on, p.answered_on, p.created_at, 1
        FROM publication p JOIN publication_revision r ON r.publication_id = p.id";
    assert_eq!(refused(&press, entry), "published_entry_shows_published_revision");
    assert!(shown(&press).await.is_empty());
}

#[tokio::test]
async fn the_database_itself_keeps_published_texts_as_they_were_reviewed() {
    let press = Press::open().await;
    press.published(letter_with_a_phone(), "已修复。").await;
    let change = "UPDATE publication_revision SET answer = answer || '！'";
    assert_eq!(refused(&press, change), "publication_revision_is_finished");
    let change = "UPDATE published_entry SET answer = answer || '！'";
    assert_eq!(refused(&press, change), "published_entry_shows_published_revision");
    let object = "UPDATE publication SET submitter_refused = true";
    assert_eq!(refused(&press, object), "publication_not_refused");
    let reopen = "UPDATE redaction_finding SET status = 'open', resolved_by = NULL, resolved_at = NULL";
    assert_eq!(refused(&press, reopen), "redaction_finding_is_settled");
    let mut conn = press.connect();
    let withdraw =
        "UPDATE publication SET status = 'withdrawn', published_revision = NULL, withdrawal_reason = 'x'";
    let orphaned = conn.transaction(|conn| diesel::sql_query(withdraw).execute(conn));
    assert!(matches!(orphaned, Err(Error::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _))));
}

#[tokio::test]
async fn a_revision_in_work_leaves_the_published_one_in_place() {
    let press = Press::open().await;
    let (_, first) = press.published(json!({}), "已修复。").await;
    let revised = press.give(&press.editor, &first, PublicationCommand::Revise).await.unwrap();
    assert_eq!((revised.revision.number, revised.status), (2, PublicationStatus::Redacting));
    assert_eq!(revised.published.as_ref().unwrap().number, 1);
    let edit = json!({"title": "暖气不热", "question": "暖气不热。", "answer": "已修复，并更换阀门。"});
    let edit = PublicationCommand::Edit(serde_json::from_value(edit).unwrap());
    let edited = press.give(&press.editor, &revised, edit).await.unwrap();
    assert_eq!(shown(&press).await[0].answer, "已修复。");
    let second = press.publish(edited).await;
    let entries = shown(&press).await;
    assert_eq!((entries.len(), entries[0].answer.as_str()), (1, "已修复，并更换阀门。"));
    assert_eq!((entries[0].revision, second.published), (2, None));
}

#[tokio::test]
async fn a_supplement_becomes_a_revision_and_the_same_answer_does_not() {
    let press = Press::open().await;
    let (letter, _) = press.published(letter_with_a_phone(), "已修复。").await;
    press.supplement(&letter, "阀门已更换。").await;
    press.drain().await;
    let renewed = press.only(PublicationStatus::Redacting).await;
    assert_eq!(renewed.revision.number, 2);
    assert_eq!(renewed.revision.answer, "已修复。\n\n【补充答复】\n阀门已更换。");
    assert!(!renewed.revision.question.contains(PHONE), "the letter stays as it was redacted");
    assert_eq!(shown(&press).await[0].answer, "已修复。");
    let again =
        "UPDATE outbox_message SET status = 'pending', done_at = NULL WHERE topic = 'ticket_answered'";
    diesel::sql_query(again).execute(&mut press.connect()).unwrap();
    assert!(press.drain().await >= 2);
    assert_eq!(press.only(PublicationStatus::Redacting).await.revision.number, 2);
}

#[tokio::test]
async fn withdrawing_takes_it_off_at_once_and_it_can_come_back_only_through_review() {
    let press = Press::open().await;
    let (_, published) = press.published(json!({}), "已修复。").await;
    let withdraw = PublicationCommand::Withdraw(reason("内容过时"));
    let withdrawn = press.give(&press.editor, &published, withdraw).await.unwrap();
    assert!(shown(&press).await.is_empty());
    assert_eq!(withdrawn.revision.status, RevisionStatus::Withdrawn);
    assert_eq!(withdrawn.allowed_actions, [PublicationAction::Revise]);
    let revised = press.give(&press.editor, &withdrawn, PublicationCommand::Revise).await.unwrap();
    assert!(shown(&press).await.is_empty());
    press.publish(revised).await;
    assert_eq!(shown(&press).await.len(), 1);
}

#[tokio::test]
async fn an_objection_withdraws_for_good() {
    let press = Press::open().await;
    let (letter, _) = press.published(json!({}), "已修复。").await;
    press.act(&letter, letter.citizen(), ObjectToPublication {}).await;
    press.drain().await;
    assert!(shown(&press).await.is_empty());
    let view = press.only(PublicationStatus::Withdrawn).await;
    assert!(view.submitter_refused);
    assert!(view.allowed_actions.is_empty(), "{:?}", view.allowed_actions);
    let revise = press.give(&press.editor, &view, PublicationCommand::Revise).await;
    assert_eq!(code(revise.unwrap_err()), "submitter_refuses");
}

#[tokio::test]
async fn an_objection_that_is_not_consumed_yet_already_keeps_it_from_being_published() {
    let press = Press::open().await;
    let letter = press.answered(json!({}), "已修复。").await;
    press.drain().await;
    let proposed = press.only(PublicationStatus::Proposed).await;
    let submitted = press.give(&press.editor, &proposed, PublicationCommand::Submit).await.unwrap();
    press.act(&letter, letter.citizen(), ObjectToPublication {}).await;
    let publish = press.give(&press.reviewer, &submitted, publish_command(&submitted)).await;
    assert_eq!(code(publish.unwrap_err()), "submitter_refuses");
}

#[tokio::test]
async fn another_departments_publication_is_not_there() {
    let press = Press::open().await;
    let (_, view) = press.published(json!({}), "已修复。").await;
    let elsewhere = Scope::Departments(std::sync::Arc::new([view.version + 100_000].into()));
    let grants = press.editor.grants.iter().map(|g| Grant { role: g.role, scope: elsewhere.clone() });
    let stranger = StaffCaller { grants: grants.collect(), ..press.editor.clone() };
    let seen = press.publisher.get(&stranger, view.id).await.unwrap_err();
    assert_eq!(code(seen), "not_found");
    let withdraw = PublicationCommand::Withdraw(reason("不"));
    assert_eq!(code(press.give(&stranger, &view, withdraw).await.unwrap_err()), "not_found");
    let nobody = StaffCaller { grants: Vec::new(), ..press.editor.clone() };
    let query = huiyin::platform::http::query::parse("status=published").unwrap();
    assert_eq!(code(press.publisher.list(&nobody, &query, None).await.unwrap_err()), "forbidden");
    assert!(press.publisher.list(&stranger, &query, None).await.unwrap().data.is_empty());
}

#[tokio::test]
async fn imported_letters_are_published_or_held_back() {
    let press = Press::open().await;
    let clean = press.answered(json!({}), "已修复。").await;
    let risky = press.answered(letter_with_a_phone(), "已修复。").await;
    let refused = press.answered(json!({"publication_refused": true}), "已修复。").await;
    let mut conn = press.connect();
    let mut matters = Vec::new();
    for letter in [&clean, &risky, &refused] {
        matters.push(press.tickets.published_matter(&mut conn, letter.id).unwrap().unwrap());
    }
    let now = crate::support::press::now(&press.clock);
    let done = conn
        .transaction(|conn| press.publisher.publish_imported(conn, now, &matters, SourceWas::Public))
        .unwrap();
    assert_eq!(done[0].outcome, ImportOutcome::Published);
    assert!(matches!(done[1].outcome, ImportOutcome::HeldBack(HeldBackFor::Finding)));
    assert_eq!((done[2].outcome, done[2].public_no), (ImportOutcome::NotProposed, None));
    let entries = shown(&press).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(Some(entries[0].public_no), done[0].public_no);
    let held = press.only(PublicationStatus::Redacting).await;
    press.publish(held).await;
    assert_eq!(shown(&press).await.len(), 2);
}

#[tokio::test]
async fn a_change_that_commits_late_is_never_overtaken() {
    let press = Press::open().await;
    let late = press.answered(json!({"title": "慢的一件"}), "已修复。").await;
    let mut conn = press.connect();
    let matter = press.tickets.published_matter(&mut conn, late.id).unwrap().unwrap();
    press.answered(json!({"title": "快的一件"}), "已修复。").await;
    diesel::sql_query(
        "DELETE FROM outbox_message WHERE ticket_id = (SELECT id FROM ticket WHERE title = '慢的一件')",
    )
    .execute(&mut conn)
    .unwrap();
    press.drain().await;
    let proposed = press.only(PublicationStatus::Proposed).await;
    let submitted = press.give(&press.editor, &proposed, PublicationCommand::Submit).await.unwrap();

    // The slow one has its number and does not commit: nobody else gets a number, and the log shows nothing.
    let now = crate::support::press::now(&press.clock);
    diesel::sql_query("BEGIN").execute(&mut conn).unwrap();
    press.publisher.publish_imported(&mut conn, now, &[matter], SourceWas::Public).unwrap();
    let waiting = press.give(&press.reviewer, &submitted, publish_command(&submitted)).await;
    assert!(matches!(waiting, Err(PublicationError::Database(DbError::Busy))), "{waiting:?}");
    let none = ChangesAfter::Changes(Vec::new());
    assert_eq!(press.published.changes_after(None, 10).await.unwrap(), none);
    diesel::sql_query("COMMIT").execute(&mut conn).unwrap();
    press.give(&press.reviewer, &submitted, publish_command(&submitted)).await.unwrap();
    let ChangesAfter::Changes(changes) = press.published.changes_after(None, 10).await.unwrap() else {
        panic!("the log begins with its beginning")
    };
    let numbers: Vec<_> = changes.iter().map(|change| change.position.change_no).collect();
    assert_eq!(numbers, [1, 2]);
    assert_eq!(changes[0].entry.as_ref().unwrap().title, "慢的一件");
}
