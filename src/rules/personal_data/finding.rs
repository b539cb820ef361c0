//! What is found, where, and how it is masked.

use serde::{Deserialize, Serialize};

text_enum! {
    /// Which part of a letter is looked at.
    pub enum Part {
        /// The citizen's title.
        Title = "title",
        /// The citizen's text.
        Question = "question",
        /// The official answer, in which landlines are those of offices and stay.
        Answer = "answer",
    }
}

text_enum! {
    /// What sort of personal data was found. The earlier one names a finding when two overlap.
    pub enum FindingKind {
        /// The submitter's name, or the surname with a form of address.
        SubmitterName = "submitter_name",
        /// The submitter's telephone number, however it is grouped.
        SubmitterPhone = "submitter_phone",
        /// The submitter's mail address.
        SubmitterMail = "submitter_mail",
        /// The submitter's address, or a part of it that leads to a house.
        SubmitterAddress = "submitter_address",
        /// An identity number of 18 or 15 characters with a real date; a wrong check character makes it doubtful.
        IdentityNumber = "identity_number",
        /// A bank card: 16 to 19 digits of a known issuer, or the number of an account behind a word for it.
        BankCard = "bank_card",
        /// A mail address, also with words instead of its signs.
        Mail = "mail",
        /// A mobile number of mainland China, or a foreign number with its country.
        Mobile = "mobile",
        /// A licence plate, those of new-energy and military vehicles included.
        Plate = "plate",
        /// A landline number that stands beside no office; in answers only one that is said to be a private one.
        Landline = "landline",
        /// The number of a passport, permit, licence or other document.
        Document = "document",
        /// The name or number of an account with a messenger.
        Messenger = "messenger",
        /// An address that leads to one door.
        Address = "address",
        /// A day or month of birth.
        BirthDate = "birth_date",
        /// A person's name behind a word that announces one.
        Name = "name",
    }
}

text_enum! {
    /// How sure it is that a finding is one. Both are shown to a person.
    pub enum Confidence {
        /// It proves itself, or its surroundings do.
        High = "high",
        /// It looks like it, and something speaks against it, such as a wrong check digit.
        Low = "low",
    }
}

impl FindingKind {
    /// What stands in the published text instead.
    pub const fn label(self) -> &'static str {
        match self {
            FindingKind::SubmitterName | FindingKind::Name => "［姓名］",
            FindingKind::SubmitterPhone => "［联系电话］",
            FindingKind::SubmitterMail | FindingKind::Mail => "［邮箱］",
            FindingKind::SubmitterAddress | FindingKind::Address => "［住址］",
            FindingKind::IdentityNumber => "［身份证号］",
            FindingKind::BankCard => "［银行卡号］",
            FindingKind::Mobile => "［手机号］",
            FindingKind::Plate => "［车牌号］",
            FindingKind::Landline => "［座机号］",
            FindingKind::Document => "［证件号］",
            FindingKind::Messenger => "［社交账号］",
            FindingKind::BirthDate => "［出生日期］",
        }
    }
}

/// A place in a text that holds personal data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Finding {
    /// Where it begins, in characters of the original text.
    pub start: usize,
    /// Where it ends (exclusive), in characters.
    pub end: usize,
    /// What it is.
    pub kind: FindingKind,
    /// How sure that is.
    pub confidence: Confidence,
}

/// The text with every finding replaced by its label, such as `［手机号］`. Labels are passed over when a text is looked
/// through again, so that masked text has no findings. Places outside the text are ignored.
pub fn mask(text: &str, findings: &[Finding]) -> String {
    let mut findings = findings.to_vec();
    findings.sort_by_key(|finding| finding.start);
    let mut masked = String::with_capacity(text.len());
    let mut chars = text.chars();
    let mut place = 0;
    for finding in findings {
        if finding.start < place || finding.end <= finding.start {
            continue;
        }
        masked.extend(chars.by_ref().take(finding.start - place));
        if chars.by_ref().take(finding.end - finding.start).count() > 0 {
            masked.push_str(finding.kind.label());
        }
        place = finding.end;
    }
    masked.extend(chars);
    masked
}

/// The findings in the order of the text, two that overlap as one over both places.
pub(super) fn merged(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.start, finding.kind));
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match merged.last_mut() {
            Some(last) if finding.start < last.end => {
                last.end = last.end.max(finding.end);
                last.kind = last.kind.min(finding.kind);
                last.confidence = last.confidence.min(finding.confidence);
            }
            _ => merged.push(finding),
        }
    }
    merged
}
