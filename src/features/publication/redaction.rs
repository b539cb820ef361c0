//! Redaction of one revision: finding personal data in its three texts, masking it, and carrying decisions over to a
//! changed text. Pure: it knows no table beyond the row type it fills.

use chrono::{DateTime, Utc};

use super::model::{FindingId, FindingStatus, PublicationId};
use super::store::findings::FindingRow;
use crate::features::tickets;
use crate::platform::auth::caller::StaffId;
use crate::rules::personal_data::{self, Context, Finding, OfficialNumbers, Part, Submitter, Suspicion};

/// The texts of a revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Texts {
    pub title: String,
    pub question: String,
    pub answer: String,
}

impl Texts {
    pub fn part(&self, part: Part) -> &str {
        match part {
            Part::Title => &self.title,
            Part::Question => &self.question,
            Part::Answer => &self.answer,
        }
    }

    fn part_mut(&mut self, part: Part) -> &mut String {
        match part {
            Part::Title => &mut self.title,
            Part::Question => &mut self.question,
            Part::Answer => &mut self.answer,
        }
    }
}

/// A revision's findings belong to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct RevisionKey {
    pub publication_id: PublicationId,
    pub revision: i32,
    pub now: DateTime<Utc>,
}

/// Who decides on a finding, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decider {
    pub staff_id: StaffId,
    pub now: DateTime<Utc>,
}

/// What is known beside the texts.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// The submitter's own data; `None` when nobody said who they are.
    pub submitter: Option<&'a Submitter>,
    /// The numbers of offices.
    pub officials: &'a OfficialNumbers,
}

impl<'a> Known<'a> {
    fn context(&self, part: Part) -> Context<'a> {
        Context { part, submitter: self.submitter, officials: Some(self.officials) }
    }
}

/// The submitter's own data as the rules look for it.
pub(super) fn own_data(submitter: Option<&tickets::Submitter>) -> Option<Submitter> {
    submitter.map(|known| Submitter {
        name: known.name.clone(),
        phone: known.phone.clone(),
        mail: known.mail.clone(),
        address: known.address.clone(),
        identity_number: known.identity_number.clone(),
    })
}

/// Everything that is found in the texts, all of it open.
pub(super) fn find(texts: &Texts, known: Known<'_>, key: RevisionKey) -> Vec<FindingRow> {
    Part::ALL.iter().flat_map(|part| find_in(*part, texts.part(*part), known, key)).collect()
}

/// Why somebody should read the texts although nothing is found in them, if they should.
pub(super) fn suspect(texts: &Texts, known: Known<'_>) -> Option<Suspicion> {
    Part::ALL.iter().find_map(|part| personal_data::suspect(texts.part(*part), &known.context(*part)))
}

fn find_in(part: Part, text: &str, known: Known<'_>, key: RevisionKey) -> Vec<FindingRow> {
    let found = personal_data::find(text, &known.context(part));
    found.into_iter().filter_map(|finding| row(part, finding, key)).collect()
}

/// Texts are bounded far below what an `i32` counts.
fn row(field: Part, finding: Finding, key: RevisionKey) -> Option<FindingRow> {
    Some(FindingRow {
        id: FindingId::new(key.now),
        publication_id: key.publication_id,
        revision: key.revision,
        field,
        start_char: i32::try_from(finding.start).ok()?,
        end_char: i32::try_from(finding.end).ok()?,
        kind: finding.kind,
        confidence: finding.confidence,
        status: FindingStatus::Open,
        reason: None,
        resolved_by: None,
        resolved_at: None,
    })
}

/// A text before a change, with its findings.
pub(super) struct Earlier<'a> {
    pub texts: &'a Texts,
    pub findings: &'a [FindingRow],
}

/// The findings of changed texts: an unchanged text keeps its findings; in a changed one everything is looked for anew,
/// and what was kept stays kept where the same words are found again.
pub(super) fn find_again(
    texts: &Texts,
    known: Known<'_>,
    key: RevisionKey,
    earlier: &Earlier<'_>,
) -> Vec<FindingRow> {
    let again = |part: &Part| {
        let before = earlier.findings.iter().filter(|finding| finding.field == *part).cloned();
        if texts.part(*part) == earlier.texts.part(*part) {
            return before.map(|finding| moved(finding, key)).collect();
        }
        let kept = before.filter(|finding| finding.status == FindingStatus::Kept).collect();
        let found = find_in(*part, texts.part(*part), known, key);
        keep(found, texts, kept, earlier.texts)
    };
    Part::ALL.iter().flat_map(again).collect()
}

/// The same finding in another revision.
fn moved(finding: FindingRow, key: RevisionKey) -> FindingRow {
    if finding.revision == key.revision {
        return finding;
    }
    FindingRow { id: FindingId::new(key.now), revision: key.revision, ..finding }
}

/// Each decision to keep is used once, so that a second occurrence of the same words is decided on by itself.
fn keep(
    mut found: Vec<FindingRow>,
    texts: &Texts,
    mut kept: Vec<FindingRow>,
    earlier: &Texts,
) -> Vec<FindingRow> {
    for finding in &mut found {
        let words = words(texts, finding);
        let same = |old: &FindingRow| old.kind == finding.kind && self::words(earlier, old) == words;
        let Some(at) = kept.iter().position(same) else { continue };
        let decision = kept.remove(at);
        finding.status = FindingStatus::Kept;
        finding.reason = decision.reason;
        finding.resolved_by = decision.resolved_by;
        finding.resolved_at = decision.resolved_at;
    }
    found
}

/// The words that a finding points at.
pub(super) fn words(texts: &Texts, finding: &FindingRow) -> String {
    let (start, end) = place(finding);
    texts.part(finding.field).chars().skip(start).take(end.saturating_sub(start)).collect()
}

