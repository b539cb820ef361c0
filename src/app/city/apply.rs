//! Brings the database to what a city's files say, in one transaction: all of it, or nothing and a list of everything that
//! is wrong. Applying twice changes nothing; what no file names stays.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::document::{self, Document, Fault, Files, called};
use super::export::{Standing, standing};
use crate::features::accounts::{AccountsError, StaffEntry, StaffWriting};
use crate::features::directory::{
    CategoryEntry, DepartmentEntry, DirectoryError, DirectoryWriting, DistrictEntry, Refusal,
};
use crate::features::routing::{RoutingError, RoutingWriting, RuleEntry, RuleRefusal};
use crate::platform::http::json;
use crate::platform::http::problem::Problem;
use crate::platform::locale::Locale;

/// How to apply.
#[derive(Debug, Clone, Copy)]
pub struct Applying {
    /// Roll everything back in the end.
    pub is_dry_run: bool,
    /// The language of accounts that name none.
    pub locale: Locale,
    /// When.
    pub now: DateTime<Utc>,
}

/// What happens to an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new.
    Added,
    /// Members changed: `name: "before" -> "after"`.
    Changed(Vec<String>),
}

/// What became of the files.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// By file: what changed, by the name of the entry, in the order of the file.
    pub changes: Vec<(&'static str, String, Change)>,
    /// By file: how many entries stood so already.
    pub unchanged: BTreeMap<&'static str, usize>,
    /// By file: what is in the database and not in the file.
    pub unnamed: BTreeMap<&'static str, Vec<String>>,
}

/// Why a city cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The files are at fault.
    #[error("{} faults in the files; nothing was written", .0.len())]
    Faults(Vec<Fault>),
    /// Anything else.
    #[error(transparent)]
    Other(#[from] anyhow::Error),
}

impl From<diesel::result::Error> for ApplyError {
    fn from(error: diesel::result::Error) -> ApplyError {
        ApplyError::Other(error.into())
    }
}

/// How the transaction ends.
enum Ending {
    DryRun(Report),
    Failed(ApplyError),
}

impl From<diesel::result::Error> for Ending {
    fn from(error: diesel::result::Error) -> Ending {
        Ending::Failed(error.into())
    }
}

/// Applies the files.
pub fn apply(conn: &mut PgConnection, files: &Files, applying: Applying) -> Result<Report, ApplyError> {
    let ended = conn.transaction(|conn| {
        let report = write(conn, files, applying).map_err(Ending::Failed)?;
        if applying.is_dry_run { Err(Ending::DryRun(report)) } else { Ok(report) }
    });
    match ended {
        Ok(report) | Err(Ending::DryRun(report)) => Ok(report),
        Err(Ending::Failed(error)) => Err(error),
    }
}

fn write(conn: &mut PgConnection, files: &Files, applying: Applying) -> Result<Report, ApplyError> {
    let mut directory = DirectoryWriting::begin(conn).map_err(anyhow::Error::from)?;
    let routing = RoutingWriting::begin(conn).map_err(anyhow::Error::from)?;
    let before = standing(conn).map_err(anyhow::Error::from)?;
    let mut settling =
        Settling { files, before, report: Report::default(), faults: Vec::new(), broken: BTreeSet::new() };
    settling.file("districts.toml", "district", "code", |entry: &DistrictEntry| {
        directory.district(conn, entry).map_err(Refused::from)
    })?;
    settling.file("departments.toml", "department", "code", |entry: &DepartmentEntry| {
        directory.department(conn, entry).map_err(Refused::from)
    })?;
    settling.file("categories.toml", "category", "code", |entry: &CategoryEntry| {
        directory.category(conn, entry).map_err(Refused::from)
    })?;
    settling.file("routing.toml", "rule", "number", |entry: &RuleEntry| {
        routing.rule(conn, directory.tree(), entry).map_err(Refused::from)
    })?;
    let staff = StaffWriting { directory: directory.tree(), locale: applying.locale, now: applying.now };
    settling.file("staff.toml", "staff", "username", |entry: &StaffEntry| {
        staff.save(conn, entry).map_err(|error| Refused::of_staff(error, entry))
    })?;
    settling.end()
}

