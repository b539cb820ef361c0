//! Numbers of identity cards, bank cards and other documents.

use super::cues::behind;
use super::digits::Window;
use super::finding::FindingKind;
use super::reading::{Found, Reading};
use super::words::{Cue, FILLERS, LOOKS_LIKE_X};
use crate::rules::check_digits::{is_identity_number, is_identity_shape, is_luhn, is_old_identity_number};

/// Identity numbers wherever they stand, and longer numbers right behind a word for them.
pub(super) fn identity_numbers(reading: &Reading<'_>) -> Vec<Found> {
    let mut found = scan(reading, identity_number);
    for cue in reading.cues.all(Cue::Identity) {
        found.extend(number_behind(reading, cue.end, 5..=24, FindingKind::IdentityNumber));
    }
    found
}

/// Cards wherever they stand, and numbers of accounts right behind a word for them.
pub(super) fn bank_cards(reading: &Reading<'_>) -> Vec<Found> {
    let mut found = scan(reading, bank_card);
    for cue in reading.cues.all(Cue::Card) {
        found.extend(number_behind(reading, cue.end, 9..=30, FindingKind::BankCard));
    }
    found
}

/// Looks at every digit that may begin a number, and goes on behind what was found.
fn scan(reading: &Reading<'_>, look: fn(&Reading<'_>, usize) -> Option<(Found, usize)>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut index = 0;
    while index < reading.digits.len() {
        let here = if reading.digits.may_begin(index) { look(reading, index) } else { None };
        match here {
            Some((place, length)) => {
                found.push(place);
                index += length;
            }
            None => index += 1,
        }
    }
    found
}

fn identity_number(reading: &Reading<'_>, index: usize) -> Option<(Found, usize)> {
    let kind = FindingKind::IdentityNumber;
    if let Some((window, end)) = seventeen_and_x(reading, index) {
        let number = format!("{}x", window.number());
        if is_identity_shape(&number) && is_one_number(&window) {
            let is_proved = is_identity_number(&number);
            let place = if is_proved { Found::sure } else { Found::doubtful };
            return Some((place(window.start(), end, kind), 17));
        }
    }
    if let Some(window) = reading.digits.window(index, 18) {
        let number = window.number();
        let is_proved = is_identity_number(&number);
        if is_proved || is_identity_shape(&number) && is_one_number(&window) {
            let place = if is_proved { Found::sure } else { Found::doubtful };
            return Some((place(window.start(), window.end(), kind), 18));
        }
    }
    let window = reading.digits.window(index, 15)?;
    let fits =
        is_old_identity_number(&window.number()) && is_one_number(&window) && !reading.is_amount(&window);
    fits.then(|| (Found::sure(window.start(), window.end(), kind), 15))
}

/// Seventeen digits and, past a separator or two, something that looks like an X.
fn seventeen_and_x<'a>(reading: &'a Reading<'_>, index: usize) -> Option<(Window<'a>, usize)> {
    let window = reading.digits.inner(index, index + 17)?;
    let end = window.end();
    let x = (end..end + 4).find(|cell| {
        reading.view.at(*cell).is_alphanumeric() || LOOKS_LIKE_X.contains(&reading.view.at(*cell))
    })?;
    let is_x = LOOKS_LIKE_X.contains(&reading.view.at(x)) && !reading.view.at(x + 1).is_ascii_alphanumeric();
    is_x.then_some((window, x + 1))
}

fn is_one_number(window: &Window<'_>) -> bool {
    window.groups().len() <= 4 || window.has_one_gap()
}

fn bank_card(reading: &Reading<'_>, index: usize) -> Option<(Found, usize)> {
    let first = reading.digits.get(index)?.value;
    if !('3'..='9').contains(&first) {
        return None;
    }
    [19, 18, 17, 16].iter().find_map(|length| {
        let window = reading.digits.window(index, *length)?;
        let number = window.number();
        let is_grouped = window.groups().len() <= 3 || window.has_one_gap();
        if !is_issued(&number) || !is_grouped || reading.is_amount(&window) {
            return None;
        }
        let (start, end) = (window.start(), window.end());
        if is_luhn(&number) {
            return Some((Found::sure(start, end, FindingKind::BankCard), *length));
        }
        let may_be_mistyped = number.starts_with("62") && matches!(length, 16 | 19);
        may_be_mistyped.then(|| (Found::doubtful(start, end, FindingKind::BankCard), *length))
    })
}

