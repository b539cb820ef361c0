//! Mail addresses, with their signs or with the words that people write for them.

use super::cues::behind;
use super::finding::FindingKind;
use super::reading::{Found, Reading};
use super::view::View;
use super::words::{AT_SIGNS, CHINESE_DOMAINS, Cue, DOTS, FILLERS, MAIL_HOSTS};

/// The longest local part and the longest label.
const LONGEST: usize = 64;

/// Mail addresses, in the order of the text.
pub(super) fn mails(reading: &Reading<'_>) -> Vec<Found> {
    let view = &reading.view;
    let mut found = Vec::new();
    for cell in 0..view.len() {
        if !matches!(
            view.at(cell),
            '@' | '(' | '[' | '{' | '<' | '#' | '_' | '*' | '-' | '【' | '艾' | '圈' | '小' | ' ' | '◎'
        ) {
            continue;
        }
        let rest = view.rest_of(cell, 4);
        let sign = AT_SIGNS.iter().filter(|sign| rest.starts_with(**sign)).max_by_key(|sign| sign.len());
        let Some(sign) = sign else { continue };
        let is_plain = sign.contains('@') || sign.contains("at");
        let behind = cell + sign.chars().count();
        let behind = if view.at(behind) == '@' { behind + 1 } else { behind };
        let Some(end) = domain_end(view, behind, is_plain) else { continue };
        if let Some(start) = local_start(view, cell) {
            found.push(Found::sure(start, end, FindingKind::Mail));
        }
    }
    for cue in reading.cues.all(Cue::Mail) {
        found.extend(without_sign(view, cue.end));
    }
    found
}

/// Where the local part begins that ends before a sign.
fn local_start(view: &View, sign: usize) -> Option<usize> {
    let mut at = sign;
    while at > 0 && sign - at < 2 && view.before(at) == ' ' {
        at -= 1;
    }
    let end = at;
    while end - at < LONGEST && is_local(view.before(at)) {
        at -= 1;
    }
    // Letter by letter, with spaces between.
    while end - at < LONGEST
        && view.before(at) == ' '
        && at >= 2
        && is_alone(view, at)
        && is_local(view.before(at - 1))
        && !is_local(view.before(at - 2))
    {
        at -= 2;
    }
    while at < end && !view.at(at).is_alphanumeric() {
        at += 1;
    }
    if at < end {
        return Some(at);
    }
    // A local part in Chinese: as far as a name goes.
    let han = (1..=4)
        .take_while(|back| {
            end.checked_sub(*back).is_some_and(|cell| crate::rules::text::is_cjk(view.at(cell)))
        })
        .count();
    (han > 0).then_some(end - han)
}

/// Whether the character at `at` stands between spaces.
fn is_alone(view: &View, at: usize) -> bool {
    matches!(view.at(at + 1), ' ' | '@' | '(' | '[')
}

fn is_local(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}

/// Where the domain ends that begins behind a sign: labels with dots between them, or a well-known host.
fn domain_end(view: &View, cell: usize, is_plain: bool) -> Option<usize> {
    let mut at = past_spaces(view, cell, 2);
    let (mut labels, mut first_label) = (0, String::new());
    let mut end = None;
    while labels < 6 {
        let label_end = label_end(view, at);
        if label_end == at {
            break;
        }
        if labels == 0 {
            first_label = view.slice(at, label_end).replace(' ', "");
        } else if is_top(view, at, label_end) {
            end = Some(top_end(view, at, label_end));
        }
        labels += 1;
        match past_dot(view, label_end) {
            Some(next) => at = next,
            None => break,
        }
    }
    let is_known = MAIL_HOSTS.contains(&first_label.as_str());
    match end {
        Some(end) if is_plain || is_known => Some(end),
        None if is_known => {
            let host_end = label_end(view, past_spaces(view, cell, 2));
            let com = past_spaces(view, host_end, 2);
            Some(if view.rest_of(com, 3) == "com" { com + 3 } else { host_end })
        }
        None if is_plain && view.at(cell) == '[' => network_literal(view, cell),
        _ => None,
    }
}

/// `[192.168.1.1]`.
fn network_literal(view: &View, cell: usize) -> Option<usize> {
    let length = (1..=40).find(|offset| view.at(cell + offset) == ']')?;
    let inner = view.slice(cell + 1, cell + length);
    inner.parse::<std::net::IpAddr>().is_ok().then_some(cell + length + 1)
}

/// A run of Latin letters, digits and dashes, a run of Han, or single letters with spaces between.
fn label_end(view: &View, start: usize) -> usize {
    let is_latin = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let run = |fits: &dyn Fn(char) -> bool| {
        (start..start + LONGEST).take_while(|cell| fits(view.at(*cell))).count()
    };
    let latin = run(&is_latin);
    if latin > 1 || latin == 1 && view.at(start + 1) != ' ' {
        return start + latin;
    }
    if latin == 1 {
        let mut at = start + 1;
        while view.at(at) == ' '
            && view.at(at + 1).is_ascii_alphanumeric()
            && !view.at(at + 2).is_ascii_alphanumeric()
        {
            at += 2;
        }
        return at;
    }
    start + run(&crate::rules::text::is_cjk).min(10)
}

fn is_top(view: &View, start: usize, end: usize) -> bool {
    let label = view.slice(start, end).replace(' ', "");
    let is_latin =
        label.len() >= 2 && label.chars().all(|c| c.is_ascii_alphabetic()) || label.starts_with("xn--");
    is_latin || CHINESE_DOMAINS.iter().any(|top| label.starts_with(top))
}

/// A Chinese top-level domain ends where it ends, though the sentence goes on.
fn top_end(view: &View, start: usize, end: usize) -> usize {
    let label = view.slice(start, end);
    let chinese = CHINESE_DOMAINS.iter().find(|top| label.starts_with(**top));
    chinese.map_or(end, |top| start + top.chars().count())
}

fn past_dot(view: &View, cell: usize) -> Option<usize> {
    let dot = |at: usize| {
        let rest = view.rest_of(at, 5);
        DOTS.iter().filter(|dot| rest.starts_with(**dot)).map(|dot| at + dot.chars().count()).max()
    };
    let at = past_spaces(view, cell, 2);
    let behind = dot(cell).or_else(|| dot(at))?;
    Some(past_spaces(view, behind, 2))
}

fn past_spaces(view: &View, cell: usize, most: usize) -> usize {
    cell + (0..most).take_while(|offset| matches!(view.at(cell + offset), ' ' | '\n')).count()
}

/// `zhangsan 163.com` or `zhangsan，qq邮箱` behind a word for mail: the sign was left out.
fn without_sign(view: &View, cell: usize) -> Option<Found> {
    let start = behind(view, cell, FILLERS, 8);
    let local = (start..start + LONGEST).take_while(|cell| is_local(view.at(*cell))).count();
    if local < 3 {
        return None;
    }
    let end = domain_end(view, start + local, false)?;
    Some(Found::doubtful(start, end, FindingKind::Mail))
}
