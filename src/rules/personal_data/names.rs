//! Names behind words that announce them, before `男` and `女`, and before forms of address.

use super::cues::behind;
use super::finding::FindingKind;
use super::reading::{Found, Reading};
use super::view::{BARRIER, View};
use super::words::{
    AFTER_NAMES, BODIES, Cue, DOUBLE_SURNAMES, EVERYDAY_SURNAMES, FORMS_OF_ADDRESS, NAME_FILLERS, NOBODY,
    NOT_NAMES, PLAIN_LABELS, SEXES, SURNAMES, TITLES,
};
use crate::rules::text::is_cjk;

/// The most characters between the dots of a name of several parts.
const LONGEST_PART: usize = 12;

/// Names, in no order.
pub(super) fn names(reading: &Reading<'_>) -> Vec<Found> {
    let view = &reading.view;
    let mut found = Vec::new();
    for cue in reading.cues.all(Cue::NameLabel) {
        let is_plain = PLAIN_LABELS.contains(&view.slice(cue.start, cue.end));
        found.extend(announced(
            view,
            cue.end,
            if is_plain { Announces::Certainly } else { Announces::Usually },
        ));
    }
    for cue in reading.cues.all(Cue::NameHint) {
        found.extend(announced(view, cue.end, Announces::Perhaps));
    }
    for cell in 0..view.len() {
        if SEXES.contains(&view.at(cell)) {
            found.extend(before_sex(view, cell));
        }
    }
    for form in FORMS_OF_ADDRESS.iter().take(4) {
        for (byte, _) in view.text().match_indices(form) {
            found.extend(ending_at(view, view.cell_of_byte(byte), 3));
        }
    }
    found
}

/// The name behind a word; a label is believed, a hint only with a surname and an end.
fn announced(view: &View, cell: usize, how: Announces) -> Option<Found> {
    let at = behind(view, cell, NAME_FILLERS, 8);
    let between = view.slice(cell, at);
    if between.contains(['"', '“', '”', '「', '《', '\'', '‘']) {
        return None;
    }
    let is_apart = between.contains(':')
        || !between.is_empty() && between.chars().all(|c| matches!(c, ' ' | '\n' | '(' | '[' | '-'));
    let is_label = how != Announces::Perhaps;
    let belief = Belief {
        is_certain: is_label && (is_apart || how == Announces::Certainly),
        is_apart: is_label && is_apart,
        is_usual: is_label,
    };
    let end = of_parts(view, at)
        .or_else(|| is_label.then(|| latin(view, at)).flatten())
        .or_else(|| chinese(view, at, belief))?;
    Some(Found::sure(at, end, FindingKind::Name))
}

/// Names of the minorities: parts with middle dots between them.
fn of_parts(view: &View, cell: usize) -> Option<usize> {
    let part = |at: usize| (at..at + LONGEST_PART).take_while(|cell| is_cjk(view.at(*cell))).count();
    let mut end = cell + part(cell);
    let mut parts = usize::from(end > cell);
    while parts > 0 && parts < 5 {
        let dot = past(view, end, ' ', 1);
        if view.at(dot) != '·' {
            break;
        }
        let next = past(view, dot + 1, ' ', 1);
        let length = part(next);
        if length == 0 {
            break;
        }
        end = next + length.min(own_length(view, next, length));
        parts += 1;
    }
    (parts >= 2).then_some(end)
}

/// The last part ends where a word begins that is no name.
fn own_length(view: &View, start: usize, length: usize) -> usize {
    (2..length).find(|at| begins_with(view, start + at, AFTER_NAMES)).unwrap_or(length)
}

fn past(view: &View, cell: usize, c: char, most: usize) -> usize {
    cell + (0..most).take_while(|offset| view.at(cell + offset) == c).count()
}

fn begins_with(view: &View, cell: usize, words: &[&str]) -> bool {
    let rest = view.rest_of(cell, 4);
    words.iter().any(|word| rest.starts_with(word))
}

