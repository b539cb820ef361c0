//! Finds personal data in a text before it is published, and masks it. A finding is a proposal that a person
//! resolves, so a doubtful number is rather shown than missed; official landlines in answers are left alone.
//!
//! Every pattern has a bounded length, so that the time is linear in the text. It must not know who asks or why.

mod numbers;
mod submitter;

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::text::fold;
pub use submitter::Submitter;

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
        /// The submitter's address, or its street and house number.
        SubmitterAddress = "submitter_address",
        /// An identity number: 18 characters with a valid GB 11643 check digit, or 15 digits with a real date.
        IdentityNumber = "identity_number",
        /// A bank card: 16 to 19 digits of a known issuer with a valid Luhn digit.
        BankCard = "bank_card",
        /// A mail address.
        Mail = "mail",
        /// A mobile number of mainland China.
        Mobile = "mobile",
        /// A licence plate, those of new-energy vehicles included.
        Plate = "plate",
        /// A landline number, in the citizen's own words only.
        Landline = "landline",
    }
}

impl FindingKind {
    /// What stands in the published text instead.
    pub const fn label(self) -> &'static str {
        match self {
            FindingKind::SubmitterName => "［姓名］",
            FindingKind::SubmitterPhone => "［联系电话］",
            FindingKind::SubmitterMail | FindingKind::Mail => "［邮箱］",
            FindingKind::SubmitterAddress => "［住址］",
            FindingKind::IdentityNumber => "［身份证号］",
            FindingKind::BankCard => "［银行卡号］",
            FindingKind::Mobile => "［手机号］",
            FindingKind::Plate => "［车牌号］",
            FindingKind::Landline => "［座机号］",
        }
    }
}

/// What the text is, and whose.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The part of the letter.
    pub part: Part,
    /// The submitter's own data, looked for in every part. `None` when unknown.
    pub submitter: Option<&'a Submitter>,
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
}

/// Whether this is an identity number of 18 characters with a known division, a possible birthday and the right check
/// character (GB 11643-1999).
pub fn is_identity_number(text: &str) -> bool {
    numbers::is_identity_number("", text, "")
}

/// Finds personal data, in the order of the text. Findings never overlap: two that do are one, over both places.
///
/// What is found may have hidden its neighbour (a number plate with a telephone number right behind it looks like
/// neither), so the text is looked through again without what was found, until nothing more turns up.
pub fn find(text: &str, context: &Context<'_>) -> Vec<Finding> {
    let mut folded = fold(text);
    let mut findings = look(&folded, context);
    loop {
        folded = blanked(&folded, &findings);
        let more = look(&folded, context);
        if more.is_empty() {
            return findings;
        }
        findings.extend(more);
        findings = merged(findings);
    }
}

fn look(folded: &str, context: &Context<'_>) -> Vec<Finding> {
    let places = Places::of(folded);
    let mut findings: Vec<Finding> = DETECTORS
        .iter()
        .filter(|detector| detector.kind != FindingKind::Landline || context.part != Part::Answer)
        .flat_map(|detector| detector.find(folded))
        .map(|(start, end, kind)| Finding { start: places.of_byte(start), end: places.of_byte(end), kind })
        .collect();
    if let Some(submitter) = context.submitter {
        findings.extend(submitter.find(folded));
    }
    merged(findings)
}

/// The text with brackets, as labels begin with, where something was found.
fn blanked(folded: &str, findings: &[Finding]) -> String {
    let is_found =
        |place: usize| findings.iter().any(|finding| (finding.start..finding.end).contains(&place));
    folded.chars().enumerate().map(|(place, c)| if is_found(place) { '［' } else { c }).collect()
}

/// The text with every finding replaced by its label, such as `［手机号］`. Labels hold no digits and no letters
/// of other scripts, so that masked text has no findings. Places outside the text are ignored.
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

fn merged(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.start, finding.kind));
    let mut merged: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match merged.last_mut() {
            Some(last) if finding.start < last.end => {
                last.end = last.end.max(finding.end);
                last.kind = last.kind.min(finding.kind);
            }
            _ => merged.push(finding),
        }
    }
    merged
}

