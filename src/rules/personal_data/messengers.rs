//! Accounts with messengers, right behind or right before a word for one.

use super::cues::behind;
use super::digits::written;
use super::finding::FindingKind;
use super::reading::{Found, Reading};
use super::view::View;
use super::words::{Cue, FILLERS, PUBLIC_ACCOUNTS};

/// Accounts with messengers.
pub(super) fn messengers(reading: &Reading<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for cue in reading.cues.all(Cue::MessengerNumber) {
        found.extend(number_behind(reading, cue.end));
        found.extend(account_behind(reading, cue.end));
        found.extend(account_before(reading, cue.start));
    }
    for cue in reading.cues.all(Cue::Messenger) {
        if is_public(&reading.view, cue.end) {
            continue;
        }
        found.extend(account_behind(reading, cue.end));
        found.extend(number_behind(reading, cue.end));
        found.extend(account_before(reading, cue.start));
    }
    found
}

/// Whether what follows is an office's account, or no account at all.
fn is_public(view: &View, cell: usize) -> bool {
    let at = (cell..cell + 2).find(|cell| view.at(*cell).is_alphanumeric()).unwrap_or(cell);
    PUBLIC_ACCOUNTS.iter().any(|word| view.rest_of(at, 4).starts_with(word))
}

/// Five to twelve digits however they are grouped.
fn number_behind(reading: &Reading<'_>, cell: usize) -> Option<Found> {
    let at = behind(&reading.view, cell, FILLERS, 12);
    let index = reading.digits.index_at(at);
    reading.digits.get(index).filter(|digit| digit.cell == at)?;
    let longest = reading.digits.chain(index, 12);
    let window = (5..=longest)
        .rev()
        .find_map(|length| reading.digits.window(index, length).filter(|w| w.is_grouped_as_one()))?;
    let is_amount = reading.is_amount(&window);
    (!is_amount).then(|| Found::sure(window.start(), window.end(), FindingKind::Messenger))
}

/// A name of at least five Latin letters, digits, dashes and underscores; of letters alone it must be no everyday word.
fn account_behind(reading: &Reading<'_>, cell: usize) -> Option<Found> {
    let view = &reading.view;
    let start = behind(view, cell, FILLERS, 12);
    let start = if view.at(start) == '@' { start + 1 } else { start };
    let length = token_length(view, start);
    let end = start + length;
    let token = view.slice(start, end);
    let has_digit = token.chars().any(|c| c.is_ascii_digit() || written(c).is_some());
    let is_short_number = length < 5 && token.chars().all(|c| !c.is_ascii_alphabetic());
    let is_name = has_digit && !is_short_number || token.contains(['_', '-']) || length >= 6;
    (length >= 4 && is_name && !token.starts_with("http") && !token.starts_with("www"))
        .then(|| Found::sure(start, end, FindingKind::Messenger))
}

/// The same before the word: `abc12345（微信）`.
fn account_before(reading: &Reading<'_>, cell: usize) -> Option<Found> {
    let view = &reading.view;
    let mut end = cell;
    while cell - end < 4
        && matches!(view.before(end), ' ' | '(' | '[' | ':' | '是' | '为' | '我' | '的' | '这' | '-' | '/')
    {
        end -= 1;
    }
    let length = (1..=24)
        .take_while(|back| end.checked_sub(*back).is_some_and(|cell| is_token(view.at(cell))))
        .count();
    let start = end - length;
    let token = view.slice(start, end);
    let digits = token.chars().filter(char::is_ascii_digit).count();
    let begins = !view.before(start).is_ascii_alphanumeric();
    let is_account =
        length >= 5 && digits >= 1 && (digits < length || digits <= 11 && cell > end || digits >= 7);
    (begins && is_account && !is_short_code(token))
        .then(|| Found::doubtful(start, end, FindingKind::Messenger))
}

/// A number of five digits before a word for a messenger is more often that of an office.
fn is_short_code(token: &str) -> bool {
    token.len() <= 6 && token.chars().all(|c| c.is_ascii_digit())
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '@')
}

/// How many cells the token has; single spaces stand inside it if it is spelled letter by letter.
fn token_length(view: &View, start: usize) -> usize {
    if !view.at(start).is_ascii_alphanumeric() && view.at(start) != '_' {
        return 0;
    }
    let mut at = start;
    while at - start < 32 {
        let is_written = written(view.at(at)).is_some() && view.before(at).is_ascii_alphanumeric();
        let is_gap = view.at(at) == ' ' && is_single(view, at - 1) && is_single(view, at + 1);
        if !is_token(view.at(at)) && !is_written && !is_gap {
            break;
        }
        at += 1;
    }
    while at > start && !view.before(at).is_alphanumeric() {
        at -= 1;
    }
    at - start
}

/// Whether the letter stands alone between characters that are none.
fn is_single(view: &View, cell: usize) -> bool {
    view.at(cell).is_ascii_alphanumeric()
        && !view.before(cell).is_ascii_alphanumeric()
        && !view.at(cell + 1).is_ascii_alphanumeric()
}