fn place(finding: &FindingRow) -> (usize, usize) {
    let position = |at: i32| usize::try_from(at).unwrap_or(0);
    (position(finding.start_char), position(finding.end_char))
}

/// Replaces an open finding by its label and moves the findings behind it. `false`: there is no such open finding.
pub(super) fn mask(texts: &mut Texts, findings: &mut [FindingRow], id: FindingId, by: Decider) -> bool {
    let is_it = |finding: &&FindingRow| finding.id == id && finding.status == FindingStatus::Open;
    let Some(target) = findings.iter().find(is_it).cloned() else { return false };
    let (start, end) = place(&target);
    let text = texts.part_mut(target.field);
    *text = personal_data::mask(
        text,
        &[Finding { start, end, kind: target.kind, confidence: target.confidence }],
    );
    let length = i32::try_from(target.kind.label().chars().count()).unwrap_or(0);
    let grown = length - (target.end_char - target.start_char);
    for finding in findings.iter_mut().filter(|finding| finding.field == target.field) {
        if finding.id == id {
            finding.end_char = finding.start_char + length;
            settle(finding, FindingStatus::Masked, None, by);
        } else if finding.start_char >= target.end_char {
            finding.start_char += grown;
            finding.end_char += grown;
        }
    }
    true
}

/// Lets what was found stand. `false`: there is no such open finding.
pub(super) fn keep_as_is(findings: &mut [FindingRow], id: FindingId, reason: &str, by: Decider) -> bool {
    let is_it = |finding: &&mut FindingRow| finding.id == id && finding.status == FindingStatus::Open;
    let Some(finding) = findings.iter_mut().find(is_it) else { return false };
    settle(finding, FindingStatus::Kept, Some(reason.to_owned()), by);
    true
}

fn settle(finding: &mut FindingRow, status: FindingStatus, reason: Option<String>, by: Decider) {
    finding.status = status;
    finding.reason = reason;
    finding.resolved_by = Some(by.staff_id);
    finding.resolved_at = Some(by.now);
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "我的手机13800138000，邻居的手机13900139000，请联系。";

    fn now() -> DateTime<Utc> {
        "2026-09-18T01:00:00Z".parse().unwrap()
    }

    fn key(revision: i32) -> RevisionKey {
        RevisionKey { publication_id: PublicationId::new(now()), revision, now: now() }
    }

    fn nobody() -> Known<'static> {
        static NONE: std::sync::LazyLock<OfficialNumbers> =
            std::sync::LazyLock::new(OfficialNumbers::default);
        Known { submitter: None, officials: &NONE }
    }

    fn by() -> Decider {
        Decider { staff_id: StaffId(uuid::Uuid::nil()), now: now() }
    }

    fn texts(question: &str) -> Texts {
        Texts { title: "路灯不亮".into(), question: question.into(), answer: "已修复".into() }
    }

    #[test]
    fn masking_the_first_moves_the_second() {
        let mut texts = texts(LETTER);
        let mut findings = find(&texts, nobody(), key(1));
        assert_eq!(findings.len(), 2);
        let (first, second) = (findings[0].id, findings[1].id);
        assert!(mask(&mut texts, &mut findings, first, by()));
        assert_eq!(words(&texts, &findings[0]), "［手机号］");
        assert_eq!(words(&texts, &findings[1]), "13900139000");
        assert!(mask(&mut texts, &mut findings, second, by()));
        assert_eq!(texts.question, "我的手机［手机号］，邻居的手机［手机号］，请联系。");
        assert!(!mask(&mut texts, &mut findings, second, by()), "it is settled");
        assert!(find(&texts, nobody(), key(1)).is_empty());
    }

    #[test]
    fn what_was_kept_stays_kept_where_the_same_words_stand_and_once_only() {
        let before = texts(LETTER);
        let mut findings = find(&before, nobody(), key(1));
        let id = findings[0].id;
        assert!(keep_as_is(&mut findings, id, "机关公开电话", by()));
        let after = texts("补充：13800138000。再写一次13800138000，另有13700137000");
        let earlier = Earlier { texts: &before, findings: &findings };
        let again = find_again(&after, nobody(), key(1), &earlier);
        let statuses: Vec<FindingStatus> = again.iter().map(|finding| finding.status).collect();
        assert_eq!(statuses, [FindingStatus::Kept, FindingStatus::Open, FindingStatus::Open]);
        assert_eq!(again[0].reason.as_deref(), Some("机关公开电话"));
    }

    #[test]
    fn an_unchanged_text_keeps_its_findings_in_the_next_revision_too() {
        let mut before = texts(LETTER);
        let mut findings = find(&before, nobody(), key(1));
        let id = findings[0].id;
        assert!(mask(&mut before, &mut findings, id, by()));
        let earlier = Earlier { texts: &before, findings: &findings };
        let again = find_again(&before, nobody(), key(2), &earlier);
        assert_eq!(again.len(), 2);
        assert!(again.iter().all(|finding| finding.revision == 2 && finding.id != id));
        assert_eq!(again[0].status, FindingStatus::Masked);
        assert_eq!(again[1].status, FindingStatus::Open);
    }

    #[test]
    fn the_submitters_own_name_is_found_in_the_answer_too() {
        let texts = Texts { answer: "经核查，欧阳明月所述情况属实。".into(), ..texts("无") };
        let submitter = Submitter { name: Some("欧阳明月".into()), ..Submitter::default() };
        assert_eq!(find(&texts, nobody(), key(1)).len(), 0);
        let found = find(&texts, Known { submitter: Some(&submitter), ..nobody() }, key(1));
        assert!(found.iter().any(|finding| finding.field == Part::Answer), "{found:?}");
    }
}
