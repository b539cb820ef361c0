//! Finds personal data in a text before it is published, and masks it. A finding is a proposal that a person
//! resolves, so a doubtful number is rather shown than missed; the numbers of offices are left alone.
//!
//! Detectors do not read the text itself but a plain view of it ([`view`]), its digits ([`digits`]) and its cues
//! ([`cues`]), each made in one pass; what they look at has a bounded length, so that the time is linear in the text. It
//! must not know who asks or why.

mod addresses;
mod births;
mod cues;
mod digits;
mod documents;
mod finding;
mod mails;
mod messengers;
mod names;
mod phones;
mod plates;
mod reading;
mod simplified;
mod submitter;
mod suspicion;
mod view;
mod words;

use reading::{Found, Reading};

pub use finding::{Confidence, Finding, FindingKind, Part, mask};
pub use reading::OfficialNumbers;
pub use submitter::Submitter;
pub use suspicion::Suspicion;

/// What the text is, and whose.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The part of the letter.
    pub part: Part,
    /// The submitter's own data, looked for in every part. `None` when unknown.
    pub submitter: Option<&'a Submitter>,
    /// The numbers of offices. `None` when none are known.
    pub officials: Option<&'a OfficialNumbers>,
}

/// How often a text is looked through at most: what is found may have hidden its neighbour, and each time there is less.
const MOST_LOOKS: usize = 24;

type Detector = fn(&Reading<'_>) -> Vec<Found>;

/// Each looks for one sort of personal data.
const DETECTORS: [Detector; 11] = [
    documents::identity_numbers,
    documents::bank_cards,
    mails::mails,
    phones::mobiles,
    phones::landlines,
    plates::plates,
    documents::documents,
    messengers::messengers,
    addresses::addresses,
    births::births,
    names::names,
];

/// Finds personal data, in the order of the text. Findings never overlap: two that do are one, over both places.
///
/// What is found may have hidden its neighbour (a number plate with a telephone number right behind it looks like
/// neither), so the text is looked through again without what was found, until nothing more turns up.
pub fn find(text: &str, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for _ in 0..MOST_LOOKS {
        let reading = Reading::of(text, &findings, context.part, context.officials);
        let more = look(&reading, context.submitter);
        if more.is_empty() {
            break;
        }
        findings.extend(more);
        findings = finding::merged(findings);
    }
    findings
}

fn look(reading: &Reading<'_>, submitter: Option<&Submitter>) -> Vec<Finding> {
    let mut found: Vec<Found> = DETECTORS.iter().flat_map(|detect| detect(reading)).collect();
    if let Some(submitter) = submitter.filter(|submitter| !submitter.is_nobody()) {
        found.extend(submitter.find(reading));
    }
    reading.findings(found)
}

/// Why a text should be read by a person before it is published although nothing is found in it, if it should.
pub fn suspect(text: &str, context: &Context<'_>) -> Option<Suspicion> {
    suspicion::suspicion(&Reading::of(text, &[], context.part, context.officials))
}

#[cfg(test)]
mod generated_tests;
#[cfg(test)]
mod tests;
