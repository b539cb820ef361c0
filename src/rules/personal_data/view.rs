//! The text as the detectors read it: in plain characters, simplified where our words need it, without what nobody sees,
//! with a way back to the characters of the original.

use super::finding::{Finding, FindingKind};
use super::simplified::simplified;
use crate::rules::characters::plain;

/// Stands where something was found or masked: nothing reads across it. No text has it, because characters of private use
/// become spaces.
pub(super) const BARRIER: char = '\u{e000}';

/// A text in plain characters. Places in it are *cells*.
pub(super) struct View {
    chars: Vec<char>,
    /// For each cell, the place of its character in the original.
    places: Vec<usize>,
    text: String,
    /// For each cell, where it begins in `text`.
    bytes: Vec<usize>,
}

impl View {
    /// Reads a text; labels of masked places, and places already found, become barriers.
    pub fn of(text: &str, found: &[Finding]) -> View {
        let chars: Vec<char> = text.chars().collect();
        let mut view = View {
            chars: Vec::with_capacity(chars.len()),
            places: Vec::with_capacity(chars.len()),
            text: String::with_capacity(text.len()),
            bytes: Vec::with_capacity(chars.len()),
        };
        let mut found = found.iter().peekable();
        let mut covered = 0;
        for (place, c) in chars.iter().enumerate() {
            while let Some(finding) = found.next_if(|finding| finding.start <= place) {
                covered = covered.max(finding.end);
            }
            if let Some(label) = label_at(&chars, place) {
                covered = covered.max(place + label);
            }
            if place < covered {
                // One, however much is covered: what lies on its two sides is as near before masking as after it.
                if view.chars.last() != Some(&BARRIER) {
                    view.push(BARRIER, place);
                }
            } else {
                plain(*c, |part| view.push(simplified(part), place));
            }
        }
        view
    }

    fn push(&mut self, c: char, place: usize) {
        self.bytes.push(self.text.len());
        self.chars.push(c);
        self.places.push(place);
        self.text.push(c);
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.chars.len()
    }

    /// The character of a cell; a barrier outside the text.
    pub fn at(&self, cell: usize) -> char {
        self.chars.get(cell).copied().unwrap_or(BARRIER)
    }

    /// The character before a cell; a barrier before the first.
    pub fn before(&self, cell: usize) -> char {
        cell.checked_sub(1).map_or(BARRIER, |cell| self.at(cell))
    }

    /// The characters of all cells.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The cells of a range as a text.
    pub fn slice(&self, start: usize, end: usize) -> &str {
        let byte = |cell: usize| self.bytes.get(cell).copied().unwrap_or(self.text.len());
        self.text.get(byte(start)..byte(end)).unwrap_or_default()
    }

    /// At most so many cells from a cell on.
    pub fn rest_of(&self, cell: usize, most: usize) -> &str {
        self.slice(cell, cell.saturating_add(most).min(self.len()))
    }

    /// The cell that begins at a byte of the text, or the one behind it.
    pub fn cell_of_byte(&self, byte: usize) -> usize {
        self.bytes.partition_point(|start| *start < byte)
    }

    /// The cells as a finding: with a bracket before or behind that has its partner inside.
    pub fn finding(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        let (mut open, mut lacks_open) = (0_usize, false);
        for cell in start..end {
            match self.at(cell) {
                '(' | '[' | '{' | '【' | '〔' => open += 1,
                ')' | ']' | '}' | '】' | '〕' if open == 0 => lacks_open = true,
                ')' | ']' | '}' | '】' | '〕' => open -= 1,
                _ => {}
            }
        }
        let opens_before = lacks_open && matches!(self.before(start), '(' | '[' | '{' | '【' | '〔');
        let closes_behind = open > 0 && matches!(self.at(end), ')' | ']' | '}' | '】' | '〕');
        let start = if opens_before { start - 1 } else { start };
        let last = if closes_behind { end } else { end.checked_sub(1)? };
        let (first, last) = (*self.places.get(start)?, *self.places.get(last)?);
        (first <= last).then_some((first, last + 1))
    }
}

/// How many characters the label that begins here has.
fn label_at(chars: &[char], place: usize) -> Option<usize> {
    if chars.get(place) != Some(&'［') {
        return None;
    }
    let stands_here = |label: &&str| label.chars().zip(place..).all(|(c, at)| chars.get(at) == Some(&c));
    let label = FindingKind::ALL.iter().map(|kind| kind.label()).find(stands_here)?;
    Some(label.chars().count())
}