/// Turns byte offsets of a folded text into character offsets.
struct Places(Vec<usize>);

impl Places {
    fn of(text: &str) -> Self {
        Self(text.char_indices().map(|(byte, _)| byte).collect())
    }

    fn of_byte(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start < byte)
    }
}

/// Judges what a shape matched, by what stands before it, itself, and what stands after.
type Check = fn(before: &str, found: &str, after: &str) -> bool;

/// A shape and its check.
struct Detector {
    kind: FindingKind,
    shape: Regex,
    check: Check,
}

impl Detector {
    /// Tries every place: after a refused match the next character is tried, and shapes are short.
    fn find(&self, text: &str) -> Vec<(usize, usize, FindingKind)> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(captures) = self.shape.captures_at(text, at) {
            let Some(place) = captures.get(1).or_else(|| captures.get(0)) else { break };
            let around = (text.get(..place.start()), text.get(place.end()..));
            let (Some(before), Some(after)) = around else { break };
            let whole = captures.get(0).unwrap_or(place);
            at = whole.start() + whole.as_str().chars().next().map_or(1, char::len_utf8);
            if (self.check)(before, place.as_str(), after) {
                found.push((place.start(), place.end(), self.kind));
                at = place.end();
            }
            if at > text.len() {
                break;
            }
        }
        found
    }
}

/// What may separate groups of digits, once folded.
const GAP: &str = r"[ \t\-—–‐‑]";

const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

static DETECTORS: LazyLock<Vec<Detector>> = LazyLock::new(|| {
    let area = "(?:010|02[0-9]|0[3-9][0-9]{2})";
    let local = format!("[2-8][0-9]{{2,3}}{GAP}?[0-9]{{4}}");
    let cue = "(?:电话|座机|致电|拨打|来电|传真|联系方式|tel)(?:号码|号|为|是|[ :;,.(])";
    let shapes: [(FindingKind, String, Check); 8] = [
        (
            FindingKind::IdentityNumber,
            format!("[1-8][0-9]{{5}}{GAP}?[12][0-9]{{7}}{GAP}?[0-9]{{3}}[0-9x]"),
            numbers::is_identity_number,
        ),
        (FindingKind::IdentityNumber, "[1-8][0-9]{14}".to_owned(), numbers::is_old_identity_number),
        (FindingKind::BankCard, format!("[3-6][0-9]{{3}}(?:{GAP}?[0-9]){{12,15}}"), numbers::is_bank_card),
        (
            FindingKind::Mail,
            r"[a-z0-9][a-z0-9._%+\-]{0,63} ?@ ?(?:[a-z0-9\-]{1,63}\.){1,4}[a-z]{2,24}".to_owned(),
            |_, _, _| true,
        ),
        (
            FindingKind::Mobile,
            format!(r"(?:(?:\+|00)?86\)?{GAP}?)?1{GAP}?[3-9](?:{GAP}?[0-9]){{9}}"),
            numbers::is_mobile,
        ),
        (
            FindingKind::Plate,
            format!("[{PROVINCES}][a-z][ ·•.-]?[a-z0-9]{{4,6}}[挂学警港澳]?"),
            numbers::is_plate,
        ),
        (
            FindingKind::Landline,
            format!(r"\(?{area}\)?{GAP}{{0,2}}{local}(?:[-转][0-9]{{1,6}})?"),
            numbers::is_landline,
        ),
        (
            FindingKind::Landline,
            format!("{cue}{{0,4}}({local}(?:[、,/或和 ]{{1,2}}{local}){{0,4}})"),
            numbers::is_landline,
        ),
    ];
    let detector = |(kind, shape, check): (_, String, _)| {
        Regex::new(&shape).ok().map(|shape| Detector { kind, shape, check })
    };
    shapes.into_iter().filter_map(detector).collect()
});

#[cfg(test)]
mod tests;