/// One to three Latin words: `Zhang San`, `zhangsan`.
fn latin(view: &View, cell: usize) -> Option<usize> {
    let word = |at: usize| {
        (at..at + 20)
            .take_while(|cell| view.at(*cell).is_ascii_alphabetic() || view.at(*cell) == '\'')
            .count()
    };
    let mut end = cell + word(cell);
    let mut words = usize::from(end >= cell + 2);
    while words > 0 && words < 3 {
        let next = end + usize::from(matches!(view.at(end), ' ' | '·' | '-'));
        let length = word(next);
        if next == end || length < 2 {
            break;
        }
        end = next + length;
        words += 1;
    }
    let is_long = end >= cell + 4 && !view.at(end).is_ascii_digit();
    (words >= 1 && is_long).then_some(end)
}

/// How surely a word announces a name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Announces {
    Certainly,
    Usually,
    Perhaps,
}

/// How far a cue is believed.
#[derive(Clone, Copy)]
struct Belief {
    /// A name with a known surname follows, wherever it ends.
    is_certain: bool,
    /// It is a label, and something stands between it and the name.
    is_apart: bool,
    /// It is a word that only people are called by.
    is_usual: bool,
}

impl Belief {
    fn is_hint(self) -> bool {
        !self.is_certain && !self.is_apart
    }
}

/// A run of Han, spaces between single characters left out.
struct Run {
    chars: Vec<char>,
    cells: Vec<usize>,
}

impl Run {
    fn of(view: &View, cell: usize) -> Run {
        let (mut chars, mut cells) = (Vec::new(), Vec::new());
        let mut at = cell;
        while chars.len() < 8 && is_cjk(view.at(at)) {
            chars.push(view.at(at));
            cells.push(at);
            let gap = (1..=3).take_while(|offset| is_inner_gap(view.at(at + offset))).count();
            let is_lone =
                chars.len() == 1 || cells.windows(2).all(|pair| matches!(pair, [a, b] if b - a > 1));
            let is_spaced = gap > 0 && chars.len() < 4 && is_cjk(view.at(at + 1 + gap)) && is_lone;
            at += if is_spaced { 1 + gap } else { 1 };
        }
        Run { chars, cells }
    }

    fn starts_with(&self, words: &[&str]) -> bool {
        words.iter().any(|word| {
            word.chars().zip(&self.chars).filter(|(a, b)| a == *b).count() == word.chars().count()
        })
    }

    /// Whether a name of so many characters may end here.
    fn ends_after(&self, view: &View, length: usize) -> bool {
        match self.cells.get(length) {
            Some(next) => begins_with(view, *next, AFTER_NAMES),
            None => self.end_of(length).is_some_and(|end| is_end(view, end)),
        }
    }

    fn end_of(&self, length: usize) -> Option<usize> {
        length.checked_sub(1).and_then(|last| self.cells.get(last)).map(|cell| cell + 1)
    }

    fn surname(&self) -> usize {
        if self.starts_with(&DOUBLE_SURNAMES) {
            return 2;
        }
        usize::from(self.chars.first().is_some_and(|first| SURNAMES.contains(*first)))
    }
}

fn is_inner_gap(c: char) -> bool {
    matches!(c, ' ' | '.' | '*' | '-' | '_' | '/')
}

fn chinese(view: &View, cell: usize, belief: Belief) -> Option<usize> {
    let run = Run::of(view, cell);
    if run.chars.len() < 2
        || run.starts_with(NOT_NAMES)
        || run.starts_with(&NOBODY)
        || run.starts_with(BODIES)
    {
        return None;
    }
    let surname = run.surname();
    let follows = |length: usize| run.ends_after(view, length);
    if surname > 0 {
        if is_titled(view, &run, surname) {
            return None;
        }
        let (short, long) = (surname + 1, surname + 2);
        if belief.is_hint() && run.chars.first().is_some_and(|first| EVERYDAY_SURNAMES.contains(*first)) {
            let length = run.chars.len();
            let is_whole = length == long || belief.is_usual && length == short;
            return (is_whole && follows(length)).then(|| run.end_of(length)).flatten();
        }
        let length = if follows(short)
            && !(run.chars.len() > short && follows(long) && is_weak_end(view, &run, short))
        {
            Some(short)
        } else if run.chars.len() >= long && follows(long) {
            Some(long)
        } else if belief.is_certain && run.chars.len() >= short {
            Some(long.min(run.chars.len()))
        } else {
            None
        };
        return length
            .filter(|length| !is_masked(&run, *length) && !is_body(&run))
            .and_then(|length| run.end_of(length));
    }
    // A label with a colon is believed without a known surname.
    let length = (2..=6).find(|length| follows(*length) || run.chars.len() == *length)?;
    let is_believed = belief.is_apart && !is_masked(&run, length) && !is_body(&run);
    (is_believed && follows(length)).then(|| run.end_of(length)).flatten()
}

