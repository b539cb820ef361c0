//! What speaks against publishing a text unseen although nothing was found in it: words that announce personal data, and
//! numbers that nobody can explain. Absence of a finding is no proof.

use super::digits::Joint;
use super::finding::Part;
use super::reading::Reading;
use super::words::{CODES, Cue, UNITS};

text_enum! {
    /// Why a text without findings should be read by a person before it is published.
    pub enum Suspicion {
        /// A word that announces a name, and something that could be one.
        NameAnnounced = "name_announced",
        /// A word that announces an account, a document, an address, and something like it.
        DataAnnounced = "data_announced",
        /// A long number that is no date, no sum and no office's.
        UnexplainedNumber = "unexplained_number",
        /// The sign of a mail address or of an account.
        AtSign = "at_sign",
    }
}

/// What announces data that is personal in itself.
const TELLING: [Cue; 8] = [
    Cue::Identity,
    Cue::Card,
    Cue::Document,
    Cue::Messenger,
    Cue::MessengerNumber,
    Cue::Mail,
    Cue::Plate,
    Cue::MilitaryPlate,
];

/// How far behind a cue its value would stand, in cells.
const REACH: usize = 14;

/// The first reason to have the text read by a person; `None` when there is none.
pub(super) fn suspicion(reading: &Reading<'_>) -> Option<Suspicion> {
    if announces_data(reading) {
        return Some(Suspicion::DataAnnounced);
    }
    if announces_a_name(reading) {
        return Some(Suspicion::NameAnnounced);
    }
    if has_unexplained_number(reading) {
        return Some(Suspicion::UnexplainedNumber);
    }
    reading.view.text().contains('@').then_some(Suspicion::AtSign)
}

/// A telling word with a digit or a Latin letter near behind it, a word for telephones with a number of four digits, a word
/// for a home with a number.
fn announces_data(reading: &Reading<'_>) -> bool {
    let near = |end: usize, fits: &dyn Fn(char) -> bool| {
        (end..end + REACH)
            .take_while(|cell| !ends(reading.view.at(*cell)))
            .any(|cell| fits(reading.view.at(cell)))
    };
    let is_told =
        TELLING.iter().flat_map(|cue| reading.cues.all(*cue)).any(|cue| has_value(reading, cue.end));
    let leads_to_a_house = |c: char| "号栋幢室单元楼组".contains(c);
    let is_home = reading
        .cues
        .all(Cue::Home)
        .any(|cue| near(cue.end, &|c| c.is_ascii_digit()) && near(cue.end, &leads_to_a_house));
    let is_private = reading.part != Part::Answer
        && reading.cues.all(Cue::Phone).any(|cue| {
            let index = reading.digits.index_at(cue.end);
            let is_near = reading.digits.get(index).is_some_and(|digit| digit.cell < cue.end + REACH);
            is_near && reading.digits.chain(index, 12) >= 7 && !is_explained(reading, index)
        });
    is_told || is_home || is_private
}

/// Whether four Latin letters and digits in a row stand near, a digit among them, and are no year.
fn has_value(reading: &Reading<'_>, end: usize) -> bool {
    let (mut length, mut digits) = (0, 0);
    for cell in end..end + REACH + 4 {
        let c = reading.view.at(cell);
        if c.is_ascii_alphanumeric() {
            (length, digits) = (length + 1, digits + usize::from(c.is_ascii_digit()));
            continue;
        }
        let is_year = length == 4 && digits == 4 && matches!(c, '年' | '-' | '.' | '/');
        if length >= 4 && digits >= 1 && !is_year {
            return true;
        }
        if ends(c) {
            return false;
        }
        (length, digits) = (0, 0);
    }
    false
}

/// A label with a colon right behind it, or the plainest of all ways to say who one is.
fn announces_a_name(reading: &Reading<'_>) -> bool {
    reading.cues.all(Cue::NameLabel).any(|cue| {
        let is_colon = reading.view.at(cue.end) == ':' && reading.view.at(cue.end + 1).is_alphanumeric();
        is_colon || matches!(reading.view.slice(cue.start, cue.end), "我叫" | "名叫")
    })
}

fn ends(c: char) -> bool {
    matches!(c, '。' | '?' | '!' | ';' | '\n' | super::view::BARRIER)
}

/// Seven or more digits that touch one another, or eight in groups behind no word for an office.
fn has_unexplained_number(reading: &Reading<'_>) -> bool {
    let mut index = 0;
    while index < reading.digits.len() {
        let group = reading.digits.group(index).max(1);
        if group >= 7 && !is_explained(reading, index) {
            return true;
        }
        index += group;
    }
    false
}

/// Whether the number is a date, a sum, an office's, or that of a matter.
fn is_explained(reading: &Reading<'_>, index: usize) -> bool {
    let length = reading.digits.group(index);
    let Some(window) = reading.digits.inner(index, index + length) else { return true };
    let number = window.number();
    let is_date = matches!(number.len(), 8) && chrono::NaiveDate::parse_from_str(&number, "%Y%m%d").is_ok();
    let is_counted = UNITS.iter().any(|unit| reading.view.rest_of(window.end(), 3).starts_with(unit))
        || reading.view.at(window.end()) == '.';
    let is_decimal = matches!(reading.digits.get(index).map(|digit| digit.joint), Some(Joint::Gap('.')));
    let is_office = reading.cues.stand_before(&[Cue::Office], window.start(), REACH)
        || reading.cues.stand_behind(&[Cue::Office], window.end(), 4)
        || reading.part == Part::Answer && reading.cues.stand_before(&[Cue::Phone], window.start(), REACH);
    let before = reading.view.slice(window.start().saturating_sub(10), window.start());
    let is_code = CODES.iter().any(|code| before.contains(code));
    let is_name_of_a_user = length < 10 && reading.view.before(window.start()).is_ascii_alphabetic();
    let is_placeholder = number.chars().all(|c| c == '0');
    is_name_of_a_user
        || is_placeholder
        || is_in_a_link(reading, window.start())
        || is_date
        || is_counted
        || is_decimal
        || is_office
        || is_code
        || reading.is_official(&window)
}

/// Whether the number stands in an address of the web.
fn is_in_a_link(reading: &Reading<'_>, cell: usize) -> bool {
    let back = (1..=100).take_while(|back| {
        cell.checked_sub(*back).is_some_and(|cell| reading.view.at(cell).is_ascii_graphic())
    });
    let start = cell - back.count();
    let before = reading.view.slice(start, cell);
    before.contains("http") || before.contains("www.")
}
