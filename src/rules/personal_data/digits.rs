//! The digits of a text in their order, and how each is joined to the one before it: whatever people put between the
//! groups of a number, the number is the same.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::view::{BARRIER, View};
use super::words::{SPOKEN_SEPARATORS, WRITTEN_DIGITS};

/// The widest gap inside one number, in cells.
const WIDEST_GAP: usize = 4;

/// How a digit is joined to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Joint {
    /// Not at all: a letter stands between, or too much.
    Apart,
    /// They touch, and both are digits proper.
    Glued,
    /// They touch, and one is written as a character, which may belong to the sentence.
    Soft,
    /// By separators; this is the one that tells, brackets and spaces last.
    Gap(char),
}

/// A digit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Digit {
    /// `0` to `9`.
    pub value: char,
    /// Where it stands.
    pub cell: usize,
    /// How it is joined to the one before it.
    pub joint: Joint,
    is_written: bool,
}

/// The digits of a text.
pub(super) struct Digits(Vec<Digit>);

static WRITTEN: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let values = WRITTEN_DIGITS.iter().zip('0'..='9');
    values.flat_map(|(characters, value)| characters.chars().map(move |c| (c, value))).collect()
});

/// The digit that this character writes.
pub(super) fn written(c: char) -> Option<char> {
    if c.is_ascii() { None } else { WRITTEN.get(&c).copied() }
}

impl Digits {
    pub fn of(view: &View) -> Digits {
        let mut digits: Vec<Digit> = Vec::new();
        for cell in 0..view.len() {
            let c = view.at(cell);
            let proper = c.is_ascii_digit().then_some(c);
            let last = digits.last().copied();
            let value = proper.or_else(|| written(c)).or_else(|| look_alike(view, cell, last));
            let Some(value) = value else { continue };
            let is_written = proper.is_none();
            let joint = last.map_or(Joint::Apart, |last| joint(view, last, cell, is_written));
            digits.push(Digit { value, cell, joint, is_written });
        }
        Digits(digits)
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The first digit at or behind a cell.
    pub fn index_at(&self, cell: usize) -> usize {
        self.0.partition_point(|digit| digit.cell < cell)
    }

    pub fn get(&self, index: usize) -> Option<&Digit> {
        self.0.get(index)
    }

    /// Whether a number may begin with this digit.
    pub fn may_begin(&self, index: usize) -> bool {
        self.get(index).is_some_and(|digit| digit.joint != Joint::Glued)
    }

    /// Whether a number may end before this digit.
    pub fn may_end(&self, index: usize) -> bool {
        self.get(index).is_none_or(|digit| digit.joint != Joint::Glued)
    }

    /// So many digits from here, if they can be one number.
    pub fn window(&self, index: usize, length: usize) -> Option<Window<'_>> {
        let end = index.checked_add(length)?;
        if length == 0 || !self.may_begin(index) || !self.may_end(end) {
            return None;
        }
        self.inner(index, end)
    }

    /// The digits from `index` to `end`, which hang together, wherever they begin and end.
    pub fn inner(&self, index: usize, end: usize) -> Option<Window<'_>> {
        let digits = self.0.get(index..end)?;
        let hang_together = digits.iter().skip(1).all(|digit| digit.joint != Joint::Apart);
        (hang_together && !digits.is_empty()).then_some(Window { digits })
    }

    /// Whether a line break joins this digit to the one before it, as in a column of numbers.
    pub fn follows_line_break(&self, index: usize) -> bool {
        self.get(index).is_some_and(|digit| digit.joint == Joint::Gap('\n'))
    }

    /// How many digits from here on hang together, at most `most`.
    pub fn chain(&self, index: usize, most: usize) -> usize {
        let behind = self.0.iter().skip(index).take(most).skip(1);
        let more = behind.take_while(|digit| digit.joint != Joint::Apart).count();
        if self.get(index).is_some() { more + 1 } else { 0 }
    }

    /// How many digits from here on touch one another.
    pub fn group(&self, index: usize) -> usize {
        let behind = self.0.iter().skip(index).skip(1);
        let more = behind.take_while(|digit| matches!(digit.joint, Joint::Glued | Joint::Soft)).count();
        if self.get(index).is_some() { more + 1 } else { 0 }
    }
}

/// `o` and `l` between digits are read as such.
fn look_alike(view: &View, cell: usize, last: Option<Digit>) -> Option<char> {
    let value = match view.at(cell) {
        'o' => '0',
        'l' | 'i' => '1',
        _ => return None,
    };
    let follows = last.is_some_and(|last| last.cell + 1 == cell);
    let precedes = view.at(cell + 1).is_ascii_digit() && !view.before(cell).is_ascii_alphabetic();
    (follows || precedes).then_some(value)
}

