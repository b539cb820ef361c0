//! What the numbers promise: they survive the telephone, and no slip of the pen goes unnoticed.

use proptest::prelude::*;

use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn reference(prefix: &str, on: &str, number: u32) -> Reference {
    Reference::new(&prefix.parse().unwrap(), day(on), number).unwrap()
}

#[test]
fn a_reference_looks_as_promised() {
    assert_eq!(reference("HY", "2026-09-18", 42).to_string(), "HY-2026-0918-00042-D");
    assert_eq!(reference("SHANGL", "2026-09-18", 1_234_567).to_string().len(), 26);
    assert_eq!(PublicNumber::new(day("2026-09-18"), 123).unwrap().to_string(), "GK-2026-000123-Y");
}

#[test]
fn a_reference_is_read_as_people_type_it() {
    let meant = reference("HY", "2026-09-18", 42);
    for typed in [
        "HY-2026-0918-00042-D",
        " hy 2026 0918 00042 d\n",
        "HY2026091800042d",
        "ＨＹ－２０２６—０９１８–00042－Ｄ",
    ] {
        assert_eq!(typed.parse(), Ok(meant.clone()), "{typed}");
    }
}

#[test]
fn a_wrong_reference_says_what_is_wrong() {
    let parsed = |typed: &str| typed.parse::<Reference>().unwrap_err();
    assert_eq!(parsed("HY-2026-0918-00043-D"), ReferenceError::WrongCheckDigit);
    let no_day = "HY-2026-0231-00001";
    assert_eq!(parsed(&format!("{no_day}-{}", check_digit(no_day))), ReferenceError::NoSuchDay);
    for malformed in ["", "7", "HY", "2026-0918-00042-D", "HY-2026-0918-42-5", "HY-2026-0918-00042-U", "回音"]
    {
        assert_eq!(parsed(malformed), ReferenceError::Malformed, "{malformed}");
    }
    let needless_zero = "HY-2026-0918-000042";
    assert_eq!(parsed(&format!("{needless_zero}-{}", check_digit(needless_zero))), ReferenceError::Malformed);
    assert_eq!(parsed(&"9".repeat(1_000_000)), ReferenceError::Malformed);
}

#[test]
fn a_publication_is_no_ticket() {
    let publication = PublicNumber::new(day("2026-09-18"), 123).unwrap().to_string();
    assert!(publication.parse::<Reference>().is_err());
    let ticket = reference("GK", "2026-09-18", 123).to_string();
    assert!(ticket.parse::<PublicNumber>().is_err());
}

#[test]
fn only_two_to_six_capitals_are_a_prefix() {
    for refused in ["", "H", "ABCDEFG", "hy", "H1", "回音"] {
        assert!(refused.parse::<Prefix>().is_err(), "{refused}");
    }
}

#[test]
fn numbers_are_strings_in_json() {
    let json = serde_json::to_string(&reference("HY", "2026-09-18", 42)).unwrap();
    assert_eq!(json, r#""HY-2026-0918-00042-D""#);
    assert_eq!(serde_json::from_str::<Reference>(&json).unwrap(), reference("HY", "2026-09-18", 42));
    assert!(serde_json::from_str::<PublicNumber>(r#""GK-2026-000123-X""#).is_err());
}

prop_compose! {
    fn any_reference()(prefix in "[A-Z]{2,6}", days in 0_u64..3_000_000, number in 0..=MAX_NUMBER) -> Reference {
        let day = day("0001-01-01") + chrono::Days::new(days);
        Reference::new(&prefix.parse().unwrap(), day, number).unwrap()
    }
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(reference in any_reference(), number in 0..=MAX_NUMBER) {
        prop_assert_eq!(reference.to_string().parse(), Ok(reference.clone()));
        let publication = PublicNumber::new(reference.day(), number).unwrap();
        prop_assert_eq!(publication.to_string().parse(), Ok(publication));
    }

    #[test]
    fn one_wrong_character_is_always_caught(reference in any_reference(), place in any::<prop::sample::Index>(), other in "[0-9A-Z]") {
        let mut chars: Vec<char> = reference.to_string().replace('-', "").chars().collect();
        let place = place.index(chars.len());
        let other = other.chars().next().unwrap();
        prop_assume!(symbol_value(chars[place]) != symbol_value(other));
        chars[place] = other;
        prop_assert!(chars.iter().collect::<String>().parse::<Reference>().is_err());
    }

    #[test]
    fn two_neighbours_swapped_are_always_caught(reference in any_reference(), place in any::<prop::sample::Index>()) {
        let mut chars: Vec<char> = reference.to_string().replace('-', "").chars().collect();
        let place = place.index(chars.len() - 1);
        prop_assume!(chars[place] != chars[place + 1]);
        chars.swap(place, place + 1);
        prop_assert!(chars.iter().collect::<String>().parse::<Reference>().is_err());
    }

    #[test]
    fn nothing_typed_makes_it_panic(typed in any::<String>()) {
        let _ = typed.parse::<Reference>();
    }
}
