//! What every detector is given: the text in plain characters, its digits, its cues, and what is known from outside.

use std::collections::HashSet;

use super::cues::Cues;
use super::digits::{Digits, Window};
use super::finding::{Confidence, Finding, FindingKind, Part};
use super::view::View;
use super::words::Cue;
use crate::rules::contact::Phone;

/// The numbers of offices, which are no personal data wherever they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfficialNumbers(HashSet<String>);

impl OfficialNumbers {
    /// Takes each that is a telephone number, however it is written.
    pub fn new<'a>(numbers: impl IntoIterator<Item = &'a str>) -> OfficialNumbers {
        let parsed = numbers.into_iter().filter_map(|number| Phone::try_from(number.to_owned()).ok());
        OfficialNumbers(parsed.map(|phone| phone.number().to_owned()).collect())
    }

    fn contains(&self, digits: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let phone = Phone::try_from(digits.to_owned());
        phone.is_ok_and(|phone| {
            let number = phone.number();
            self.0.contains(number) || self.0.iter().any(|known| number.len() >= 7 && known.ends_with(number))
        })
    }
}

/// A text ready to be looked through.
pub(super) struct Reading<'a> {
    pub view: View,
    pub digits: Digits,
    pub cues: Cues,
    pub part: Part,
    officials: Option<&'a OfficialNumbers>,
}

/// A place in cells that holds personal data.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub start: usize,
    pub end: usize,
    pub kind: FindingKind,
    pub confidence: Confidence,
}

impl Found {
    pub fn sure(start: usize, end: usize, kind: FindingKind) -> Found {
        Found { start, end, kind, confidence: Confidence::High }
    }

    pub fn doubtful(start: usize, end: usize, kind: FindingKind) -> Found {
        Found { start, end, kind, confidence: Confidence::Low }
    }
}

impl<'a> Reading<'a> {
    pub fn of(
        text: &str,
        found: &[Finding],
        part: Part,
        officials: Option<&'a OfficialNumbers>,
    ) -> Reading<'a> {
        let view = View::of(text, found);
        let (digits, cues) = (Digits::of(&view), Cues::of(&view));
        Reading { view, digits, cues, part, officials }
    }

    /// Whether the number is one of the offices' own.
    pub fn is_official(&self, window: &Window<'_>) -> bool {
        self.officials.is_some_and(|officials| officials.contains(&window.number()))
    }

    /// Whether the digits are a sum, a quantity or a fraction: one group, or thousands between commas, with a unit behind and
    /// a word for money before it, or a point and decimals with a unit.
    pub fn is_amount(&self, window: &Window<'_>) -> bool {
        let groups = window.groups();
        let (first, others) = (groups.first().copied().unwrap_or(0), groups.get(1..).unwrap_or_default());
        let is_thousands = first <= 3 && !others.is_empty() && others.iter().all(|length| *length == 3);
        let is_grouped = is_thousands && self.view.slice(window.start(), window.end()).contains(',');
        if !others.is_empty() && !is_grouped {
            return false;
        }
        let fraction_end = self.fraction_end(window.end());
        let end = fraction_end.unwrap_or(window.end());
        let has_unit = super::words::UNITS.iter().any(|unit| self.view.rest_of(end, 3).starts_with(unit));
        let has_money = self.cues.stand_before(&[Cue::Money], window.start(), 3);
        has_unit && (has_money || fraction_end.is_some() || is_thousands)
    }

    /// Where decimals behind a point end.
    fn fraction_end(&self, end: usize) -> Option<usize> {
        let is_digit = |cell: usize| self.view.at(cell).is_ascii_digit();
        if self.view.at(end) != '.' || !is_digit(end + 1) {
            return None;
        }
        let length = (1..=4).take_while(|offset| is_digit(end + offset)).count();
        (length <= 3).then_some(end + 1 + length)
    }

    /// The findings in characters of the original.
    pub fn findings(&self, found: impl IntoIterator<Item = Found>) -> Vec<Finding> {
        let finding = |found: Found| {
            let (start, end) = self.view.finding(found.start, found.end)?;
            Some(Finding { start, end, kind: found.kind, confidence: found.confidence })
        };
        found.into_iter().filter_map(finding).collect()
    }
}