fn joint(view: &View, last: Digit, cell: usize, is_written: bool) -> Joint {
    let gap = last.cell + 1..cell;
    if gap.is_empty() {
        return if is_written || last.is_written { Joint::Soft } else { Joint::Glued };
    }
    // A character behind a separator is a word of the sentence again.
    if is_written != last.is_written
        && written(view.at(cell)).or_else(|| written(view.at(last.cell))).is_some()
    {
        return Joint::Apart;
    }
    if gap.len() > WIDEST_GAP || !gap.clone().all(|cell| is_separator(view.at(cell))) {
        return Joint::Apart;
    }
    let mut telling = ' ';
    for cell in gap {
        let c = view.at(cell);
        let weight = |c: char| match c {
            ' ' => 0,
            '(' | ')' | '[' | ']' => 1,
            '\n' => 2,
            _ => 3,
        };
        if weight(c) > weight(telling) {
            telling = c;
        }
    }
    Joint::Gap(if matches!(telling, ')' | '[' | ']') { '(' } else { telling })
}

fn is_separator(c: char) -> bool {
    c != BARRIER && (!c.is_alphanumeric() || SPOKEN_SEPARATORS.contains(&c))
}

/// Digits that can be one number.
#[derive(Clone, Copy)]
pub(super) struct Window<'a> {
    digits: &'a [Digit],
}

impl Window<'_> {
    /// The digits alone.
    pub fn number(&self) -> String {
        self.digits.iter().map(|digit| digit.value).collect()
    }

    /// The first cell.
    pub fn start(&self) -> usize {
        self.digits.first().map_or(0, |digit| digit.cell)
    }

    /// The cell behind the last.
    pub fn end(&self) -> usize {
        self.digits.last().map_or(0, |digit| digit.cell + 1)
    }

    /// How many digits each group has.
    pub fn groups(&self) -> Vec<usize> {
        let mut groups = Vec::new();
        for digit in self.digits {
            match groups.last_mut() {
                Some(last) if matches!(digit.joint, Joint::Glued | Joint::Soft) => *last += 1,
                _ => groups.push(1),
            }
        }
        groups
    }

    fn gaps(&self) -> impl Iterator<Item = char> {
        self.digits.iter().skip(1).filter_map(|digit| match digit.joint {
            Joint::Gap(separator) => Some(separator),
            _ => None,
        })
    }

    /// Whether the groups stand in lines of their own.
    pub fn has_line_breaks(&self) -> bool {
        self.gaps().any(|gap| gap == '\n')
    }

    /// Whether the groups are separated alike; brackets fit to everything.
    pub fn has_one_gap(&self) -> bool {
        let mut gaps = self.gaps().filter(|gap| *gap != '(');
        let first = gaps.next();
        gaps.all(|gap| Some(gap) == first)
    }

    /// Whether the groups are those of one number and not of a list: few groups, or many of one length, separated alike.
    pub fn is_grouped_as_one(&self) -> bool {
        let groups = self.groups();
        if groups.len() <= 3 {
            return groups.len() == 1 || groups.iter().all(|length| *length >= 2) || groups.len() == 2;
        }
        let ones = groups.iter().take_while(|length| **length == 1).count();
        let behind_ones = groups.get(ones..).unwrap_or_default();
        if ones > 0
            && !behind_ones.is_empty()
            && behind_ones.len() <= 3
            && behind_ones.iter().all(|length| *length >= 3)
        {
            return self.has_one_gap();
        }
        let Some((last, others)) = groups.split_last() else { return false };
        let inner = others.get(1..).unwrap_or_default();
        let is_even = inner.windows(2).all(|pair| matches!(pair, [a, b] if a == b));
        let fits = |length: &usize| inner.first().is_none_or(|inner| length.abs_diff(*inner) <= 2);
        let is_regular = is_even && fits(last) && others.first().is_none_or(fits);
        let has_long_groups = groups.iter().all(|length| *length >= 2) && groups.len() <= 5;
        self.has_one_gap() && (is_regular || has_long_groups) && !self.counts_up()
    }

    /// Whether the first groups are the numbers of a list: each a little more than the one before.
    fn counts_up(&self) -> bool {
        let mut numbers: Vec<u64> = Vec::new();
        for digit in self.digits {
            let value = u64::from(digit.value.to_digit(10).unwrap_or(0));
            match numbers.last_mut() {
                Some(last) if matches!(digit.joint, Joint::Glued | Joint::Soft) => {
                    *last = last.saturating_mul(10).saturating_add(value);
                }
                _ => numbers.push(value),
            }
        }
        let first: Vec<u64> = numbers.into_iter().take(4).collect();
        first.len() == 4 && first.windows(2).all(|pair| matches!(pair, [a, b] if *a < *b && b - a <= 5))
    }
}
