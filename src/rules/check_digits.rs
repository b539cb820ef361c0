//! Numbers that prove themselves: identity numbers and bank cards.

use chrono::NaiveDate;

/// The first two digits of the administrative divisions that issue identity numbers (GB/T 2260), with those of the
/// residence permits for Hong Kong, Macao and Taiwan.
const DIVISIONS: [&str; 35] = [
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    "83",
];

/// Whether these 18 characters have the shape of an identity number: a division and a day of birth. `x` of either case
/// may stand at the end.
pub fn is_identity_shape(number: &str) -> bool {
    number.len() == 18 && has_division(number) && has_birthday(number.get(6..14).unwrap_or_default())
}

/// Whether these 18 characters are an identity number with the check character of ISO 7064 MOD 11-2 (GB 11643-1999).
pub fn is_identity_number(number: &str) -> bool {
    is_identity_shape(number) && mod_11_2(number)
}

/// Whether these 15 digits are an identity number as issued until 1999: it has no check digit, division and day decide.
pub fn is_old_identity_number(number: &str) -> bool {
    let day = number.get(6..12).map(|day| format!("19{day}")).unwrap_or_default();
    number.len() == 15 && has_division(number) && has_birthday(&day)
}

/// Whether the number is none but zeroes and ends in the digit of Luhn's formula (ISO/IEC 7812).
pub fn is_luhn(number: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let digits = number.chars().rev().filter_map(|c| c.to_digit(10)).enumerate();
    let sum: u32 = digits.map(|(place, digit)| if place % 2 == 1 { doubled(digit) } else { digit }).sum();
    sum.is_multiple_of(10) && number.contains(|c: char| c != '0')
}

fn has_division(number: &str) -> bool {
    number.get(..2).is_some_and(|division| DIVISIONS.contains(&division))
}

fn has_birthday(day: &str) -> bool {
    let day = NaiveDate::parse_from_str(day, "%Y%m%d").ok();
    let (first, last) = (NaiveDate::from_ymd_opt(1880, 1, 1), NaiveDate::from_ymd_opt(2099, 12, 31));
    day.is_some() && day >= first && day <= last
}

fn mod_11_2(number: &str) -> bool {
    let value = |c: char| if c.eq_ignore_ascii_case(&'x') { Some(10) } else { c.to_digit(10) };
    number.chars().try_fold(0, |sum, c| Some((sum * 2 + value(c)?) % 11)) == Some(1)
}

/// The check character that makes these 17 digits an identity number; `None` when they are no 17 digits.
pub fn identity_check_character(digits: &str) -> Option<char> {
    if digits.len() != 17 {
        return None;
    }
    let complete = |last: &char| mod_11_2(&format!("{digits}{last}"));
    "0123456789X".chars().find(complete)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_identity_number_in_eleven_ends_in_x_of_either_case() {
        let mut ends = std::collections::BTreeMap::<char, usize>::new();
        for serial in 0..1_000 {
            let digits = format!("11010519491231{serial:03}");
            let last = identity_check_character(&digits).unwrap();
            *ends.entry(last).or_default() += 1;
            assert!(is_identity_number(&format!("{digits}{last}")), "{digits}{last}");
            assert!(is_identity_number(&format!("{digits}{}", last.to_ascii_lowercase())));
            let wrong = if last == '7' { '8' } else { '7' };
            assert!(!is_identity_number(&format!("{digits}{wrong}")));
        }
        assert_eq!(ends.len(), 11);
        assert!(ends[&'X'] > 80, "{ends:?}");
    }

    #[test]
    fn the_day_of_birth_must_exist() {
        assert!(is_old_identity_number("110105491231002"));
        assert!(!is_old_identity_number("110105991331002"));
        assert!(!is_identity_shape("110105199913310025"));
        assert!(!is_identity_number("x"));
    }
}
