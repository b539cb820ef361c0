//! Makes the next version's document: a year merged into the version in force, or a whole document under the next number.

use chrono::{Datelike, NaiveDate};
use toml::{Table, Value};

use super::imports::YearDays;
use super::refusal::{Reason, Refusal};
use crate::rules::texts::{Language, Sentence};

/// What a day off, or worked, is called when nobody said.
const DAY_OFF: Sentence = Sentence::new("holiday_name-day_off");
const MAKE_UP: Sentence = Sentence::new("holiday_name-make_up");

/// A run of days off of one name.
struct Run {
    from: NaiveDate,
    to: NaiveDate,
    name: String,
}

/// Puts a year into a calendar's document: as the next one, or in the place of one that it covers already.
pub(super) fn merge(document: &str, year: &YearDays, source_title: Option<&str>) -> Result<String, Refusal> {
    let invalid = |why: String| Refusal::whole(Reason::Invalid(why));
    let mut table: Table = document.parse().map_err(|error: toml::de::Error| invalid(error.to_string()))?;
    let known = last_official_day(&table).ok_or_else(|| invalid("last_official_day".to_owned()))?;
    let last_day = NaiveDate::from_ymd_opt(year.year, 12, 31).unwrap_or(known);
    if year.year > known.year()
        && known.succ_opt().is_none_or(|next| next.year() != year.year || next.ordinal() != 1)
    {
        return Err(Refusal::whole(Reason::YearDoesNotFollow { year: year.year, known }));
    }
    name_holidays(&mut table, year);
    put_year(&mut table, year, source_title);
    table.insert("last_official_day".to_owned(), Value::from(known.max(last_day).to_string()));
    let text = toml::to_string(&table).map_err(|error| invalid(error.to_string()))?;
    Ok(format!(
        "# Made by importing {} into an earlier version; config/calendars/cn.toml explains the form.\n\n{text}",
        year.year
    ))
}

/// The document under another version number; everything else stays as it is, comments too.
pub(super) fn with_version(document: &str, version: i32) -> String {
    let is_key = |line: &str| line.split('=').next().is_some_and(|key| key.trim() == "version");
    let mut in_tables = false;
    let lines = document.lines().map(|line| {
        in_tables = in_tables || line.trim_start().starts_with('[');
        if !in_tables && is_key(line) { format!("version = {version}\n") } else { format!("{line}\n") }
    });
    lines.collect()
}

fn last_official_day(table: &Table) -> Option<NaiveDate> {
    table.get("last_official_day")?.as_str()?.parse().ok()
}

/// Every name needs its English. What is not known is made from its parts, and stays as it is when those are not known.
fn name_holidays(table: &mut Table, year: &YearDays) {
    let Some(names) = table.get_mut("holidays").and_then(Value::as_table_mut) else { return };
    let needed = year.off.values().map(|name| named(name, DAY_OFF));
    let needed: Vec<String> = needed.chain(year.make_up.values().map(|name| named(name, MAKE_UP))).collect();
    for name in needed {
        let english = |part: &str| {
            let known =
                || [DAY_OFF, MAKE_UP].map(|name| name.both()).into_iter().find(|name| name.zh_cn == part);
            let given = names.get(part).and_then(Value::as_str).map(str::to_owned);
            given.or_else(|| known().map(|name| name.en)).unwrap_or_else(|| part.to_owned())
        };
        if !names.contains_key(&name) {
            let parts: Vec<String> = name.split('、').map(english).collect();
            names.insert(name, Value::from(parts.join(" and ")));
        }
    }
}

fn put_year(table: &mut Table, year: &YearDays, source_title: Option<&str>) {
    let Some(years) = table.get_mut("years").and_then(Value::as_array_mut) else { return };
    let made = Value::Table(year_table(year, source_title));
    let is_this = |known: &Value| known.get("year").and_then(Value::as_integer) == Some(year.year.into());
    match years.iter_mut().find(|known| is_this(known)) {
        Some(known) => *known = made,
        None => years.push(made),
    }
}