/// Why one entry is refused, or why nothing can go on.
enum Refused {
    Entry { pointer: String, names: Option<String>, message: String },
    Fatal(anyhow::Error),
}

impl From<DirectoryError> for Refused {
    fn from(error: DirectoryError) -> Refused {
        match error {
            DirectoryError::Refused { pointer, refusal } => {
                let names = match &refusal {
                    Refusal::UnknownDistrict(code)
                    | Refusal::UnknownDepartment(code)
                    | Refusal::UnknownCategory(code) => Some(code.clone()),
                    _ => None,
                };
                Refused::Entry { pointer: pointer.to_owned(), names, message: refusal.to_string() }
            }
            other => Refused::Fatal(other.into()),
        }
    }
}

impl From<RoutingError> for Refused {
    fn from(error: RoutingError) -> Refused {
        match error {
            RoutingError::Refused { pointer, refusal } => {
                let names = match &refusal {
                    RuleRefusal::UnknownDistrict(code)
                    | RuleRefusal::UnknownDepartment(code)
                    | RuleRefusal::UnknownCategory(code) => Some(code.clone()),
                    _ => None,
                };
                Refused::Entry { pointer: pointer.to_owned(), names, message: refusal.to_string() }
            }
            other => Refused::Fatal(other.into()),
        }
    }
}

impl Refused {
    fn of_staff(error: AccountsError, entry: &StaffEntry) -> Refused {
        let is_ours = matches!(error, AccountsError::UnknownDepartment(_) | AccountsError::IncompatibleRoles);
        if !is_ours {
            return Refused::Fatal(error.into());
        }
        let problem = Problem::from(error);
        let (pointer, message) = match problem.errors.into_iter().next() {
            Some(field) => (field.pointer, Locale::En.say(&field.message)),
            None => ("/grants".to_owned(), Locale::En.say(&problem.kind.title())),
        };
        let written = serde_json::to_value(entry).unwrap_or_default();
        let names = written.pointer(&pointer).and_then(Value::as_str).map(str::to_owned);
        Refused::Entry { pointer, names, message }
    }
}

/// The work on the files, one after the other.
struct Settling<'a> {
    files: &'a Files,
    before: Standing,
    report: Report,
    faults: Vec<Fault>,
    /// What is at fault itself, so that whoever names it is not, too.
    broken: BTreeSet<String>,
}

