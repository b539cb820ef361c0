//! The submitter's own data, found wherever it stands and however it is spaced.

use std::fmt;

use aho_corasick::AhoCorasick;

use super::{Finding, FindingKind};
use crate::rules::text::fold;

/// Names that stand for nobody: looking for them would mask half of every letter.
const NOBODY: [&str; 12] =
    ["匿名", "网友", "市民", "群众", "居民", "业主", "村民", "游客", "热心市民", "未知", "先生", "女士"];

const FORMS_OF_ADDRESS: [&str; 4] = ["先生", "女士", "小姐", "同志"];

const DOUBLE_SURNAMES: [&str; 16] = [
    "欧阳", "上官", "司马", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "司徒", "夏侯", "端木",
    "百里", "南宫", "独孤",
];

/// What the submitter told about themselves. Its `Debug` tells nothing.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Submitter {
    /// The name; one of a single character is not looked for.
    pub name: Option<String>,
    /// A telephone number of at least seven digits, with or without +86 and gaps.
    pub phone: Option<String>,
    /// A mail address.
    pub mail: Option<String>,
    /// The postal address, of at least six characters.
    pub address: Option<String>,
}

impl fmt::Debug for Submitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Submitter(…)")
    }
}

impl Submitter {
    /// Findings in a folded text, in no order.
    pub(super) fn find(&self, folded: &str) -> Vec<Finding> {
        let patterns = self.patterns();
        let Ok(automaton) = AhoCorasick::new(patterns.iter().map(|(pattern, _)| pattern)) else {
            return Vec::new();
        };
        let compact = Compact::of(folded);
        let matches = automaton.find_overlapping_iter(&compact.text);
        matches
            .filter_map(|found| {
                let (_, kind) = patterns.get(found.pattern().as_usize())?;
                compact.finding(found.start(), found.end(), *kind)
            })
            .collect()
    }

    fn patterns(&self) -> Vec<(String, FindingKind)> {
        let names = self.name.iter().flat_map(|name| names(&compacted(name)));
        let phones = self.phone.iter().flat_map(|phone| phones(&compacted(phone)));
        let mails = self.mail.iter().map(|mail| compacted(mail)).filter(|mail| mail.contains('@'));
        let addresses = self.address.iter().flat_map(|address| addresses(&compacted(address)));
        let named = names.map(|name| (name, FindingKind::SubmitterName));
        let called = phones.map(|phone| (phone, FindingKind::SubmitterPhone));
        let mailed = mails.map(|mail| (mail, FindingKind::SubmitterMail));
        let living = addresses.map(|address| (address, FindingKind::SubmitterAddress));
        named.chain(called).chain(mailed).chain(living).collect()
    }
}

/// The full name, and the surname with each form of address.
fn names(name: &str) -> Vec<String> {
    if name.chars().count() < 2 || NOBODY.contains(&name) {
        return Vec::new();
    }
    let mut names = vec![name.to_owned()];
    if name.chars().all(crate::rules::text::is_cjk) && name.chars().count() <= 4 {
        let length = if DOUBLE_SURNAMES.iter().any(|double| name.starts_with(double)) { 2 } else { 1 };
        let surname: String = name.chars().take(length).collect();
        names.extend(FORMS_OF_ADDRESS.iter().map(|form| format!("{surname}{form}")));
    }
    names
}

/// The digits; for a landline also those without the area code.
fn phones(phone: &str) -> Vec<String> {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let has_country = digits.len() > 11;
    let national = digits.trim_start_matches("00");
    let national = if has_country { national.strip_prefix("86").unwrap_or(national) } else { &digits };
    let area = if national.starts_with("010") || national.starts_with("02") { 3 } else { 4 };
    let mut phones = vec![national.to_owned()];
    if national.starts_with('0') {
        phones.extend(national.get(area..).map(str::to_owned));
    }
    phones.retain(|phone| phone.len() >= 7);
    phones
}

/// The whole address, and what follows the last administrative division if it names a house.
fn addresses(address: &str) -> Vec<String> {
    let street = address.rsplit(['省', '市', '区', '县', '镇', '乡']).next().unwrap_or_default();
    let street = street.rsplit("街道").next().unwrap_or_default();
    let mut addresses = Vec::new();
    if address.chars().count() >= 6 {
        addresses.push(address.to_owned());
    }
    if street.chars().count() >= 5 && street != address && street.contains(|c: char| c.is_ascii_digit()) {
        addresses.push(street.to_owned());
    }
    addresses
}

fn is_gap(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '—' | '–' | '‐' | '‑')
}

fn compacted(text: &str) -> String {
    fold(text).chars().filter(|c| !is_gap(*c)).collect()
}

/// A text without gaps that remembers where each character stood.
struct Compact {
    text: String,
    /// For each byte of `text`, the character's place in the original.
    places: Vec<usize>,
    chars: Vec<char>,
}

impl Compact {
    /// The widest gap inside one item, in characters.
    const WIDEST_GAP: usize = 3;

    fn of(folded: &str) -> Self {
        let chars: Vec<char> = folded.chars().collect();
        let mut text = String::with_capacity(folded.len());
        let mut places = Vec::with_capacity(folded.len());
        for (place, c) in chars.iter().enumerate().filter(|(_, c)| !is_gap(**c)) {
            text.push(*c);
            places.resize(text.len(), place);
        }
        Self { text, places, chars }
    }

    fn finding(&self, start: usize, end: usize, kind: FindingKind) -> Option<Finding> {
        let found = self.places.get(start..end)?;
        let is_one_item =
            found.windows(2).all(|pair| matches!(pair, [a, b] if b - a <= Self::WIDEST_GAP + 1));
        let (first, last) = (*found.first()?, *found.last()?);
        let finding = Finding { start: first, end: last + 1, kind };
        (is_one_item && self.stands_alone(first, last)).then_some(finding)
    }

    /// A digit next to a digit, or a Latin letter next to one, means a longer number or word.
    fn stands_alone(&self, first: usize, last: usize) -> bool {
        let before = first.checked_sub(1).and_then(|place| self.chars.get(place));
        let goes_on = |a: Option<&char>, b: Option<&char>| match (a, b) {
            (Some(a), Some(b)) => {
                a.is_ascii_digit() && b.is_ascii_digit() || a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
            }
            _ => false,
        };
        !goes_on(before, self.chars.get(first)) && !goes_on(self.chars.get(last), self.chars.get(last + 1))
    }
}
