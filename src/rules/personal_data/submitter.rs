//! The submitter's own data, found wherever it stands, however it is spaced, spelled or shortened.

use std::fmt;

use aho_corasick::AhoCorasick;

use super::digits::written;
use super::finding::FindingKind;
use super::reading::{Found, Reading};
use super::simplified::simplified;
use super::view::{BARRIER, View};
use super::words::{DOUBLE_SURNAMES, FORMS_OF_ADDRESS, NOBODY};
use crate::rules::characters::plain;
use crate::rules::contact::Phone;
use crate::rules::text::is_cjk;
use crate::rules::texts::traditional;

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
    /// The identity number.
    pub identity_number: Option<String>,
}

impl fmt::Debug for Submitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Submitter(…)")
    }
}

impl Submitter {
    /// Whether nothing is known of them.
    pub(super) fn is_nobody(&self) -> bool {
        *self == Submitter::default()
    }

    /// Places, in no order.
    pub(super) fn find(&self, reading: &Reading<'_>) -> Vec<Found> {
        let mut found = self.numbers(reading);
        let patterns = self.patterns();
        let Ok(automaton) = AhoCorasick::new(patterns.iter().map(|(pattern, _)| pattern)) else {
            return found;
        };
        let compact = Compact::of(&reading.view);
        for place in automaton.find_overlapping_iter(&compact.text) {
            let pattern = patterns.get(place.pattern().as_usize());
            found.extend(
                pattern.and_then(|(_, kind)| compact.found(&reading.view, place.start(), place.end(), *kind)),
            );
        }
        // A given name with a form of address, inside the full name with one, is no finding of its own.
        let names: Vec<usize> = found
            .iter()
            .filter(|found| found.kind == FindingKind::SubmitterName)
            .map(|found| found.start)
            .collect();
        let inside =
            |place: &Found| names.iter().any(|start| *start < place.start && place.start < start + 3);
        found.retain(|place| place.kind != FindingKind::SubmitterName || !inside(place));
        found
    }

    fn patterns(&self) -> Vec<(String, FindingKind)> {
        let names = self.name.iter().flat_map(|name| names(name));
        let mails = self.mail.iter().filter(|mail| mail.contains('@')).flat_map(|mail| mails(mail));
        let addresses = self.address.iter().flat_map(|address| addresses(address));
        let named = names.map(|name| (name, FindingKind::SubmitterName));
        let mailed = mails.map(|mail| (mail, FindingKind::SubmitterMail));
        let living = addresses.map(|address| (address, FindingKind::SubmitterAddress));
        named.chain(mailed).chain(living).filter(|(pattern, _)| !pattern.is_empty()).collect()
    }

    /// Numbers are compared digit by digit, whatever stands between.
    fn numbers(&self, reading: &Reading<'_>) -> Vec<Found> {
        let phones = self.phone.iter().flat_map(|phone| phones(phone));
        let called = phones.map(|phone| (phone, FindingKind::SubmitterPhone));
        let identity = self.identity_number.iter().flat_map(|number| identity_parts(number));
        let numbers: Vec<_> =
            called.chain(identity.map(|part| (part, FindingKind::IdentityNumber))).collect();
        let mut found = Vec::new();
        for index in 0..reading.digits.len() {
            for (number, kind) in &numbers {
                let window = reading.digits.window(index, number.len());
                let same = window.filter(|window| window.number() == *number);
                found.extend(same.map(|window| Found::sure(window.start(), window.end(), *kind)));
            }
        }
        found
    }
}

/// The full name in both scripts, the parts of one with dots, and surname and given name with each form of address.
fn names(name: &str) -> Vec<String> {
    let name: String = plain_and_simple(name);
    let whole = compacted(&name);
    if whole.chars().count() < 2 || NOBODY.contains(&whole.as_str()) {
        return Vec::new();
    }
    let mut names = vec![whole.clone()];
    let letters: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.chars().all(is_cjk) && letters.chars().count() <= 4 && !name.contains('·') {
        let length = if DOUBLE_SURNAMES.iter().any(|double| letters.starts_with(double)) { 2 } else { 1 };
        let surname: String = letters.chars().take(length).collect();
        let given: String = letters.chars().skip(length).collect();
        names.extend(FORMS_OF_ADDRESS.iter().map(|form| format!("{surname}{form}")));
        if !given.is_empty() {
            names.extend(FORMS_OF_ADDRESS.iter().map(|form| format!("{given}{form}")));
        }
    }
    let parts =
        name.split(['·', '.', ' ']).filter(|part| part.chars().count() >= 3 && part.chars().all(is_cjk));
    names.extend(parts.map(str::to_owned));
    let spelled: Vec<String> = names.iter().map(|name| plain_and_simple(&traditional(name))).collect();
    names.extend(spelled);
    names.iter().map(|name| compacted(name)).collect()
}

/// The number as it is dialled, and a landline also without its area code.
fn phones(phone: &str) -> Vec<String> {
    let digits: String = plain_and_simple(phone).chars().filter(char::is_ascii_digit).collect();
    let national = Phone::try_from(phone.to_owned()).map_or(digits, |phone| phone.number().to_owned());
    let area = if national.starts_with("010") || national.starts_with("02") { 3 } else { 4 };
    let mut phones = Vec::new();
    if national.starts_with('0') {
        phones.extend(national.get(area..).map(str::to_owned));
        phones.extend(national.get(1..).map(|rest| format!("86{rest}")));
    } else {
        phones.extend(["86", "0086", "0"].map(|prefix| format!("{prefix}{national}")));
    }
    phones.push(national);
    phones.retain(|phone| phone.len() >= 7);
    phones
}