impl Settling<'_> {
    /// Reads a file and saves its entries, in an order in which each finds what it names.
    fn file<T: DeserializeOwned + Serialize>(
        &mut self,
        file: &'static str,
        array: &str,
        name: &str,
        mut save: impl FnMut(&T) -> Result<(), Refused>,
    ) -> Result<(), ApplyError> {
        let Some(text) = self.files.get(file) else { return Ok(()) };
        let Document { entries, broken, faults } = document::read::<T>(file, text, array, name);
        self.faults.extend(faults);
        self.broken.extend(broken);
        let mut stood = self.before.take(file);
        let mut open = Vec::new();
        let mut seen = BTreeSet::new();
        for entry in entries {
            let value = serde_json::to_value(&entry.value).map_err(anyhow::Error::from)?;
            let called = called(&value, name);
            if seen.insert(called.clone()) {
                open.push((entry, called, value));
            } else {
                self.faults.push(entry.place.fault(&format!("/{name}"), &format!("{called} stands twice")));
            }
        }
        loop {
            let (count, mut waiting) = (open.len(), Vec::new());
            for (entry, called, value) in open {
                match save(&entry.value) {
                    Ok(()) => self.note(file, &called, stood.remove(&called).as_ref(), &value),
                    Err(Refused::Fatal(error)) => return Err(error.into()),
                    Err(Refused::Entry { pointer, names, message }) => {
                        waiting.push((entry, called, value, (pointer, names, message)));
                    }
                }
            }
            if waiting.is_empty() || waiting.len() == count {
                self.refuse(waiting, &mut save)?;
                break;
            }
            open = waiting.into_iter().map(|(entry, called, value, _)| (entry, called, value)).collect();
        }
        let unnamed: Vec<String> = stood.into_keys().filter(|called| !seen.contains(called)).collect();
        self.report.unnamed.insert(file, unnamed);
        Ok(())
    }

    /// What could not be saved is at fault, unless it only names what is. Whatever else is wrong with it is looked for, too:
    /// nothing of all this will be written.
    fn refuse<T: DeserializeOwned>(
        &mut self,
        refused: Vec<RefusedEntry<T>>,
        save: &mut impl FnMut(&T) -> Result<(), Refused>,
    ) -> Result<(), ApplyError> {
        let broken: BTreeSet<String> =
            self.broken.iter().cloned().chain(refused.iter().map(|(_, called, ..)| called.clone())).collect();
        let (mut own, mut consequences) = (Vec::new(), Vec::new());
        for (entry, _, mut value, mut why) in refused {
            loop {
                let (pointer, names, message) = why;
                let is_consequence = names.is_some_and(|code| broken.contains(&code));
                let faults = if is_consequence { &mut consequences } else { &mut own };
                faults.push(entry.place.fault(&pointer, &message));
                match save_without(&mut value, &pointer, save) {
                    Some(Err(Refused::Entry { pointer, names, message })) => why = (pointer, names, message),
                    Some(Err(Refused::Fatal(error))) => return Err(error.into()),
                    Some(Ok(())) | None => break,
                }
            }
        }
        // Entries that name each other in a circle are consequences of nothing.
        let is_circle = own.is_empty() && self.faults.is_empty();
        self.faults.extend(if is_circle { consequences } else { own });
        self.broken = broken;
        Ok(())
    }

    fn note(&mut self, file: &'static str, called: &str, before: Option<&Value>, after: &Value) {
        let change = match before {
            None => Change::Added,
            Some(before) => {
                let members = differing(before, after);
                if members.is_empty() {
                    *self.report.unchanged.entry(file).or_default() += 1;
                    return;
                }
                Change::Changed(members)
            }
        };
        self.report.changes.push((file, called.to_owned(), change));
    }

    fn end(mut self) -> Result<Report, ApplyError> {
        if self.faults.is_empty() {
            return Ok(self.report);
        }
        let order = |fault: &Fault| super::FILES.iter().position(|file| *file == fault.file);
        self.faults.sort_by_key(|fault| (order(fault), fault.line));
        Err(ApplyError::Faults(self.faults))
    }
}

/// Saves the entry without the member at fault, if it can be without it.
fn save_without<T: DeserializeOwned>(
    value: &mut Value,
    pointer: &str,
    save: &mut impl FnMut(&T) -> Result<(), Refused>,
) -> Option<Result<(), Refused>> {
    let member = pointer.trim_start_matches('/').split('/').next()?;
    value.as_object_mut()?.remove(member)?;
    let entry = json::read::<T>(value.clone()).ok()?;
    Some(save(&entry))
}

/// An entry that was refused: what it is called, how it is written, and why.
type RefusedEntry<T> = (document::Entry<T>, String, Value, (String, Option<String>, String));

/// The members that differ, as `name: before -> after`. A language that the file does not name stays what it is.
fn differing(before: &Value, after: &Value) -> Vec<String> {
    let members = |value: &Value| value.as_object().cloned().unwrap_or_default();
    let (mut before, mut after) = (members(before), members(after));
    if let (Some(locale), None) = (before.get("locale"), after.get("locale")) {
        after.insert("locale".to_owned(), locale.clone());
    }
    // Grants are a set, in whatever order they are written.
    for grants in [&mut before, &mut after].into_iter().filter_map(|members| members.get_mut("grants")) {
        grants.as_array_mut().into_iter().for_each(|grants| grants.sort_by_key(Value::to_string));
    }
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let shown = |value: Option<&Value>| value.map_or_else(|| "–".to_owned(), Value::to_string);
    let differing = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    differing
        .map(|name| format!("{name}: {} -> {}", shown(before.get(name)), shown(after.get(name))))
        .collect()
}
