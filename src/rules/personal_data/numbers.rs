//! Which digits are what they look like: check digits, dates, groups, and what may stand next to them.

use chrono::NaiveDate;

const GAPS: [char; 7] = [' ', '\t', '-', '—', '–', '‐', '‑'];

/// The first two digits of the administrative divisions that issue identity numbers (GB/T 2260).
const DIVISIONS: [&str; 34] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
];

/// An identity number by GB 11643-1999: division, date of birth, and the check digit of ISO 7064 MOD 11-2.
pub(super) fn is_identity_number(before: &str, found: &str, after: &str) -> bool {
    let number = without_gaps(found);
    stands_alone(before, after) && has_division(&number) && has_birthday(&number, 6..14) && mod_11_2(&number)
}

/// An identity number of 15 digits, as issued until 1999: it has no check digit, so division and date decide.
pub(super) fn is_old_identity_number(before: &str, found: &str, after: &str) -> bool {
    let century = found.get(6..12).map(|day| format!("19{day}")).unwrap_or_default();
    stands_alone(before, after) && has_division(found) && has_birthday(&century, 0..8)
}

/// A card of UnionPay or one of the international issuers, with a valid Luhn digit.
pub(super) fn is_bank_card(before: &str, found: &str, after: &str) -> bool {
    let number = without_gaps(found);
    let is_union_pay = number.starts_with("62") || number.starts_with("60");
    let is_international =
        number.len() == 16 && ["4", "51", "52", "53", "54", "55", "35"].iter().any(|p| number.starts_with(p));
    stands_alone(before, after) && (is_union_pay || is_international) && one_gap(found) && luhn(&number)
}

/// Eleven digits in groups as people write them. An amount of money and a decimal fraction are none.
pub(super) fn is_mobile(before: &str, found: &str, after: &str) -> bool {
    let own = found.rsplit_once(')').map_or(found, |(_, own)| own).trim_start_matches('+');
    let groups: Vec<usize> = own.split(GAPS).map(str::len).collect();
    let is_grouped = match groups.as_slice() {
        [11 | 13 | 15] | [3, 8] | [3, 4, 4] | [3, 3, 5] | [4, 3, 4] | [4, 4, 3] => true,
        [2 | 4, rest @ ..] if own.starts_with("86") || own.starts_with("0086") => {
            matches!(rest, [11] | [3, 8] | [3, 4, 4] | [4, 3, 4] | [4, 4, 3])
        }
        [5, 4, 4] => own.starts_with("86"),
        groups => groups.iter().all(|length| *length == 1),
    };
    is_grouped && one_gap(own) && borders(before, after) && !is_amount(before, after)
}

/// A province, a letter, and five or six more with at least two digits among them.
pub(super) fn is_plate(_: &str, found: &str, after: &str) -> bool {
    let body: Vec<char> = found.chars().skip(2).filter(|c| !" ·•.-".contains(*c)).collect();
    let digits = body.iter().filter(|c| c.is_ascii_digit()).count();
    let ends = !after.starts_with(|c: char| c.is_ascii_alphanumeric());
    ends && (5..=6).contains(&body.len()) && digits >= 2 && !body.contains(&'i') && !body.contains(&'o')
}

/// A number that does not go on, and is no fraction or amount.
pub(super) fn is_landline(before: &str, _: &str, after: &str) -> bool {
    borders(before, after) && !is_amount(before, after)
}

fn without_gaps(found: &str) -> String {
    found.chars().filter(|c| !GAPS.contains(c)).collect()
}

/// Whether all gaps are the same, as in one number, and not those between a number and a date.
fn one_gap(found: &str) -> bool {
    let mut gaps = found.chars().filter(|c| GAPS.contains(c));
    let first = gaps.next();
    gaps.all(|gap| Some(gap) == first)
}

/// Neither a digit before nor a digit or Latin letter after.
fn borders(before: &str, after: &str) -> bool {
    !before.ends_with(|c: char| c.is_ascii_digit()) && !after.starts_with(|c: char| c.is_ascii_alphanumeric())
}

/// No digit and no Latin letter on either side, so that it is not a piece of a longer code.
fn stands_alone(before: &str, after: &str) -> bool {
    borders(before, after)
        && !before.ends_with(|c: char| c.is_ascii_alphabetic())
        && !is_amount(before, after)
}

fn is_amount(before: &str, after: &str) -> bool {
    let mut backwards = before.chars().rev();
    let is_fraction = backwards.next() == Some('.') && backwards.next().is_some_and(|c| c.is_ascii_digit());
    let mut forwards = after.chars();
    let is_whole = forwards.next() == Some('.') && forwards.next().is_some_and(|c| c.is_ascii_digit());
    is_fraction
        || is_whole
        || ["元", "万", "亿", "块", "平方", "㎡", "%"].iter().any(|unit| after.starts_with(unit))
}

fn has_division(number: &str) -> bool {
    number.get(..2).is_some_and(|division| DIVISIONS.contains(&division))
}

fn has_birthday(number: &str, place: std::ops::Range<usize>) -> bool {
    let day = number.get(place).and_then(|day| NaiveDate::parse_from_str(day, "%Y%m%d").ok());
    let (first, last) = (NaiveDate::from_ymd_opt(1880, 1, 1), NaiveDate::from_ymd_opt(2099, 12, 31));
    day.is_some() && day >= first && day <= last
}

fn mod_11_2(number: &str) -> bool {
    let value = |c: char| if c == 'x' { Some(10) } else { c.to_digit(10) };
    number.chars().try_fold(0, |sum, c| Some((sum * 2 + value(c)?) % 11)) == Some(1)
}

fn luhn(number: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let digits = number.chars().rev().filter_map(|c| c.to_digit(10)).enumerate();
    let sum: u32 = digits.map(|(place, digit)| if place % 2 == 1 { doubled(digit) } else { digit }).sum();
    sum.is_multiple_of(10) && number.contains(|c: char| c != '0')
}