/// UnionPay, or one of the international issuers with their 16 digits, or old cards of Chinese banks.
fn is_issued(number: &str) -> bool {
    let international = ["4", "51", "52", "53", "54", "55", "35"];
    number.starts_with("62")
        || number.starts_with("60")
        || number.len() == 16 && international.iter().any(|prefix| number.starts_with(prefix))
        || number.len() == 19 && ["95", "94"].iter().any(|prefix| number.starts_with(prefix))
}

/// A number right behind a word for it, with as many digits as hang together; an X or a star may end it.
fn number_behind(
    reading: &Reading<'_>,
    cell: usize,
    lengths: std::ops::RangeInclusive<usize>,
    kind: FindingKind,
) -> Option<Found> {
    let at = behind(&reading.view, cell, FILLERS, 12);
    let index = reading.digits.index_at(at);
    reading.digits.get(index).filter(|digit| digit.cell == at)?;
    let longest = reading.digits.chain(index, *lengths.end());
    let window =
        (*lengths.start()..=longest).rev().find_map(|length| reading.digits.window(index, length))?;
    let is_date = matches!(window.groups().as_slice(), [4, 1 | 2, 1 | 2, ..] | [8])
        && window.number().starts_with(['1', '2']);
    let is_number = window.is_grouped_as_one() || window.groups().iter().all(|length| *length >= 3);
    if is_date || !is_number || reading.is_amount(&window) {
        return None;
    }
    let end = window.end();
    let has_x = LOOKS_LIKE_X.contains(&reading.view.at(end));
    if window.number().len() < 6 && !has_x {
        return None;
    }
    let end = if has_x { end + 1 } else { end };
    Some(Found::doubtful(window.start(), end, kind))
}

/// Passports and permits by their shape, other documents right behind a word for them.
pub(super) fn documents(reading: &Reading<'_>) -> Vec<Found> {
    let mut found: Vec<Found> =
        (0..reading.view.len()).filter_map(|cell| travel_document(reading, cell)).collect();
    for cue in reading.cues.all(Cue::Document) {
        found.extend(document_behind(reading, cue.end));
    }
    found
}

/// A letter of a passport or permit, perhaps a second, and seven to ten digits, standing alone.
fn travel_document(reading: &Reading<'_>, cell: usize) -> Option<Found> {
    let view = &reading.view;
    if !matches!(view.at(cell), 'e' | 'g' | 'd' | 's' | 'p' | 'h' | 'm' | 'c' | 'k' | 'l' | 't' | 'w') {
        return None;
    }
    if view.before(cell).is_ascii_alphanumeric() || view.before(cell) == '-' {
        return None;
    }
    let second = usize::from(view.at(cell + 1).is_ascii_alphabetic());
    let mut at = cell + 1 + second;
    at += usize::from(matches!(view.at(at), ' ' | '-' | '.'));
    let digits = (at..at + 11).take_while(|cell| view.at(*cell).is_ascii_digit()).count();
    let end = at + digits;
    let fits = if second == 1 { digits == 7 } else { matches!(digits, 8 | 10) };
    let is_announced = reading.cues.stand_before(&[Cue::Document], cell, 12);
    let goes_on = view.at(end).is_ascii_alphanumeric()
        || view.at(end) == '-' && view.at(end + 1).is_ascii_alphanumeric();
    let is_passport = matches!(view.at(cell), 'e' | 'g' | 'c' | 'h' | 'm' | 'p' | 'd' | 's');
    let place = if is_announced { Found::sure } else { Found::doubtful };
    (fits && !goes_on && (is_announced || is_passport)).then(|| place(cell, end, FindingKind::Document))
}

/// A token of Latin letters and digits with four digits at least, or `某字第…号`, right behind a word for a document.
fn document_behind(reading: &Reading<'_>, cell: usize) -> Option<Found> {
    let view = &reading.view;
    let start = behind(view, cell, FILLERS, 12);
    let mut end = start;
    let mut digits = 0;
    let mut gap = 0;
    for at in start..start + 32 {
        let c = view.at(at);
        let is_digit = c.is_ascii_digit() || super::digits::written(c).is_some();
        if is_digit || c.is_ascii_alphabetic() || matches!(c, '字' | '第') {
            digits += usize::from(is_digit);
            end = at + 1;
            gap = 0;
        } else if at == start && view.at(at + 1) == '字' {
            end = at + 1;
        } else {
            gap += 1;
            if gap > 2 || c.is_alphanumeric() || matches!(c, '。' | ',' | '、' | ';' | '\n') {
                break;
            }
        }
    }
    let end = if view.at(end) == '号' { end + 1 } else { end };
    let is_year = view.at(end) == '年' || view.at(end) == '月';
    (digits >= 5 && !is_year).then(|| Found::sure(start, end, FindingKind::Document))
}
