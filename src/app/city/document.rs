//! One file of a city as it was written: its entries, each with the lines it stands on, and everything that is wrong with it.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::platform::http::json;
use crate::platform::locale::Locale;

/// The texts of a city's files by their names; one that is not there says nothing.
pub type Files = BTreeMap<&'static str, String>;

/// What an entry is called: its code, number or user name.
pub(super) fn called(entry: &Value, name: &str) -> String {
    match entry.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// Something wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// The file.
    pub file: &'static str,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// One entry that was read.
#[derive(Debug)]
pub(super) struct Entry<T> {
    /// The entry.
    pub value: T,
    /// Where it stands.
    pub place: Place,
}

/// Where an entry and its members stand.
#[derive(Debug, Clone)]
pub(super) struct Place {
    file: &'static str,
    line: usize,
    lines: BTreeMap<String, usize>,
}

impl Place {
    /// Something wrong with the member at this JSON pointer, or with what it stands in.
    pub fn fault(&self, pointer: &str, message: &str) -> Fault {
        let mut at = pointer;
        let line = loop {
            match (self.lines.get(at), at.rsplit_once('/')) {
                (Some(line), _) => break *line,
                (None, Some((above, _))) => at = above,
                (None, None) => break self.line,
            }
        };
        let member = pointer.trim_start_matches('/').replace('/', ".");
        let message = if member.is_empty() { message.to_owned() } else { format!("{member}: {message}") };
        Fault { file: self.file, line, message }
    }
}

/// What a file holds.
#[derive(Debug)]
pub(super) struct Document<T> {
    /// The entries that could be read.
    pub entries: Vec<Entry<T>>,
    /// What the others are called, so that whoever names one of them is not at fault, too.
    pub broken: Vec<String>,
    /// What is wrong.
    pub faults: Vec<Fault>,
}

/// Reads a file of entries: `[[array]]` tables, each named by its member `name`.
pub(super) fn read<T: DeserializeOwned>(
    file: &'static str,
    text: &str,
    array: &str,
    name: &str,
) -> Document<T> {
    let mut document = Document { entries: Vec::new(), broken: Vec::new(), faults: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let line = error.span().map_or(1, |span| line_of(text, span.start));
        document.faults.push(Fault { file, line, message: error.message().trim().to_owned() });
    }
    for (key, value) in table.get_ref() {
        let line = line_of(text, key.span().start);
        match value.get_ref() {
            DeValue::Array(items) if key.get_ref() == array => {
                items.iter().for_each(|item| document.add(file, text, item, name));
            }
            _ => {
                let message = format!("{}: nothing but [[{array}]] stands in this file", key.get_ref());
                document.faults.push(Fault { file, line, message });
            }
        }
    }
    document
}

impl<T: DeserializeOwned> Document<T> {
    fn add(&mut self, file: &'static str, text: &str, item: &Spanned<DeValue<'_>>, name: &str) {
        let mut lines = BTreeMap::new();
        let value = plain(item, "", text, &mut lines);
        // The header names the entry as much as its members do.
        let line = line_of(text, item.span().start).min(lines.values().copied().min().unwrap_or(usize::MAX));
        let place = Place { file, line, lines };
        let called = called(&value, name);
        match json::read(value) {
            Ok(value) => self.entries.push(Entry { value, place }),
            Err(problems) => {
                let faults = problems
                    .iter()
                    .map(|problem| place.fault(&problem.pointer, &Locale::En.say(&problem.message)));
                self.faults.extend(faults);
                self.broken.push(called);
            }
        }
    }
}

/// The value as JSON has it, and on which lines its parts stand, by JSON pointer. Days become texts.
fn plain(value: &Spanned<DeValue<'_>>, at: &str, text: &str, lines: &mut BTreeMap<String, usize>) -> Value {
    match value.get_ref() {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Boolean(value) => Value::from(*value),
        DeValue::Datetime(value) => Value::from(value.to_string()),
        DeValue::Integer(number) => {
            let digits = number.as_str().replace('_', "");
            i64::from_str_radix(&digits, number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => {
            number.as_str().replace('_', "").parse::<f64>().map_or(Value::Null, Value::from)
        }
        DeValue::Array(items) => {
            let items = items.iter().enumerate().map(|(number, item)| {
                let at = format!("{at}/{number}");
                lines.insert(at.clone(), line_of(text, item.span().start));
                plain(item, &at, text, lines)
            });
            Value::Array(items.collect())
        }
        DeValue::Table(members) => {
            let members = members.iter().map(|(key, member)| {
                let name = key.get_ref().to_string();
                let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
                lines.insert(at.clone(), line_of(text, key.span().start));
                let member = plain(member, &at, text, lines);
                (name, member)
            });
            Value::Object(members.collect::<Map<String, Value>>())
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::directory::CategoryEntry;

    #[test]
    fn every_fault_is_told_with_its_line() {
        let text = "\
[[category]]
code = \"Bad Code\"
name = \"供暖\"
kinds = [\"inquiry\", \"poem\"]

[[category.field]]
key = \"a\"
label = \"甲\"
label_en = \"A\"
type = \"txt\"

[[category]]
code = \"good\"
name = \"好\"
name_en = \"Good\"
kinds = [\"inquiry\"]
colour = 1
";
        let document = read::<CategoryEntry>("categories.toml", text, "category", "code");
        let told: Vec<(usize, &str)> = document
            .faults
            .iter()
            .map(|fault| (fault.line, fault.message.split(':').next().unwrap_or_default()))
            .collect();
        for expected in [(2, "code"), (1, "name_en"), (4, "kinds.1"), (10, "field.0.type"), (17, "colour")] {
            assert!(told.contains(&expected), "{expected:?} in {told:?}");
        }
        assert_eq!(document.broken, ["Bad Code", "good"]);
        assert!(document.entries.is_empty());
    }

    #[test]
    fn what_is_no_toml_and_what_does_not_belong_here_are_faults_with_their_lines() {
        let text = "[[district]]\ncode = \n[[distrikt]]\ncode = \"x\"\n";
        let document = read::<Value>("districts.toml", text, "district", "code");
        let lines: Vec<usize> = document.faults.iter().map(|fault| fault.line).collect();
        assert!(lines.contains(&2) && lines.contains(&3), "{:?}", document.faults);
    }
}