fn year_table(year: &YearDays, source_title: Option<&str>) -> Table {
    let titles = source_title.map(|title| vec![title.to_owned()]).unwrap_or_else(|| year.papers.clone());
    let source = |title: String| {
        Value::Table(Table::from_iter([
            ("title".to_owned(), Value::from(title)),
            ("verified".to_owned(), Value::from(false)),
        ]))
    };
    let off = runs(year).into_iter().map(|run| {
        Value::Table(Table::from_iter([
            ("from".to_owned(), Value::from(run.from.to_string())),
            ("to".to_owned(), Value::from(run.to.to_string())),
            ("holiday".to_owned(), Value::from(run.name)),
        ]))
    });
    let make_up = year.make_up.iter().map(|(on, name)| {
        Value::Table(Table::from_iter([
            ("on".to_owned(), Value::from(on.to_string())),
            ("holiday".to_owned(), Value::from(named(name, MAKE_UP))),
        ]))
    });
    Table::from_iter([
        ("year".to_owned(), Value::from(i64::from(year.year))),
        ("sources".to_owned(), Value::Array(titles.into_iter().map(source).collect())),
        ("off".to_owned(), Value::Array(off.collect())),
        ("make_up".to_owned(), Value::Array(make_up.collect())),
    ])
}

/// Days off that follow each other under one name.
fn runs(year: &YearDays) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (on, name) in &year.off {
        let name = named(name, DAY_OFF);
        match runs.last_mut() {
            Some(run) if run.name == name && run.to.succ_opt() == Some(*on) => run.to = *on,
            _ => runs.push(Run { from: *on, to: *on, name }),
        }
    }
    runs
}

fn named(name: &Option<String>, otherwise: Sentence) -> String {
    name.clone().unwrap_or_else(|| otherwise.say(Language::Chinese))
}

#[cfg(test)]
mod tests {
    use super::super::imports::read_json;
    use super::*;
    use crate::rules::calendar::{CALENDARS, Calendar};

    const YEAR: &str = r#"{"year": 2027, "papers": ["https://www.gov.cn/x"], "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": true},
        {"name": "春节、元宵节", "date": "2027-02-05", "isOffDay": true},
        {"name": "春节、元宵节", "date": "2027-02-06", "isOffDay": true},
        {"name": "春节、元宵节", "date": "2027-02-20", "isOffDay": false}]}"#;

    #[test]
    fn the_next_year_is_added_and_a_known_one_replaced() {
        let year = read_json(YEAR).unwrap();
        let merged = with_version(&merge(CALENDARS[0].1, &year, Some("国务院办公厅关于2027年")).unwrap(), 2);
        let calendar = Calendar::parse(&merged).unwrap();
        assert_eq!((calendar.code(), calendar.version()), ("cn", 2));
        assert_eq!(calendar.last_official_day(), "2027-12-31".parse().unwrap());
        assert_eq!(calendar.notices(2027)[0].title, "国务院办公厅关于2027年");
        let label = |day: &str| calendar.label(day.parse().unwrap());
        assert!(label("2027-02-20").is_working && !label("2027-02-05").is_working);
        assert_eq!(label("2027-02-05").holiday.unwrap().en, "Spring Festival and 元宵节");
        assert!(calendar.is_working_day("2026-10-10".parse().unwrap()), "2026 is as it was");

        let mut other = year.clone();
        other.make_up.clear();
        let replaced = Calendar::parse(&merge(&merged, &other, None).unwrap()).unwrap();
        assert!(!replaced.is_working_day("2027-02-20".parse().unwrap()));
        assert_eq!(replaced.notices(2027)[0].title, "https://www.gov.cn/x");
    }

    #[test]
    fn a_year_that_leaves_one_out_does_not_follow() {
        let year = YearDays { year: 2028, ..read_json(YEAR).unwrap() };
        let refused = merge(CALENDARS[0].1, &year, None).unwrap_err();
        let known = "2026-12-31".parse().unwrap();
        assert_eq!(refused.reason, Reason::YearDoesNotFollow { year: 2028, known });
    }

    #[test]
    fn another_version_number_leaves_the_rest_alone() {
        let renumbered = with_version(CALENDARS[0].1, 7);
        assert_eq!(Calendar::parse(&renumbered).unwrap().version(), 7);
        assert_eq!(with_version(&renumbered, 1), CALENDARS[0].1);
    }
}
