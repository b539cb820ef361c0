//! Licence plates: civil ones with and without spaces, those of new-energy vehicles, of the forces and of embassies.

use super::cues::behind;
use super::digits::written;
use super::finding::FindingKind;
use super::reading::{Found, Reading};
use super::view::View;
use super::words::{ARMS, Cue, EMBASSY, FILLERS, PLATE_ENDS, PROVINCES};

/// Licence plates.
pub(super) fn plates(reading: &Reading<'_>) -> Vec<Found> {
    let view = &reading.view;
    let mut found = Vec::new();
    for cell in 0..view.len() {
        let c = view.at(cell);
        let end = if PROVINCES.contains(c) {
            civil(view, cell)
        } else if ARMS.contains(c) {
            of_the_forces(view, cell)
        } else if c == 'w' && view.at(cell + 1) == 'j' {
            of_the_armed_police(view, cell)
        } else if c == EMBASSY {
            of_an_embassy(view, cell)
        } else {
            None
        };
        found.extend(end.map(|end| Found::sure(cell, end, FindingKind::Plate)));
    }
    for cue in reading.cues.all(Cue::Plate) {
        found.extend(without_province(reading, cue.end));
    }
    for cue in reading.cues.all(Cue::MilitaryPlate) {
        found.extend(of_the_army(reading, cue.end));
    }
    found
}

/// A province, a letter, and five or six more with at least two digits among them.
fn civil(view: &View, cell: usize) -> Option<usize> {
    let letter = past_gap(view, cell + 1);
    if !view.at(letter).is_ascii_alphabetic() {
        return None;
    }
    let body = Body::read(view, letter + 1);
    let end = body.end()?;
    let digits = body.digits(end);
    // The letters I and O are on no plate; ones and noughts are meant.
    (digits >= 2).then_some(end.cell)
}

/// What stands on a plate behind its letter.
struct Body {
    /// Whether each is a digit, and the cell behind it.
    parts: Vec<(bool, usize)>,
    /// Whether the seventh touches the sixth: then it is a longer code.
    goes_on: bool,
    /// Where a suffix such as 挂 ends, by how many parts stand before it.
    suffixes: Vec<(usize, usize)>,
}

#[derive(Clone, Copy)]
struct End {
    parts: usize,
    cell: usize,
}

impl Body {
    fn read(view: &View, cell: usize) -> Body {
        let mut body = Body { parts: Vec::new(), goes_on: false, suffixes: Vec::new() };
        let mut at = cell;
        let mut is_spaced = true;
        loop {
            let next = past_gap(view, at);
            let c = view.at(next);
            let is_digit = c.is_ascii_digit() || written(c).is_some();
            if !is_digit && !c.is_ascii_alphabetic() {
                break;
            }
            if body.parts.len() == 6 {
                body.goes_on = next == at && written(c).is_none();
                break;
            }
            // A sixth apart from the fifth belongs to it only where all stand apart.
            if body.parts.len() == 5 && next > at && !is_spaced {
                break;
            }
            is_spaced = is_spaced && (next > at || body.parts.is_empty());
            at = next + 1;
            body.parts.push((is_digit, at));
            let behind = if is_spaced || body.parts.len() == 4 { past_gap(view, at) } else { at };
            let suffix = PLATE_ENDS.iter().find(|end| view.rest_of(behind, 2).starts_with(**end));
            body.suffixes.extend(suffix.map(|suffix| (body.parts.len(), behind + suffix.chars().count())));
        }
        body
    }

    /// Four with a suffix, five, or six.
    fn end(&self) -> Option<End> {
        if self.goes_on {
            return None;
        }
        let parts = self.parts.len();
        let suffix = self.suffixes.iter().find(|(before, _)| *before == parts && parts >= 4);
        if let Some((_, cell)) = suffix {
            return Some(End { parts, cell: *cell });
        }
        (5..=6)
            .contains(&parts)
            .then(|| self.parts.last().map(|(_, cell)| End { parts, cell: *cell }))
            .flatten()
    }

    fn digits(&self, end: End) -> usize {
        self.parts.iter().take(end.parts).filter(|(is_digit, _)| *is_digit).count()
    }
}

/// Past separators, at most three.
fn past_gap(view: &View, cell: usize) -> usize {
    let is_gap =
        |c: char| matches!(c, ' ' | '·' | '.' | '-' | '_' | '*' | '\n' | '(' | ')' | '|' | '/' | ':' | ',');
    cell + (0..3).take_while(|offset| is_gap(view.at(cell + offset))).count()
}

/// So many digits from a cell on, with separators between.
fn digits_end(view: &View, cell: usize, count: usize) -> Option<usize> {
    let mut at = cell;
    for _ in 0..count {
        let next = past_gap(view, at);
        if !view.at(next).is_ascii_digit() && written(view.at(next)).is_none() {
            return None;
        }
        at = next + 1;
    }
    (!view.at(at).is_ascii_alphanumeric()).then_some(at)
}

/// The arm or region, a letter and five digits: `空A12345`.
fn of_the_forces(view: &View, cell: usize) -> Option<usize> {
    let letter = past_gap(view, cell + 1);
    view.at(letter).is_ascii_alphabetic().then(|| digits_end(view, letter + 1, 5)).flatten()
}

/// `WJ`, a province or two digits, and four or five more, perhaps with a letter at the end.
fn of_the_armed_police(view: &View, cell: usize) -> Option<usize> {
    if view.before(cell).is_ascii_alphanumeric() {
        return None;
    }
    let mut at = past_gap(view, cell + 2);
    if PROVINCES.contains(view.at(at)) {
        at = past_gap(view, at + 1);
    }
    let mut count = 0;
    while count < 8 {
        let next = past_gap(view, at);
        if count == 2 && "警消边通林电".contains(view.at(next)) {
            at = next + 1;
            continue;
        }
        let is_last_letter = count >= 4 && next == at && view.at(next).is_ascii_alphabetic();
        if !view.at(next).is_ascii_digit() && !is_last_letter {
            break;
        }
        at = next + 1;
        count += 1;
    }
    (4..=7).contains(&count).then_some(at)
}

/// The embassies' character and six digits that begin with a one or two.
fn of_an_embassy(view: &View, cell: usize) -> Option<usize> {
    let is_one = matches!(view.at(cell + 1), '0'..='3') && view.at(cell + 1).is_ascii_digit();
    let end = digits_end(view, cell + 1, 6)?;
    let counts_things = super::words::UNITS.iter().any(|unit| view.rest_of(end, 2).starts_with(unit));
    (is_one && !counts_things).then_some(end)
}

/// Behind a word for plates, the letter and number without the province.
fn without_province(reading: &Reading<'_>, cell: usize) -> Option<Found> {
    let view = &reading.view;
    let start = behind(view, cell, FILLERS, 10);
    let is_letter = view.at(start).is_ascii_alphabetic();
    let body = Body::read(view, if is_letter { start + 1 } else { start });
    let end = body.end()?;
    (body.digits(end) >= 3).then(|| Found::doubtful(start, end.cell, FindingKind::Plate))
}

/// Behind a word for military vehicles, two letters and five digits.
fn of_the_army(reading: &Reading<'_>, cell: usize) -> Option<Found> {
    let view = &reading.view;
    let start = behind(view, cell, FILLERS, 10);
    let second = past_gap(view, start + 1);
    let are_letters = view.at(start).is_ascii_alphabetic() && view.at(second).is_ascii_alphabetic();
    let end = are_letters.then(|| digits_end(view, second + 1, 5)).flatten()?;
    Some(Found::sure(start, end, FindingKind::Plate))
}