/// Whether a title of office stands right behind the surname; one of a single character must end there.
fn is_titled(view: &View, run: &Run, surname: usize) -> bool {
    let Some(end) = run.end_of(surname) else { return false };
    let rest = view.rest_of(end, 4);
    let fits =
        |title: &&&str| rest.starts_with(**title) && (title.chars().count() > 1 || !is_cjk(view.at(end + 1)));
    TITLES.iter().any(|title| fits(&title))
}

/// Whether a name may end here: no Han, or a word that follows names.
fn is_end(view: &View, cell: usize) -> bool {
    !is_cjk(view.at(cell)) || begins_with(view, cell, AFTER_NAMES)
}

/// Whether the short form ends only because the next character could be one that follows names.
fn is_weak_end(view: &View, run: &Run, length: usize) -> bool {
    let Some(end) = run.cells.get(length).copied() else { return false };
    let strong =
        AFTER_NAMES.iter().any(|word| word.chars().count() > 1 && view.rest_of(end, 4).starts_with(word));
    is_cjk(view.at(end)) && !strong
}

fn is_masked(run: &Run, length: usize) -> bool {
    run.chars.iter().take(length).any(|c| matches!(c, '某' | '×' | 'x' | '*'))
}

/// Whether the whole run is what bodies are called.
fn is_body(run: &Run) -> bool {
    let text: String = run.chars.iter().collect();
    run.chars.len() >= 3
        && BODIES.iter().any(|body| text.ends_with(body) && body.chars().count() + 2 <= run.chars.len())
}

/// `王建国，男，1970年…`: the sex between separators, and the name before the first.
fn before_sex(view: &View, cell: usize) -> Option<Found> {
    let is_separator = |c: char| {
        matches!(c, ',' | '、' | '(' | ')' | ' ' | ':' | ';' | '|' | '/' | '.' | '。' | '[' | ']' | BARRIER)
    };
    if !is_separator(view.before(cell))
        || is_cjk(view.at(cell + 1)) && !begins_with(view, cell + 1, &["性", "汉", "生", "年", "现"])
    {
        return None;
    }
    let mut end = cell;
    while end > 0 && cell - end < 3 && is_separator(view.before(end)) {
        end -= 1;
    }
    let end = if view.slice(end.saturating_sub(2), end) == "性别" { return None } else { end };
    ending_at(view, end, 2)
}

/// The name that ends here, of at least so many characters with a known surname.
fn ending_at(view: &View, end: usize, least: usize) -> Option<Found> {
    let back = |most: usize| {
        (1..=most).take_while(|back| end.checked_sub(*back).is_some_and(|cell| is_cjk(view.at(cell)))).count()
    };
    let length = back(24);
    if length > 0 && end > length && view.before(end - length) == '·' {
        let first = end - length - 1;
        let before = (1..=LONGEST_PART)
            .take_while(|back| first.checked_sub(*back).is_some_and(|cell| is_cjk(view.at(cell))))
            .count();
        if before > 0 {
            return Some(Found::sure(first - before, end, FindingKind::Name));
        }
    }
    let candidates = [4, 3, 2].into_iter().filter(|size| *size <= length && *size >= least);
    let start = candidates.map(|size| end - size).find(|start| {
        let run = Run::of(view, *start);
        let size = end - start;
        let surname = run.surname();
        let fits = surname > 0 && (surname + 1..=surname + 2).contains(&size);
        fits && !run.starts_with(NOT_NAMES) && !is_masked(&run, size)
    })?;
    Some(Found::sure(start, end, FindingKind::Name))
}