/// The identity number without a letter at its end, and its last six digits.
fn identity_parts(number: &str) -> Vec<String> {
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let is_whole = digits.len() >= 15;
    let last = digits.len().checked_sub(6).and_then(|from| digits.get(from..)).map(str::to_owned);
    let parts = [Some(digits), last.filter(|_| is_whole)];
    parts.into_iter().flatten().filter(|part| part.len() >= 6).collect()
}

/// The address, and what stands before the sign if it is long enough to tell.
fn mails(mail: &str) -> Vec<String> {
    let local = mail.split_once('@').map(|(local, _)| compacted(&plain_and_simple(local)));
    let tells = local.filter(|local| local.chars().count() >= 6);
    std::iter::once(compacted(&plain_and_simple(mail))).chain(tells).collect()
}

/// What ends a part of an address.
const ENDS: [&str; 34] = [
    "特别行政区",
    "自治区",
    "街道办",
    "街道",
    "号楼",
    "单元",
    "小区",
    "花园",
    "家园",
    "公寓",
    "大道",
    "胡同",
    "社区",
    "新村",
    "省",
    "市",
    "区",
    "县",
    "镇",
    "乡",
    "村",
    "路",
    "街",
    "巷",
    "弄",
    "苑",
    "号",
    "栋",
    "幢",
    "座",
    "组",
    "室",
    "层",
    "户",
];

/// The whole address, and each run of its parts that leads to a house: two parts at least, one of them with a number, or
/// the last three.
fn addresses(address: &str) -> Vec<String> {
    let plain = plain_and_simple(address);
    let whole = compacted(&plain);
    let parts = parts(&whole);
    let mut addresses = Vec::new();
    if whole.chars().count() >= 6 {
        addresses.push(whole);
    }
    for start in 0..parts.len() {
        for end in start + 2..=parts.len() {
            let Some(run) = parts.get(start..end) else { continue };
            let text = run.concat();
            let numbers = run.iter().filter(|part| part.contains(|c: char| c.is_ascii_digit())).count();
            let leads_to_a_house = numbers >= 2 || numbers == 1 && text.chars().count() >= 5;
            if leads_to_a_house && text.chars().count() >= 4 {
                let bare = text.trim_end_matches(['室', '户', '号']).to_owned();
                if bare.chars().count() >= 5 {
                    addresses.push(bare);
                }
                addresses.push(text);
            }
        }
    }
    addresses
}

fn parts(address: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = address;
    let mut last_is_digit = true;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        if is_digit && !last_is_digit {
            parts.push(String::new());
        }
        last_is_digit = is_digit;
        let end = ENDS.iter().find(|end| rest.starts_with(**end));
        let taken = end.map_or(first.len_utf8(), |end| end.len());
        let (piece, behind) = rest.split_at_checked(taken).unwrap_or((rest, ""));
        if let Some(last) = parts.last_mut() {
            last.push_str(piece);
        }
        if end.is_some() {
            parts.push(String::new());
        }
        rest = behind;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn plain_and_simple(text: &str) -> String {
    let mut simple = String::with_capacity(text.len());
    text.chars().for_each(|c| plain(c, |part| simple.push(simplified(part))));
    simple
}

/// Letters and digits alone, digits written as characters as digits proper.
fn compacted(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).map(|c| written(c).unwrap_or(c)).collect()
}

/// A text of letters and digits alone that remembers where each stood.
struct Compact {
    text: String,
    /// For each byte of `text`, the cell.
    cells: Vec<usize>,
}

impl Compact {
    /// The widest gap inside one item, in cells.
    const WIDEST_GAP: usize = 4;

    fn of(view: &View) -> Self {
        let mut text = String::with_capacity(view.text().len());
        let mut cells = Vec::with_capacity(view.text().len());
        for cell in 0..view.len() {
            let c = view.at(cell);
            // A barrier is no letter; it stays, so that nothing is read across it.
            if c.is_alphanumeric() || c == BARRIER {
                text.push(written(c).unwrap_or(c));
                cells.resize(text.len(), cell);
            }
        }
        Self { text, cells }
    }

    fn found(&self, view: &View, start: usize, end: usize, kind: FindingKind) -> Option<Found> {
        let cells = self.cells.get(start..end)?;
        let is_one_item =
            cells.windows(2).all(|pair| matches!(pair, [a, b] if b - a <= Self::WIDEST_GAP + 1));
        let (first, last) = (*cells.first()?, *cells.last()?);
        let goes_on = |a: char, b: char| {
            a.is_ascii_digit() && b.is_ascii_digit() || a.is_ascii_alphabetic() && b.is_ascii_alphabetic()
        };
        let stands_alone =
            !goes_on(view.before(first), view.at(first)) && !goes_on(view.at(last), view.at(last + 1));
        (is_one_item && stands_alone).then(|| Found::sure(first, last + 1, kind))
    }
}
