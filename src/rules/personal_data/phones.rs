//! Telephone numbers: mobiles wherever they stand, landlines that stand beside no office.

use super::cues::behind;
use super::digits::{Joint, Window};
use super::finding::{FindingKind, Part};
use super::reading::{Found, Reading};
use super::words::{Cue, FILLERS};

/// What is dialled before a mobile number: the country, the trunk, cheap carriers.
const PREFIXES: [&str; 8] = ["", "86", "0086", "086", "0", "17951", "17909", "12593"];

/// How far from a number an office or a private person is looked for, in cells.
const BESIDE: usize = 14;

/// The separators between the numbers of a list.
const LIST: [char; 5] = ['、', ',', '/', ' ', '或'];

/// Mobile numbers, and foreign ones that begin with `+`.
pub(super) fn mobiles(reading: &Reading<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut index = 0;
    while index < reading.digits.len() {
        let here = mobile(reading, index).or_else(|| foreign(reading, index));
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

fn mobile(reading: &Reading<'_>, index: usize) -> Option<(Found, usize)> {
    if !reading.digits.may_begin(index) {
        return None;
    }
    PREFIXES.iter().find_map(|prefix| {
        let starts =
            prefix.chars().zip(index..).all(|(c, at)| reading.digits.get(at).is_some_and(|d| d.value == c));
        let own = index + prefix.len();
        let is_mobile = reading.digits.get(own).is_some_and(|digit| digit.value == '1')
            && reading.digits.get(own + 1).is_some_and(|digit| ('3'..='9').contains(&digit.value));
        if !starts || !is_mobile {
            return None;
        }
        let whole = reading.digits.window(index, prefix.len() + 11)?;
        let number = reading.digits.inner(own, own + 11)?;
        if !number.is_grouped_as_one()
            || is_address_on_the_net(&number, reading)
            || reading.is_official(&number)
        {
            return None;
        }
        let is_column = number.has_line_breaks()
            && (reading.digits.follows_line_break(index) || reading.digits.follows_line_break(own + 11));
        if is_column || prefix.is_empty() && reading.is_amount(&whole) {
            return None;
        }
        Some((placed(reading, &whole, FindingKind::Mobile), prefix.len() + 11))
    })
}

/// Four numbers below 256 between dots, as machines are addressed.
fn is_address_on_the_net(number: &Window<'_>, reading: &Reading<'_>) -> bool {
    let text = reading.view.slice(number.start(), number.end());
    text.parse::<std::net::Ipv4Addr>().is_ok()
}

/// `+` or `00`, a country other than China, and in all 8 to 15 digits.
fn foreign(reading: &Reading<'_>, index: usize) -> Option<(Found, usize)> {
    let first = reading.digits.get(index)?;
    let has_plus = reading.view.before(first.cell) == '+';
    if !has_plus || first.joint == Joint::Glued || first.value == '0' {
        return None;
    }
    let length = reading.digits.chain(index, 15);
    let whole = (8..=length).rev().find_map(|length| reading.digits.window(index, length))?;
    let is_number = whole.groups().len() <= 5 && whole.has_one_gap() && !reading.is_amount(&whole);
    let length = whole.number().len();
    is_number.then(|| (placed(reading, &whole, FindingKind::Mobile), length))
}

/// The window with a `+` before it.
fn placed(reading: &Reading<'_>, window: &Window<'_>, kind: FindingKind) -> Found {
    let start = window.start();
    let start = if reading.view.before(start) == '+' { start - 1 } else { start };
    Found::sure(start, window.end(), kind)
}

/// Landlines with an area code, and local numbers behind a word for telephones.
pub(super) fn landlines(reading: &Reading<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut index = 0;
    while index < reading.digits.len() {
        match with_area(reading, index) {
            Some((place, length)) => {
                found.extend(Some(place).filter(|place| is_private(reading, place.start, place.end)));
                index += length;
            }
            None => index += 1,
        }
    }
    for cue in reading.cues.all(Cue::Phone).chain(reading.cues.all(Cue::Private)) {
        found.extend(locals_behind(reading, cue.end));
    }
    found
}

/// A number with its area code and perhaps an extension.
fn with_area(reading: &Reading<'_>, index: usize) -> Option<(Found, usize)> {
    let prefixed = ["0086", "86", ""].iter().find_map(|prefix| {
        let starts =
            prefix.chars().zip(index..).all(|(c, at)| reading.digits.get(at).is_some_and(|d| d.value == c));
        let area = area_length(reading, index + prefix.len(), !prefix.is_empty())?;
        starts.then_some((prefix.len(), area))
    });
    let (prefix, area) = prefixed?;
    let own = index + prefix + area;
    let local = reading.digits.get(own).is_some_and(|digit| ('2'..='8').contains(&digit.value));
    let whole = [8, 7].iter().find_map(|local| {
        if *local == 7 && area == 3 {
            return None;
        }
        reading.digits.window(index, prefix + area + local)
    })?;
    let groups = whole.groups();
    // The area code stands in one piece, or the whole number is in even pieces.
    let has_area_whole =
        groups.first().is_some_and(|first| *first >= area || prefix > 0) && groups.len() <= 5;
    let has_long_groups = has_area_whole || whole.has_one_gap() && groups.iter().all(|length| *length <= 2);
    if !local || !has_long_groups || reading.is_amount(&whole) || reading.is_official(&whole) {
        return None;
    }
    let length = whole.number().len();
    let end = extension_end(reading, index + length, whole.end());
    let mut place = placed(reading, &whole, FindingKind::Landline);
    place.end = end;
    let used = reading.digits.index_at(end).saturating_sub(index).max(length);
    Some((place, used))
}

/// How many digits the area code here has; from abroad it stands without its `0`.
fn area_length(reading: &Reading<'_>, index: usize, is_from_abroad: bool) -> Option<usize> {
    let value = |offset: usize| reading.digits.get(index + offset).map(|digit| digit.value);
    let (zero, at) = match value(0)? {
        '0' => (1, 1),
        _ if is_from_abroad => (0, 0),
        _ => return None,
    };
    match (value(at)?, value(at + 1)?) {
        ('1', '0') | ('2', _) => Some(zero + 2),
        ('3'..='9', _) => Some(zero + 3),
        _ => None,
    }
}

/// Where an extension behind a dash or a word ends, or the number itself.
fn extension_end(reading: &Reading<'_>, index: usize, end: usize) -> usize {
    let Some(digit) = reading.digits.get(index) else { return end };
    let between = reading.view.slice(end, digit.cell);
    let is_announced = matches!(between.trim(), "-" | "转" | "分机" | "ext" | "ext." | "转分机" | "#");
    let length = reading.digits.group(index);
    match reading.digits.get(index + length.saturating_sub(1)) {
        Some(last) if is_announced && (1..=6).contains(&length) => last.cell + 1,
        _ => end,
    }
}

/// Local numbers of seven or eight digits right behind a word, and those listed after the first.
fn locals_behind(reading: &Reading<'_>, cell: usize) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = behind(&reading.view, cell, FILLERS, 8);
    while let Some(local) = local(reading, at) {
        if !reading.is_official(&local) && is_private(reading, local.start(), local.end()) {
            found.push(Found::sure(local.start(), local.end(), FindingKind::Landline));
        }
        let next = (local.end()..local.end() + 3).find(|cell| !LIST.contains(&reading.view.at(*cell)));
        match next.filter(|next| *next > local.end()) {
            Some(next) => at = next,
            None => break,
        }
    }
    found
}

fn local<'a>(reading: &'a Reading<'_>, cell: usize) -> Option<Window<'a>> {
    let index = reading.digits.index_at(cell);
    let first = reading.digits.get(index).filter(|digit| digit.cell == cell)?;
    if !('2'..='8').contains(&first.value) {
        return None;
    }
    [8, 7].iter().find_map(|length| {
        let window = reading.digits.window(index, *length)?;
        let groups = window.groups();
        let is_grouped =
            matches!(groups.as_slice(), [7 | 8] | [3 | 4, 4] | [4, 3] | [2, 2, 2, 2] | [3, 2, 2] | [2, 2, 3])
                || groups.iter().all(|length| *length == 1);
        let is_date = first.value == '2'
            && *length == 8
            && chrono::NaiveDate::parse_from_str(&window.number(), "%Y%m%d").is_ok();
        (is_grouped && window.has_one_gap() && !is_date && !reading.is_amount(&window)).then_some(window)
    })
}

/// Whether the landline is nobody's office: in answers only what is said to be private is, elsewhere everything is that
/// stands beside no word for an office, and what is said to be private.
fn is_private(reading: &Reading<'_>, start: usize, end: usize) -> bool {
    let from = sentence_start(reading, start);
    let reach = start.saturating_sub(from).min(BESIDE);
    let is_said_private = reading.cues.stand_before(&[Cue::Private], start, reach.min(8));
    if reading.part == Part::Answer || is_said_private {
        return is_said_private;
    }
    let stands_behind = reading.cues.stand_behind(&[Cue::Office], end, 3) && !ends_sentence(reading, end);
    !reading.cues.stand_before(&[Cue::Office], start, reach) && !stands_behind
}

fn sentence_start(reading: &Reading<'_>, cell: usize) -> usize {
    let before = (cell.saturating_sub(BESIDE)..cell).rev();
    before.take_while(|cell| !is_end(reading.view.at(*cell))).last().unwrap_or(cell)
}

fn ends_sentence(reading: &Reading<'_>, cell: usize) -> bool {
    is_end(reading.view.at(cell)) || matches!(reading.view.at(cell), ',' | '、')
}

fn is_end(c: char) -> bool {
    matches!(c, '。' | '?' | '!' | ';' | '\n')
}
