//! The normal form of a telephone number: what is dialled, and the extension apart from it.

/// What may stand before an extension, the longest first.
const EXTENSION_WORDS: [&str; 8] = ["分机号", "分机", "extension", "ext.", "ext", "转", "#", "x"];

/// How mainland China is dialled from elsewhere.
const COUNTRY: [&str; 3] = ["+86", "0086", "86"];

/// The number as it is dialled in the country, with `x` and the extension behind it if there is one; a foreign one with
/// `+`. `None` when it is no telephone number.
pub(super) fn normal(text: &str) -> Option<String> {
    let text = text.to_lowercase();
    let (number, extension) = split_extension(&text)?;
    let groups = groups(number)?;
    let (groups, is_foreign) = at_home(groups);
    let (number, by_place) =
        if extension.is_some() || is_foreign { (groups.concat(), None) } else { without_extension(&groups) };
    let extension = extension.or(by_place);
    let is_number = (5..=15).contains(&number.len());
    let plus = if is_foreign { "+" } else { "" };
    match extension {
        _ if !is_number => None,
        None => Some(format!("{plus}{number}")),
        Some(extension) if (1..=6).contains(&extension.len()) => Some(format!("{plus}{number}x{extension}")),
        Some(_) => None,
    }
}

/// The number, and the extension that a word announces.
fn split_extension(text: &str) -> Option<(&str, Option<String>)> {
    let split = EXTENSION_WORDS.iter().find_map(|word| text.split_once(word));
    let Some((number, extension)) = split else { return Some((text, None)) };
    let extension: String = extension.chars().filter(|c| !is_gap(*c)).collect();
    let is_extension = !extension.is_empty() && extension.chars().all(|c| c.is_ascii_digit());
    is_extension.then_some((number, Some(extension)))
}

fn is_gap(c: char) -> bool {
    matches!(c, ' ' | '-' | '(' | ')' | '.' | '·' | '_' | ':')
}

/// The groups of digits, the first perhaps with a `+` before it. `None` when anything else stands there.
fn groups(text: &str) -> Option<Vec<String>> {
    let (plus, rest) = match text.trim_start_matches(is_gap).strip_prefix('+') {
        Some(rest) => ("+", rest),
        None => ("", text),
    };
    let mut groups: Vec<String> =
        rest.split(is_gap).filter(|group| !group.is_empty()).map(str::to_owned).collect();
    if !groups.iter().all(|group| group.chars().all(|c| c.is_ascii_digit())) {
        return None;
    }
    groups.first_mut()?.insert_str(0, plus);
    Some(groups)
}

/// The groups as dialled in mainland China, or those of a foreign number without its `+` or `00`.
fn at_home(mut groups: Vec<String>) -> (Vec<String>, bool) {
    let whole = groups.concat();
    let national = COUNTRY.iter().find_map(|country| whole.strip_prefix(country).map(|rest| (country, rest)));
    if let Some((country, rest)) = national.filter(|(_, rest)| is_dialled_from_abroad(rest)) {
        drop_prefix(&mut groups, country.len());
        if !rest.starts_with(['0', '1']) || rest.starts_with("10") {
            groups.first_mut().into_iter().for_each(|group| group.insert(0, '0'));
        }
        return (groups, false);
    }
    if is_mobile(whole.strip_prefix('0').unwrap_or_default()) {
        drop_prefix(&mut groups, 1);
        return (groups, false);
    }
    let abroad = ["+", "00"].iter().find(|prefix| whole.starts_with(**prefix));
    if let Some(prefix) = abroad {
        drop_prefix(&mut groups, prefix.len());
        return (groups, true);
    }
    (groups, false)
}

/// Takes so many characters off the front, over the borders of groups.
fn drop_prefix(groups: &mut Vec<String>, mut count: usize) {
    while let Some(first) = groups.first_mut().filter(|_| count > 0) {
        let taken = first.len().min(count);
        first.drain(..taken);
        count -= taken;
        if first.is_empty() {
            groups.remove(0);
        }
    }
}

/// What follows `86`: a mobile, or an area with or without its `0`, a local number, and perhaps an extension.
fn is_dialled_from_abroad(rest: &str) -> bool {
    let area_and_local = rest.strip_prefix('0').unwrap_or(rest);
    let fits = match area_and_local.as_bytes() {
        [b'1', b'0', ..] | [b'2', ..] => 10,
        [b'3'..=b'9', ..] => 10,
        _ => usize::MAX,
    };
    rest.get(..11).is_some_and(is_mobile) || (fits..=fits.saturating_add(7)).contains(&area_and_local.len())
}

/// The number, and a last group that is too much for one.
fn without_extension(groups: &[String]) -> (String, Option<String>) {
    let whole = groups.concat();
    let Some((last, rest)) = groups.split_last().filter(|(last, rest)| last.len() <= 6 && !rest.is_empty())
    else {
        return (whole, None);
    };
    let has_area_apart = matches!(rest, [area, local] if is_area(area) && matches!(local.len(), 7 | 8));
    let number = rest.concat();
    if has_area_apart || is_complete(&number) && !is_complete(&whole) {
        return (number, Some(last.clone()));
    }
    (whole, None)
}

fn is_complete(number: &str) -> bool {
    let area = if number.starts_with("010") || number.starts_with("02") { 3 } else { 4 };
    let is_landline = number.get(..area).is_some_and(is_area) && number.get(area..).is_some_and(is_local);
    let is_service = number.len() == 10 && (number.starts_with("400") || number.starts_with("800"));
    is_mobile(number) || is_landline || is_local(number) || is_service
}

fn is_area(group: &str) -> bool {
    matches!(group.as_bytes(), [b'0', b'1', b'0'] | [b'0', b'2', _] | [b'0', b'3'..=b'9', _, _])
}

fn is_local(number: &str) -> bool {
    matches!(number.len(), 7 | 8) && number.starts_with(|c: char| ('2'..='8').contains(&c))
}

fn is_mobile(number: &str) -> bool {
    number.len() == 11 && matches!(number.as_bytes(), [b'1', b'3'..=b'9', ..])
}
